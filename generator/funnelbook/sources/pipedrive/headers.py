"""What Pipedrive calls things in its exports of deals, with `Deal - ` before each name or without.

Names are compared by `plain`, the prefix apart. Only English names were seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from funnelbook.sources.aliases import Aliases

#: Field -> its names. Beside the canonical columns: `won_at`, `lost_at`, `ended_at`, when a deal was closed.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal_id": ("Deal - ID", "Deal - Pipedrive System ID"),
        "created_at": ("Deal - Deal created", "Deal - Add time", "Deal - Created"),
        "stage": ("Deal - Stage", "Deal - Stage (pipeline)"),
        "status": ("Deal - Status",),
        "pipeline": ("Deal - Pipeline",),
        "won_at": ("Deal - Won time",),
        "lost_at": ("Deal - Lost time",),
        "ended_at": ("Deal - Deal closed on", "Deal - Closed on", "Deal - Close time"),
        "value": ("Deal - Value",),
        "currency": ("Deal - Currency of value", "Deal - Currency"),
        "owner": ("Deal - Owner",),
        "source": ("Deal - Source channel", "Deal - Source", "Deal - Lead source", "Deal - Source origin"),
        "loss_reason": ("Deal - Lost reason",),
        "contact_id": ("Deal - Contact person ID", "Person - ID"),
        "temperature": ("Deal - Label",),
        "next_task_at": ("Deal - Next activity date",),
    }
)
DEALS = Aliases("Pipedrive", NAMES, ("deal_id", "created_at", "stage", "status"), prefix="deal")

#: The status of a deal that lies in the bin.
DELETED = ("deleted",)
