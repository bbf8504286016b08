"""Which row of a table is its header: reports of a CRM may begin with a title and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from funnelbook.sources.files.refusals import Refusal

#: Whether somebody can read a table with these column names.
Knows = Callable[[Sequence[str]], bool]

#: How many rows may stand above a header.
LOOKED_AT = 40


def trimmed(record: Iterable[str | None]) -> tuple[str, ...]:
    """The cells of a row as column names."""
    return tuple((cell or "").strip().strip("\ufeff") for cell in record)


def heading(top: Iterable[Sequence[str]], knows: Knows | None) -> int | None:
    """Index of the first of the rows `top` (trimmed) that `knows` says is a header; else of the first with text.

    None when no row has any text.
    """
    first: int | None = None
    for index, names in zip(range(LOOKED_AT), top, strict=False):
        if not any(names):
            continue
        if knows is None or knows(names):
            return index
        first = index if first is None else first
    return first


def above(rows: Sequence[Sequence[str]]) -> tuple[Refusal, ...]:
    """The rows above a header as refusals, the first being row 1; none where all of them are blank."""
    if not any(map(any, rows)):
        return ()
    return tuple((row, "preamble" if any(names) else "blank-row") for row, names in enumerate(rows, 1))
