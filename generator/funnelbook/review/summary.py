"""A review as Markdown for a comment on a pull request: counts first, then short tables, whatever the texts hold.

Texts of files and of a CRM are written so that they mention nobody, link nowhere, and hold no picture and no HTML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from funnelbook.review.numbers import differing
from funnelbook.review.telling import FIGURES, Telling, what, where

#: The most bytes of a summary; GitHub takes 65,536 signs.
MOST_BYTES = 60_000
_MOST_ROWS = 25
_LONGEST = 300
_SIGNS = re.compile(r"([\\`*_{}\[\]|~$])")
#: What would begin a list, a heading or a quotation at the beginning of a text.
_BEGINNING = re.compile(r"^(\d*)([-+=#:.)])")
#: What makes a mention, a reference or an address of the word after it.
_CALLS = re.compile(r"([@#!&~](?=\S)|:(?=//)|www(?=\.)|GH(?=-\d))", re.IGNORECASE)
_BETWEEN = "\N{WORD JOINER}"


def inert(text: str) -> str:
    """A text on one line that Markdown takes for nothing but text."""
    seen = "".join(" " if sign.isspace() else sign for sign in text if _is_seen(sign)).strip()
    seen = seen if len(seen) <= _LONGEST else seen[: _LONGEST - 1].rstrip() + "…"
    kept = _SIGNS.sub(r"\\\1", _CALLS.sub(lambda found: found[1] + _BETWEEN, seen))
    kept = kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BEGINNING.sub(r"\1\\\2", kept)


def _is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def markdown(told: Telling) -> str:
    """At most `MOST_BYTES` of UTF-8; what does not fit stands on the page."""
    text = "\n".join(_lines(told)) + "\n"
    if len(text.encode()) <= MOST_BYTES:
        return text
    end = "\n\n" + told.words("The rest stands on the page of the review.") + "\n"
    cut = text.encode()[: MOST_BYTES - len(end.encode())].decode(errors="ignore")
    return cut[: cut.rindex("\n")] + end


def _lines(told: Telling) -> Iterator[str]:
    yield f"## {told.heading}"
    yield ""
    yield inert(told.states)
    yield ""
    yield " · ".join(f"{label}: **{number}**" for label, number in told.counts)
    for part in (_findings(told), _figures(told), _playbooks(told), _settings(told), _exports(told), _tables(told)):
        yield from part
    if told.notes:
        yield ""
        for note in told.notes:
            yield f"- {inert(note)}"


def _findings(told: Telling) -> Iterator[str]:
    words, findings = told.words, told.review.findings
    heads = (words("Where"), words("Mistake"), words("Rule"))
    for title, found in ((words("New mistakes"), findings.gained), (words("Mended mistakes"), findings.fixed)):
        yield from _table(told, title, heads, [(where(each), what(each), each.rule) for each in found])


def _figures(told: Telling) -> Iterator[str]:
    words = told.words
    rows = [
        (words.month(each.month), each.pipeline, words(FIGURES[each.name]), *told.values(each), told.why(each))
        for each in differing(told.review.figures or ())
    ]
    heads = (words("Month"), words("Pipeline"), words("Figure"), words("Before"), words("After"), words("Moved by"))
    yield from _table(told, words("Headline figures that move"), heads, rows)


def _playbooks(told: Telling) -> Iterator[str]:
    words = told.words
    rows = [
        (
            each.title,
            each.path,
            told.fate(each),
            told.extent(each),
            ", ".join(key for key, _, _ in each.matter) if each.old_path and each.fate != "removed" else "",
        )
        for each in told.review.playbooks
    ]
    heads = (words("Playbook"), words("File"), words("What"), words("How much"), words("Front matter"))
    yield from _table(told, words("Playbooks that differ"), heads, rows)


def _settings(told: Telling) -> Iterator[str]:
    words = told.words
    heads = (words("Key"), words("Before"), words("After"))
    rows = [(each.key, each.before, each.after) for each in told.review.settings]
    yield from _table(told, words("Config"), heads, rows)


def _exports(told: Telling) -> Iterator[str]:
    words = told.words
    yield from _table(told, words("Exports"), (words("File"), words("What")), told.exports)


def _tables(told: Telling) -> Iterator[str]:
    words = told.words
    heads = (words("Table"), words("Rows changed"), words("Rows added"), words("Rows removed"), words("Moved by"))
    rows = [
        (
            f"{told.table(each)} ({each.table})",
            *(words.number(count) for count in (each.changed, each.added, each.removed)),
            told.cause(each.cause),
        )
        for each in told.review.tables or ()
    ]
    yield from _table(told, words("Tables that move"), heads, rows)


def _table(told: Telling, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Nothing without rows."""
    if not rows:
        return
    yield from ("", f"### {title}", "", _row(heads), "|" + " --- |" * len(heads))
    for row in rows[:_MOST_ROWS]:
        yield _row([inert(cell) for cell in row])
    if len(rows) > _MOST_ROWS:
        yield ""
        yield told.words("… and {n} more, on the page of the review.", n=told.words.number(len(rows) - _MOST_ROWS))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell or " " for cell in cells) + " |"
