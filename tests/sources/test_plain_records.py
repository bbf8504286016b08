"""Records told by their bytes are those that the csv module reads."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.sources.files.plain import Sought, cut

_SIGNS = ('"', ";", "\n", "\r\n", "a", "ю", " ", '""', ';"', '";')
_TEXT = st.lists(st.sampled_from(_SIGNS), max_size=40).map("".join)
_CELL = st.lists(st.sampled_from(('"', ";", "\n", "a", "ю", "\r\n")), max_size=5).map("".join)


def _sought(width: int, heading: str = "ID;Имя", longest: int = 1 << 17) -> Sought:
    return Sought(ord(";"), width, longest, heading.encode())


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))


@settings(deadline=None)
@given(_TEXT, st.integers(1, 3))
def test_records_of_any_text_are_none_or_those_that_csv_reads(text: str, width: int) -> None:
    data = text.encode()
    found = cut(data, 0, len(data), _sought(width))
    if found is None:
        return
    for number, (begin, end) in enumerate(zip(found.begins[:-1], found.begins[1:], strict=True)):
        (record,) = _read(data[begin:end].decode())
        assert (number in found.odd) == (len(record) != width or data[begin:end] in (b"\n", b"\r\n"))


@settings(deadline=None)
@given(st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=1), st.sampled_from(("\n", "\r\n")), st.integers(1, 200))
def test_what_csv_writes_is_plain_wherever_blocks_end(
    rows: list[tuple[str, str, str]], line_end: str, block: int
) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator=line_end).writerows(rows)
    data = written.getvalue().encode()
    records, position = list[list[str]](), 0
    while position < len(data):
        found = None
        stop = position
        while found is None:
            stop += block
            found = cut(data, position, min(stop, len(data)), _sought(3))
        assert not found.odd
        records += _read(data[position : found.end].decode())
        assert len(records) <= len(rows)
        position = found.end
    assert records == [list(row) for row in rows]


def test_the_header_again_and_a_long_record_are_odd() -> None:
    data = "1;а\nID;Имя\n2;б\nID;Имя\r\n3;ввввввввв\n4;г\n".encode()
    found = cut(data, 0, len(data), _sought(2, longest=16))
    assert found is not None
    assert found.records == 6
    assert found.odd == [1, 3, 4]


def test_quotes_that_are_not_well_formed_tell_no_records() -> None:
    for text in ('1;a"b\n', '1;"a"b\n', '1;"a\n2;b\n', '"1;a\n"2;b\n'):
        data = text.encode()
        assert cut(data, 0, len(data), _sought(2)) is None
