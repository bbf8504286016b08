"""The search: its page, and beside it scripts with what is looked through.

Prose that people wrote and reviewed, and nothing else: playbooks, the glossary, what pages of numbers are about.
No number, and no name of a stage, a deal or a seller. Words are looked for in the browser (search.js), which knows
their endings; so the scripts hold texts as they are. The playbooks are divided among several, so that a change of
one makes a small file anew.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from funnelbook.handbook import Playbook, fill
from funnelbook.pages.edition import Edition
from funnelbook.pages.labels import KINDS, label
from funnelbook.pages.page import Page, Task, Undrawn
from funnelbook.pages.playbooks import address
from funnelbook.script_data import object_js

#: Digits in a row: what could be a phone, an account or a document is nobody's to find.
_LONG = 7
_LONG_NUMBER = re.compile(rf"\d{{{_LONG},}}")
#: The bytes of UTF-8 with every digit a zero, and what may begin a digit of another script told apart: neither
#: Latin and Cyrillic letters nor punctuation are any.
_ELSEWHERE = b"\x01"
_SIGNS = bytes(
    ord("0") if byte in b"0123456789" else 1 if byte > 0xD3 and byte != 0xE2 else byte for byte in range(256)
)
#: Stands for what is told here no more.
_LEFT_OUT = "…"

#: Kind of a playbook -> number of what it is called: pages of numbers and the glossary come before.
_KIND = {kind: number for number, kind in enumerate(KINDS, 2)}

#: Address from the edition's root, title, number of its kind, headings as anchor and text, text.
_Entry = tuple[str, str, int, list[tuple[str, str]], str]


def pages(edition: Edition) -> Iterator[Task]:
    parts = edition.handbook.parts
    yield Undrawn(page, edition, parts)
    for part in range(parts):
        yield Undrawn(playbooks, edition, part, parts)


def page(edition: Edition, parts: int) -> Page:
    """The page, and beside it the script of all but the playbooks."""
    words, draft = edition.words, edition.draft("search.html")
    told = words("Playbooks")
    kinds = [words("Numbers"), words("Glossary"), *(f"{told} · {label(words, KINDS, each)}" for each in KINDS)]
    others = msgspec.json.encode([*_numbers(edition), *_terms(edition)])
    script = _script(b'"kinds":%s,"0":%s' % (msgspec.json.encode(kinds), others))
    draft.files.append((posixpath.join(posixpath.dirname(draft.path), _name(0)), script))
    return draft.page(
        "search.html",
        words("Search"),
        words("Looks through the playbooks, the glossary and what the pages of numbers are about."),
        scripts=[_name(number) for number in range(parts + 1)],
    )


def playbooks(edition: Edition, part: int, parts: int) -> Page:
    """The script of a part of the playbooks."""
    entries = [_entry(each) for each in edition.handbook.prose(part, parts).playbooks]
    told = msgspec.json.encode(entries)
    if _may_be_long(told):
        told = msgspec.json.encode([_without_long(each) for each in entries])
    path = edition.draft(_name(part + 1)).path
    return Page(path, "", _script(b'"%d":%s' % (part + 1, told)))


def _name(number: int) -> str:
    return f"search-{number}.js"


def _script(members: bytes) -> bytes:
    return object_js("(window.funnelbookSearch ??= {})", b"{%s}" % members)


def _numbers(edition: Edition) -> Iterator[_Entry]:
    """The pages of numbers, and the newest month."""
    from funnelbook.pages.outlines import MONTH, OUTLINES  # only here: a changed playbook needs neither

    words = edition.words
    latest = ((edition.month_address(edition.numbers.latest), *MONTH),) if edition.numbers.latest else ()
    for place, title, question, headings in (*latest, *OUTLINES):
        yield place, words(title), 0, [("", words(each)) for each in headings], words(question) if question else ""


def _terms(edition: Edition) -> Iterator[_Entry]:
    from funnelbook.pages.terms import GROUPS

    words = edition.words
    for _, _, terms in GROUPS:
        for each in terms:
            said = [words(each.meaning), *([words(each.formula)] if each.formula else [])]
            yield f"glossary.html#{each.slug}", words(each.name), 1, [], "\n".join(said)


def _entry(playbook: Playbook) -> _Entry:
    text = playbook.text
    headings = [(each.id, each.text) for each in playbook.headings]
    if playbook.live:
        said = [each.text or _LEFT_OUT for each in playbook.live]
        headings = [(ident, fill(heading, said.__getitem__)) for ident, heading in headings]
        for each, words in zip(playbook.live, said, strict=True):
            text = text.replace(each.written, words)
    return address(playbook), playbook.title, _KIND.get(playbook.kind, _KIND["note"]), headings, text


def _may_be_long(text: bytes) -> bool:
    """Whether a long number may stand there, told in a tenth of the time that looking for it takes."""
    signs = text.translate(_SIGNS)
    return _ELSEWHERE in signs or b"0" * _LONG in signs


def _without_long(entry: _Entry) -> _Entry:
    place, title, kind, headings, text = entry
    told = [("" if _LONG_NUMBER.search(ident) else ident, _short(heading)) for ident, heading in headings]
    return place, _short(title), kind, told, _short(text)


def _short(text: str) -> str:
    return _LONG_NUMBER.sub(_LEFT_OUT, text)
