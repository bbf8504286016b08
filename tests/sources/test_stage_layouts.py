"""The generic layouts of a stage history: one column a stage, rows of changes, rows of entries."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.reading import Reading
from funnelbook.project import PipelineConfig, Project, Site, StageConfig

DEALS = """\
deal_id,created_at,pipeline,stage,status,closed_at
1,2026-01-05 10:00,Sales,Won,won,2026-02-01 10:00
2,2026-01-06 10:00,Sales,Offer,lost,2026-01-30 10:00
3,2026-01-07 10:00,Sales,Offer,open,
"""
#: The three layouts of one history.
WIDE = """\
deal_id,date entered Asked,date_entered_offer,Agreed date entered,Date entered "Won (Sales)",phone
1,2026-01-05 10:00,2026-01-10 10:00,2026-01-20 10:00,2026-02-01 10:00,123
2,2026-01-06 10:00,2026-01-12 10:00,,,
3,2026-01-07 10:00,2026-01-20 10:00,,,
"""
CHANGES = """\
deal_id,from,to,when
3,Asked,Offer,2026-01-20 10:00
1,Agreed,Won,2026-02-01 10:00
1,Asked,Offer,2026-01-10 10:00
1,Offer,Agreed,2026-01-20 10:00
2,Asked,Offer,2026-01-12 10:00
"""
ENTRIES = """\
deal_id,stage,entered_at
1,Asked,2026-01-05 10:00
1,Offer,2026-01-10 10:00
1,Agreed,2026-01-20 10:00
1,Won,2026-02-01 10:00
2,Asked,2026-01-06 10:00
2,Offer,2026-01-12 10:00
3,Asked,2026-01-07 10:00
3,Offer,2026-01-20 10:00
"""
TOLD = [
    ("1", "Asked", "01-05"), ("1", "Offer", "01-10"), ("1", "Agreed", "01-20"), ("1", "Won", "02-01"),
    ("2", "Asked", "01-06"), ("2", "Offer", "01-12"), ("3", "Asked", "01-07"), ("3", "Offer", "01-20"),
]  # fmt: skip
PROJECT = Project(
    root=Path(),
    site=Site(timezone=ZoneInfo("Europe/Moscow")),
    pipelines=(
        PipelineConfig("Sales", tuple(StageConfig(name) for name in ("Asked", "Offer", "Agreed")), ("Won",)),
    ),
)


def walks(reading: Reading) -> list[tuple[object, ...]]:
    found = reading.tables["stages"].collect().sort("deal_id", "entered_at", maintain_order=True)
    return found.select("deal_id", "stage", pl.col("entered_at").dt.strftime("%m-%d")).rows()


def facts(reading: Reading) -> Dataset:
    return assemble(reading, PROJECT)


@pytest.mark.parametrize(
    ("history", "reader", "rows"),
    [(WIDE, "stage dates", 3), (CHANGES, "stage changes", 5), (ENTRIES, "stages", 8)],
    ids=["wide", "changes", "entries"],
)
def test_every_layout_tells_the_same_history(read_files: ReadFiles, history: str, reader: str, rows: int) -> None:
    reading = read_files({"deals.csv": DEALS, "history.csv": history})
    assert [(each.reader, each.rows) for each in reading.files] == [("deals", 3), (reader, rows)]
    assert walks(reading) == TOLD
    data = facts(reading)
    assert data.entries.height == len(TOLD)
    assert data.deals["basis"].to_list() == ["history"] * 3
    assert data.refused.is_empty()


def test_dates_of_stages_may_stand_in_the_deals_themselves(read_files: ReadFiles) -> None:
    header, *rows = DEALS.splitlines()
    dates = [line.split(",", 1)[1].rsplit(",", 1)[0] for line in WIDE.splitlines()]
    text = "\n".join(f"{line},{more}" for line, more in zip([header, *rows], dates, strict=True))
    reading = read_files({"deals.csv": text})
    assert (reading.files[0].reader, reading.unknown_columns) == ("deals", {})
    assert walks(reading) == TOLD
    assert "single-visits" in {note.rule for note in facts(reading).notes}


def test_only_a_history_of_single_visits_says_so(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": DEALS, "history.csv": ENTRIES})
    assert "single-visits" not in {note.rule for note in facts(reading).notes}


def test_a_stage_is_spelled_and_placed_as_its_deals_say(read_files: ReadFiles) -> None:
    deals = DEALS + "4,2026-01-07 10:00,Renewals,Offer sent,open,\n"
    wide = (
        "deal_id,date_entered_offer_sent,date entered Offer (Renewals),date entered Offer (draft)\n"
        "4,2026-01-08 10:00,2026-01-09 10:00,2026-01-10 10:00\n"
    )
    found = read_files({"deals.csv": deals, "history.csv": wide}).tables["stages"].collect()
    assert found.select("stage", "pipeline").rows() == [
        ("Offer sent", None), ("Offer", "Renewals"), ("Offer (draft)", None),
    ]  # fmt: skip


def test_rows_of_dates_without_an_id_or_with_a_bad_date_are_rejected(read_files: ReadFiles) -> None:
    wide = WIDE.replace("2,2026", " ,2026").replace("2026-01-20 10:00,,,", "31.31.2026,,,")
    reading = read_files({"deals.csv": DEALS, "history.csv": wide})
    assert refused(reading.refused) == [(3, "rejected", "missing-value"), (4, "rejected", "bad-date")]
    assert {deal for deal, *_ in walks(reading)} == {"1"}
    data = facts(reading)
    line = data.quality.filter(pl.col("file") == "stage dates 1", pl.col("problem") == "all")
    assert line.select("rows", "accepted", "rejected").row(0) == (3, 1, 2)


def test_changes_account_for_every_row(read_files: ReadFiles) -> None:
    more = "1,Won,Won,2026-02-02 10:00\n9,Asked,Offer,2026-01-12 10:00\n1,Won,,2026-02-02 10:00\n"
    data = facts(
        read_files({"deals.csv": DEALS, "history.csv": CHANGES + more + "1,Asked,Offer,2026-01-10 10:00\n"})
    )
    found = data.quality.filter(pl.col("file") == "stage changes 1")
    line = found.filter(pl.col("problem") == "all").select("rows", "accepted", "rejected", "duplicates", "ignored")
    assert line.row(0) == (9, 5, 2, 1, 1)
    assert set(found["problem"]) == {"all", "no-change", "unknown-deal", "missing-value", "duplicate"}


def test_a_deal_begins_in_the_stage_that_its_first_change_left(read_files: ReadFiles) -> None:
    log = "deal_id,old_stage,new_stage,changed_at\n1,Offer,Agreed,2026-01-20 10:00\n"
    assert walks(read_files({"deals.csv": DEALS, "log.csv": log})) == [
        ("1", "Offer", "01-05"),
        ("1", "Agreed", "01-20"),
    ]


def test_a_log_with_a_row_of_the_creation_needs_no_beginning(read_files: ReadFiles) -> None:
    log = "deal_id,from,to,when\n1,,Asked,2026-01-05 12:00\n1,Asked,Offer,2026-01-10 10:00\n"
    assert walks(read_files({"deals.csv": DEALS, "log.csv": log})) == [
        ("1", "Asked", "01-05"),
        ("1", "Offer", "01-10"),
    ]


def test_no_deal_begins_after_its_first_change(read_files: ReadFiles) -> None:
    log = "deal_id,from,to,when\n1,Asked,Offer,2026-01-01 10:00\n"
    assert walks(read_files({"deals.csv": DEALS, "log.csv": log})) == [("1", "Offer", "01-01")]


def test_the_newest_first_and_at_one_time_is_still_in_order(read_files: ReadFiles) -> None:
    log = (
        "deal_id,from,to,when\n1,Agreed,Won,2026-02-01 10:00\n"
        "1,Offer,Agreed,2026-01-20 10:00\n1,Asked,Offer,2026-01-20 10:00\n"
    )
    assert [stage for _, stage, _ in walks(read_files({"deals.csv": DEALS, "log.csv": log}))] == [
        "Asked", "Offer", "Agreed", "Won",
    ]  # fmt: skip


def test_a_header_that_nearly_fits_is_told_what_it_lacks(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError, match="stage changes lacks when"):
        read_files({"log.csv": "deal_id,from,to,Zeitpunkt\n1,A,B,2026-01-01\n"})
