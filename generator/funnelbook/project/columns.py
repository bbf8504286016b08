"""The canonical tables and their columns (metrics.md, section 1), as a `[[sources]]` mapping may name them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Table -> its columns; those before `None` are required. A deal's status can be told from its stage, and a deal
#: without either still counts as a lead, so a mapping may leave both out.
_TABLES: Mapping[str, tuple[str | None, ...]] = {
    "deals": (
        "deal_id", "created_at", None, "stage", "status", "pipeline", "closed_at", "value", "currency", "owner",
        "source", "loss_reason", "contact_id", "segment", "temperature", "list_price", "next_task_at", "name",
    ),
    "stages": ("deal_id", "stage", "entered_at", None, "pipeline", "by"),
    "activities": ("deal_id", "at", "kind", None, "by", "minutes"),
    "spend": ("month", "source", "amount", None),
    "plan": ("month", None, "pipeline", "owner", "sales", "revenue"),
    "team": ("person", "role", None, "from", "to", "hours_per_week"),
    "rates": ("date", "currency", "rate", None),
}  # fmt: skip

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {table: tuple(column for column in columns if column) for table, columns in _TABLES.items()}
)

#: Columns that only know a few words.
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "status": ("open", "won", "lost"),
        "kind": (
            "call_in", "call_out", "email_in", "email_out", "message_in", "message_out", "meeting", "task", "note",
        ),
        "role": ("seller", "head", "owner", "expert"),
        "segment": ("b2b", "b2c"),
        "temperature": ("hot", "warm", "cold"),
    }
)  # fmt: skip


def required(table: str) -> tuple[str, ...]:
    """The columns without which a row of `table` says nothing."""
    columns = _TABLES[table]
    return tuple(column for column in columns[: columns.index(None)] if column)
