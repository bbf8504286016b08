"""Readers: each turns one value of the project file into what the program wants, or reports what is wrong with it.

A reader returns None after it has reported. The schema is put together from them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, TypeVar

from funnelbook.project.document import Entry
from funnelbook.project.names import fold, is_invisible, quoted, suggestion

T = TypeVar("T")
Reader = Callable[[Entry], T | None]
Check = Callable[[Entry], None]

LONGEST = 200
HIGHEST = 1e12
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"), (int, "a whole number"), (float, "a number"), (str, "a text in quotes"),
    (datetime, "a date with time"), (date, "a date"), (time, "a time"), (list, "a list"), (dict, "a table"),
)  # fmt: skip


def wrong_type(entry: Entry, expected: str) -> None:
    found = next((name for kind, name in _KINDS if isinstance(entry.value, kind)), "something else")
    entry.report("wrong-type", f"`{entry.name}` must be {expected}, here it is {found}")


def text(*, empty: bool = False, check: Callable[[str], str | None] | None = None, hint: str = "") -> Reader[str]:
    """One line of at most 200 signs, NFC. `check` says what is wrong with it, or None."""

    def read(entry: Entry) -> str | None:
        value = entry.value
        if not isinstance(value, str):
            wrong_type(entry, "a text in quotes")
            return None
        before = len(entry.problems)
        if len(value) > LONGEST:
            entry.report("too-long", f"`{entry.name}` has {len(value)} signs", f"{LONGEST} are the most")
        elif any(unicodedata.category(sign) == "Cc" for sign in value):
            entry.report("control-character", f"`{entry.name}` holds a line break or a control sign")
        elif not empty and all(sign.isspace() or is_invisible(sign) for sign in value):
            entry.report("empty", f"`{entry.name}` is empty", "write a text or leave the key out")
        elif check and (wrong := check(value)):
            entry.report("bad-value", f"`{entry.name}` {wrong}", hint)
        return unicodedata.normalize("NFC", value) if len(entry.problems) == before else None

    return read


def number(
    low: float = 0, high: float = HIGHEST, *, above: float | None = None, whole: bool = False
) -> Reader[float]:
    """From `low` to `high`, both allowed; with `above` the low end itself is not."""
    bounds = f"{low:g} or more" if above is None else f"above {above:g}"
    bounds += f", and at most {high:g}"

    def read(entry: Entry) -> float | None:
        value = entry.value
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            wrong_type(entry, "a whole number" if whole else "a number")
            return None
        inside = low <= value <= high and (above is None or value > above)
        if not inside:  # also where the value is NaN
            entry.report("out-of-range", f"`{entry.name}` must be {bounds}")
            return None
        return value if whole else float(value)

    return read


def flag(entry: Entry) -> bool | None:
    if isinstance(entry.value, bool):
        return entry.value
    wrong_type(entry, "true or false")
    return None


def choice(*words: str) -> Reader[str]:
    """One of a few words."""

    def read(entry: Entry) -> str | None:
        value = entry.value
        if not isinstance(value, str):
            wrong_type(entry, "a text in quotes")
            return None
        if value not in words:
            message = f"{quoted(value)} is no known word for `{entry.name}`"
            entry.report("unknown-word", message, suggestion(value, words))
            return None
        return value

    return read


def items(of: Reader[T], *, least: int = 0, most: int = 10_000, single: bool = False) -> Reader[tuple[T, ...]]:
    """A list; with `single` a value alone is a list of one."""

    def read(entry: Entry) -> tuple[T, ...] | None:
        if single and not isinstance(entry.value, list):
            alone = of(entry)
            return None if alone is None else (alone,)
        if not isinstance(entry.value, list):
            wrong_type(entry, "a list")
            return None
        if not least <= len(entry.value) <= most:
            entry.report("out-of-range", f"`{entry.name}` must have {least} to {most} items")
            return None
        read_items = [of(entry.child(place)) for place in range(len(entry.value))]
        return tuple(item for item in read_items if item is not None)

    return read


def table(
    make: Callable[..., T],
    keys: Mapping[str, Reader[Any]],
    *,
    required: Iterable[str] = (),
    check: Check | None = None,
) -> Reader[T]:
    """A table with known keys; `make` gets them by name. `check` looks at several keys at once, on raw values."""

    def read(entry: Entry) -> T | None:
        if not isinstance(entry.value, dict):
            wrong_type(entry, "a table")
            return None
        before = len(entry.problems)
        for key in entry.table:
            if key not in keys:
                _report_unknown(entry.child(key), keys)
        for key in required:
            if key not in entry.table:
                entry.report("missing-key", f"`{entry.name}` needs a `{key}`", on_value=False)
        found = {key: reader(entry.child(key)) for key, reader in keys.items() if key in entry.table}
        if check:
            check(entry)
        return make(**found) if len(entry.problems) == before else None

    return read


def _report_unknown(entry: Entry, keys: Mapping[str, Reader[Any]]) -> None:
    kind = "table" if isinstance(entry.value, dict) else "key"
    name = entry.name
    # Guessing costs time, and nobody reads the hundredth guess.
    hint = suggestion(name, keys) if len(entry.problems) < 100 else ""
    entry.report(f"unknown-{kind}", f"there is no {kind} {quoted(name)} here", hint, on_value=False)


def named_or(make: Callable[[str], T], of: Reader[T]) -> Reader[T]:
    """A text alone is the name of what else is a table."""
    name = text()

    def read(entry: Entry) -> T | None:
        if isinstance(entry.value, dict):
            return of(entry)
        if not isinstance(entry.value, str):
            wrong_type(entry, "a text in quotes or a table with `name`")
            return None
        told = name(entry)
        return None if told is None else make(told)

    return read


def mapping(of: Reader[T]) -> Reader[dict[str, T]]:
    """A table whose keys are the user's own."""

    def read(entry: Entry) -> dict[str, T] | None:
        if not isinstance(entry.value, dict):
            wrong_type(entry, "a table")
            return None
        found = {key: of(entry.child(key)) for key in entry.value}
        return {key: value for key, value in found.items() if value is not None}

    return read


def names_of(entry: Entry, *keys: str) -> list[tuple[Entry, str]]:
    """The texts under `keys` (one or a list), folded, each with its entry; anything else is left out."""
    holders = [entry.child(key) for key in keys]
    each = [
        one for holder in holders for one in (holder, *(holder.child(place) for place in range(len(holder.list))))
    ]
    return [(one, fold(one.value)) for one in each if isinstance(one.value, str)]


def elements(entry: Entry, key: str) -> list[Entry]:
    """The tables of an array of tables; empty when it is something else."""
    inside = entry.child(key)
    return [inside.child(place) for place, each in enumerate(inside.list) if isinstance(each, dict)]
