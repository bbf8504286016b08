"""Roles: ``{name}`what` `` in a text, in MyST's spelling. Pages know what they mean; here they are spelt right.

A new role is one entry of `ROLES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from funnelbook.errors import Place
from funnelbook.handbook.live import LIVE, mark
from funnelbook.handbook.playbook import Live
from funnelbook.handbook.reports import Reports
from funnelbook.project import quoted, suggestion

_ROLE = re.compile(r"\{([A-Za-z][\w-]{0,30})\}(`+)(?!`)([^\n]+?)(?<!`)\2(?!`)")
_OWN_WORDS = re.compile(r"(.+?)\s+<([^<>]+)>")
_PART = re.compile(r"""\s*(?:(\w+)=)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"'=]+)(?=\s|$)""")

#: More than anybody reads; what there are of them is filled in well below a second.
_MOST = 500
_MOST_CHARTS = 20

Written = tuple[str, str, dict[str, str]]


def _named(content: str) -> Written | str:
    """`target`, or `own words <target>`."""
    found = _OWN_WORDS.fullmatch(content.strip())
    return (found[2].strip(), found[1], {}) if found else (content.strip(), "", {})


def _called(content: str) -> Written | str:
    """`name key=value key="a value"`; a text says what is wrong."""
    names: list[str] = []
    options: dict[str, str] = {}
    at = 0
    rest = content.rstrip()
    while at < len(rest):
        found = _PART.match(rest, at)
        if not found:
            return f"{quoted(rest[at:].strip())} cannot be read"
        at = found.end()
        key, value = found[1], _bare(found[2])
        if key is None:
            names.append(value)
        elif key in options:
            return f"`{key}` stands here twice"
        else:
            options[key] = value
    if len(names) != 1:
        return "it needs one name" if not names else f"{quoted(names[1])} has no `key=` before it"
    return names[0], "", options


def _bare(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] in "\"'" else value


#: Name -> how what stands between the backticks is read.
ROLES: Mapping[str, Callable[[str], Written | str]] = MappingProxyType(
    {"metric": _called, "term": _named, "playbook": _named, "stage": _named, "page": _named}
)


def role(state: StateInline, silent: bool) -> bool:
    """The inline rule; in code it never runs, and after a backslash neither."""
    found = _ROLE.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "{" else None
    if not found:
        return False
    if not silent:
        token = state.push(LIVE, "", 0)
        token.info = found[0]
        token.meta = {"role": found[1], "content": found[3]}
    state.pos = found.end()
    return True


def collect(telling: Iterable[tuple[Token, int]], lines: Sequence[str], reports: Reports) -> tuple[Live, ...]:
    """Every live place in reading order, and its mark in its token; mistakes go to `reports`.

    `telling` is what `live.with_lines` tells of the body's tokens.
    """
    found: list[Live] = []
    columns = _Columns(lines)
    links = 0
    for token, line in telling:
        links += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "image" and any(child.type == LIVE for child in token.children or ()):
            reports.add(line, "role-in-picture", "the words for a picture can hold no role", "write them out")
        if token.type != LIVE:
            continue
        live = _live(token, reports.place(line, columns.of(token, line)), links > 0, reports)
        if live:
            token.content = mark(len(found))
            found.append(live)
    _check_number(found, reports)
    return tuple(found)


def _live(token: Token, place: Place, inside_link: bool, reports: Reports) -> Live | None:
    name = token.meta["role"]
    if "target" in token.meta:
        options = token.meta["options"]
        line = " ".join((f"{{{name}}}", token.meta["target"], *(f":{key}: {options[key]}" for key in options)))
        return Live(name, token.meta["target"], "", options, place, written=line)
    if name not in ROLES:
        hint = suggestion(name, ROLES) or "write \\{ for a brace that is only a sign"
        reports.add_at(place, "unknown-role", f"there is no role {quoted(name)}", hint)
        return None
    written = ROLES[name](token.meta["content"])
    if isinstance(written, str):
        hint = 'write {metric}`name key=value key="a value"`'
        reports.add_at(place, "bad-role", f"`{name}`: {written}", hint)
        return None
    target, text, options = written
    return Live(name, target, text, options, place, inside_link, token.info)


def _check_number(found: Sequence[Live], reports: Reports) -> None:
    charts = [each for each in found if each.kind == "chart"]
    for which, most in ((found, _MOST), (charts, _MOST_CHARTS)):
        if len(which) > most:
            message = f"more than {most} {'charts' if which is charts else 'roles'} in one playbook"
            reports.add_at(which[most].place, "too-complex", message, "split it")


class _Columns:
    """Where a token was written in its line: the parser forgets it, and tokens come in the order of the text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._reached: dict[int, int] = {}

    def of(self, token: Token, line: int) -> int:
        """From 1; 0 where the line does not have it as it was read."""
        text = self._lines[line] if line < len(self._lines) else ""
        written = token.info or "{chart}"
        at = text.find(written, self._reached.get(line, 0))
        if at < 0:
            return 0
        self._reached[line] = at + len(written)
        return at + 1
