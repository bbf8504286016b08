"""No record of a delimited text is lost, whatever it looks like."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from unittest.mock import patch

import polars as pl
import pytest
from files_by_hand import Opened, cells, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.errors import SourceError
from funnelbook.sources.files import records
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.reader import RawFile


def test_each_record_is_whole_or_refused_with_its_row(opened: Opened) -> None:
    file = opened(
        b'a;b\r\n1;2\r\n3\r\n\r\n5;6;7\r\n"x;y";"q""q"\r\n"m\r\nn";z\r\na;b\r\n8;"9"x\r\n5" p;ok\r\n;\r\n'
    )
    assert file.header == ("a", "b")
    assert file.rows == 10
    assert cells(file) == [
        (2, "1", "2"),
        (6, "x;y", 'q"q'),
        (7, "m\r\nn", "z"),
        (10, '5" p', "ok"),
        (11, None, None),
    ]
    assert refused(file.refused) == [
        (3, "rejected", "ragged-row"),
        (4, "ignored", "blank-row"),
        (5, "rejected", "ragged-row"),
        (8, "rejected", "repeated-header"),
        (9, "rejected", "malformed"),
    ]


def test_words_and_ids_stay_as_written(opened: Opened) -> None:
    words = ["00123", "NA", "Null", "None", "nan", "TRUE", "1.10", "1-2", "MAR1", "+84912345678", "84912345678.0"]
    assert cells(opened(("x,y\n" + "".join(f"{word},1\n" for word in words)).encode())) == [
        (row, word, "1") for row, word in enumerate(words, 2)
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(opened: Opened, sign: str) -> None:
    text = (
        f"id{sign}name{sign}sum\n1{sign}a, b; c{sign}2\n2{sign}d{sign}3\n"
        if sign not in ",;"
        else (f"id{sign}name{sign}sum\n1{sign}a{sign}2\n2{sign}d{sign}3\n")
    )
    assert opened(text.encode()).header == ("id", "name", "sum")


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8", ()), ("utf-8-sig", ()), ("cp1251", ("encoding windows-1251",)), ("utf-16", ("encoding utf-16-le",))],
)
def test_russian_text_in_any_encoding(opened: Opened, encoding: str, note: tuple[str, ...]) -> None:
    file = opened("имя;этап\nПётр;«Новая заявка» № 5\nЯ;в\n".encode(encoding))
    assert (file.header, file.notes) == (("имя", "этап"), note)
    assert cells(file)[0] == (2, "Пётр", "«Новая заявка» № 5")


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        ("name,stage\nSpółka,x\n".encode("cp1250"), 13),
        ("name,stage\nАнна,Новая заявка\n".encode("koi8_r"), 11),
        ("имя,этап\nП,Н".encode() + b"\xff\n" + b"x,y\n" * 500, 21),
    ],
)
def test_a_text_in_no_known_encoding_is_refused_by_its_byte(opened: Opened, content: bytes, offset: int) -> None:
    with pytest.raises(SourceError, match=rf"(?s)offset {offset}\b.*encoding") as caught:
        opened(content)
    assert [finding.rule for finding in caught.value.findings] == ["encoding"]


@pytest.mark.parametrize(
    ("encoding", "text", "other"),
    [("cp1251", "Новая заявка,Пётр\n", "Новая"), ("cp1252", "Ver\xe4ndert,J\xf6rg\n", "über"),
     ("cp1251", "Новая заявка,Пётр\n", "№ 5"), ("cp1252", "Ver\xe4ndert,J\xf6rg\n", "“x”")],
)  # fmt: skip
def test_two_files_in_two_encodings_that_were_put_together_are_refused(
    opened: Opened, encoding: str, text: str, other: str
) -> None:
    """A stage would have a second name in letters that nobody can read."""
    old = b"stage,owner\n" + text.encode(encoding) * 500
    with pytest.raises(SourceError, match=rf"in two encodings: .*UTF-8 at offset {len(old)}\b.*encoding"):
        opened(old + other.encode() + b",x\n")
    assert opened(old).notes == (f"encoding windows-{encoding[2:]}",)


@pytest.mark.parametrize(
    ("content", "rule", "row"),
    [
        (b'a,b\n1,"2\n' + b"3,4\n" * 999, "unclosed-quote", 2),
        (b'a,b\n0,0\n1,"2\n3,"4"\n', "unclosed-quote", 3),
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "field-too-long", 2),
        (b'a,b\n1,"' + b"x\n" * 100_000, "field-too-long", 2),
        (b"x" * 3_000_000, "field-too-long", 1),
        (b"a,b\n1,\x002\n", "nul-byte", 0),
        (b"", "empty-file", 0),
        (b"\n\n  \n", "empty-file", 0),
        (b"<html><body><table></table>", "wrong-container", 0),
        (b"PK\x03\x04" + b"x" * 50, "wrong-container", 0),
        (b"%PDF-1.7", "wrong-container", 0),
    ],
)
def test_what_cannot_be_read_without_a_guess_is_an_error(
    opened: Opened, content: bytes, rule: str, row: int
) -> None:
    with pytest.raises(SourceError) as caught:
        opened(content)
    assert [(finding.rule, finding.place.row) for finding in caught.value.findings] == [(rule, row)]


def test_line_ends_of_carriage_returns_and_a_final_ctrl_z(opened: Opened) -> None:
    assert cells(opened(b"a,b\r1,2\r3,4\r")) == [(2, "1", "2"), (3, "3", "4")]
    assert cells(opened(b"a,b\n1,2\n\x1a")) == [(2, "1", "2")]


def test_a_header_after_blank_lines_keeps_physical_rows(opened: Opened) -> None:
    file = opened(b"\n\na,b\n1,2\n")
    assert (cells(file), file.rows) == ([(4, "1", "2")], 1)


def test_a_file_without_rows_is_no_mistake(opened: Opened) -> None:
    for content in (b"a,b", b"a,b\n"):
        file = opened(content)
        assert (file.header, file.rows, cells(file)) == (("a", "b"), 0, [])


def test_links_pipes_folders_and_devices_are_never_opened(tmp_path: Path) -> None:
    import os

    (tmp_path / "link.csv").symlink_to("/etc/hostname")
    (tmp_path / "link.xlsx").symlink_to("/dev/zero")
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("pipe.csv", "pipe.xlsx"):
        os.mkfifo(tmp_path / name)
    places = {"link.csv": "symlink", "link.xlsx": "symlink", "/dev/zero": "not-a-file", "/dev/tty": "not-a-file"}
    for name, rule in {**places, **dict.fromkeys(("pipe.csv", "pipe.xlsx", "folder.xlsx"), "not-a-file")}.items():
        with pytest.raises(SourceError, match=rule):
            open_file(tmp_path / name)


def test_an_odd_row_costs_only_itself(opened: Opened) -> None:
    rows = [f'{i},"name, {i}",{i * 2}' for i in range(5_000)]
    rows[2_500] = "ragged"
    rows[3_000] = "id,name,sum"
    rows[4_000] = '1,"two\nlines",3'
    file = opened(("id,name,sum\n" + "\n".join(rows)).encode())
    frame = file.frame.collect()
    assert (frame.height, file.rows) == (4_998, 5_000)
    assert frame.filter(pl.col("row") == 4_003).row(0) == (4_003, "4001", "name, 4001", "8002")
    assert refused(file.refused) == [(2_502, "rejected", "ragged-row"), (3_002, "rejected", "repeated-header")]


@pytest.mark.parametrize("heading", ["id,name", '"id",name'])
def test_a_header_that_is_repeated_is_no_row_and_moves_none(opened: Opened, heading: str) -> None:
    file = opened(f'{heading}\n1,a\n{heading}\n2,"b\nb"\n{heading}\n3,c\n'.encode())
    assert cells(file) == [(2, "1", "a"), (4, "2", "b\nb"), (6, "3", "c")]
    assert refused(file.refused) == [(3, "rejected", "repeated-header"), (5, "rejected", "repeated-header")]


_FIELDS = st.text(st.sampled_from('ab я,;"\n\r'), max_size=4)
#: Bytes of a text that one thread looks at.
_SPANS = st.sampled_from((1 << 24, 3, 17))


@settings(deadline=None)
@given(
    st.lists(st.lists(_FIELDS, min_size=0, max_size=4), min_size=0, max_size=12),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    _SPANS,
)
def test_every_physical_record_is_accepted_or_refused_once(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: int, end: str, span: int
) -> None:
    """A second, independent parser counts the records and says which are whole."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator=end)
    writer.writerow(["h1", "h2", "h3"])
    writer.writerows(rows)
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(text.getvalue().encode())
    with patch.object(records, "_SPAN", span):
        file = open_file(path)
    assert isinstance(file, RawFile)
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    whole = {row: tuple(record) for row, record in enumerate(expected, 2) if len(record) == 3}
    found = {row: tuple(cell or "" for cell in record) for row, *record in cells(file)}
    assert {row: tuple(c.replace("\r\n", "\n") for c in record) for row, record in found.items()} == {
        row: tuple(c.replace("\r\n", "\n") for c in record) for row, record in whole.items()
    }
    others = [row for row, _, _ in refused(file.refused)]
    assert sorted([*found, *others]) == list(range(2, len(expected) + 2))
    assert file.rows == len(expected)


@settings(deadline=None)
@given(st.text(st.sampled_from('a1,;"\n\r \t'), max_size=60), _SPANS)
def test_any_text_is_read_whole_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, text: str, span: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(text.encode())
    try:
        with patch.object(records, "_SPAN", span):
            file = open_file(path)
    except SourceError as error:
        rules = {finding.rule for finding in error.findings}
    else:
        rules = set()
        assert isinstance(file, RawFile)
        rows = [*file.frame.collect()["row"], *file.refused["row"]]
        assert len(rows) == len(set(rows)) == file.rows
    assert rules <= {"empty-file", "unclosed-quote", "malformed-header"}
