"""Come-backs: do those return whom we refused or who left us, when, and with what money."""

from funnelbook.pages.comebacks.answer import page, pages

__all__ = ["page", "pages"]
