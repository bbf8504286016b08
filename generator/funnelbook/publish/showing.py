"""What readers see of the site: one link that is replaced in one step, and what it leads to.

site/.states/<id>/    `latest`, a link to a build or a release, and the list of versions
site/.state           -> .states/<id>
site/latest           -> .state/latest; versions.json, versions.js and versions.html likewise
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from funnelbook import __version__
from funnelbook.memory import digest
from funnelbook.publish import disk, listing
from funnelbook.publish.listing import VERSIONS_HTML, VERSIONS_JS, VERSIONS_JSON, Cover, Release
from funnelbook.publish.manifest import DamagedError, read_plainly
from funnelbook.publish.version_names import LATEST

BUILDS, STATES = ".builds", ".states"
STATE = ".state"
_COVER = "cover.json"
_MOST_BYTES = 1_000_000
_LISTS = (VERSIONS_JSON, VERSIONS_JS, VERSIONS_HTML)

ENTRANCE = b"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Handbook</title>
<meta http-equiv="refresh" content="0; url=latest/index.html">
</head>
<body><p><a href="latest/index.html">Handbook</a></p></body>
</html>
"""


class State(Struct, frozen=True):
    """What readers are to see: `target` under `latest`, and the list of versions.

    `fresh` is where the target lies until it gets its name, None when it has it.
    """

    out: Path
    target: Path
    releases: Sequence[Release]
    cover: Cover
    fresh: Path | None = None

    @property
    def current(self) -> str | None:
        """The release that `latest` shows."""
        return self.target.name if self.target.parent == self.out else None

    @property
    def folder(self) -> Path:
        told = [
            *(f"{each.version} {each.title}" for each in self.releases),
            self.cover.title,
            *self.cover.languages,
        ]
        return self.out / STATES / digest(__version__, self.target.name, *told)[:16]

    def has(self, version: str, path: str) -> bool:
        """Whether a version has the file, while the list is written."""
        shown = version in {LATEST, self.current}
        return (((self.fresh or self.target) if shown else self.out / version) / path).is_file()


def show(state: State) -> None:
    """Makes readers see the state in one step, and removes what nobody sees any more."""
    out, folder = state.out, state.folder
    before = {current_of(out), _state_of(out)}
    _prepare(state)
    for name in _LISTS:
        _lead(out / name)
    if not (out / "index.html").is_file() or (out / "index.html").read_bytes() != ENTRANCE:
        disk.write_whole(out / "index.html", ENTRANCE)
    if state.fresh is not None:
        state.fresh.replace(state.target)
    try:
        disk.point(out / STATE, folder.relative_to(out))
        _lead(out / LATEST)
    except OSError:
        if state.fresh is not None and _state_of(out) != folder:
            with suppress(OSError):
                state.target.replace(state.fresh)
        raise
    with suppress(OSError):
        _prune(out, before | {state.target, folder})


def shows(state: State) -> bool:
    """Whether readers see the target already, and the list as it is to be."""
    seen, told = _state_of(state.out), listing.root_files(state.releases, state.current)
    is_told = seen is not None and all(disk.holds(seen / name, content) for name, content in told.items())
    return is_told and current_of(state.out) == state.target


def _prepare(state: State) -> None:
    """Writes the state under its name. What was damaged by hand in one that lies there is mended."""
    folder, told = state.folder, listing.root_files(state.releases, state.current)
    if listing.is_folder(folder):
        for name, content in told.items():
            if not disk.holds(folder / name, content):
                disk.write_whole(folder / name, content)
        return
    partial = folder.with_name(f"{folder.name}.partial")
    for each in (folder, partial):
        disk.remove(each)
    page, made_from = _page(state)
    cover = {
        "title": state.cover.title,
        "languages": state.cover.languages,
        "page": {"made from": made_from, "digest": digest(page)},
    }
    disk.write({**told, VERSIONS_HTML: page, _COVER: json.dumps(cover).encode()}, partial, {})
    (partial / LATEST).symlink_to(Path("../..") / state.target.relative_to(state.out))
    partial.replace(folder)


def _page(state: State) -> tuple[bytes, str]:
    """The list of versions as a page, that of before where it is the same, and a digest of what it is made from."""
    from funnelbook.publish.unchanged import program

    versions = (LATEST, *(each.version for each in state.releases))
    begins = [state.has(each, f"{code}/index.html") for each in versions for code in state.cover.languages]
    made_from = digest(program(), repr((state.releases, state.current, state.cover, begins)))
    try:
        before = json.loads(read_plainly(state.out / STATE, _COVER, _MOST_BYTES))["page"]
        page = read_plainly(state.out / STATE, VERSIONS_HTML, _MOST_BYTES)
        if before == {"made from": made_from, "digest": digest(page)}:
            return page, made_from
    except (DamagedError, ValueError, KeyError, TypeError, RecursionError):
        pass  # there is none
    from funnelbook.publish.versions_page import page as page_of  # only here: it needs the theme and all that

    return page_of(state.releases, state.current, state.cover, state.has), made_from


def _state_of(out: Path) -> Path | None:
    link = out / STATE
    return out / link.readlink() if link.is_symlink() else None


def _lead(link: Path) -> None:
    """The links at the site's root never change; those of an older program, or a lost one, are made.

    A site that was copied with its links followed has a folder where a link belongs.
    """
    wanted = Path(STATE) / link.name
    if link.is_symlink() and link.readlink() == wanted:
        return
    if listing.is_folder(link):
        link.replace(link.parent / BUILDS / f"{link.name}.copied")
    disk.point(link, wanted)


def cover_of(out: Path) -> Cover:
    """What the list of versions was called when it was written last."""
    try:
        told = json.loads(read_plainly(out / STATE, _COVER, _MOST_BYTES))
        return Cover(str(told["title"]), tuple(code for code in ("ru", "en") if code in told["languages"]))
    except (DamagedError, ValueError, KeyError, TypeError, RecursionError):
        return Cover()


def _prune(out: Path, keep: set[Path | None]) -> None:
    """Removes all but what is current and what was before, which a reader may still have open."""
    for folder in (out / BUILDS, out / STATES):
        for each in sorted(folder.iterdir()):
            if each not in keep:
                disk.remove(each)


def current_of(out: Path) -> Path | None:
    """The folder of the build or release that `latest` shows."""
    link, root = out / LATEST, out.resolve()
    shown = link.resolve()
    if not link.is_symlink() or shown.parent not in {root, root / BUILDS} or not shown.is_dir():
        return None
    return out / shown.relative_to(root)
