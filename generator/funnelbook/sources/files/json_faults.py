"""Find what a strict reader refuses in a JSON text, and the path that leads there."""

from __future__ import annotations

import json
import re

from msgspec import Struct

from funnelbook.project import quoted

#: Longer numbers are refused; Python itself would refuse from 4,300 digits on.
MAX_DIGITS = 1_000
_SHOWN_STEPS = 12

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})


class Fault(Struct, frozen=True):
    """`offset` counts characters from the start of the text; `message` never quotes a value."""

    rule: str
    offset: int
    message: str


class _Level(Struct):
    """An object (`keys` is a set) or an array (None) that is open, and where in it we stand."""

    keys: set[str] | None
    expects_key: bool
    step: str | int = 0

    def advance(self) -> None:
        if self.keys is None:
            self.step = int(self.step) + 1
        else:
            self.expects_key = True


def locate(text: str, max_depth: int) -> Fault | None:
    """The first key twice in one object, NaN or Infinity, overlong number, or level beyond `max_depth`.

    The stack is a list: no depth of the text is a depth of ours.
    """
    levels: list[_Level] = []
    for match in _TOKEN.finditer(text):
        fault = _step(match.group(), levels, max_depth)
        if fault:
            rule, message = fault
            return Fault(rule, match.start(), f"{message} at {_path(levels)}")
    return None


def _step(token: str, levels: list[_Level], max_depth: int) -> tuple[str, str] | None:
    sign = token[0]
    if sign in "{[":
        if len(levels) == max_depth:
            return "json-depth", f"nested deeper than {max_depth} levels"
        levels.append(_Level(set() if sign == "{" else None, expects_key=sign == "{"))
    elif sign in "}]":
        del levels[-1:]
    elif sign == "," and levels:
        levels[-1].advance()
    elif sign == '"' and levels and levels[-1].expects_key:
        return _key(token, levels[-1])
    return _scalar(token)


def _key(token: str, level: _Level) -> tuple[str, str] | None:
    assert level.keys is not None
    key = _unescaped(token)
    level.step, level.expects_key = key, False
    if key in level.keys:
        return "json-key", "a key stands twice in one object,"
    level.keys.add(key)
    return None


def _unescaped(token: str) -> str:
    """Keys are compared as they are meant: `a` and its escape are one key."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token[1:-1]


def _scalar(token: str) -> tuple[str, str] | None:
    if token in _CONSTANTS:
        return "json-constant", "not a number"
    if len(token) > MAX_DIGITS and (token[0] == "-" or token[0].isdigit()):
        return "json-number", f"a number of {len(token)} digits"
    return None


def _path(levels: list[_Level]) -> str:
    steps = [f"[{level.step}]" if isinstance(level.step, int) else f".{level.step}" for level in levels]
    shown = "".join(steps[:_SHOWN_STEPS]) + ("…" if len(steps) > _SHOWN_STEPS else "")
    return quoted(f"${shown}")
