"""HubSpot's exports of deals."""

from funnelbook.sources.hubspot.deals import HUBSPOT_DEALS

__all__ = ["HUBSPOT_DEALS"]
