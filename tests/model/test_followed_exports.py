"""A series of exports, followed one after the other, tells of each deal what its own sightings tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from readings import Row, day, reading

from funnelbook.model.assemble import assemble
from funnelbook.model.meanings import Meanings
from funnelbook.model.pipelines import known_pipelines
from funnelbook.model.reading import Export, Reading
from funnelbook.model.series import follow
from funnelbook.project import PipelineConfig, Project, Site, StageConfig

STAGES = ("Заявка", "Замер", "Договор")
SALES = PipelineConfig("Продажи", tuple(map(StageConfig, STAGES)), ("Оплачено",), ("Отказ",))
PROJECT = Project(root=Path(), site=Site(timezone=ZoneInfo("UTC")), pipelines=(SALES,))
#: When each of five exports was taken.
TAKEN = (10, 17, 24, 31, 38)


def sighting(deal: str, export: int, stage: str, **facts: object) -> Row:
    closed = stage in ("Оплачено", "Отказ")
    told = {"status": None, "closed_at": day(TAKEN[export] - 1) if closed else None}
    return {
        "deal_id": deal, "created_at": day(1), "stage": stage, "snapshot": day(TAKEN[export]), "file": export + 1,
        **told, **facts,
    }  # fmt: skip


def by_export(whole: Reading) -> Reading:
    """The same rows, export by export."""
    deals = whole.tables["deals"]
    files = sorted(deals.select(pl.col("file").unique()).collect()["file"])
    return replace(whole, exports=tuple(Export(deals.filter(pl.col("file") == file)) for file in files))


ROWS = st.lists(
    st.builds(
        sighting,
        st.sampled_from("12345"),
        st.integers(0, 4),
        st.sampled_from((*STAGES, "Оплачено", "Отказ", "нечто")),
        owner=st.sampled_from(("Анна", "анна ", "Пётр", None)),
        value=st.sampled_from((None, 0.0, 100.0)),
        pipeline=st.sampled_from(("Продажи", None, "Сервис")),
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None, max_examples=20)
@given(ROWS)
def test_each_deal_tells_what_its_own_sightings_tell(rows: list[Row]) -> None:
    rows = sorted(rows, key=lambda row: row["file"])
    found = by_export(reading(deals=rows))
    moves = follow(found.exports, Meanings(known_pipelines(PROJECT, ())), none_late).moves
    told = moves.with_columns(pl.col("deal_id").cast(pl.String)).select("deal_id", "entered_at", "earliest", "row")
    assert sorted(told.rows()) == sorted(moves_by_hand(rows))
    data = assemble(found, PROJECT)
    last = {row["deal_id"]: row["value"] or None for row in rows}
    assert dict(data.deals.select("deal_id", "value").rows()).items() <= last.items()
    refused = data.quality.filter(problem="no-closing-date")["rows"].sum()
    assert data.deals.height + refused == len(last)


def none_late(rows: pl.DataFrame) -> pl.Series:
    return pl.repeat(value=False, n=rows.height, eager=True)


def moves_by_hand(rows: list[Row]) -> Iterator[tuple[str, datetime, datetime, int]]:
    """Deal, entered, earliest and row of every entry (metrics.md, section 2.2), one deal after the other."""
    placed = [{**row, "row": number} for number, row in enumerate(rows, 2)]
    for deal in {row["deal_id"] for row in rows}:
        sightings = list({row["snapshot"]: row for row in placed if row["deal_id"] == deal}.values())
        if len(sightings) > 1 and not all(map(is_closed, sightings)):
            yield from ((deal, *entered(before, row), row["row"]) for before, row in changes(sightings))


def is_closed(row: Row) -> bool:
    return row["stage"] in ("Оплачено", "Отказ") and row["pipeline"] != "Сервис"


def changes(sightings: list[Row]) -> Iterator[tuple[Row | None, Row]]:
    yield None, sightings[0]
    for before, row in pairwise(sightings):
        if (row["stage"], row["pipeline"] == "Сервис") != (before["stage"], before["pipeline"] == "Сервис"):
            yield before, row


def entered(before: Row | None, row: Row) -> tuple[datetime, datetime]:
    since = before["snapshot"] if before else row["created_at"]
    if is_closed(row) and since <= row["closed_at"] <= row["snapshot"]:
        return row["closed_at"], row["closed_at"]
    if before is None and row["stage"] == STAGES[0] and row["pipeline"] != "Сервис":
        return row["created_at"], row["created_at"]
    return row["snapshot"], since


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[float, str]]:
    """When a deal truly entered which stage, from its creation on."""
    moves = draw(st.lists(st.tuples(st.floats(1.1, 39), st.sampled_from(STAGES)), max_size=6))
    path = [(1.0, STAGES[0])]
    for at, stage in sorted(moves):
        if stage != path[-1][1]:
            path.append((at, stage))
    return path


@settings(deadline=None, max_examples=20)
@given(st.dictionaries(st.sampled_from("123"), histories(), min_size=1))
def test_the_truth_lies_within_the_bounds(truth: dict[str, list[tuple[float, str]]]) -> None:
    rows = [
        sighting(deal, export, [stage for at, stage in path if at <= taken][-1])
        for export, taken in enumerate(TAKEN)
        for deal, path in sorted(truth.items())
    ]
    data = assemble(by_export(reading(deals=rows)), PROJECT)
    entries = data.bounds.join(data.entries, on=["deal", "at"]).join(
        data.deals.select("deal", "deal_id"), on="deal"
    )
    assert data.bounds.height == data.entries.height
    for deal, code, earliest, at in entries.select("deal_id", "code", "earliest", "at").rows():
        moments = [day(moment) for moment, stage in truth[deal] if stage == STAGES[code - 1]]
        assert [moment for moment in moments if earliest <= moment <= at]
        assert at - earliest <= timedelta(days=9)


def test_what_became_of_deals_between_exports_is_counted() -> None:
    rows = [
        sighting("1", 0, "Заявка", owner="Анна", value=100.0, contact_id="a"),
        sighting("2", 0, "Заявка", owner="Анна", contact_id="b"),
        sighting("3", 0, "Заявка", owner="Анна", contact_id="c"),
        sighting("1", 1, "Замер", owner="АННА ", value=120.0, contact_id="a"),
        sighting("4", 1, "Заявка", owner="Пётр", contact_id="b"),
        sighting("1", 2, "Замер", owner="Пётр", value=120.0, contact_id="a"),
        sighting("4", 2, "заявка ", owner="Пётр", contact_id="b"),
    ]
    data = assemble(by_export(reading(deals=rows)), PROJECT)
    told = data.exports.rows()
    assert [row[0] for row in told] == [day(10), day(17), day(24)]
    assert [row[1:] for row in told] == [
        # deals, new, moved, repriced, reassigned, vanished, merged; rows, rejected, left out; entries
        (3, 3, 0, 0, 0, 0, 0, 3, 0, 0, 0),
        (2, 1, 1, 1, 0, 2, 1, 2, 0, 0, 1),
        (2, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0),
    ]
    assert data.deals["deal_id"].to_list() == ["2", "3", "1", "4"]


@settings(deadline=None, max_examples=20)
@given(ROWS)
def test_the_rows_of_each_export_add_up(rows: list[Row]) -> None:
    data = assemble(by_export(reading(deals=sorted(rows, key=lambda row: row["file"]))), PROJECT)
    told = data.exports
    exported = len({row["file"] for row in rows})
    assert told.height == (exported if exported > 1 else 0)
    assert (told["deals"] + told["rejected"] + told["left_out"]).equals(told["rows"].alias("deals"))
    assert told["rows"].sum() == (len(rows) if exported > 1 else 0)
    assert told.is_empty() or int(told["left_out"].min() or 0) >= 0
    uncertain = data.bounds.filter(pl.col("earliest") < pl.col("at")).height
    assert told["entries"].sum() == (uncertain if exported > 1 else 0)


def test_a_row_that_is_rejected_or_repeated_is_no_deal_of_its_export() -> None:
    rows = [
        sighting("1", 0, "Заявка"),
        sighting("2", 0, "Заявка"),
        sighting("2", 0, "Замер"),
        sighting("1", 1, "Оплачено", closed_at=None),
        sighting("2", 1, "Замер"),
        sighting("3", 1, "Оплачено", closed_at=None),
    ]
    told = assemble(by_export(reading(deals=rows)), PROJECT).exports
    assert told.select("rows", "deals", "rejected", "left_out").rows() == [(3, 2, 0, 1), (3, 2, 1, 0)]


def test_the_widest_gap_is_said() -> None:
    rows = [sighting("1", 0, "Заявка"), sighting("1", 1, "Замер"), sighting("1", 4, "Договор")]
    data = assemble(by_export(reading(deals=rows)), PROJECT)
    note = next(note for note in data.notes if note.rule == "entries-between-exports")
    assert dict(note.params) == {"entries": 2, "days": 14, "most": 21}
    assert data.bounds["earliest"].to_list() == [day(1), day(10), day(17)]


def test_a_moment_that_is_known_has_no_bounds_apart() -> None:
    rows = [sighting("1", 0, "Заявка"), sighting("1", 1, "Отказ")]
    data = assemble(by_export(reading(deals=rows)), PROJECT)
    assert data.bounds["earliest"].equals(data.bounds["at"].alias("earliest"))
    assert isinstance(data.as_of, datetime)
