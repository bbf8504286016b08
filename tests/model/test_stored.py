"""Results that are turned into bytes come back as they were."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook import metrics
from funnelbook.metrics import restated
from funnelbook.model.notes import Note
from funnelbook.model.results import Results, Table
from funnelbook.model.stored import from_bytes, to_bytes

INTEGERS = st.integers(-(2**63), 2**63 - 1)
COLUMNS: dict[str, tuple[pl.DataType, st.SearchStrategy[Any]]] = {
    "text": (pl.String(), st.text(st.characters(exclude_categories=["Cs"]), max_size=5)),
    "whole": (pl.Int64(), INTEGERS),
    "small": (pl.UInt32(), st.integers(0, 2**32 - 1)),
    "number": (pl.Float64(), st.floats()),
    "flag": (pl.Boolean(), st.booleans()),
    "day": (pl.Date(), st.dates(date(1900, 1, 1), date(2200, 1, 1))),
}
ROWS = st.lists(st.tuples(*(st.none() | values for _, values in COLUMNS.values())), max_size=5)


def results(frame: pl.DataFrame) -> Results:
    tables = MappingProxyType({"any": Table("any", frame)})
    notes = (Note("rule", (("deals", 3), ("share", 0.5), ("name", "x"))),)
    return Results(datetime(2026, 3, 1, 12, tzinfo=UTC), (), tables, MappingProxyType({"plan": "no-plan"}), notes)


@settings(deadline=None)
@given(ROWS)
def test_every_table_comes_back_as_it_was(rows: list[tuple[Any, ...]]) -> None:
    before = results(pl.DataFrame(rows, {name: kind for name, (kind, _) in COLUMNS.items()}, orient="row"))
    after = from_bytes(to_bytes(before))
    assert after is not None
    one, other = before["any"], after["any"]
    assert repr(other.rows) == repr(one.rows)
    assert (other.columns, other.frame.schema) == (one.columns, one.frame.schema)
    assert other.same_as(one)
    assert (other.csv(), other.json()) == (one.csv(), one.json())
    assert repr((after.as_of, after.absent, after.notes)) == repr((before.as_of, before.absent, before.notes))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_what_is_no_results_is_none(raw: bytes) -> None:
    assert from_bytes(raw) is None


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_never_breaks_the_reading(at: int, turned: int) -> None:
    raw = to_bytes(results(pl.DataFrame({"text": ["a", None], "number": [1.5, math.nan]}))) or b""
    at %= len(raw)
    found = from_bytes(raw[:at] + bytes([raw[at] ^ turned]) + raw[at + 1 :])
    assert found is None or all(len(table.rows) >= 0 for table in found.tables.values())


@pytest.mark.parametrize("schema", [*(each.SCHEMA for each in metrics.TABLES), restated.SCHEMA])
def test_every_table_of_the_program_is_of_types_that_are_stored(schema: dict[str, pl.DataType]) -> None:
    assert to_bytes(results(pl.DataFrame(schema=dict(schema)))) is not None


def test_a_table_of_a_type_that_no_metric_has_is_not_stored() -> None:
    assert to_bytes(results(pl.DataFrame({"text": ["a"]}, {"text": pl.Categorical()}))) is None
