"""Salesforce: reports of opportunities and of their history, and the objects behind them as exported tables."""

from funnelbook.sources.salesforce.deals import SALESFORCE_DEALS
from funnelbook.sources.salesforce.history import SALESFORCE_HISTORIES

__all__ = ["SALESFORCE_DEALS", "SALESFORCE_HISTORIES"]
