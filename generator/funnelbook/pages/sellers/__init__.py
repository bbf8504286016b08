"""Sellers side by side with honest limits, how new people come up to speed, and whose hands deals are in."""

from __future__ import annotations

from funnelbook.pages.sellers.page import pages

__all__ = ["pages"]
