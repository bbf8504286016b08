"""Leads and sources: are all leads recorded and answered in time, and where do those that buy come from."""

from funnelbook.pages.leads.answer import page, pages

__all__ = ["page", "pages"]
