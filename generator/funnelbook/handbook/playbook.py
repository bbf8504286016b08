"""What the rest of the program sees of the handbook: frozen playbooks and how to find them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from operator import attrgetter, is_
from types import MappingProxyType
from typing import Literal
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import force_setattr

from funnelbook.errors import Finding, Place
from funnelbook.handbook.links import resolve
from funnelbook.memory import digest
from funnelbook.project import fold

#: Playbooks.
_PART = 32


class Heading(Struct, frozen=True):
    """`id` is unique on the page and begins with `h-`; `level` is 2 to 6; `line` counts from 1 in the file."""

    id: str
    level: int
    text: str
    line: int = 0


class Link(Struct, frozen=True):
    """`target` is what stands in the HTML: as written, percent-encoded."""

    target: str
    line: int
    kind: Literal["link", "image"] = "link"


class Live(Struct, frozen=True):
    """A place in a playbook that only the site's pages can fill: a number, a chart, a link by name.

    `kind` is the role's or directive's name, `target` what it points at or shows, `text` the author's own words for
    it, `options` the rest of what was written, `place` where. `inside_link`: it can be no link itself. `written` is
    the role as it stands in the file, or the chart on one line. A place on another line changes no page, so
    it is left out of `repr`, by which playbooks are told apart.
    """

    kind: str
    target: str
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    place: Place = Place()
    inside_link: bool = False
    written: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "options", MappingProxyType(dict(self.options)))

    def __repr__(self) -> str:
        return _told(self, "place")


class Card(Struct, frozen=True, dict=True):
    """What is told of a playbook elsewhere than on its own page: its front matter.

    `path` is relative to the project (`content/ru/expensive.md`); `slug` is the file's name without `.md`.
    `stage` are names of stages as the front matter has them, `mistake` those of the eight mistakes that it helps
    against. `review_every` counts days. `aims_at` is one of
    decided, win_rate, answered_in_target, comeback, or "". `effective` are the dates that split its effect.
    `index` false keeps it out of the search. A `draft` is on no page but those of a site that is being edited.
    """

    slug: str
    path: str
    title: str
    kind: str
    language: str
    stage: tuple[str, ...] = ()
    cause: tuple[str, ...] = ()
    mistake: tuple[str, ...] = ()
    owner: str = ""
    review_every: int | None = None
    aims_at: str = ""
    effective: tuple[date, ...] = ()
    index: bool = True
    draft: bool = False


class Opening(Card, frozen=True):
    """A card with how the playbook begins, for the list that shows it.

    `summary` is the first paragraph's text, in which a mark stands for each of `live` (see `live.fill`).
    """

    summary: str = ""
    live: tuple[Live, ...] = ()


class Playbook(Opening, frozen=True):
    """One Markdown file, checked and rendered.

    `html` is the body with relative links as written (see `rewrite_links`); `text` the same without mark-up, a line
    a block. `body_line` is the file's line at which the body begins. In `html` and the headings' texts a mark
    stands for each of `live`; in `text` they are as they were written. `seal` is the digest of the file's text.
    """

    headings: tuple[Heading, ...] = ()
    html: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()
    body_line: int = 1
    seal: str = ""

    def __repr__(self) -> str:
        return _told(self, "seal")

    @cached_property
    def card(self) -> Card:
        return Card(*_of_card(self))

    @cached_property
    def opening(self) -> Opening:
        return Opening(*_of_opening(self))

    def follow(self, last: Playbook) -> None:
        """Takes over the card and the opening of the `last` reading, each where it tells the same."""
        for name in ("card", "opening"):
            if repr(getattr(self, name)) == repr(getattr(last, name)):
                self.__dict__[name] = getattr(last, name)


_of_card = attrgetter(*Card.__struct_fields__)
_of_opening = attrgetter(*Opening.__struct_fields__)


def _told(thing: Struct, but: str) -> str:
    """`repr` without one of the fields."""
    told = (f"{name}={getattr(thing, name)!r}" for name in thing.__struct_fields__ if name != but)
    return f"{type(thing).__name__}({', '.join(told)})"


class Catalogue(Struct, frozen=True, dict=True):
    """The cards of one language's playbooks, by path: what all pages but their own know of them."""

    cards: tuple[Card, ...] = ()

    @property
    def filled(self) -> bool:
        return bool(self.cards)

    def about(self, **wanted: str) -> tuple[Card, ...]:
        """The playbooks whose front matter says so: `kind="hiring"`, `cause="fear"`, `stage=…`, `mistake=…`."""
        places = [self._places(key).get(_folded(value), frozenset()) for key, value in wanted.items()]
        return tuple(self.cards[each] for each in sorted(frozenset.intersection(*places))) if places else self.cards

    def _places(self, key: str) -> Mapping[str, frozenset[int]]:
        """Which cards say what for `key`, by the words as they are compared."""
        if key not in self._said:
            found: dict[str, set[int]] = {}
            for place, card in enumerate(self.cards):
                said = getattr(card, key)
                for value in (said,) if isinstance(said, str) else said:
                    found.setdefault(_folded(value), set()).add(place)
            self._said[key] = {value: frozenset(each) for value, each in found.items()}
        return self._said[key]

    @cached_property
    def _said(self) -> dict[str, Mapping[str, frozenset[int]]]:
        return {}

    def titled(self, slug: str) -> str | None:
        """The title of the playbook of that slug; None when there is none."""
        return self._titles.get(slug)

    def slug_at(self, path: str) -> str | None:
        """The slug of the playbook of that path; None when there is none."""
        return self._slugs.get(path)

    @cached_property
    def seal(self) -> str:
        """The digest of all that is told here."""
        return digest(repr(self.cards))

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {each.slug: each.title for each in reversed(self.cards)}

    @cached_property
    def _slugs(self) -> dict[str, str]:
        return {each.path: each.slug for each in self.cards}


class Prose(Struct, frozen=True):
    """The playbooks that readers may search, whole: no drafts, none that keeps itself out.

    `repr`, by which answers are told apart, tells texts by their seals.
    """

    playbooks: tuple[Playbook, ...] = ()

    def __repr__(self) -> str:
        return f"Prose({[(each.path, each.seal or repr(each)) for each in self.playbooks]})"


class Handbook(Struct, frozen=True, dict=True):
    """The playbooks of one language, by path; `warnings` are what does not stop a build."""

    language: str
    playbooks: tuple[Playbook, ...] = ()
    warnings: tuple[Finding, ...] = ()

    def follow(self, last: Handbook) -> None:
        """Takes over from the handbook as it was before a change: what is the same in both is the same object."""
        if _same(tuple(each.card for each in self.playbooks), last.catalogue.cards):
            self.__dict__["catalogue"] = last.catalogue
        if _same(tuple(each.opening for each in self.playbooks), last.openings):
            self.__dict__["openings"] = last.openings
        self.__dict__["_last_prose"] = last._prose

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(tuple(each.card for each in self.playbooks))

    @cached_property
    def openings(self) -> tuple[Opening, ...]:
        return tuple(each.opening for each in self.playbooks)

    @property
    def parts(self) -> int:
        """How many parts its prose is told in, each of about thirty playbooks."""
        return 1 << ((len(self.playbooks) - 1) // _PART).bit_length() if self.playbooks else 0

    def prose(self, part: int, parts: int) -> Prose:
        """One of so many parts of what may be searched. In which a playbook is hangs on its slug alone."""
        found = self._prose.get(parts)
        if found is None:
            divided: list[list[Playbook]] = [[] for _ in range(parts)]
            for each in self.playbooks:
                if each.index and not each.draft:
                    divided[crc32(each.slug.encode()) % parts].append(each)
            last = self._last_prose.get(parts, (Prose(),) * parts)
            found = tuple(
                before if _same(tuple(now), before.playbooks) else Prose(tuple(now))
                for now, before in zip(divided, last, strict=True)
            )
            self._prose[parts] = found
        return found[part]

    @cached_property
    def _prose(self) -> dict[int, tuple[Prose, ...]]:
        return {}

    @cached_property
    def _last_prose(self) -> Mapping[int, tuple[Prose, ...]]:
        return {}

    @cached_property
    def seal(self) -> str:
        """The digest of all that is told here; "" when nobody knows it."""
        if not all(each.seal for each in self.playbooks):
            return ""
        return digest(*(part for each in self.playbooks for part in (each.path, each.seal)))

    def whole(self, path: str) -> Playbook:
        """The playbook of that path, with its text."""
        return self._by_path[path]

    def by_slug(self, slug: str) -> Playbook | None:
        return self._by_slug.get(slug)

    def by_path(self, path: str) -> Playbook | None:
        return self._by_path.get(path)

    def linked(self, playbook: Playbook, target: str) -> tuple[Playbook, str] | None:
        """The playbook of this language that a relative target in `playbook` means, and its `#fragment` or ""."""
        path, fragment = resolve(playbook.path, target)
        found = self.by_path(path)
        return (found, fragment) if found else None

    @cached_property
    def _by_slug(self) -> dict[str, Playbook]:
        return {each.slug: each for each in reversed(self.playbooks)}

    @cached_property
    def _by_path(self) -> dict[str, Playbook]:
        return {each.path: each for each in self.playbooks}


def _same(now: tuple[Card, ...], last: tuple[Card, ...]) -> bool:
    return len(now) == len(last) and all(map(is_, now, last))


#: The same few words stand in many front matters.
_folded = lru_cache(maxsize=2**12)(fold)


def translation(playbook: Playbook, other: Handbook) -> Playbook | None:
    """The same playbook in another language: the one with the same slug."""
    return other.by_slug(playbook.slug) if other.language != playbook.language else None


def translations(playbook: Playbook, handbooks: Mapping[str, Handbook]) -> dict[str, Playbook]:
    """Language -> translation, for every other language that has one."""
    found = {language: translation(playbook, handbooks[language]) for language in sorted(handbooks)}
    return {language: each for language, each in found.items() if each}
