"""Directives: ```` ```{name} argument ```` and `:::{name} argument`, in MyST's spelling.

A new directive is one entry of `DIRECTIVES`: what options it knows, and how it becomes tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from msgspec import Struct

from funnelbook.handbook.live import LIVE
from funnelbook.handbook.reports import Reports
from funnelbook.project import quoted, suggestion

_DEEPEST = 5


class Call(Struct, frozen=True):
    """A directive as it was written. `line` counts from 0 in the body; `parse` turns inner Markdown into tokens."""

    name: str
    argument: str
    options: Mapping[str, str]
    content: str
    language: str
    line: int
    parse: Callable[[], list[Token]]


class Directive(Struct, frozen=True):
    """`expand` makes the tokens that stand in the page. An `empty` one has options and no text."""

    expand: Callable[[Call], list[Token]]
    options: tuple[str, ...] = ()
    empty: bool = False


def _titles(**titles: tuple[str, str]) -> Mapping[str, Mapping[str, str]]:
    return {name: {"en": english, "ru": russian} for name, (english, russian) in titles.items()}


_ADMONITIONS = _titles(
    note=("Note", "Заметка"),
    tip=("Tip", "Совет"),
    hint=("Hint", "Подсказка"),
    important=("Important", "Важно"),
    attention=("Attention", "Обратите внимание"),
    caution=("Caution", "Осторожно"),
    warning=("Warning", "Внимание"),
    danger=("Danger", "Опасно"),
    error=("Mistake", "Ошибка"),
    seealso=("See also", "См. также"),
    admonition=("Note", "Заметка"),
)


def _admonition(call: Call) -> list[Token]:
    """A box with a title; the argument is the title, else the name in the playbook's language."""
    classes = " ".join(filter(None, ("admonition", call.name, call.options.get("class", ""))))
    opening = Token("admonition_open", "div", 1, block=True, attrs={"class": classes, "role": "note"})
    title_open = Token("paragraph_open", "p", 1, level=1, block=True, attrs={"class": "admonition-title"})
    title = Token("inline", "", 0, level=2, block=True, map=[call.line, call.line + 1], children=[])
    title.content = call.argument or _ADMONITIONS[call.name][call.language]
    title_close = Token("paragraph_close", "p", -1, level=1, block=True)
    closing = Token("admonition_close", "div", -1, block=True)
    return [opening, title_open, title, title_close, *call.parse(), closing]


def _chart(call: Call) -> list[Token]:
    """A chart of the site, which its pages draw."""
    token = Token(LIVE, "", 0, block=True, map=[call.line, call.line + 1])
    token.meta = {"role": "chart", "target": call.argument, "options": dict(call.options)}
    return [token]


DIRECTIVES: Mapping[str, Directive] = MappingProxyType(
    {
        **{name: Directive(_admonition, ("class",)) for name in _ADMONITIONS},
        "chart": Directive(_chart, ("pipeline", "stage", "month"), empty=True),
    }
)


def expand_directives(state: StateCore) -> None:
    """Replaces the directives among the block tokens. `env` carries `reports` and `language`."""
    state.tokens = _expanded(state, state.tokens, 0)


def _expanded(state: StateCore, tokens: Sequence[Token], depth: int) -> list[Token]:
    found: list[Token] = []
    for token in tokens:
        found += _replacement(state, token, depth) if _is_directive(token) else [token]
    return found


def _is_directive(token: Token) -> bool:
    return token.type == "colon_fence" or (token.type == "fence" and token.info.strip().startswith("{"))


def _replacement(state: StateCore, token: Token, depth: int) -> list[Token]:
    reports: Reports = state.env["reports"]
    line = token.map[0] if token.map else 0
    name, _, argument = token.info.strip().partition("}")
    name = name.removeprefix("{").strip()
    directive = DIRECTIVES.get(name)
    if directive is None or not token.info.strip().startswith("{"):
        hint = f"write {token.markup}{{{name}}}" if directive else suggestion(name, DIRECTIVES)
        reports.add(line, "unknown-directive", f"there is no directive {quoted(token.info.strip())}", hint)
        return []
    if depth >= _DEEPEST:
        reports.too_complex(line, "directives are nested too deeply")
        return []
    _check_closed(state, token, reports)
    options, content, skipped = _options(token.content, name, directive, line, reports)
    if directive.empty and content.strip():
        reports.add(line + 1 + skipped, "directive-text", f"`{name}` takes options and no text")

    def parse() -> list[Token]:
        return _inner(state, content, token.level + 1, line + 1 + skipped, depth)

    call = Call(name, argument.strip(), options, content, str(state.env["language"]), line, parse)
    return directive.expand(call)


def _check_closed(state: StateCore, token: Token, reports: Reports) -> None:
    lines: list[str] = state.env["lines"]
    last = lines[token.map[1] - 1] if token.map and token.map[1] <= len(lines) else ""
    if not last.lstrip(" >\t").startswith(token.markup) or (token.map and token.map[1] - token.map[0] < 2):
        reports.add(
            token.map[0] if token.map else 0,
            "unclosed-directive",
            "this directive is never closed",
            f"end it with {token.markup[:10]}",
        )


def _options(
    content: str, name: str, directive: Directive, line: int, reports: Reports
) -> tuple[dict[str, str], str, int]:
    """The leading `:key: value` lines, the rest, and how many lines they took."""
    options: dict[str, str] = {}
    lines = content.split("\n")
    skipped = 0
    for text in lines:
        if not text.startswith(":") or text.startswith(":::") or ":" not in text[1:]:
            break
        key, _, value = text[1:].partition(":")
        skipped += 1
        if key not in directive.options:
            message = f"`{name}` has no option {quoted(key)}"
            reports.add(line + skipped, "unknown-option", message, suggestion(key, directive.options))
        options[key] = value.strip()
    return options, "\n".join(lines[skipped:]), skipped


def _inner(state: StateCore, content: str, level: int, first_line: int, depth: int) -> list[Token]:
    tokens: list[Token] = []
    state.md.block.parse(content, state.md, state.env, tokens)
    for token in tokens:
        token.level += level
        if token.map:
            token.map = [token.map[0] + first_line, token.map[1] + first_line]
    return _expanded(state, tokens, depth + 1)
