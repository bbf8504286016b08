"""XLSX as Excel means it: types, hidden sheets, faulty cells; and archives that are no workbook but a weapon."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from files_by_hand import Opened, ReadFiles, cells, refused

from funnelbook.errors import SourceError
from peak_memory import grown, needs_linux

_HEADER = ["deal_id", "created_at", "stage", "status", "value", "closed_at"]


def workbook(*rows: list[object], hidden: bool = False, settings: dict[str, object] | None = None) -> bytes:
    """A workbook with these rows; `hidden` puts a hidden sheet before them."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "dd.mm.yyyy hh:mm", **(settings or {})})
    if hidden:
        secret = book.add_worksheet("secret")
        secret.write_row(0, 0, ["secret"])
        secret.hide()
    sheet = book.add_worksheet("data")
    if hidden:
        sheet.activate()
        sheet.set_first_sheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()


def edited(content: bytes, change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            new.writestr(info.filename, change(text.decode()) if info.filename == part else text)
    return buffer.getvalue()


def test_types_mixed_columns_and_true_dates(read_files: ReadFiles) -> None:
    day = datetime(2024, 1, 2, 10, 0, 0)  # noqa: DTZ001 - Excel knows no zones
    rows = [
        ["00123", day, "New", "open", 1000, None],
        [5, "03.02.2024 10:00", "Won", "won", "1 500,50", datetime(2024, 3, 1)],  # noqa: DTZ001
        [],
        [7, 45000.5, "New", "lost", "$2,5K", "05.03.2024"],
    ]
    reading = read_files({"deals.xlsx": workbook(_HEADER, *rows, hidden=True)})
    deals = reading.tables["deals"].collect()
    moscow = ZoneInfo("Europe/Moscow")
    assert deals["deal_id"].to_list() == ["00123", "5", "7"]
    assert [each.astimezone(moscow).replace(tzinfo=None) for each in deals["created_at"]] == [
        day,
        datetime(2024, 2, 3, 10),  # noqa: DTZ001
        datetime(2023, 3, 15, 12),  # noqa: DTZ001
    ]
    assert deals["value"].to_list() == [1000, 1500.5, 2500]
    assert deals["row"].to_list() == [2, 3, 5]
    assert refused(reading.refused) == [(4, "ignored", "blank-row")]
    assert "hidden sheets not read: 1" in reading.files[0].notes


def test_serials_count_from_1904_where_the_workbook_does(read_files: ReadFiles) -> None:
    content = workbook(_HEADER, [1, 45000, "New", "open"], settings={"date_1904": True})
    deals = read_files({"deals.xlsx": content}, zone="UTC").tables["deals"].collect()
    assert deals["created_at"][0].date().isoformat() == "2027-03-16"


@pytest.mark.parametrize("dimension", ["A1", "A1:XFD1048576"])
def test_a_lying_dimension_neither_hides_nor_invents_rows(opened: Opened, dimension: str) -> None:
    content = workbook(["a", "b"], *([i, i] for i in range(100)))
    file = opened(
        edited(content, lambda text: re.sub(r'dimension ref="[^"]*"', f'dimension ref="{dimension}"', text)),
        "f.xlsx",
    )
    assert (len(file.header), file.rows, len(cells(file))) == (2, 100, 100)


def test_errors_and_formulas_without_a_value_reject_their_rows(read_files: ReadFiles) -> None:
    content = workbook(
        _HEADER,
        [1, "2024-01-02", "New", "open", 5],
        [2, "2024-01-02", "New", "open", 6],
        [3, "2024-01-02", "New", "open", 7],
    )

    def change(text: str) -> str:
        text = text.replace('<c r="E3"><v>6</v></c>', '<c r="E3" t="e"><v>#REF!</v></c>')
        return text.replace('<c r="E4"><v>7</v></c>', '<c r="E4"><f>1+1</f></c>')

    reading = read_files({"deals.xlsx": edited(content, change)})
    assert reading.tables["deals"].collect()["deal_id"].to_list() == ["1"]
    assert reading.refused.select("row", "problem", "column").rows() == [
        (3, "excel-error", "value"),
        (4, "formula-without-value", "value"),
    ]


def test_a_merged_header_is_an_error(opened: Opened) -> None:
    content = edited(
        workbook(["a", "b"], [1, 2]),
        lambda text: text.replace(
            "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
        ),
    )
    with pytest.raises(SourceError, match="merged-header"):
        opened(content, "f.xlsx")


_LAUGHS = "".join(f'<!ENTITY l{one} "{f"&l{one - 1};" * 10}">' for one in range(1, 10))


_LONG = "".join(random.Random(1).choices("abcdefgh", k=100_000))


@pytest.mark.parametrize(
    "entities",
    [
        pytest.param(f'<!ENTITY x SYSTEM "file://{Path(__file__)}">', id="of another file"),
        pytest.param(f'<!ENTITY l0 "ha">{_LAUGHS}<!ENTITY x "&l9;">', id="ten of ten of ten"),
        pytest.param(f'<!ENTITY x "{_LONG}">', id="a long one"),
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_doctype_is_refused(opened: Opened, entities: str, part: str) -> None:
    """In whichever part; and nothing of what an entity stands for is read."""
    content = edited(
        workbook(["a"], ["b"]),
        lambda text: re.sub(r"<(?=worksheet|sst|workbook)", f"<!DOCTYPE x [{entities}]><", text, count=1).replace(
            "<t>b</t>", f"<t>{'&x;' * 70}</t>"
        ),
        part,
    )
    with pytest.raises(SourceError, match="dtd-forbidden") as error:
        opened(content, "f.xlsx")
    assert "edited" not in str(error.value)


@needs_linux
def test_a_bomb_is_refused_before_it_is_unpacked(opened: Opened) -> None:
    """A sheet of 300 MB in a thousandth of them; and one that says it has a few bytes."""
    made, sheet = io.BytesIO(), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(workbook(["a"], ["b"]))) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            whole = old.read(info)
            with new.open(info, "w") as part:
                part.write(whole)
                for _ in range(300 if info.filename == sheet else 0):
                    part.write(b" " * (1 << 20))
    content = made.getvalue()
    assert len(content) < 400_000
    with zipfile.ZipFile(made) as archive:
        size = archive.getinfo(sheet).file_size
    unsaid = content.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert unsaid != content
    for each in (content, unsaid):
        with grown() as most, pytest.raises(SourceError, match="archive-limits"):
            opened(each, "f.xlsx")
        assert most() < 50 << 20


def test_too_many_parts_and_a_false_length_are_refused(opened: Opened) -> None:
    buffer = io.BytesIO(workbook(["a"], ["b"]))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(1_000):
            archive.writestr(f"x{number}", "")
    with pytest.raises(SourceError, match="archive-limits"):
        opened(buffer.getvalue(), "f.xlsx")
    plain = io.BytesIO(workbook(["a"], ["b"]))
    with zipfile.ZipFile(plain) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = plain.getvalue().replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    with pytest.raises(SourceError, match=r"archive-limits|wrong-container"):
        opened(lying, "g.xlsx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"deal_id,created_at\n1,2\n"),
        ("b.xlsx", b"<html><table><tr><th>ID</th></tr></table></html>"),
        ("c.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("c.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100),
        ("d.csv", workbook(["a"], ["b"])),
        ("e.json", b"a,b\n1,2\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a workbook holds the second it was made in
)
def test_a_file_that_is_not_what_its_name_says(opened: Opened, name: str, content: bytes) -> None:
    with pytest.raises(SourceError, match="wrong-container"):
        opened(content, name)


def test_the_same_export_as_csv_and_as_a_workbook(read_files: ReadFiles, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [i, f"{i % 28 + 1:02}.03.2024 10:00", "New", "open", f"{i} 000"] for i in range(1, 40)
    ]
    text = "\n".join(";".join(map(str, row)) for row in [_HEADER[:5], *rows])
    book = read_files({"deals.xlsx": workbook(_HEADER[:5], *rows)}).tables["deals"].collect()
    (tmp_path / "content" / "exports" / "deals.xlsx").unlink()
    assert read_files({"deals.csv": text}).tables["deals"].collect().equals(book)
