"""Files that cannot be read, or that change while they are: told by name, or read as one whole state."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hostile_handbook import export, lay, site_of

from commands import run_here
from funnelbook import project
from funnelbook.errors import SourceError
from funnelbook.handbook.front_matter import split
from funnelbook.model import assemble
from funnelbook.sources import read
from funnelbook.sources.files import bytes as files
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.reader import RawFile

DEALS = "content/exports/deals.csv"
NOTE = "---\ntitle: Note\nkind: note\n---\n\nText.\n"
GOOD = export(30)


def rule(error: pytest.ExceptionInfo[SourceError]) -> str:
    (finding,) = error.value.findings
    return finding.rule


# A file that changes while it is read


def meanwhile(monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> None:
    """`work` is done once, after a file's first bytes were read."""
    told = files._kind
    left = [work]

    def spoil(path: Path, head: bytes) -> files.Kind:
        if left:
            left.pop()()
        return told(path, head)

    monkeypatch.setattr(files, "_kind", spoil)


def test_a_file_that_grows_while_it_is_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a row that is being written would be read as a whole one."""
    path = tmp_path / "deals.csv"
    path.write_text(GOOD)

    def grow() -> None:
        with path.open("a") as file:
            file.write('31,"2026-')

    meanwhile(monkeypatch, grow)
    with pytest.raises(SourceError) as error:
        open_file(path)
    assert rule(error) == "input-changed"
    assert sniff(path).data.endswith(b'"2026-'), "and once it stands still it is read"


def test_a_file_that_is_replaced_while_it_is_read_is_the_old_one_wholly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fresh = tmp_path / "deals.csv", tmp_path / "new"
    path.write_text(GOOD)
    fresh.write_text(export(7))
    old = sniff(path)
    meanwhile(monkeypatch, lambda: fresh.replace(path) and None)
    read = open_file(path)
    assert isinstance(read, RawFile)
    assert (read.digest, read.rows) == (old.digest, 30)
    assert sniff(path).digest != old.digest


def test_a_file_that_is_replaced_while_it_is_opened_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, fresh, opened = tmp_path / "deals.csv", tmp_path / "new", os.open
    path.write_text(GOOD)
    fresh.write_text(export(7))

    def swap(target: str | Path, *arguments: int, **named: int) -> int:
        if fresh.exists():
            fresh.replace(path)
        return opened(target, *arguments, **named)

    monkeypatch.setattr(os, "open", swap)
    with pytest.raises(SourceError) as error:
        sniff(path)
    assert rule(error) == "input-changed"


def test_a_table_that_changes_while_the_data_set_is_made_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parquet is read bit by bit: what was looked at may not be what is counted."""
    folder = lay(tmp_path / "book", {"content/en/note.md": NOTE})
    table = folder / "content/exports/deals.parquet"
    table.parent.mkdir(parents=True)
    pl.read_csv(io.StringIO(GOOD), try_parse_dates=True).write_parquet(table)
    assert run_here("build", "-q", "--project", folder).code == 0
    before = (folder / "site" / "latest").resolve()
    made = assemble.assemble

    def spoil(*arguments: Any) -> Any:
        found = made(*arguments)
        pl.read_csv(io.StringIO(export(7)), try_parse_dates=True).write_parquet(table)
        return found

    monkeypatch.setattr(assemble, "assemble", spoil)
    (folder / "funnelbook.toml").write_text((folder / "funnelbook.toml").read_text() + "\n# saved again\n")
    pl.read_csv(io.StringIO(export(8)), try_parse_dates=True).write_parquet(table)
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, "(input-changed)" in ended.err, "deals.parquet" in ended.err) == (1, True, True), ended.text
    assert (folder / "site" / "latest").resolve() == before


# A file that cannot be read


class _Failing(io.RawIOBase):
    """A file of a disk that fails."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def fileno(self) -> int:
        return self._handle

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    readinto = readall = read  # type: ignore[assignment]  # all of them fail alike

    def close(self) -> None:
        if not self.closed:
            os.close(self._handle)
        super().close()


@pytest.mark.parametrize("name", [DEALS, "content/en/note.md", "funnelbook.toml", "templates/home.html"])
def test_a_file_that_the_disk_does_not_give_is_told_and_nothing_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    other = {"content/en/other.md": NOTE.replace("Note", "Other")}
    folder = lay(tmp_path / "book", {DEALS: GOOD, "content/en/note.md": NOTE, **other})
    if name not in (DEALS, "content/en/note.md", "funnelbook.toml"):
        target = folder / name
        target.parent.mkdir()
        target.write_text("{% extends 'base.html' %}")
    found, opened, whole = os.fdopen, io.open, (folder / name).stat().st_ino

    def fail(handle: int, *arguments: Any, **named: Any) -> Any:
        if os.fstat(handle).st_ino == whole:
            return _Failing(handle)
        return found(handle, *arguments, **named)

    def fail_open(path: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(path, int) and Path(path).resolve() == folder / name:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "fdopen", fail)
    monkeypatch.setattr(io, "open", fail_open)
    monkeypatch.setattr("builtins.open", fail_open)
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1, ended.text
    assert Path(name).name in ended.err
    assert "Input/output error" in ended.err or "cannot be read" in ended.err
    assert not (folder / "site" / "latest").exists()


@pytest.mark.parametrize(
    ("name", "told"), [("content/en/folder.md", "not-a-file"), ("content/exports/folder.csv", "unknown-folder")]
)
def test_a_folder_that_is_called_like_a_file_is_told(tmp_path: Path, name: str, told: str) -> None:
    folder = lay(tmp_path / "book", {DEALS: GOOD, "content/en/note.md": NOTE})
    (folder / name).mkdir(parents=True)
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, f"({told})" in ended.err, name in ended.err) == (1, True, True), ended.text
    assert not (folder / "site" / "latest").exists()


@pytest.mark.parametrize("name", ["content/en/gone.md", "content/exports/gone.csv", "templates/gone.html"])
def test_a_link_to_nothing_is_told(tmp_path: Path, name: str) -> None:
    folder = lay(tmp_path / "book", {DEALS: GOOD, "content/en/note.md": NOTE})
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).symlink_to(tmp_path / "nothing")
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, "symlink" in ended.err, name in ended.err) == (1, True, True), ended.text
    assert not (folder / "site" / "latest").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", [DEALS, "content/en/note.md"])
def test_a_file_that_nobody_may_read_is_told(tmp_path: Path, name: str) -> None:
    folder = lay(tmp_path / "book", {DEALS: GOOD, "content/en/note.md": NOTE})
    (folder / name).chmod(0)
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, "(unreadable)" in ended.err, name in ended.err) == (1, True, True), ended.text


# Front matter


@pytest.mark.parametrize("value", ["NO", "12:30:45", "010", "1e3", "0x1F", "2024-01-02", "~", "1_000", "=", "true"])
def test_a_scalar_of_the_front_matter_is_the_text_that_it_is_written_as(value: str) -> None:
    for line in (f"title: {value}", f"stage: [{value}, x]", f"title: {value} # a remark"):
        found = split("note.md", f"---\n{line}\n---\n")
        assert found.findings == []
        (read,) = found.values.values()
        assert read.texts[0] == value


def test_a_front_matter_is_at_most_64_kb() -> None:
    for size, findings in ((63_990, []), (64_001, ["too-large"])):
        found = split("note.md", f"---\ntitle: {'x' * (size - 7)}\n---\nBody\n")
        assert [each.rule for each in found.findings] == findings
        assert found.body == "Body\n"


def test_a_front_matter_that_grows_without_end_is_refused_at_its_first_anchor() -> None:
    """Nine levels of nine: 307 bytes that would be a thousand million texts."""
    lines = ['a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]']
    pairs = zip("abcdefgh", "bcdefghi", strict=True)
    lines += [f"{one}: &{one} [{','.join([f'*{other}'] * 9)}]" for other, one in pairs]
    found = split("note.md", "---\n" + "\n".join(lines) + "\n---\n")
    (finding,) = found.findings
    assert (finding.rule, finding.place.line) == ("yaml-alias", 2)


# A workbook of very many rows


def workbook(sheet: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{links}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_million_rows_in_64_kilobytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(workbook("<row><c><v>1</v></c></row>" * 1_000_000))
    assert path.stat().st_size < 70_000
    with pytest.raises(SourceError) as error:
        open_file(path)
    assert rule(error) == "archive-limits"


CELL = '<c t="str"><v>{}</v></c>'


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet", "xls"])
def test_a_file_of_more_rows_than_the_project_allows_is_refused(tmp_path: Path, kind: str) -> None:
    lines = [row.split(",") for row in export(30).splitlines()]
    cells = "".join(f"<row>{''.join(map(CELL.format, line))}</row>" for line in lines)
    table = pl.read_csv(io.StringIO(GOOD), infer_schema=False)
    markup = "".join(f"<tr>{''.join(map('<td>{}</td>'.format, line))}</tr>" for line in lines)
    contents: dict[str, str | bytes] = {
        "csv": GOOD, "xlsx": workbook(cells), "json": table.write_json(), "xls": f"<table>{markup}</table>",
    }  # fmt: skip
    folder = lay(tmp_path / "book", {f"content/exports/deals.{kind}": contents.get(kind, "")})
    if kind == "parquet":
        table.write_parquet(folder / "content/exports/deals.parquet")
    config = folder / "funnelbook.toml"
    own = config.read_text()
    for most, refused in ((29, True), (30, False)):
        config.write_text(f"{own}\n[limits]\nrows = {most}\n")
        made = project.load(folder)
        if refused:
            with pytest.raises(SourceError) as error:
                read(made)
            assert rule(error) == "too-many-rows"
        else:
            assert read(made).files[0].rows == most


@pytest.mark.slow
def test_a_million_rows_of_numbers_are_all_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    rows = (f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in range(2, 1_000_001))
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>deal_id</t></is></c></row>'
    path.write_bytes(workbook(head + "".join(rows)))
    read = open_file(path)
    assert isinstance(read, RawFile)
    assert (read.rows, read.refused.height) == (999_999, 0)
    assert read.frame.select(pl.col("c0").cast(pl.Int64).sum()).collect().item() == sum(range(2, 1_000_001))


def test_other_pages_are_not_published_when_one_cannot_be_read(tmp_path: Path) -> None:
    """The last good site stays as it is."""
    folder = lay(tmp_path / "book", {DEALS: GOOD, "content/en/note.md": NOTE})
    assert run_here("build", "-q", "--project", folder).code == 0
    before = site_of(folder)
    (folder / "content/en/note.md").unlink()
    (folder / "content/en/note.md").symlink_to(tmp_path / "nothing")
    (folder / "content/en/new.md").write_text(NOTE)
    assert run_here("build", "-q", "--project", folder).code == 1
    assert site_of(folder) == before
