"""The playbooks: an index by kind, and a page for each."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from functools import partial

from markupsafe import Markup

from funnelbook.errors import ContentError, Finding, Place
from funnelbook.handbook import Card, Opening, Playbook, is_picture, rewrite_links
from funnelbook.handbook import resolve as resolve_link
from funnelbook.memory import digest
from funnelbook.pages import live
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.effects.changes import own
from funnelbook.pages.labels import CAUSES, KINDS, label
from funnelbook.pages.live.asking import positions
from funnelbook.pages.live.own import own_numbers
from funnelbook.pages.page import Page, Task, Undrawn
from funnelbook.pages.past import committed, past
from funnelbook.pages.reviewed import overdue_since
from funnelbook.pages.text import crm, sentence


def address(playbook: Card) -> str:
    return _address(playbook.slug)


def _address(slug: str) -> str:
    return f"playbooks/{slug}.html"


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(index, edition)
    for playbook in edition.openings:
        yield (partial if _draws(playbook) else Undrawn)(page, edition, playbook.path)


def _draws(playbook: Opening) -> bool:
    """Whether its page may have charts: its own, or what was before and after its changes."""
    return bool(playbook.aims_at) or any(live.kind == "chart" for live in playbook.live)


def index(edition: Edition) -> Page:
    words, openings = edition.words, edition.openings
    kinds = [
        (
            kind,
            label(words, KINDS, kind),
            [
                (address(each), each.title, live.in_text(edition, each, each.summary))
                for each in openings
                if each.kind == kind
            ],
        )
        for kind in sorted({each.kind for each in openings}, key=_rank)
    ]
    return edition.draft("playbooks/index.html").page(
        "playbooks.html",
        words("Playbooks"),
        words("What we do at each stage, what we answer, whom we refuse and how."),
        kinds=kinds,
    )


def _rank(kind: str) -> tuple[int, str]:
    known = list(KINDS)
    return (known.index(kind) if kind in known else len(known), kind)


def page(edition: Edition, path: str) -> Page:
    words, playbook = edition.words, edition.handbook.whole(path)
    draft = edition.draft(address(playbook))
    due = overdue_since(edition, playbook)
    slug_at = edition.catalogue.slug_at
    body = rewrite_links(playbook.html, lambda target: _target(draft, playbook, target, slug_at))
    return draft.page(
        "playbook.html",
        playbook.title,
        live.in_text(edition, playbook, playbook.summary) or playbook.title,
        body=[(piece, isinstance(piece, Figure)) for piece in live.pieces(draft, playbook, body)],
        own=own_numbers(draft, playbook),
        kind=label(words, KINDS, playbook.kind),
        headings=[
            (each.id, live.in_text(edition, playbook, each.text)) for each in playbook.headings if each.level == 2
        ],
        is_draft=playbook.draft,
        owner=playbook.owner,
        review=words.plural("every {n} day", "every {n} days", playbook.review_every)
        if playbook.review_every
        else "",
        changed=_changed(edition, playbook),
        overdue=edition.words("overdue since {day}", day=edition.words.date(due)) if due else "",
        past=past(edition, playbook),
        effect=own(draft, playbook),
        causes=[label(words, CAUSES, each) for each in playbook.cause],
        stages=[found for each in playbook.stage for found in _stages(edition, each)],
        twins={
            code
            for code, other in edition.book.handbooks.items()
            if other.catalogue.titled(playbook.slug) is not None
        },
        twin_fallback="playbooks/index.html",
    )


def _changed(edition: Edition, playbook: Playbook) -> Markup | str:
    """Who changed it last, and when; "" when git does not know."""
    change = edition.book.history.get(playbook.path)
    if change is None:
        return ""
    day = edition.words.date(change.day(edition.book.project.site.timezone))
    return sentence(edition.words, "{day}, {author}", day=day, author=committed(change.author))


def _stages(edition: Edition, name: str) -> Iterator[tuple[str, object]]:
    """The pages of the stages that bear this name."""
    for pipeline in edition.numbers.pipelines:
        for position in positions(pipeline, name):
            yield edition.stage_address(pipeline, position), crm(pipeline.stages[position - 1].name)


def _target(draft: Draft, playbook: Playbook, target: str, slug_at: Callable[[str], str | None]) -> str:
    """A relative link of a playbook leads to the other playbook's page, a picture to its copy beside the pages."""
    path, part = resolve_link(playbook.path, target)
    if slug := slug_at(path):
        return draft.link(_address(slug)) + part
    for code, handbook in draft.edition.book.handbooks.items():
        if twin := handbook.catalogue.slug_at(path):
            return draft.switch(code, _address(twin))
    return _picture(draft, playbook, path, target)


def _picture(draft: Draft, playbook: Playbook, path: str, target: str) -> str:
    """The picture's address. Its name is its content's: two of one name stay two, and none tells what a file is
    called.
    """
    raw = draft.edition.book.files.picture(path) if is_picture(path) else None
    if raw is None:
        raise ContentError(
            [Finding(Place(playbook.path), "broken-link", f"the link {target!r} leads to no file of the handbook")]
        )
    name = f"pictures/{digest(raw)[:16]}{posixpath.splitext(path)[1].lower()}"
    draft.files.append((f"{posixpath.dirname(draft.path)}/{name}", raw))
    return name
