"""Salesforce: totals are no deals, edits of amounts no moves, and three forms of a history tell one story."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import salesforce_samples as samples
import xlsxwriter
from files_by_hand import ReadFiles
from hypothesis import given, settings
from hypothesis import strategies as st
from salesforce_samples import SHORT, without

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading
from funnelbook.project import Project, Site
from funnelbook.publish.build import results_of
from funnelbook.sources import read


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def read_org(read_files: ReadFiles) -> ReadFiles:
    """Read these files of an org in UTC."""

    def work(files: dict[str, str | bytes]) -> Reading:
        reading = read_files(files, zone="UTC")
        for file in reading.files:
            table = reading.tables.get(file.table)
            accepted = table.filter(pl.col("file") == file.number).collect().height if table is not None else 0
            gone = reading.refused.filter(pl.col("file") == file.number)["row"].n_unique()
            assert accepted + gone == file.rows, file.reader
        return reading

    return work


def deals(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    return reading.tables["deals"].select(columns).collect().rows()


def entries(reading: Reading) -> list[tuple[Any, ...]]:
    frame = reading.tables["stages"].sort("deal_id", "entered_at").collect()
    return frame.select("deal_id", "stage", "entered_at").rows()


def told(reading: Reading, reader: str) -> dict[str, int]:
    (number,) = (file.number for file in reading.files if file.reader == reader)
    rows = reading.refused.filter(pl.col("file") == number, pl.col("primary"))
    return {f"{bucket} {problem}": n for bucket, problem, n in rows.group_by("bucket", "problem").len().rows()}


FACTS = [
    (SHORT[0], "Closed Won", "won", at(1, 25), 1_234_567.0, "USD", "Web"),
    (SHORT[1], "Closed Lost", "lost", at(1, 20), 2_000.5, "USD", "Web"),
    (SHORT[2], "Prospecting", "open", at(3, 31), 0.0, "EUR", "Partner"),
    (SHORT[3], "Proposal", "open", at(2, 28), 10_000.0, "USD", "Phone"),
]
_COLUMNS = ("deal_id", "stage", "status", "closed_at", "value", "currency", "source")


@pytest.mark.parametrize(
    "content",
    [
        samples.REPORT, samples.OBJECT, samples.HEADER + samples.ROWS,
        samples.PREAMBLE + samples.HEADER + samples.ROWS,
        samples.REPORT.encode("utf-8-sig"), samples.REPORT.encode("utf-16"),
        samples.REPORT.replace("Bob", "Béa").replace("(c)", "©").encode("cp1252"),
    ],
)  # fmt: skip
def test_every_form_tells_the_same_deals(read_org: ReadFiles, content: str | bytes) -> None:
    assert deals(read_org({"report.csv": content}), *_COLUMNS) == FACTS


def test_what_stands_around_the_rows_is_ignored_and_counted(read_org: ReadFiles) -> None:
    reading = read_org({"report.csv": samples.REPORT})
    assert told(reading, "Salesforce opportunities") == {
        "ignored preamble": 3, "ignored blank-row": 2, "ignored footer": 6,
    }  # fmt: skip
    assert deals(reading, "created_at", "owner")[0] == (at(1, 2), "Ann")
    assert reading.unknown_columns == {0: ("Fiscal Period", "Type")}


def test_the_excel_form_of_a_report(read_org: ReadFiles) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    rows = [
        ["", "Opportunities"], [],
        ["", "Opportunity ID", "Opportunity Name", "Stage", "Close Date", "Created Date"],
        ["", SHORT[0], "Renewal", "Closed Won", "1/25/2024", "1/2/2024"],
        ["", SHORT[2], "Total", "Prospecting", "3/31/2024", "1/4/2024"], ["", "", "Subtotal", "", "", ""],
        ["", "Total"], [], ["", "Confidential Information - Do Not Distribute"], ["", "Example Company"],
    ]  # fmt: skip
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    reading = read_org({"report.xlsx": content.getvalue()})
    assert [number for (number,) in deals(reading, "deal_id")] == [SHORT[0], SHORT[2]]
    assert told(reading, "Salesforce opportunities") == {
        "ignored preamble": 1, "ignored blank-row": 2, "ignored footer": 4,
    }  # fmt: skip


def test_a_row_cut_short_is_no_footer(read_org: ReadFiles) -> None:
    reading = read_org({"report.csv": samples.HEADER + samples.ROWS + "Ann"})
    assert told(reading, "Salesforce opportunities") == {"rejected ragged-row": 1}


@pytest.mark.parametrize("word", ["Total", "Grand Total", "Confidential", "Copyright deal"])
def test_a_deal_may_be_called_like_a_footer(read_org: ReadFiles, word: str) -> None:
    rows = samples.ROWS.replace("Ann,Gamma,Total", f"{word},{word},{word}")
    reading = read_org({"report.csv": samples.HEADER + rows + samples.FOOTER})
    assert deals(reading, "deal_id", "owner")[2] == (SHORT[2], word)


def test_dates_that_can_be_read_in_two_ways_are_an_error_for_the_whole_column(read_org: ReadFiles) -> None:
    rows = "".join(line for line in samples.ROWS.splitlines(keepends=True) if "AAAA3" in line)
    with pytest.raises(SourceError, match="unclear-dates"):
        read_org({"report.csv": samples.HEADER + rows.replace("3/31/2024", "3/1/2024")})


def test_closed_and_won_say_what_names_of_stages_do_not(read_org: ReadFiles) -> None:
    text = samples.OBJECT.replace("Closed Won", "Signed").replace("Closed Lost", "Gone")
    assert [status for (status,) in deals(read_org({"o.csv": text}), "status")] == ["won", "lost", "open", "open"]
    bare = without(text, "IsClosed", "IsWon", "IsDeleted")
    assert [status for (status,) in deals(read_org({"o.csv": bare}), "status")] == [
        None,
        None,
        "open",
        "open",
        "open",
    ]


def test_deleted_opportunities_are_ignored(read_org: ReadFiles) -> None:
    assert told(read_org({"o.csv": samples.OBJECT}), "Salesforce opportunities") == {"ignored deleted-deal": 1}


def test_two_deals_of_one_name_are_two_deals(read_org: ReadFiles) -> None:
    text = without(samples.REPORT, "Opportunity ID", "Account Name", "Created Date").replace("1/3/2024", "1/2/2024")
    reading = read_org({"report.csv": text, "edits.csv": samples.EDITS.replace("Beta", "Acme")})
    assert [owner for (owner,) in deals(reading, "owner")] == ["Ann", "Ann"]
    # Nothing tells which of the two was created when.
    assert told(reading, "Salesforce opportunities")["rejected missing-value"] == 2
    named = without(samples.REPORT, "Opportunity ID", "Account Name")
    reading = read_org({"report.csv": named.replace("1/3/2024", "1/2/2024")})
    ids = [number for (number,) in deals(reading, "deal_id")]
    assert len(set(ids)) == 4
    assert not any("Renewal" in number for number in ids)
    assert (
        "deals that share all of these with another: 2; their history cannot be told apart"
        in reading.files[1].notes
    )


def test_the_same_deal_has_the_same_id_in_the_next_export(read_org: ReadFiles) -> None:
    text = without(samples.REPORT, "Opportunity ID")
    first = deals(read_org({"report.csv": text}), "deal_id")
    assert deals(read_org({"report.csv": text.replace("Proposal", "Negotiation")}), "deal_id") == first
    for month, day in ((1, 2), (1, 3), (1, 4), (1, 6)):
        text = text.replace(f",{month}/{day}/2024,", f",2024-{month:02}-{day:02},")
    assert deals(read_org({"report.csv": text}), "deal_id") == first


def test_rows_of_products_need_an_id(read_org: ReadFiles) -> None:
    text = without(samples.REPORT, "Opportunity ID").replace("Fiscal Period", "Product Name")
    with pytest.raises(SourceError, match="missing-column") as caught:
        read_org({"report.csv": text})
    assert "Opportunity ID" in caught.value.findings[0].hint


_ODD = ["", "Total", ",,,,,,,,,,,,", '"Confidential, all"', "a,b", ",".join("x" * 13), "Subtotal" + "," * 12, "Ann"]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(_ODD)), max_size=6))
def test_every_row_is_accounted_for_whatever_stands_between_the_deals(
    tmp_path_factory: pytest.TempPathFactory, odd: list[tuple[int, str]]
) -> None:
    lines = (samples.PREAMBLE + samples.HEADER + samples.ROWS).splitlines()
    for place, line in odd:
        lines.insert(len(lines) - place, line)
    root = tmp_path_factory.mktemp("org")
    exports = root / "content" / "exports"
    exports.mkdir(parents=True)
    (exports / "report.csv").write_text("\n".join(lines), encoding="utf-8")
    reading = read(Project(root=root, site=Site(timezone=ZoneInfo("UTC"))))
    accepted = reading.tables["deals"].collect()
    assert accepted["deal_id"].to_list() == list(SHORT)
    assert reading.files[0].rows == 4 + reading.refused["row"].n_unique()
    physical = set(reading.refused["row"]) | set(accepted["row"])
    assert len(physical) == reading.files[0].rows
    assert max(physical) <= len(lines)


ENTRIES = [
    (SHORT[0], "Prospecting", at(1, 2, 9)), (SHORT[0], "Proposal", at(1, 5, 10, 30)),
    (SHORT[0], "Negotiation", at(1, 15, 9)), (SHORT[0], "Closed Won", at(1, 25, 16)),
    (SHORT[1], "Prospecting", at(1, 3, 9)), (SHORT[1], "Proposal", at(1, 10, 9)),
    (SHORT[1], "Closed Lost", at(1, 20, 11)), (SHORT[2], "Prospecting", at(1, 4, 9)),
    (SHORT[3], "Prospecting", at(1, 6, 9)), (SHORT[3], "Negotiation", at(1, 12, 9)),
    (SHORT[3], "Proposal", at(1, 18, 9)),
]  # fmt: skip


def test_rows_that_change_no_stage_are_no_entries(read_org: ReadFiles) -> None:
    reading = read_org({"o.csv": samples.OBJECT, "h.csv": samples.STATES})
    assert entries(reading) == ENTRIES
    assert told(reading, "Salesforce stage history") == {"ignored no-stage-change": 3}


def test_a_history_may_stand_in_any_order(read_org: ReadFiles) -> None:
    header, *rows = samples.STATES.splitlines(keepends=True)
    assert entries(read_org({"o.csv": samples.OBJECT, "h.csv": header + "".join(rows[::-1])})) == ENTRIES


def test_changes_of_the_report_with_the_beginning_they_leave(read_org: ReadFiles) -> None:
    reading = read_org({"o.csv": samples.OBJECT, "h.csv": samples.CHANGES})
    # A deal that never moved is in no such report.
    assert entries(reading) == [each for each in ENTRIES if each[0] != SHORT[2]]
    assert told(reading, "Salesforce history report") == {
        "ignored no-stage-change": 1, "ignored blank-row": 1, "ignored footer": 1,
    }  # fmt: skip


def test_the_field_history_starts_a_deal_with_its_creation(read_org: ReadFiles) -> None:
    reading = read_org({"report.csv": samples.REPORT, "h.csv": samples.EDITS})
    never_moved = (SHORT[2], "Prospecting", at(1, 4))
    assert entries(reading) == [never_moved if each[0] == SHORT[2] else each for each in ENTRIES]
    assert told(reading, "Salesforce field history") == {
        "ignored no-stage-change": 2, "ignored first-stage-unknown": 1,
    }  # fmt: skip
    header, *rows = samples.EDITS.splitlines()
    now = "\n".join([f"{header},Stage", *(f"{row},Prospecting" for row in rows)])
    assert entries(read_org({"report.csv": samples.REPORT, "h.csv": now})) == ENTRIES


def test_a_history_without_ids_is_joined_by_name_and_account(read_org: ReadFiles) -> None:
    for name, text in (("changes", samples.CHANGES), ("edits", samples.EDITS)):
        files = {"report.csv": samples.REPORT, "h.csv": without(text, "Opportunity ID")}
        by_id = read_org({"report.csv": samples.REPORT, "h.csv": text})
        assert entries(read_org(files)) == entries(by_id), name
    neither = {
        "report.csv": without(samples.REPORT, "Opportunity ID"),
        "h.csv": without(samples.EDITS, "Opportunity ID"),
    }
    assert sorted(each[1:] for each in entries(read_org(neither))) == sorted(each[1:] for each in entries(by_id))


def test_a_name_that_two_deals_bear_has_no_history(read_org: ReadFiles) -> None:
    files = {"report.csv": samples.REPORT, "h.csv": without(samples.CHANGES, "Opportunity ID", "Account Name")}
    reading = read_org(files)
    assert {number for number, *_ in entries(reading)} == {SHORT[3]}
    assert told(reading, "Salesforce history report")["rejected ambiguous-deal"] == 6


def test_a_history_without_ids_and_without_deals_says_what_to_add(read_org: ReadFiles) -> None:
    with pytest.raises(SourceError, match="missing-column") as caught:
        read_org({"h.csv": without(samples.CHANGES, "Opportunity ID")})
    assert "Opportunity ID" in caught.value.findings[0].hint


@pytest.mark.parametrize("history", [samples.STATES, samples.EDITS])
def test_a_report_without_the_creation_takes_it_from_the_history(read_org: ReadFiles, history: str) -> None:
    reading = read_org({"report.csv": without(samples.REPORT, "Created Date"), "h.csv": history})
    assert [moment for (moment,) in deals(reading, "created_at")] == [at(1, day, 9) for day in (2, 3, 4, 6)]


def test_a_report_without_the_creation_alone_says_what_to_add(read_org: ReadFiles) -> None:
    with pytest.raises(SourceError, match="missing-column") as caught:
        read_org({"report.csv": without(samples.REPORT, "Created Date")})
    assert "Created Date" in caught.value.findings[0].hint


def test_of_several_forms_of_one_history_the_most_telling_is_read(read_org: ReadFiles) -> None:
    files = {"o.csv": samples.OBJECT, "a.csv": samples.STATES, "b.csv": samples.CHANGES, "c.csv": samples.EDITS}
    reading = read_org(files)
    assert entries(reading) == ENTRIES
    assert told(reading, "Salesforce history report")["ignored told-elsewhere"] == 8


FORMS = {"states": samples.STATES, "changes": samples.CHANGES, "edits": samples.EDITS}


@pytest.mark.parametrize("history", FORMS)
@pytest.mark.parametrize("report", [samples.REPORT, samples.OBJECT, without(samples.REPORT, "Opportunity ID")])
def test_a_site_is_built_on_any_form(tmp_path: Path, report: str, history: str) -> None:
    """By hand: 4 began, 3 went on to the second stage or further, 2 to the third; 1 won, 1 lost at the second."""
    exports = tmp_path / "content" / "exports"
    exports.mkdir(parents=True)
    text = FORMS[history]
    if "Opportunity ID" not in report and report is not samples.OBJECT:
        text = without(text, "Opportunity ID") if history != "states" else text.replace("Id,Opp", "Id,Opp")
    (exports / "report.csv").write_text(report, encoding="utf-8")
    (exports / "history.csv").write_text(text, encoding="utf-8")
    project = Project(root=tmp_path, site=Site(timezone=ZoneInfo("UTC"), currency="USD"))
    if history == "states" and "Opportunity ID" not in report and report is not samples.OBJECT:
        with pytest.raises(SourceError, match="missing-column"):
            results_of(project)
        return
    results = results_of(project)
    funnel = [row for row in results["funnel"].rows if (row["cohort"], row["dimension"]) == ("all", "all")]
    assert [(row["stage"], row["reached"]) for row in funnel][:3] == [
        ("Prospecting", 4), ("Proposal", 3), ("Negotiation", 2),
    ]  # fmt: skip
    (ways,) = [row for row in results["ways"].rows if row["cohort"] == "all"]
    known = 3 if history == "changes" else 4
    assert [ways[name] for name in ("deals", "basis_history", "moved_back", "skipping")] == [4, known, 1, 0]
