"""Workbooks of an unlucky world: sheets nobody shows, archives within archives, parts that overlap."""

from __future__ import annotations

import io
import socket
import struct
import zipfile

import pytest
import xlsxwriter
from files_by_hand import Opened, ReadFiles, cells
from test_workbooks import edited, workbook

from funnelbook.errors import SourceError


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_that_is_not_shown_is_not_read_and_is_told(opened: Opened, state: str) -> None:
    content = edited(
        workbook(["a"], ["b"], hidden=True),
        lambda text: text.replace('state="hidden"', f'state="{state}"'),
        "xl/workbook.xml",
    )
    file = opened(content, "f.xlsx")
    assert (file.header, cells(file)) == (("a",), [(2, "b")])
    assert file.notes == ("hidden sheets not read: 1",)


def test_rows_that_are_filtered_away_are_read_and_told(opened: Opened) -> None:
    content = edited(
        workbook(["a"], ["b"], ["c"]), lambda text: text.replace('<row r="3"', '<row hidden="1" r="3"')
    )
    file = opened(content, "f.xlsx")
    assert [cell for _, cell in cells(file)] == ["b", "c"]
    assert file.notes == ("hidden rows read: 1",)


def test_links_to_other_files_are_cells_like_others_and_nobody_follows_them(opened: Opened) -> None:
    """A formula that asks another workbook, a hyperlink, a data connection; in a column that is hidden."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        home = f"http://127.0.0.1:{listener.getsockname()[1]}"
        made = io.BytesIO()
        book = xlsxwriter.Workbook(made)
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, f"='[{home}/x.xlsx]S'!A1", None, "asked")
        sheet.write_formula(2, 0, f'=WEBSERVICE("{home}")', None, "told")
        sheet.write_url(1, 1, f"{home}/linked", string="linked")
        sheet.set_column(1, 1, None, None, {"hidden": True})
        book.close()
        with zipfile.ZipFile(made, "a") as archive:
            relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"
            archive.writestr(
                "xl/externalLinks/_rels/externalLink1.xml.rels",
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="r1" Type="{relation}" Target="{home}/x.xlsx" TargetMode="External"/>'
                "</Relationships>",
            )
        file = opened(made.getvalue(), "f.xlsx")
        assert cells(file) == [(2, "asked", "linked"), (3, "told", None)]
        with pytest.raises(TimeoutError):
            listener.accept()


def test_an_archive_in_an_archive_is_no_workbook(opened: Opened) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("deals.xlsx", workbook(["a"], ["b"]))
    with pytest.raises(SourceError, match="wrong-container"):
        opened(made.getvalue(), "f.xlsx")


def test_parts_that_lie_over_each_other_are_refused(opened: Opened) -> None:
    """Many names for one stretch of bytes unpack to many times what they take."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x" * 60_000)
        archive.writestr("xl/other.xml", "y" * 60_000)
    content = bytearray(made.getvalue())
    first, second = (content.index(b"PK\x01\x02", at) for at in (0, content.index(b"PK\x01\x02") + 1))
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert struct.unpack_from("<I", content, second + 42) == (0,)
    with pytest.raises(SourceError, match=r"archive-limits|wrong-container"):
        opened(bytes(content), "f.xlsx")


@pytest.mark.parametrize("name", ["deals copy.csv", "Deals.csv", "z.csv"])
def test_the_later_of_two_files_by_name_tells_of_a_deal_that_both_have(read_files: ReadFiles, name: str) -> None:
    text = "deal_id,created_at,stage,status\n1,2026-01-02,{},open\n"
    found = read_files({"deals.csv": text.format("New"), name: text.format("Old")})
    files = {file.number: file.path.name for file in found.files}
    rows = found.tables["deals"].collect().sort("file").select("file", "row", "stage").rows()
    assert [(files[number], row, stage) for number, row, stage in rows] == sorted(
        [("deals.csv", 2, "New"), (name, 2, "Old")]
    )
