"""Files of any CRM become canonical tables; every physical row is accounted for."""

from funnelbook.sources.reading import read

__all__ = ["read"]
