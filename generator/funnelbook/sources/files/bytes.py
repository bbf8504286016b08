"""The bytes of one regular file: never a link, a pipe or a device, and told apart by what they hold."""

from __future__ import annotations

import codecs
import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from funnelbook.errors import Finding, Place, SourceError

Kind = Literal["text", "xlsx", "parquet", "json", "html"]

#: Beyond this a file is refused rather than read into memory.
MAX_BYTES = 4 << 30

#: Parsed JSON takes five to ten times the memory of its text.
MAX_JSON = 512 << 20

#: Text without a single line end in its first part is no table: the rest is not even read.
_FIRST_LINES = 2 << 20
_LINE_END = re.compile(rb"[\r\n]")

#: From here on a file is hashed beside the work that follows.
_LARGE = 1 << 20

_SUFFIXES: dict[str, Kind] = {
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
}
_SUFFIXES |= dict.fromkeys((".csv", ".tsv", ".txt"), "text")
_CALLED: dict[Kind, str] = {
    "text": "delimited text",
    "xlsx": "an XLSX workbook",
    "parquet": "a Parquet file",
    "json": "a JSON document",
    "html": "an HTML page",
}
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old or an encrypted Excel workbook (OLE)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "an SQLite database"),
)
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta", b"<!--")
_XML = (b"<?xml", b"<!doctype", b"<workbook")


class Sniffed(Struct, frozen=True):
    """What a file holds and what it hashes to. `data` is empty for Parquet, which is read lazily.

    marked: how many bytes stand before `data`: a text has lost the mark that says it is UTF-8.
    """

    kind: Kind
    hashed: Future[str]
    data: bytes
    marked: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 of the whole file, in hexadecimal digits."""
        return self.hashed.result()


def wrong(path: Path, rule: str, message: str, hint: str = "", *, row: int = 0) -> SourceError:
    return SourceError([Finding(Place(str(path), row=row), rule, message, hint)])


def sniff(path: Path) -> Sniffed:
    """Read `path` once, so that what was hashed is what is parsed."""
    with _reading(path) as file:
        head = file.read(4096)
        if not head:
            raise wrong(path, "empty-file", "the file is empty", "export it again, or remove it")
        kind = _kind(path, head)
        file.seek(0)
        if kind == "parquet":
            return Sniffed(kind, _told(hashlib.file_digest(file, "sha256").hexdigest()), b"")
        if kind == "json" and os.fstat(file.fileno()).st_size > MAX_JSON:
            raise wrong(path, "file-too-large", f"larger than {MAX_JSON >> 20} MiB", "fetch it in pages")
        data = file.read(_FIRST_LINES)
        if kind == "text" and len(data) == _FIRST_LINES and not _LINE_END.search(data):
            message = f"no line ends within the first {_FIRST_LINES >> 20} MiB"
            raise wrong(path, "field-too-long", message, "export it as CSV or XLSX", row=1)
        mark = codecs.BOM_UTF8 if kind == "text" and head.startswith(codecs.BOM_UTF8) else b""
        file.seek(len(mark))
        data = file.read()
    return Sniffed(kind, _hashed(mark, data), data, len(mark))


def _hashed(mark: bytes, data: bytes) -> Future[str]:
    def digest() -> str:
        found = hashlib.sha256(mark)
        found.update(data)
        return found.hexdigest()

    if len(data) < _LARGE:
        return _told(digest())
    threads = ThreadPoolExecutor(1)
    hashed = threads.submit(digest)
    threads.shutdown(wait=False)
    return hashed


def _told(digest: str) -> Future[str]:
    known = Future[str]()
    known.set_result(digest)
    return known


@contextmanager
def _reading(path: Path) -> Iterator[io.BufferedReader]:
    """The opened file. What somebody writes into it meanwhile is neither the old content nor the new."""
    with _regular(path) as file:
        before = os.fstat(file.fileno())
        try:
            yield file
        except OSError as error:
            raise _unreadable(path, error) from None
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise wrong(path, "input-changed", "the file was written to while it was being read", "run again")


def _unreadable(path: Path, error: OSError) -> SourceError:
    hint = "look for a slip in its name" if error.errno == errno.ENOENT else "check its permissions, and the disk"
    return wrong(path, "unreadable", f"cannot be read: {error.strerror}", hint)


def _regular(path: Path) -> io.BufferedReader:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise wrong(path, "symlink", "a symbolic link is not followed", "copy the file itself here")
        if stat.S_ISDIR(found.st_mode):
            raise wrong(path, "not-a-file", "a folder and not a file", "name the files in it")
        if not stat.S_ISREG(found.st_mode):
            raise wrong(path, "not-a-file", "a pipe or a device and not a file", "put a plain file in its place")
        if found.st_size > MAX_BYTES:
            raise wrong(
                path, "file-too-large", f"the file is larger than {MAX_BYTES >> 30} GiB", "export fewer months"
            )
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        opened = os.fstat(handle)
        if (opened.st_dev, opened.st_ino) != (found.st_dev, found.st_ino):
            os.close(handle)
            raise wrong(path, "input-changed", "the file was replaced while it was being opened", "run again")
        return os.fdopen(handle, "rb")
    except OSError as error:
        raise _unreadable(path, error) from None


def _kind(path: Path, head: bytes) -> Kind:
    kind = _content(path, head)
    claimed = _SUFFIXES.get(path.suffix.lower())
    if path.suffix.lower() == ".xls":
        claimed = "html" if kind == "html" else "xlsx"
    if claimed and claimed != kind:
        message = f"named {path.suffix} but holds {_CALLED[kind]}"
        raise wrong(path, "wrong-container", message, "give it the right extension, or export it again")
    return kind


def _content(path: Path, head: bytes) -> Kind:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    start = _plain(head).lstrip()
    if _is_html(start.lower()):
        return "html"
    foreign = next((what for magic, what in _FOREIGN if head.startswith(magic)), None)
    if start.lower().startswith(_XML):
        foreign = "an XML document"
    if foreign:
        message = f"holds {foreign}, which is not read"
        raise wrong(path, "wrong-container", message, "export it as CSV or XLSX")
    return "json" if start[:1] in (b"{", b"[") else "text"


def _plain(head: bytes) -> bytes:
    """The first bytes as UTF-8 without BOM."""
    for bom, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(bom):
            return head[2:].decode(name, errors="ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def _is_html(start: bytes) -> bool:
    xml = start.startswith(b"<?xml") and (b"<html" in start or b"<table" in start) and b"<workbook" not in start
    return start.startswith(_MARKUP) or xml
