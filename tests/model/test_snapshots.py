"""Successive exports tell a stage history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.model.meanings import Meanings
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.pipelines import Directory
from funnelbook.model.reading import Export
from funnelbook.model.series import follow
from funnelbook.model.tables import Deals
from funnelbook.project import StageConfig

START = datetime(2026, 1, 1, tzinfo=UTC)
CREATED = START - timedelta(days=3)
SALES = Pipeline(
    "Продажи",
    (StageConfig("Заявка"), StageConfig("Расчёт")),
    ("Оплачено",),
    ("Отказ",),
    margin=1.0,
    origin="declared",
)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def sighting(deal: str, on: int | None, stage: str | None, **facts: object) -> dict[str, object]:
    return {
        "deal_id": deal,
        "created_at": CREATED,
        "snapshot": None if on is None else day(on),
        "stage": stage,
        "pipeline": "Продажи",
        "status": "open",
        "file": on or 0,
        "row": 2,
        **facts,
    }


def entries(*sightings: dict[str, object]) -> list[tuple[object, ...]]:
    schema = {name: column.dtype for name, column in Deals.columns().items()}
    frame = pl.DataFrame([dict.fromkeys(schema) | each for each in sightings], schema=schema)
    taken = frame["snapshot"].unique().sort(nulls_last=False).to_list()
    exports = [frame.filter(pl.col("snapshot").eq_missing(moment)).sort("file", "row") for moment in taken]
    meanings = Meanings(Directory((SALES,), SALES.name))
    found = follow([Export(each.lazy()) for each in exports], meanings, none_late)
    moves = found.moves.cast({"deal_id": pl.String, "stage": pl.String})
    return moves.sort("deal_id", "entered_at", "row").select("deal_id", "stage", "entered_at").rows()


def none_late(rows: pl.DataFrame) -> pl.Series:
    return pl.repeat(value=False, n=rows.height, eager=True)


def test_a_changed_stage_is_entered_when_the_later_export_was_taken() -> None:
    found = entries(sighting("1", 0, "Заявка"), sighting("1", 7, "заявка "), sighting("1", 14, "Расчёт"))
    assert found == [("1", "Заявка", CREATED), ("1", "Расчёт", day(14))]


def test_a_deal_first_seen_beyond_the_first_stage_entered_it_when_seen() -> None:
    found = entries(sighting("1", 0, "Расчёт"), sighting("1", 7, "Расчёт"))
    assert found == [("1", "Расчёт", day(0))]


def test_a_deal_of_one_export_has_no_history() -> None:
    assert entries(sighting("1", 0, "Заявка"), sighting("2", 7, "Расчёт")) == []
    assert entries(sighting("1", None, "Заявка"), sighting("1", None, "Расчёт")) == []


def test_a_closing_is_entered_when_it_closed_and_may_be_undone() -> None:
    lost = sighting("1", 7, "Отказ", status="lost", closed_at=day(5))
    found = entries(sighting("1", 0, "Расчёт"), lost, sighting("1", 14, "Расчёт"))
    assert found == [("1", "Расчёт", day(0)), ("1", "Отказ", day(5)), ("1", "Расчёт", day(14))]


def test_a_deal_never_seen_open_has_no_history() -> None:
    assert entries(sighting("1", 0, "Отказ", status=None), sighting("1", 7, "Отказ", status=None)) == []


def test_another_pipeline_is_another_stage() -> None:
    found = entries(sighting("1", 0, "Заявка"), sighting("1", 7, "Заявка", pipeline="Сервис"))
    assert found == [("1", "Заявка", CREATED), ("1", "Заявка", day(7))]


def test_of_two_rows_in_one_export_the_last_stands() -> None:
    found = entries(
        sighting("1", 0, "Расчёт", row=2), sighting("1", 0, "Заявка", row=9), sighting("1", 7, "Заявка")
    )
    assert found == [("1", "Заявка", CREATED)]


SEEN = st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.sampled_from(["Заявка", "Расчёт"]))


@settings(deadline=None)
@given(st.lists(SEEN, min_size=1))
def test_no_two_entries_in_a_row_are_alike(seen: list[tuple[str, int, str]]) -> None:
    found = entries(*(sighting(deal, on, stage, row=row) for row, (deal, on, stage) in enumerate(seen)))
    for before, after in pairwise(found):
        if before[0] == after[0]:
            assert before[1] != after[1]
            assert before[2] < after[2]
