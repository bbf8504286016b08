"""Pipedrive's exports of deals, and dumps of what its API tells of their changes."""

from funnelbook.sources.pipedrive.deals import PIPEDRIVE_DEALS
from funnelbook.sources.pipedrive.dump import PIPEDRIVE_FLOW

__all__ = ["PIPEDRIVE_DEALS", "PIPEDRIVE_FLOW"]
