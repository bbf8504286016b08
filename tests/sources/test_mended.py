"""Rejected rows are listed with their cells, privately; mended, they stand in for those of the export."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import xlsxwriter

from funnelbook.errors import SourceError
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.project import PipelineConfig, Project, Site, SourceMapping, StageConfig
from funnelbook.sources import read
from funnelbook.sources.imports import apply_import, plan_import
from funnelbook.sources.rejected import write_rejected

HEAD = ["deal_id", "created_at", "stage", "status", "closed_at", "value", "phone"]
#: A comma is decimal and the month stands first, as only other rows tell.
GOOD = [
    ["1", "01/31/2026", "New", "open", "", "1.234,50", "+7 900"],
    ["2", "02/03/2026", "New", "won", "02/04/2026", "1,250", ""],
    ["3", "02/05/2026", "New", "won", "02/06/2026", "2,5", "a; b"],
    ["4", "02/07/2026", "New", "open", "", "", ""],
]
#: Row of the file, column, what stands there.
SPOILED = ((3, 1, "soon"), (4, 4, ""), (5, 3, "maybe"))
PIPELINE = PipelineConfig("main", (StageConfig("New"),), ("won",), ("lost",))


def written(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def project(folder: Path) -> Project:
    made = Project(root=folder, site=Site(timezone=ZoneInfo("UTC"), currency="EUR"), pipelines=(PIPELINE,))
    made.exports.mkdir(parents=True, exist_ok=True)
    return made


def spoiled() -> list[list[str]]:
    rows = [list(row) for row in GOOD]
    for row, column, cell in SPOILED:
        rows[row - 2][column] = cell
    return rows


def dataset(made: Project) -> Dataset:
    data = assemble(read(made), made)
    for file in data.files:
        write_rejected(made, file.path, data.refused.filter(file=file.number))
    return data


def mended(listed: str) -> str:
    """Every cell that was spoiled as it should be."""
    head, *lines = list(csv.reader(io.StringIO(listed)))
    for line in lines:
        row = int(line[-1].split()[1])
        line[:-1] = GOOD[row - 2]
    return written([head, *lines])


def test_mended_rows_are_read_as_if_they_stood_in_the_export(tmp_path: Path) -> None:
    made, perfect = project(tmp_path / "book"), project(tmp_path / "perfect")
    (made.exports / "deals.csv").write_text(written([HEAD, *spoiled()]))
    (perfect.exports / "deals.csv").write_text(written([HEAD, *GOOD]))
    before = dataset(made)
    assert before.deals["deal_id"].to_list() == ["1"]
    listed = made.private / "rejected" / "deals.rejected.csv"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (listed, listed.parent)] == [0o600, 0o700]
    digest = before.files[0].digest[:12]
    lines = list(csv.reader(io.StringIO(listed.read_text())))
    assert lines == [
        [*HEAD, "rejected"],
        [*spoiled()[1], f"row 3 of {digest}: bad-date in created_at"],
        [*spoiled()[2], f"row 4 of {digest}: no-closing-date in closed_at"],
        [*spoiled()[3], f"row 5 of {digest}: bad-value in status"],
    ]
    (made.exports / "deals.rejected.csv").write_text(mended(listed.read_text()))
    after, wanted = dataset(made), dataset(perfect)
    assert after.deals.equals(wanted.deals)
    assert after.refused.is_empty()
    assert after.deals["value"].to_list() == [1234.5, 1.25, 2.5, None]
    counts = after.quality.filter(problem="all").select("rows", "accepted")
    assert counts.rows() == [(4, 4), (3, 3)]
    assert not listed.exists()


def test_edits_stay_while_their_rows_are_rejected(tmp_path: Path) -> None:
    made = project(tmp_path)
    export = made.exports / "deals.csv"
    export.write_text(written([HEAD, *spoiled()]))
    dataset(made)
    listed = made.private / "rejected" / "deals.rejected.csv"
    edited = listed.read_text().replace("soon", "02/03/2026")
    listed.write_text(edited)
    dataset(made)
    assert listed.read_text() == edited
    export.write_text(written([HEAD, *spoiled(), ["5", "later", "New", "open", "", "", ""]]))
    dataset(made)
    assert "soon" in listed.read_text(), "another export's rows are not these"


def test_an_import_takes_the_mended_rows_together_with_the_export(tmp_path: Path) -> None:
    made = project(tmp_path / "book")
    export = tmp_path / "march.csv"
    export.write_text(written([HEAD, *spoiled()[:2], *GOOD[2:]]))
    report = plan_import(made, [export])
    apply_import(report)
    (arrival,) = report.arrivals
    assert arrival.snapshot is not None
    write_rejected(made, export, arrival.snapshot.account.refused)
    listed = made.private / "rejected" / "march.rejected.csv"
    listed.write_text(mended(listed.read_text()))
    with pytest.raises(SourceError, match="mended-nothing"):
        plan_import(made, [listed])
    apply_import(plan_import(made, [export, listed]))
    data = assemble(read(made), made)
    assert data.deals["deal_id"].sort().to_list() == ["1", "2", "3", "4"]
    assert {path.suffix for path in made.exports.rglob("*") if path.is_file()} == {".json", ".parquet"}


def test_rows_of_a_workbook_and_of_a_mapping_are_mended_too(tmp_path: Path) -> None:
    made = project(tmp_path)
    book = xlsxwriter.Workbook(made.exports / "own.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate(
        [["id", "when", "where", "sum"], [1, "2026-01-02", "New", 5], [2, "soon", "New", 7]]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    columns = {"deal_id": "id", "created_at": "when", "stage": "where", "value": "sum"}
    made = Project(
        made.root, made.site, pipelines=made.pipelines, sources=(SourceMapping("own*", "deals", columns),)
    )
    dataset(made)
    text = (made.private / "rejected" / "own.rejected.csv").read_text()
    (made.exports / "own.rejected.csv").write_text(text.replace("soon", "2026-02-03"))
    assert dataset(made).deals.select("deal_id", "value").rows() == [("1", 5.0), ("2", 7.0)]
    (made.exports / "own.rejected.csv").write_text(text.replace("7.0,", "many,"))
    with pytest.raises(SourceError, match="mended-cell"):
        read(made)
    (made.exports / "own.rejected.csv").write_text(text.replace("where", "place"))
    with pytest.raises(SourceError, match="mended-columns"):
        read(made)


def test_what_has_no_cells_is_listed_nowhere(tmp_path: Path) -> None:
    made = project(tmp_path)
    (made.exports / "deals.csv").write_text(written([HEAD, *GOOD]) + "6,7\n")
    assert dataset(made).refused.filter(pl.col("bucket") == "rejected").height == 1
    assert not list(made.private.rglob("*.rejected.csv"))
