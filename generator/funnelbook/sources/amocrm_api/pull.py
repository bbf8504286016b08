"""Pull a dump of an amoCRM account into a folder, page by page; what was interrupted goes on where it stopped."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from msgspec import Struct

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.sources.amocrm_api.client import Client, RefusedQueryError
from funnelbook.sources.amocrm_api.wanted import WANTED, Collection
from funnelbook.sources.items import Item

#: Told of each collection as it begins, then of the items that came.
Watch = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


class Destination(Struct, frozen=True):
    """Where a dump goes. `partial` holds what has come so far; readers of exports pass over it.

    Only a dump begun on the same day is gone on with: a snapshot of two days would be of neither.
    """

    folder: Path
    partial: Path

    @classmethod
    def of(cls, inside: Path, folder: Path, day: date, host: str) -> Destination:
        """`partial` lies in `inside`."""
        return cls(folder, inside / f"{_PARTIAL}{day.isoformat()}-{re.sub(r'[^a-z0-9.]', '-', host.lower())}")

    def outdated(self) -> list[Path]:
        """Dumps that were begun on another day, or of another account, and never finished."""
        return sorted(each for each in self.partial.parent.glob(f"{_PARTIAL}*") if each != self.partial)


_PARTIAL = ".fetch-"


def pull(
    client: Client, destination: Destination, watch: Watch, wanted: Sequence[Collection] = WANTED
) -> list[Path]:
    """All collections as files of `destination.folder`, which appear when all of them are complete.

    Raises `SourceError` `would-overwrite` before anything is asked when one of them is there already,
    `input-changed` when another process pulls into the same place, and what `Client.get` raises.
    """
    _check_free(destination, wanted)
    for each in destination.outdated():
        shutil.rmtree(each)
    destination.partial.mkdir(mode=0o700, parents=True, exist_ok=True)
    for collection in wanted:
        with watch(collection.name) as step:
            _collect(client, collection, destination.partial, step)
    return _settled(destination, wanted)


def _check_free(destination: Destination, wanted: Sequence[Collection]) -> None:
    there = [path for each in wanted if os.path.lexists(path := destination.folder / f"{each.name}.json")]
    if there:
        message = "a dump of this day is there already"
        hint = "build with it, remove it to pull anew, or pull into another folder with --out"
        raise SourceError(Finding(Place(str(path)), "would-overwrite", message, hint) for path in there)


def _collect(client: Client, collection: Collection, folder: Path, step: Callable[[int, int], None]) -> None:
    """One line of `<name>.pages` a page; when the last has come, the file is called `<name>.json`."""
    done = folder / f"{collection.name}.json"
    if done.exists():
        return
    path = folder / f"{collection.name}.pages"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        pages, size = _came(file.read())
        file.truncate(size)
        items = 0
        for page in _pages(client, collection, pages + 1):
            size = _append(file, path, size, _line(collection, page))
            items += len(page)
            step(items, items)
        if not size:
            _append(file, path, size, _line(collection, ()))
        os.fsync(file.fileno())
    path.rename(done)


def _came(data: bytes) -> tuple[int, int]:
    """How many whole pages there are, and where they end. A line that was cut short is fetched again."""
    return data.count(b"\n"), data.rfind(b"\n") + 1


def _append(file: BinaryIO, path: Path, size: int, line: bytes) -> int:
    """The file's new size."""
    if os.fstat(file.fileno()).st_size != size:
        message = "another process pulls the same account into this folder"
        raise SourceError.one("input-changed", message, "wait for it", place=Place(str(path)))
    file.seek(size)
    file.write(line)
    file.flush()
    return size + len(line)


def _line(collection: Collection, page: Sequence[Item]) -> bytes:
    """ASCII: what no encoding can hold (half a surrogate pair) stays there for the reader to reject."""
    return json.dumps({"_embedded": {collection.kind: list(page)}}, separators=(",", ":")).encode() + b"\n"


def _pages(client: Client, collection: Collection, first: int) -> Iterator[list[Item]]:
    """What is kept of each page from `first` on.

    The last page is the one without a link to a next and with room left, or an empty one. A server that answers the
    same page again knows no pages.
    """
    if not collection.limit:
        if first == 1 and (found := _items(client, collection, {})) is not None:
            yield _kept(collection, found.items)
        return
    before: list[object] = []
    for number in count(first):
        found = _items(client, collection, {"page": str(number), "limit": str(collection.limit)})
        ids = [each.get("id") for each in found.items] if found else []
        if found is None or not ids or ids == before:
            return
        yield _kept(collection, found.items)
        if not found.more and len(ids) < collection.limit:
            return
        before = ids


class _Page(NamedTuple):
    items: list[Item]
    more: bool


def _items(client: Client, collection: Collection, page: Mapping[str, str]) -> _Page | None:
    """The items of one page; None when there is nothing."""
    query = {**page, **collection.query}
    try:
        document = client.get(collection.path, {**query, **collection.sifted})
    except RefusedQueryError:
        if not collection.sifted:
            raise
        document = client.get(collection.path, query)
    if document is None:
        return None
    embedded, links = document.get("_embedded"), document.get("_links")
    items = embedded.get(collection.kind) if isinstance(embedded, dict) else None
    if not isinstance(items, list):
        raise SourceError.one("api-answer", f"an answer holds no {collection.kind}", "check the account's address")
    more = isinstance(links, dict) and bool(links.get("next"))
    return _Page([each for each in items if isinstance(each, dict)], more)


def _kept(collection: Collection, items: Sequence[Item]) -> list[Item]:
    return [kept for each in items if (kept := collection.keep(each)) is not None]


def _settled(destination: Destination, wanted: Sequence[Collection]) -> list[Path]:
    """The files at their place: all in one step where the folder is new, else one after another."""
    names = [f"{each.name}.json" for each in wanted]
    folder = destination.folder
    if folder.exists():
        _check_free(destination, wanted)
        for name in names:
            (destination.partial / name).rename(folder / name)
        destination.partial.rmdir()
    else:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        destination.partial.rename(folder)
    return [folder / name for name in names]
