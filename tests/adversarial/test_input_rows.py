"""Files of an unlucky world, read: an error by its rule, or rows that are kept, or rejected with a reason."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading
from funnelbook.project import Project, Site, SourceMapping
from funnelbook.sources import read
from peak_memory import grown, needs_linux

HEADER = "deal_id,created_at,stage,status\n"
ROW = "1,2026-01-02,New,open\n"
RUSSIAN = HEADER + "".join(f"{number},2026-01-02,Нов,open\n" for number in range(600))
NAMES = ("NA", "Null", "None", "nan", "TRUE", "1.10", "1-2", "MAR1")


def reading(folder: Path, files: dict[str, str | bytes]) -> Reading:
    project = Project(root=folder, site=Site(timezone=ZoneInfo("UTC")))
    project.exports.mkdir(parents=True)
    for name, content in files.items():
        (project.exports / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(project)


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("d.csv", HEADER.replace("status", "status,stage") + ROW.replace("\n", ",x\n"), "repeated-column"),
        (
            "d.csv",
            RUSSIAN.encode().replace("400,2026-01-02,Нов".encode(), b"400,2026-01-02,\xff\xfe\x9d"),
            "encoding",
        ),
        ("d.csv", HEADER + f"1,2026-01-02,{'x' * 200_000},open\n", "field-too-long"),
        ("d.csv", HEADER + "1,03/04/2024,New,open\n", "unclear-dates"),
        ("d.csv", b"\x1f\x8bxx", "wrong-container"),
        ("d.csv", b"", "empty-file"),
        ("d.xls", b"\xd0\xcf\x11\xe0" * 200, "wrong-container"),
        ("d.xlsx", HEADER + ROW, "wrong-container"),
        ("x.json", b"[" * 2_000 + b"]" * 2_000, "json-depth"),
        ("x.json", b"[" * 1_000_000 + b"]" * 1_000_000, "json-depth"),
        ("x.json", b'[{"id":' + b"9" * 5_000 + b"}]", "json-number"),
        ("x.json", b'{"_embedded":{"leads":[{"id":NaN}]}}', "json-constant"),
        ("x.json", b'{"a":1,"a":2}', "json-key"),
        ("x.json", b"[1,]", "json-syntax"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_what_cannot_be_read_without_a_guess_is_refused(
    tmp_path: Path, name: str, content: str | bytes, rule: str
) -> None:
    with pytest.raises(SourceError) as error:
        reading(tmp_path, {name: content})
    assert {each.rule for each in error.value.findings} == {rule}


@needs_linux
@pytest.mark.parametrize(
    ("name", "head", "size", "rule"),
    [
        ("d.csv", HEADER.strip().encode(), 3 << 30, "field-too-long"),
        ("d.csv", HEADER.strip().encode(), 10 << 30, "file-too-large"),
        ("x.json", b'{"a": "', 1 << 30, "file-too-large"),
    ],
)
def test_a_file_of_gigabytes_is_refused_by_its_beginning(
    tmp_path: Path, name: str, head: bytes, size: int, rule: str
) -> None:
    """The rest takes no room on the disk, and is never read."""
    project = Project(root=tmp_path, site=Site(timezone=ZoneInfo("UTC")))
    project.exports.mkdir(parents=True)
    with (project.exports / name).open("wb") as file:
        file.write(head)
        file.truncate(size)
    with grown() as most, pytest.raises(SourceError) as error:
        read(project)
    assert {each.rule for each in error.value.findings} == {rule}
    assert most() < 50 << 20


def test_vietnamese_in_its_old_encoding_is_an_error_and_never_read_as_western(tmp_path: Path) -> None:
    """`Đã gọi` would be a stage `Ðã g÷i`; a mapping that names the encoding reads it."""
    text = HEADER + "".join(f"{number},2026-01-02,Đa go\u0323i,open\n" for number in range(300))
    with pytest.raises(SourceError, match="byte 0xd0 at offset 45"):
        reading(tmp_path / "plain", {"d.csv": text.encode("cp1258")})
    own = SourceMapping("d.csv", "deals", {name: name for name in HEADER.strip().split(",")}, encoding="cp1258")
    project = Project(root=tmp_path / "plain", site=Site(timezone=ZoneInfo("UTC")), sources=(own,))
    assert set(read(project).tables["deals"].collect()["stage"]) == {"Đa go\u0323i"}


@pytest.mark.parametrize(
    ("rows", "kept", "problems"),
    [
        (ROW + HEADER + ROW.replace("1,", "2,", 1), ["1", "2"], {"repeated-header"}),
        ("00123,2026-01-02,New,open\n8.49E+10,2026-01-02,New,open\n", ["00123"], {"excel-mangled"}),
        ("84912345678.0,2026-01-03,New,open\n", ["84912345678.0"], set()),
        ("1,0000-00-00,New,open\n2,1900-02-29,New,open\n5,2026-01-01,New,open\n", ["5"], {"bad-date"}),
        ("3,0202-01-01,New,open\n4,2924-01-01,New,open\n5,2026-01-01,New,open\n", ["5"], {"bad-date"}),
    ],
)
def test_an_odd_row_costs_itself_alone(tmp_path: Path, rows: str, kept: list[str], problems: set[str]) -> None:
    found = reading(tmp_path, {"d.csv": HEADER + rows})
    assert found.tables["deals"].collect()["deal_id"].to_list() == kept
    assert set(found.refused["problem"]) == problems
    assert found.files[0].rows == len(kept) + found.refused.filter("primary").height


def test_words_that_look_like_something_else_stay_words(tmp_path: Path) -> None:
    rows = "".join(f"{number},2026-01-02,{name},open\n" for number, name in enumerate(NAMES))
    deals = reading(tmp_path, {"d.csv": HEADER + rows}).tables["deals"].collect()
    assert tuple(deals["stage"]) == NAMES
