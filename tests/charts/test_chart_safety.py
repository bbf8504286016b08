"""A CRM's text is data in every chart: never an expression, a field name, an object or markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from chart_rows import rows_for

from funnelbook.charts import DRAWINGS, Options, draw, specs_js
from funnelbook.charts.compiling import vega_of
from funnelbook.charts.theme import NARROW, WIDE
from funnelbook.language import Words
from funnelbook.memory import Memory

FROZEN = Path(__file__).with_name("expressions.txt")
EXPRESSION_KEYS = frozenset({"calculate", "filter", "expr", "update", "test", "signal", "init", "on"})
HOSTILE = (
    "x'] + alert(1) + datum['",
    "__proto__",
    "constructor",
    '{"signal":"alert(1)"}',
    "<img src=x onerror=alert(1)>",
    "</script><!--<script>",
    "a.b",
    "a[0]",
    "\\\\",
    "\u202egnp",
    "\u200b",
    "]]>",
    "\x00\x1b",
    "💥" * 300,
)


def walked(value: Any) -> Iterator[tuple[str, Any]]:
    """Every (key, value) of a specification but those inside its data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            if key != "values":
                yield from walked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walked(inner)


def specs(stages: tuple[str, ...], seed: int, n: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, drawing in DRAWINGS.items():
        facts = drawing.tell(rows_for(name, stages=stages, seed=seed, n=n), Words("en"), Options())
        found[name] = [vega_of(drawing.picture(facts, size), "en") for size in (WIDE, NARROW)]
    return found


def expressions(found: dict[str, list[Any]]) -> set[str]:
    return {
        value
        for spec in found.values()
        for key, value in walked(spec)
        if key in EXPRESSION_KEYS and isinstance(value, str)
    }


@pytest.fixture(scope="module")
def harmless() -> dict[str, list[Any]]:
    return specs(("Request received", "Offer sent", "Terms agreed"), 1, 13)


@pytest.fixture(scope="module")
def hostile() -> dict[str, list[Any]]:
    return specs(HOSTILE, 7, 20)


def test_expressions_do_not_depend_on_data(harmless: dict[str, list[Any]], hostile: dict[str, list[Any]]) -> None:
    assert expressions(harmless) == expressions(hostile)
    assert sorted(expressions(harmless)) == FROZEN.read_text().splitlines()


def test_fields_are_ours(harmless: dict[str, list[Any]], hostile: dict[str, list[Any]]) -> None:
    def fields(found: dict[str, list[Any]]) -> set[str]:
        return {
            json.dumps(value)
            for spec in found.values()
            for key, value in walked(spec)
            if key in ("field", "fields", "groupby")
        }

    assert fields(harmless) == fields(hostile)


def test_data_are_plain_values(hostile: dict[str, list[Any]]) -> None:
    records = [
        record for spec in hostile.values() for key, values in walked(spec) if key == "values" for record in values
    ]
    assert records
    for record in records:
        if isinstance(record, dict):
            assert all(value is None or isinstance(value, str | int | float) for value in record.values())
        else:
            assert isinstance(record, str | int | float)


def test_nothing_is_fetched(hostile: dict[str, list[Any]]) -> None:
    assert not [
        value for spec in hostile.values() for key, value in walked(spec) if key in ("url", "href", "loader")
    ]


def test_a_number_that_is_an_object_is_refused() -> None:
    with pytest.raises(ValueError):
        draw("flow", [{"step": "won", "deals": {"signal": "alert(1)"}}], Words("en"), id="x", memory=Memory(None))


def test_markup_stays_text_in_the_picture() -> None:
    for name in ("funnel", "cohorts", "losses_by_stage", "stage_times"):
        chart = draw(name, rows_for(name, stages=HOSTILE[4:6]), Words("en"), id=name, memory=Memory(None))
        for svg in (chart.svg, chart.svg_narrow or ""):
            assert "<img" not in svg
            assert "<script" not in svg
        assert b"<" not in specs_js([chart])


def test_bundled_vega_is_recent_enough() -> None:
    assert tuple(map(int, vl_convert.get_vega_version().split("."))) >= (6, 2, 0)
