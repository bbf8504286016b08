"""A playbook's body: Markdown to HTML, with its headings, links and plain text, and every mistake in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from urllib.parse import quote, unquote

from markdown_it.token import Token
from msgspec import Struct

from funnelbook.errors import Finding
from funnelbook.handbook.headings import drop_repeated_title, name_headings, plain
from funnelbook.handbook.links import is_relative, wrong_link, wrong_picture
from funnelbook.handbook.live import LIVE, fill, with_lines
from funnelbook.handbook.parser import parser
from funnelbook.handbook.playbook import Heading, Link, Live
from funnelbook.handbook.reports import Reports, TooComplexError
from funnelbook.handbook.roles import collect

#: Thirty times a long playbook; as much mark-up as fits into it is read in about a second.
_MOST_SIGNS = 120_000
_WITH_TEXT = frozenset({"inline", LIVE, "fence", "code_block"})


class Body(Struct, frozen=True):
    """`links` are all targets that stay on the site, `findings` the mistakes and warnings."""

    html: str = ""
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    text: str = ""
    summary: str = ""
    findings: tuple[Finding, ...] = ()
    live: tuple[Live, ...] = ()


class Source(Struct, frozen=True):
    """A body and where it stands: its file, the line it begins on, the title above it."""

    path: str
    text: str
    body_line: int
    language: str
    title: str


def render(source: Source) -> Body:
    reports = Reports(source.path, source.body_line)
    if len(source.text) > _MOST_SIGNS:
        reports.add(0, "too-complex", f"the body is longer than {_MOST_SIGNS} signs", "split it")
        return Body(findings=tuple(reports.findings))
    lines = source.text.split("\n")
    env = {"reports": reports, "language": source.language, "lines": lines}
    md = parser()
    try:
        # The plugin for colon fences looks one sign beyond the text when that ends inside a fence in a quote.
        text = source.text if source.text.endswith("\n") else f"{source.text}\n"
        tokens = drop_repeated_title(md.parse(text, env), source.title)
    except TooComplexError:
        return Body(findings=tuple(reports.findings))
    telling = with_lines(tokens)
    _mend_attributes(telling, reports)
    live = collect(telling, lines, reports)
    headings = name_headings(tokens, reports)
    links = tuple(_links(telling, reports))
    html = str(md.renderer.render(tokens, md.options, env))
    summary = next((plain(inline) for inline in _paragraphs(tokens)), "")
    text = fill(_text(tokens), lambda number: live[number].written)
    return Body(html, headings, links, text, summary, tuple(reports.findings), live)


def _mend_attributes(telling: Iterable[tuple[Token, int]], reports: Reports) -> None:
    """Ids get their prefix, a cell's alignment becomes a class, and dropped attributes are told."""
    for token, line in telling:
        written = token.attrGet("id")
        if written is not None:
            token.attrSet("id", f"h-{written}")
        style = str(token.attrs.pop("style", ""))
        if style.startswith("text-align:"):
            token.attrJoin("class", f"align-{style.removeprefix('text-align:')}")
        for name in sorted(token.meta.get("insecure_attrs", ())):
            message = f"the attribute `{name}` was left out"
            reports.add(line, "attribute", message, "only class and id are allowed", "warning")


def _links(telling: Iterable[tuple[Token, int]], reports: Reports) -> Iterator[Link]:
    for token, line in telling:
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            wrong = wrong_link(target)
            token.attrSet("href", _with_prefix(target))
        elif token.type == "image":
            target = str(token.attrGet("src"))
            wrong = wrong_picture(target)
        else:
            continue
        if wrong:
            reports.add(line, "bad-link", wrong)
        elif is_relative(target) or target.startswith("#"):
            yield Link(_with_prefix(target), reports.line(line), "image" if token.type == "image" else "link")


def _with_prefix(target: str) -> str:
    """`#place` and `other.md#place` mean a heading, whose id begins with `h-`."""
    path, sign, place = target.partition("#")
    if not place or not (path == "" or (is_relative(path) and path.endswith(".md"))):
        return target
    place = unquote(place)
    return f"{path}{sign}{quote(place if place.startswith('h-') else f'h-{place}')}"


def _paragraphs(tokens: Sequence[Token]) -> Iterator[Token]:
    """Paragraphs of the body itself, not of its lists, quotes and boxes."""
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0:
            yield inline


def _text(tokens: Sequence[Token]) -> str:
    telling = (token for token in tokens if token.type in _WITH_TEXT)
    found = (plain(token) if token.type == "inline" else token.content for token in telling)
    return "\n".join(line for line in found if line)
