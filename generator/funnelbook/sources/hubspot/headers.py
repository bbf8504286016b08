"""What HubSpot calls things in its exports of deals: labels, and internal names of properties.

Names are compared by `plain` (case, `_`, `-` apart). Labels stand first. Only English labels were seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from funnelbook.sources.aliases import Aliases

#: Field -> its names. Beside the canonical columns: `home`, the amount in the company's currency; `is_won`,
#: `is_lost`, `is_closed`.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal_id": ("Record ID", "hs_object_id", "Deal ID"),
        "created_at": ("Create Date", "createdate"),
        "stage": ("Deal Stage", "dealstage"),
        "pipeline": ("Pipeline",),
        "closed_at": ("Close Date", "closedate"),
        "value": ("Amount",),
        "home": ("Amount in company currency", "amount_in_home_currency"),
        "currency": ("Currency", "deal_currency_code"),
        "owner": ("Deal Owner", "hubspot_owner_id"),
        "source": ("Original Source", "Original Traffic Source", "hs_analytics_source"),
        "loss_reason": ("Closed Lost Reason", "closed_lost_reason"),
        "contact_id": ("Associated Contact IDs",),
        "next_task_at": ("Next Activity Date", "notes_next_activity_date"),
        "is_won": ("Is Closed Won", "hs_is_closed_won"),
        "is_lost": ("Is Closed Lost", "hs_is_closed_lost"),
        "is_closed": ("Is Deal Closed?", "hs_is_closed"),
    }
)
DEALS = Aliases("HubSpot", NAMES, ("deal_id", "created_at", "stage"))

#: What stands in an empty cell of a report, folded.
NOTHING = ("(no value)",)
YES, NO = ("true", "yes", "1"), ("false", "no", "0")

#: The closings that HubSpot lays into a new account, by label and by id (folded).
WON = ("closed won", "closedwon")
LOST = ("closed lost", "closedlost")


class Shape(Struct, frozen=True):
    """How the header of a stage's date is written. `labelled`: it holds the stage's label, else its id.

    entered: a pattern whose group is the stage; left: that of the leaving.
    """

    name: str
    entered: re.Pattern[str]
    left: re.Pattern[str]
    labelled: bool = False


#: The date of a stage, the most telling first: the generations hold the same.
STAGE_DATES: tuple[Shape, ...] = (
    Shape(
        'Date entered "…"',
        re.compile(r'date entered ["“”\']?(.+?)["“”\']?', re.IGNORECASE),
        re.compile(r'date exited ["“”\']?(.+?)["“”\']?', re.IGNORECASE),
        labelled=True,
    ),
    Shape(
        "hs_v2_date_entered_…",
        re.compile(r"hs_v2_date_entered_(.+)", re.IGNORECASE),
        re.compile(r"hs_v2_date_exited_(.+)", re.IGNORECASE),
    ),
    Shape(
        "hs_date_entered_…",
        re.compile(r"hs_date_entered_(.+)", re.IGNORECASE),
        re.compile(r"hs_date_exited_(.+)", re.IGNORECASE),
    ),
)
#: What stands for the stage in the column of the stage where the deal is now.
CURRENT = "current stage"
