"""XLSX: the first visible sheet, with the types of its cells."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import fastexcel
import polars as pl
from msgspec import Struct

from funnelbook.sources.files.archive import Archive
from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.files.first_rows import first_rows
from funnelbook.sources.files.heading import Knows, above, heading, trimmed
from funnelbook.sources.files.refusals import Refusal, refusals
from funnelbook.sources.files.workbook import Sheet, first_visible
from funnelbook.sources.reader import RawFile

#: Rows that the header is looked for in.
_TOP = 100


class Opened(Struct):
    """A workbook, checked, and the sheet of it that is read. `reader` has read what all sheets share; to let it go
    takes a while.
    """

    archive: Archive
    sheet: Sheet
    reader: Future[fastexcel.ExcelReader] | None


class _Header(Struct, frozen=True):
    """The names, the row they stand in, counted from 1, and what stands above them."""

    names: tuple[str, ...]
    row: int
    above: tuple[Refusal, ...]


def opened(path: Path, sniffed: Sniffed) -> Opened:
    """No cell was looked at. What the sheets share is read while they are checked."""
    archive = Archive(path, sniffed.data)
    with ThreadPoolExecutor(1) as beside:
        reader = beside.submit(fastexcel.read_excel, sniffed.data)
        archive.check_sheets()
        return Opened(archive, first_visible(path, archive), reader)


def open_xlsx(path: Path, number: int, sniffed: Sniffed, book: Opened, knows: Knows | None = None) -> RawFile:
    """A workbook that is `opened`. Rows are numbered as Excel does; the header is the first that holds anything.

    The sheet is read once: its header is looked for in a workbook of its first rows. Cells further down that stand
    outside of the columns of these have the whole sheet read for its header too.
    """
    sheet = book.sheet
    try:
        first = _top(first_rows(book.archive, sheet, _TOP), sheet)
        begins = _header(path, first or _top(_reader(book, sniffed), sheet), sheet, knows)
        with ThreadPoolExecutor(1) as beside:
            loading = beside.submit(_loaded, _reader(book, sniffed), sheet, begins.row)
            book.archive.check_sums()
            faults, notes = sheet.faults, _notes(sheet)
            book.archive.forget()
            reading = beside.submit(_rows, loading.result(), begins.row)
            book.reader = None
            frame = reading.result()
        if first and frame.width - 1 != len(begins.names):
            reader = _reader(book, sniffed)
            begins = _header(path, _top(reader, sheet), sheet, knows)
            frame = _rows(_loaded(reader, sheet, begins.row), begins.row)
    except fastexcel.FastExcelError:
        raise wrong(path, "wrong-container", "cannot be read as a workbook", "export it again") from None
    header = begins.names
    absent = [pl.lit(None, dtype=pl.String).alias(f"c{i}") for i in range(frame.width - 1, len(header))]
    frame = frame.with_columns(absent)
    blank, repeated = (_where(frame, every) for every in (_empty(frame), _is_header(frame, header)))
    refused: list[Refusal] = [
        *begins.above,
        *((row, "blank-row") for row in blank),
        *((row, "repeated-header") for row in repeated),
    ]
    gone = [*blank, *repeated]
    return RawFile(
        number=number,
        path=path,
        label="",
        digest=sniffed.digest,
        header=header,
        frame=frame.lazy().filter(~pl.col("row").is_in(gone)) if gone else frame.lazy(),
        rows=frame.height + len(begins.above),
        refused=refusals(number, refused),
        faults=faults,
        serial_day_zero=sheet.serial_day_zero,
        notes=notes,
        form=f"XLSX, sheet {sheet.position + 1}",
    )


def _top(book: bytes | fastexcel.ExcelReader, sheet: Sheet) -> list[tuple[str, ...]]:
    """The first rows as text; none when they cannot be read."""
    try:
        reader = fastexcel.read_excel(book) if isinstance(book, bytes) else book
        top = reader.load_sheet(sheet.position, header_row=None, skip_rows=0, n_rows=_TOP, dtypes="string")
    except fastexcel.FastExcelError:
        if not isinstance(book, bytes):
            raise
        return []
    return [trimmed(cells) for cells in top.to_polars().iter_rows()]


def _header(path: Path, rows: list[tuple[str, ...]], sheet: Sheet, knows: Knows | None) -> _Header:
    index = heading(rows, knows)
    if index is None:
        raise wrong(path, "empty-file", "the first visible sheet is empty", "export it again, or remove it")
    if index + 1 in sheet.merged:
        message = "cells of the header are merged, so columns have no names of their own"
        raise wrong(path, "merged-header", message, "unmerge them", row=index + 1)
    return _Header(rows[index], index + 1, above(rows[:index]))


def _reader(book: Opened, sniffed: Sniffed) -> fastexcel.ExcelReader:
    return book.reader.result() if book.reader else fastexcel.read_excel(sniffed.data)


def _loaded(reader: fastexcel.ExcelReader, sheet: Sheet, header_row: int) -> fastexcel.ExcelSheet:
    return reader.load_sheet(sheet.position, header_row=None, skip_rows=header_row, schema_sample_rows=None)


def _rows(sheet: fastexcel.ExcelSheet, header_row: int) -> pl.DataFrame:
    loaded = sheet.to_polars()
    loaded = loaded.rename({name: f"c{i}" for i, name in enumerate(loaded.columns)})
    return loaded.select(
        pl.int_range(header_row + 1, pl.len() + header_row + 1, dtype=pl.UInt32).alias("row"), pl.all()
    )


def _where(frame: pl.DataFrame, every: list[pl.Expr]) -> list[int]:
    """The rows of which all this holds; each is asked of those alone that passed the ones before it."""
    for each in every:
        frame = frame.filter(each)
        if frame.is_empty():
            break
    return frame["row"].to_list()


def _empty(frame: pl.DataFrame) -> list[pl.Expr]:
    """First what is told at once."""
    types = sorted(((dtype == pl.String, name) for name, dtype in frame.schema.items() if name != "row"))
    return [
        pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") if is_text else pl.col(name).is_null()
        for is_text, name in types
    ]


def _is_header(frame: pl.DataFrame, header: tuple[str, ...]) -> list[pl.Expr]:
    """Only a column of text can repeat its own name."""
    return [
        pl.col(f"c{i}").str.strip_chars().eq_missing(name)
        if frame.schema[f"c{i}"] == pl.String
        else pl.lit(value=False)
        for i, name in enumerate(header)
        if name
    ]


def _notes(sheet: Sheet) -> tuple[str, ...]:
    found = (f"hidden sheets not read: {sheet.hidden_sheets}", f"hidden rows read: {sheet.hidden_rows}")
    return tuple(note for note, count in zip(found, (sheet.hidden_sheets, sheet.hidden_rows), strict=True) if count)
