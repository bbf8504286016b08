"""`restated` by hand: what differs from what was published first, and nothing else."""

from __future__ import annotations

import polars as pl

from funnelbook.metrics import restated
from funnelbook.model.published import FIGURES, Publication, differ, first_of
from funnelbook.model.results import Table

BEFORE = {"created": 4.0, "won": 1.0, "lost": 2.0, "revenue": 1000.0, "win_rate": 1 / 3, "cost_of_sale": None}


def monthly(*rows: tuple[str, str, dict[str, float | None]]) -> Table:
    kinds = dict.fromkeys(FIGURES, pl.Float64())
    made = [{"month": month, "pipeline": name, "dimension": "all", **figures} for month, name, figures in rows]
    made.append({"month": "2026-01", "pipeline": "main", "dimension": "owner", **dict.fromkeys(FIGURES, 9.0)})
    texts = dict.fromkeys(("month", "pipeline", "dimension"), pl.String())
    return Table("monthly", pl.DataFrame(made, schema={**texts, **kinds}))


def told(today: Table, *published: Publication) -> list[tuple[object, ...]]:
    return restated.table(today, first_of(published)).frame.rows()


def publication(version: str, figures: dict[str, float | None], month: str = "2026-01") -> Publication:
    return Publication(version, version, {(month, "main"): figures})


def test_each_figure_that_differs_is_a_row_in_the_order_of_telling() -> None:
    now = {**BEFORE, "won": 2.0, "lost": 2.0, "win_rate": 0.5, "revenue": 1500.0, "cost_of_sale": 70.0}
    assert told(monthly(("2026-01", "main", now)), publication("a", BEFORE)) == [
        ("2026-01", "main", "won", "a", 1.0, 2.0),
        ("2026-01", "main", "revenue", "a", 1000.0, 1500.0),
        ("2026-01", "main", "win_rate", "a", 1 / 3, 0.5),
        ("2026-01", "main", "cost_of_sale", "a", None, 70.0),
    ]


def test_what_was_published_first_is_compared_not_what_came_later() -> None:
    later = publication("b", {**BEFORE, "won": 5.0})
    today = monthly(("2026-01", "main", {**BEFORE, "won": 5.0}))
    assert told(today, publication("a", BEFORE), later) == [("2026-01", "main", "won", "a", 1.0, 5.0)]
    assert told(monthly(("2026-01", "main", BEFORE)), publication("a", BEFORE), later) == []


def test_a_month_or_pipeline_that_is_gone_has_no_value_now() -> None:
    rows = told(monthly(), publication("a", BEFORE))
    assert [(row[2], row[5]) for row in rows] == [
        (figure, None) for figure in FIGURES if BEFORE[figure] is not None
    ]


def test_a_month_that_nobody_published_is_not_restated() -> None:
    assert told(monthly(("2026-02", "main", BEFORE)), Publication("a", "a", {})) == []
    assert restated.table(monthly(), {}).frame.schema == pl.Schema(restated.SCHEMA)


def test_the_last_bit_of_a_floating_number_is_no_restatement() -> None:
    assert not differ(0.1 + 0.2, 0.3)
    assert not differ(1e12 + 0.0001, 1e12)
    assert differ(1000.0, 1000.01)
    assert differ(0.0, None)
    assert not differ(None, None)
