"""The last build taken over for good: what lies on the disk is read, for another build may remove it.

`heard` and `pieced` then make up for what the ledger does not keep, so that a change costs what it costs in a site
that was made here: the answers themselves, and the pieces of pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from funnelbook import pages
from funnelbook.pages import Page, Pieces, Question, Told, Undrawn
from funnelbook.publish.drawing import Drawn, Key, Unit
from funnelbook.publish.gathering import Gathered, Laid
from funnelbook.publish.manifest import Content, DamagedError, Lying, entry_of


def in_memory(drawn: Drawn, gathered: Gathered) -> tuple[Drawn, Gathered]:
    """The same with every file read, as `gather` would have put it together from bytes.

    Raises DamagedError and OSError when a file is not there any more as it was.
    """
    read = {path: _content(each) for path, each in gathered.lying.items()}
    made = {id(page): _page(page, read) for page in gathered.pages if isinstance(page, Laid)}
    every = tuple(made.get(id(page), page) for page in gathered.pages)
    assets, tables = gathered.beside
    whole: Mapping[str, Content] = {path: read.get(path, content) for path, content in tables.items()}
    kept = {key: replace(unit, made=made.get(id(unit.made), unit.made)) for key, unit in drawn.kept.items()}
    return replace(drawn, pages=every, kept=kept), Gathered({**gathered.files, **read}, every, (assets, whole))


def _page(page: Laid, read: Mapping[str, bytes]) -> Page:
    files = tuple((path, read[path]) for path, _ in page.files)
    return Page(page.path, page.title, read[page.path], page.links, files, page.anchors)


def _content(lying: Lying) -> bytes:
    content = Path(lying.path).read_bytes()
    if entry_of(content) != lying.entry:
        raise DamagedError(lying.path)
    return content


def heard(drawn: Drawn) -> Drawn:
    """With the answers that were known by their digests alone, but for those that would be others by now."""
    answers = {
        name: {question: _heard(question, before, drawn.sources[name]) for question, before in asked.items()}
        for name, asked in drawn.answers.items()
    }
    return replace(drawn, answers=answers)


def _heard(question: Question, before: object, source: object) -> object:
    if not isinstance(before, Told):
        return before
    answer = pages.ask(question, source)
    return answer if pages.told(answer) == before else before


def without_pieces(drawn: Drawn) -> Iterable[Key]:
    """The pages with charts that were not put together here: all that are large are among them."""
    return [
        key
        for key, unit in drawn.kept.items()
        if isinstance(unit.made, Page) and not unit.pieces and key.type is not Undrawn
    ]


def pieced(drawn: Drawn, key: Key) -> Drawn:
    """With the pieces of the page, if it stands."""
    unit = drawn.kept.get(key)
    if unit is None or unit.pieces:
        return drawn
    edition = next(each for each in drawn.editions if each.language == key.language)
    pieces = Pieces(edition, {}, {}, lambda _: None)
    if key.task(pieces.watched())() != unit.made or frozenset(pieces.asked) != unit.asked:
        return drawn
    return replace(drawn, kept={**drawn.kept, key: Unit(unit.made, unit.asked, pieces.all)})
