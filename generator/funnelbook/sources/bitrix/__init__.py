"""Bitrix24: exports of deals and leads (CSV, the HTML table called `.xls`), answers of its REST API."""

from funnelbook.sources.bitrix.deals import BITRIX_DEALS
from funnelbook.sources.bitrix.dump import BITRIX_API
from funnelbook.sources.bitrix.leads import BITRIX_LEADS

__all__ = ["BITRIX_API", "BITRIX_DEALS", "BITRIX_LEADS"]
