"""The canonical tables that every source is read into, before the rules of the domain are applied.

Source: metrics.md, section 1. Every frame also carries `file` (the number of the `SourceFile` it came from) and
`row` (its physical row there, the header being row 1), so that any row can be told apart and counted.
Times are instants in UTC; months are the local calendar month as `YYYY-MM`.
"""

from __future__ import annotations

import dataframely as dy

STATUSES = ("open", "won", "lost")
KINDS = (
    "call_in", "call_out", "email_in", "email_out", "message_in", "message_out", "meeting", "task", "note",
)  # fmt: skip
OUTGOING = ("call_out", "email_out", "message_out", "meeting")
ROLES = ("seller", "head", "owner", "expert")
SEGMENTS = ("b2b", "b2c")
#: Columns of money.
AMOUNTS = frozenset({"value", "list_price", "amount", "revenue"})
TEMPERATURES = ("hot", "warm", "cold")


class Located(dy.Schema):
    """Where a row came from."""

    file = dy.UInt16(nullable=False)
    row = dy.UInt32(nullable=False)


def _moment(*, nullable: bool) -> dy.Datetime:
    return dy.Datetime(nullable=nullable, time_unit="us", time_zone="UTC")


class Deals(Located):
    """One row a sighting of a deal. `status` null = to be told from the stage.

    `snapshot` is the as_of of the export it stood in, null for one that is not part of a series of exports.
    """

    deal_id = dy.String(nullable=False, min_length=1)
    created_at = _moment(nullable=False)
    pipeline = dy.String(nullable=True)
    stage = dy.String(nullable=True)
    status = dy.Enum(STATUSES, nullable=True)
    closed_at = _moment(nullable=True)
    value = dy.Float64(nullable=True)
    currency = dy.String(nullable=True)
    owner = dy.String(nullable=True)
    source = dy.String(nullable=True)
    loss_reason = dy.String(nullable=True)
    contact_id = dy.String(nullable=True)
    segment = dy.Enum(SEGMENTS, nullable=True)
    temperature = dy.Enum(TEMPERATURES, nullable=True)
    list_price = dy.Float64(nullable=True)
    next_task_at = _moment(nullable=True)
    snapshot = _moment(nullable=True)


class Stages(Located):
    """The stage history: a deal entered `stage` at `entered_at`. A closing's name stands here too."""

    deal_id = dy.String(nullable=False, min_length=1)
    stage = dy.String(nullable=False, min_length=1)
    entered_at = _moment(nullable=False)
    pipeline = dy.String(nullable=True)


class Activities(Located):
    """What was done with a deal, and when."""

    deal_id = dy.String(nullable=False, min_length=1)
    at = _moment(nullable=False)
    kind = dy.Enum(KINDS, nullable=False)
    minutes = dy.Float64(nullable=True, min=0)


class Spend(Located):
    """Money spent to win leads of `source` in a month, in the site's currency."""

    month = dy.String(nullable=False, regex=r"^\d{4}-(0[1-9]|1[0-2])$")
    source = dy.String(nullable=False)
    amount = dy.Float64(nullable=False)


class Plan(Located):
    """What must be sold in a month; `pipeline` or `owner` null = not told apart."""

    month = dy.String(nullable=False, regex=r"^\d{4}-(0[1-9]|1[0-2])$")
    pipeline = dy.String(nullable=True)
    owner = dy.String(nullable=True)
    sales = dy.Float64(nullable=True)
    revenue = dy.Float64(nullable=True)


class Team(Located):
    """Who works in which role; `from` and `to` are local dates, both inclusive."""

    person = dy.String(nullable=False, min_length=1)
    role = dy.Enum(ROLES, nullable=False)
    from_ = dy.Date(nullable=True, alias="from")
    to = dy.Date(nullable=True)
    hours_per_week = dy.Float64(nullable=True, min=0)


class Rates(Located):
    """Units of the site's currency for one of `currency`, from `date` on."""

    date = dy.Date(nullable=False)
    currency = dy.String(nullable=False)
    rate = dy.Float64(nullable=False, min_exclusive=0)


TABLES: dict[str, type[dy.Schema]] = {
    "deals": Deals,
    "stages": Stages,
    "activities": Activities,
    "spend": Spend,
    "plan": Plan,
    "team": Team,
    "rates": Rates,
}
