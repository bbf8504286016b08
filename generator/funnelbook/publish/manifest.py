"""What a build is made of: a list of its files with their SHA-256, and of a release also what it was made from.

A manifest has no clock, no place and no host in it: the same site gives the same manifest anywhere. One that is
read from a disk is anybody's text until it has been checked here; no path of it leaves its folder.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from msgspec import Struct, field

from funnelbook import __version__
from funnelbook.stamps import Stamp

MANIFEST = "manifest.json"
MOST_BYTES = 50_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class DamagedError(Exception):
    """A manifest or a file is not what it was when it was published; the text says how."""


class Entry(Struct, frozen=True):
    """A file: the SHA-256 of its content, and its size in bytes."""

    sha256: str
    size: int


class Lying(Struct, frozen=True):
    """A file of the last build that is one of the next build too: what it holds, and as what it was seen then."""

    path: str
    entry: Entry
    stamp: Stamp


#: What a file of a build holds.
Content = bytes | Lying


class Origin(Struct, frozen=True):
    """What a release was made from.

    `commit` is the full hash, `dirty` the inputs that are not as it has them; both None without git. `inputs` are
    the project's own files by their path in it (exports by number); `releases` the SHA-256 of the manifests of the
    earlier releases that its pages speak of; `exceptions` what of private values its project lets pass, and why
    (`value` or `column`, and `reason`). `as_of` is the newest moment of the data, ISO 8601 in the site's
    time zone.
    """

    version: str
    title: str
    as_of: str
    commit: str | None = None
    dirty: tuple[str, ...] | None = None
    inputs: Mapping[str, Entry] = field(default_factory=dict)
    releases: Mapping[str, str] = field(default_factory=dict)
    exceptions: tuple[Mapping[str, str], ...] = ()


class Manifest(Struct, frozen=True):
    """`origin` is that of a release, None for a build."""

    files: Mapping[str, Entry]
    origin: Origin | None = None
    program: str = f"funnelbook {__version__}"


class Differences(Struct, frozen=True):
    """How a folder differs from its manifest: paths, sorted."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.missing or self.extra)


def entry_of(content: bytes) -> Entry:
    return Entry(hashlib.sha256(content).hexdigest(), len(content))


def entries_of(files: Mapping[str, Content]) -> dict[str, Entry]:
    """What a manifest says of each of the files (path -> content)."""
    return {
        path: content.entry if isinstance(content, Lying) else entry_of(content) for path, content in files.items()
    }


def manifest_of(files: Mapping[str, Entry], origin: Origin | None = None) -> bytes:
    """The manifest of `files` as it is written."""
    document: dict[str, object] = {"program": f"funnelbook {__version__}"}
    if origin is not None:
        document |= {
            "version": origin.version,
            "title": origin.title,
            "as_of": origin.as_of,
            "commit": origin.commit,
            "dirty": None if origin.dirty is None else sorted(origin.dirty),
            "inputs": _listed(origin.inputs),
            "releases": dict(sorted(origin.releases.items())),
        }
        if origin.exceptions:
            document["exceptions"] = [dict(each) for each in origin.exceptions]
    import msgspec  # only here: a site where nothing has changed writes none

    document["files"] = _listed(files)
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _listed(entries: Mapping[str, Entry]) -> dict[str, object]:
    return {path: {"sha256": entry.sha256, "bytes": entry.size} for path, entry in sorted(entries.items())}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the build in `folder`. Raises DamagedError."""
    return parse_manifest(read_plainly(folder, MANIFEST, MOST_BYTES))


def read_plainly(folder: Path, path: str, most: int) -> bytes:
    """A regular file inside `folder`, no link on the way and no larger than `most`. Raises DamagedError."""
    full = folder
    try:
        for part in PurePosixPath(path).parts:
            full = full / part
            if full.is_symlink():
                raise DamagedError(f"{path} is a link")
        if not full.is_file():
            raise DamagedError(f"{path} is not there")
        if full.stat().st_size > most:
            raise DamagedError(f"{path} is too large")
        return full.read_bytes()
    except OSError as error:
        raise DamagedError(f"{path} cannot be read: {error.strerror}") from error


def parse_manifest(raw: bytes) -> Manifest:
    """Raises DamagedError for anything that no build wrote."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{MANIFEST} is no JSON") from error
    read = _Reading(document)
    origin = None
    if "version" in read.values:
        origin = Origin(
            read.text("version"),
            read.text("title"),
            read.text("as_of"),
            read.matching("commit", _COMMIT),
            read.paths("dirty"),
            read.entries("inputs"),
            read.digests("releases"),
            read.exceptions(),
        )
    return Manifest(read.entries("files"), origin, read.text("program"))


class _Reading:
    """The values of a manifest, each checked as it is taken."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict):
            raise DamagedError(f"{MANIFEST} is no manifest")
        self.values: dict[str, object] = document

    def _damaged(self, name: str) -> DamagedError:
        return DamagedError(f"{name!r} of {MANIFEST} is damaged")

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not _is_text(value):
            raise self._damaged(name)
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str | None:
        value = self.values.get(name)
        if value is not None and not (isinstance(value, str) and pattern.fullmatch(value)):
            raise self._damaged(name)
        return value

    def paths(self, name: str) -> tuple[str, ...] | None:
        value = self.values.get(name)
        if value is not None and not (isinstance(value, list) and all(map(_is_text, value))):
            raise self._damaged(name)
        return None if value is None else tuple(value)

    def entries(self, name: str) -> Mapping[str, Entry]:
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise self._damaged(name)
        return MappingProxyType({path: self._entry(name, path, entry) for path, entry in value.items()})

    def _entry(self, name: str, path: str, value: object) -> Entry:
        if not isinstance(value, dict) or not is_inside(path) or not _is_text(path):
            raise self._damaged(name)
        sha256, size = value.get("sha256"), value.get("bytes")
        if not (isinstance(sha256, str) and _SHA256.fullmatch(sha256) and type(size) is int and size >= 0):
            raise self._damaged(name)
        return Entry(sha256, size)

    def digests(self, name: str) -> Mapping[str, str]:
        value = self.values.get(name)
        if not isinstance(value, dict) or not all(
            isinstance(each, str) and _SHA256.fullmatch(each) for each in value.values()
        ):
            raise self._damaged(name)
        return MappingProxyType(value)

    def exceptions(self) -> tuple[Mapping[str, str], ...]:
        """Of a manifest without any, none: releases before there were exceptions have no word of them."""
        found = self.values.get("exceptions", [])
        if not isinstance(found, list):
            raise self._damaged("exceptions")
        for each in found:
            if not isinstance(each, dict) or not all(map(_is_text, (*each, *each.values()))):
                raise self._damaged("exceptions")
        return tuple(MappingProxyType(each) for each in found)


def _is_text(value: object) -> bool:
    """Whether it can be written again: JSON can spell half a sign, UTF-8 cannot."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def is_inside(path: str) -> bool:
    """Whether a path is relative, with `/`, and stays in its folder however it is joined."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} for part in parts) and not any(
        sign in "\\:" or ord(sign) < 32 for sign in path
    )


def compare(folder: Path, manifest: Manifest) -> Differences:
    """What lies in `folder` against what `manifest` lists. A link is no file of ours, and is never followed."""
    found = set(_files(folder)) - {MANIFEST}
    listed = manifest.files
    changed = [path for path in listed.keys() & found if not is_as(folder, path, listed[path])]
    return Differences(
        tuple(sorted(changed)), tuple(sorted(listed.keys() - found)), tuple(sorted(found - listed.keys()))
    )


def _files(folder: Path) -> Sequence[str]:
    return [
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    ]


def is_as(folder: Path, path: str, entry: Entry) -> bool:
    """Whether the file in `folder` holds what the entry tells."""
    try:
        return entry_of(read_plainly(folder, path, entry.size)) == entry
    except DamagedError:
        return False
