"""Dumps of the amoCRM (Kommo) API v4, as the API returns them."""

from funnelbook.sources.amocrm_api.dump import AMOCRM_API

__all__ = ["AMOCRM_API"]
