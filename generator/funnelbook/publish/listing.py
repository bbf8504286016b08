"""The list of a site's versions, and the files at the site's root that tell of them.

`versions.json` has the format of mike: a list of {version, title, aliases}, newest first. The alias `latest`
stands at the release that `latest/` shows; while a later build stands there, no release has it. `versions.js` says
the same to the pages (they may lie in a folder, where a script can be read and a JSON file cannot):

    window.funnelbookVersions = {"latest": name or null, "versions": [{"version", "title"}, …]}

Pages of old releases read it for ever: these keys keep their meaning.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from funnelbook.project import Language
from funnelbook.publish.manifest import DamagedError, read_manifest
from funnelbook.publish.version_names import LATEST, is_name, is_title
from funnelbook.script_data import data_js

VERSIONS_JSON, VERSIONS_JS, VERSIONS_HTML = "versions.json", "versions.js", "versions.html"
#: What lies at the root of a site beside its versions.
ROOT_FILES = ("index.html", VERSIONS_JSON, VERSIONS_JS, VERSIONS_HTML)
_MOST_BYTES = 10_000_000


class Release(Struct, frozen=True):
    """A version as the list names it; the title is shown to readers."""

    version: str
    title: str


class Cover(Struct, frozen=True):
    """What the page of all versions is called, and which languages it speaks."""

    title: str = "Handbook"
    languages: tuple[Language, ...] = ("en",)


def listed(out: Path) -> tuple[Release, ...]:
    """The releases that versions.json names, newest first; those without a folder are left out."""
    return tuple(each for each in _written(out) if is_folder(out / each.version))


def releases(out: Path) -> tuple[Release, ...]:
    """The releases in the folder, newest first, the list repaired.

    A release that was written whole and not yet named, for the process was killed between the two, is the newest.
    """
    known = listed(out)
    return (*_unlisted(out, {each.version for each in known}), *known)


def _written(out: Path) -> Iterator[Release]:
    try:
        if not (out / VERSIONS_JSON).is_file():
            return
        with (out / VERSIONS_JSON).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return
    seen = set()
    for each in found if isinstance(found, list) else ():
        name, title = (each.get("version"), each.get("title")) if isinstance(each, dict) else (None, None)
        if (
            isinstance(name, str)
            and isinstance(title, str)
            and is_name(name)
            and is_title(title)
            and name not in seen
        ):
            seen.add(name)
            yield Release(name, title)


def is_folder(path: Path) -> bool:
    """A folder itself, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def _unlisted(out: Path, named: set[str]) -> Iterator[Release]:
    """The folders that hold a release of their own name, without those that are named already."""
    for folder in sorted(out.iterdir(), reverse=True) if out.is_dir() else ():
        if folder.name not in named and is_name(folder.name) and is_folder(folder):
            try:
                origin = read_manifest(folder).origin
            except DamagedError:
                continue
            if origin is not None and origin.version == folder.name:
                yield Release(folder.name, origin.title)


def root_files(found: Sequence[Release], current: str | None) -> dict[str, bytes]:
    """What programs read of the versions; `current` is the release that `latest/` shows."""
    listing = [
        {"version": each.version, "title": each.title, "aliases": [LATEST] if each.version == current else []}
        for each in found
    ]
    told = {"latest": current, "versions": [{"version": each.version, "title": each.title} for each in found]}
    return {
        VERSIONS_JSON: (json.dumps(listing, ensure_ascii=False, indent=1) + "\n").encode(),
        VERSIONS_JS: data_js("(window.funnelbookVersions = {})", told),
    }
