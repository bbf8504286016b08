"""What may be asked for. No path is ever joined from a request: an address is looked up, what is not there is 404.

/                     leads to /latest/
/latest/…             the last good site, from memory; what a page shows of it, with its mark (`serve.marks`)
/<version>/…          a release, as its manifest lists it
/versions.*           the list of the releases
/_serve/…             what keeps an open page up to date; no release can have this name
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from funnelbook.bundled import bundled
from funnelbook.publish import listing, versions_page
from funnelbook.publish.listing import VERSIONS_HTML, Cover
from funnelbook.publish.manifest import MANIFEST, DamagedError, entries_of, manifest_of, read_manifest, read_plainly
from funnelbook.publish.showing import ENTRANCE, STATE
from funnelbook.publish.version_names import LATEST
from funnelbook.serve import answers
from funnelbook.serve.answers import Answer
from funnelbook.serve.board import Shown
from funnelbook.serve.events import INDEX
from funnelbook.serve.marks import is_past
from funnelbook.serve.problem import problem_page, with_client
from funnelbook.serve.requests import RefusedError

OWN = "_serve"
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DRIVE = re.compile(r"/[A-Za-z]:")


class Releases:
    """The releases in the site's folder, read again when the link that shows them has changed.

    A damaged one is left out. `cover` tells what the list of versions is called.
    """

    def __init__(self, out: Path, cover: Callable[[], Cover]) -> None:
        self._out = out
        self._cover = cover
        self._seen: tuple[object, ...] | None = None
        self._sizes: dict[str, dict[str, int]] = {}
        self._lists: dict[str, bytes] = {}

    def find(self, path: str, latest: Mapping[str, bytes]) -> bytes | None:
        """A file of a release, or a list of them; `latest` is the site that stands beside them."""
        self._read(latest)
        if path in self._lists:
            return self._lists[path]
        version, _, inside = path.partition("/")
        size = self._sizes.get(version, {}).get(inside)
        if size is None:
            return None
        try:
            return read_plainly(self._out / version, inside, size)
        except DamagedError:  # removed since, or something else put in its place
            return None

    def _read(self, latest: Mapping[str, bytes]) -> None:
        link = self._out / STATE
        seen = (link.readlink() if link.is_symlink() else None, self._cover(), f"en/{INDEX}" in latest)
        if seen == self._seen:
            return
        known = listing.releases(self._out)
        sizes = {each.version: self._sizes_of(each.version) for each in known}

        def has(version: str, path: str) -> bool:
            return path in (latest if version == LATEST else sizes[version])

        page = versions_page.page(known, None, self._cover(), has)
        self._sizes, self._lists = sizes, {**listing.root_files(known, None), VERSIONS_HTML: page}
        self._seen = seen

    def _sizes_of(self, version: str) -> dict[str, int]:
        folder = self._out / version
        try:
            listed = {path: entry.size for path, entry in read_manifest(folder).files.items()}
            return {**listed, MANIFEST: (folder / MANIFEST).stat().st_size}
        except (DamagedError, OSError):
            return {}


class Addresses:
    """Everything that is served but the events."""

    def __init__(self, releases: Releases) -> None:
        self._releases = releases
        folder = bundled("templates") / "serve"
        self._own = {
            f"{OWN}/{path.name}": path.read_bytes() for path in folder.iterdir() if path.suffix in {".js", ".css"}
        }

    def answer(self, target: str, shown: Shown) -> Answer:
        """What `target`, of a request's first line, leads to. Raises RefusedError when it is malformed."""
        path, query = path_of(target)
        if path in self._own:
            return answers.file(path, self._own[path])
        if not shown.files:
            return problem_page(shown)
        if path == "" or path.endswith("/"):
            path += INDEX
        content = self._find(path, shown)
        if content is not None:
            return answers.error(HTTPStatus.GONE) if is_past(path, query, shown) else answers.file(path, content)
        if self._find(f"{path}/{INDEX}", shown) is not None:
            asked = f"?{quote(query, safe='=&%+')}" if query else ""
            return answers.moved(f"/{quote(path)}/{asked}")
        return answers.error(HTTPStatus.NOT_FOUND)

    def _find(self, path: str, shown: Shown) -> bytes | None:
        if path == INDEX:
            return ENTRANCE
        version, _, inside = path.partition("/")
        if version != LATEST:
            return self._releases.find(path, shown.files)
        if inside == MANIFEST:
            return manifest_of(entries_of(shown.files))
        content = shown.files.get(inside)
        return with_client(content, inside, shown) if content and inside.endswith(".html") else content


def path_of(target: str) -> tuple[str, str]:
    """The path without its first `/`, decoded, and the query as it was sent.

    Raises RefusedError for one that systems read in different ways.
    """
    raw, _, query = target.partition("?")
    if "#" in target or raw.startswith("//") or _BROKEN.search(raw):
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise RefusedError(HTTPStatus.BAD_REQUEST) from None
    if _DRIVE.match(path) or any(ord(sign) < 32 or sign in "\\\x7f" for sign in path):
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    return path[1:], query
