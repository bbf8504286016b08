"""The files of a site put together, and every link of it followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from msgspec import Struct, field

from funnelbook.errors import ContentError
from funnelbook.memory import Memory
from funnelbook.model.results import Results
from funnelbook.packing import packed, unpacked
from funnelbook.pages import Page
from funnelbook.publish import links
from funnelbook.publish.manifest import Content, Lying
from funnelbook.script_data import data_js


class Laid(Struct, frozen=True):
    """A page of the last build that is one of this one too: as `Page`, its files not read."""

    path: str
    title: str
    links: tuple[str, ...]
    files: tuple[tuple[str, Lying], ...]
    anchors: frozenset[str]
    content: Lying


class Gathered(Struct, frozen=True, dict=True):
    """The files of a site by path, and what they were put together from: `beside` the pages, assets and tables.

    `lying` are those of its files that the last build has too.
    """

    files: Mapping[str, bytes]
    pages: tuple[Page | Laid, ...]
    beside: tuple[Mapping[str, bytes], Mapping[str, Content]]
    lying: Mapping[str, Lying] = field(default_factory=dict)

    @cached_property
    def names(self) -> Set[str]:
        return self.files.keys() | self.lying.keys() if self.lying else self.files.keys()


def downloads(results: Results, memory: Memory) -> dict[str, bytes]:
    """Every table as CSV and JSON, as `memory` has them or written anew."""
    key = memory.key("downloads", results.seal)
    files = unpacked(memory.get(key), dict[str, bytes]) if results.seal else None
    if files is None:
        files = dict(_written(results))
        if results.seal:
            memory.put(key, packed(files))
    return files


def _written(results: Results) -> Iterator[tuple[str, bytes]]:
    for name, table in sorted(results.tables.items()):
        yield f"data/{name}.csv", table.csv()
        yield f"data/{name}.json", table.json()


def gather(
    made: tuple[Page | Laid, ...],
    assets: Mapping[str, bytes],
    tables: Mapping[str, Content],
    last: Gathered | None = None,
) -> Gathered:
    """The whole site: pages, their charts, the theme's assets, every table.

    pages.js names the pages: from another version, a reader is led to the same page where there is one. Of `last`
    everything stays that stands at the same paths.
    """
    fresh = _exchanged(made, last) if last and last.beside[0] is assets and last.beside[1] is tables else None
    if last is None or fresh is None:
        paths = data_js(
            "window", {"funnelbookPages": sorted(page.path for page in made if page.path.endswith(".html"))}
        )
        return _gathered({**assets, **_files(made), **tables, "pages.js": paths}, made, (assets, tables))
    if not fresh:
        return last
    return _gathered({**last.files, **last.lying, **_files(new for _, new in fresh)}, made, last.beside)


def _gathered(
    every: Mapping[str, Content],
    made: tuple[Page | Laid, ...],
    beside: tuple[Mapping[str, bytes], Mapping[str, Content]],
) -> Gathered:
    files = {path: content for path, content in every.items() if isinstance(content, bytes)}
    lying = {path: content for path, content in every.items() if isinstance(content, Lying)}
    return Gathered(files, made, beside, lying)


def _files(made: Iterable[Page | Laid]) -> dict[str, Content]:
    files: dict[str, Content] = {}
    for page in made:
        files.update(page.files)
        files[page.path] = page.content
    return files


def _exchanged(made: Sequence[Page | Laid], last: Gathered) -> list[tuple[Page | Laid, Page | Laid]] | None:
    """The pages that were and those that took their places; None when some path came or went."""
    if len(made) != len(last.pages):
        return None
    pairs = [(old, new) for old, new in zip(last.pages, made, strict=True) if old is not new]
    return pairs if all(_paths(old) == _paths(new) for old, new in pairs) else None


def _paths(page: Page | Laid) -> set[str]:
    return {page.path, *(path for path, _ in page.files)}


def check_links(now: Gathered, last: Gathered | None = None) -> None:
    """Raises ContentError with every link that leads nowhere.

    A page whose links were right in `last` is right still while nothing that was there has gone: no file, no page,
    no place in a page.
    """
    doubtful = now.pages if last is None else _doubtful(now, last)
    if doubtful and (findings := links.check(doubtful, now.names, now.pages)):
        raise ContentError(findings)


def _doubtful(now: Gathered, last: Gathered) -> Sequence[Page | Laid]:
    if now is last:
        return ()
    fresh = _exchanged(now.pages, last) if now.beside is last.beside else None
    if fresh is None:
        if not last.names <= now.names:
            return now.pages
        before = {page.path: page for page in last.pages}
        fresh = [(before.get(page.path, page), page) for page in now.pages if before.get(page.path) is not page]
    return [new for _, new in fresh] if all(old.anchors <= new.anchors for old, new in fresh) else now.pages
