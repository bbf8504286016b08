"""What changed between two texts, word by word.

A word is a run of letters and digits (`don't`, `1.5` and `12:30` are one), or any other single sign; it carries the
blank space before it, which is not compared: a paragraph that was only wrapped anew has not changed. Equal
beginnings and ends are matched first, then three words in a row that stand once in each text, then single words
that do (the longest run of them in one order), the stretches between them by difflib. A stretch that would cost too
much is told as replaced whole, so that the time is bounded for any two texts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, NamedTuple

from msgspec import Struct

Kind = Literal["same", "inserted", "deleted"]

_WORD = re.compile(r"\s*(?:\w+(?:[.,:'’-]\w+)*|[^\w\s])|\s+")
#: Steps of difflib, counted for its worst case, that one comparison of texts may take.
_BUDGET = 20_000_000
#: How many words in a row are looked for, one after the other.
_ROWS = (3, 1)


class Piece(Struct, frozen=True):
    """A stretch of text. `same` and `inserted` ones together are the text after, blank space and all."""

    kind: Kind
    text: str


class _Block(NamedTuple):
    """Words old[i:i_end] and new[j:j_end], which are the same words or replace one another."""

    same: bool
    i: int
    i_end: int
    j: int
    j_end: int


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order, what was deleted before what was inserted in its place; none is empty."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    blocks = _joined(_compare([each.strip() for each in old], [each.strip() for each in new]))
    return tuple(_pieces(_joined(_legible(blocks)), old, new))


def _pieces(blocks: Iterable[_Block], old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for block in blocks:
        inserted = "".join(new[block.j : block.j_end])
        if block.same:
            yield Piece("same", inserted)
            continue
        if block.i < block.i_end:
            yield Piece("deleted", "".join(old[block.i : block.i_end]))
        if inserted:
            yield Piece("inserted", inserted)


def _compare(old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    budget = _BUDGET
    for block in _split(_Block(False, 0, len(old), 0, len(new)), old, new, _ROWS):
        cost = 0 if block.same else _cost(old[block.i : block.i_end], new[block.j : block.j_end])
        if block.same or cost > budget:
            yield block
        else:
            budget -= cost
            yield from _between(block, old, new)


def _split(block: _Block, old: Sequence[str], new: Sequence[str], rows: Sequence[int]) -> Iterator[_Block]:
    """The block, parted by the words that it surely has in common."""
    if not rows or block.i == block.i_end or block.j == block.j_end:
        yield block
        return
    begin, start = i, j = block.i, block.j
    for one, other, length in _rows(_anchors(old[i : block.i_end], new[j : block.j_end], rows[0])):
        at, there = begin + one, start + other
        yield from _split(_Block(False, i, at, j, there), old, new, rows[1:])
        i, j = at + length, there + length
        yield _Block(True, at, i, there, j)
    yield from _split(_Block(False, i, block.i_end, j, block.j_end), old, new, rows[1:])


def _rows(anchors: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Anchors that follow one another in both texts, as one: where they begin, and how many words they are."""
    first = 0
    for n in range(1, len(anchors) + 1):
        one, other = anchors[first]
        if n == len(anchors) or anchors[n] != (one + n - first, other + n - first):
            yield one, other, n - first
            first = n


def _anchors(old: Sequence[str], new: Sequence[str], row: int) -> list[tuple[int, int]]:
    """Places of the same word: equal beginnings and ends, and between them `row` words that stand once in each."""
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n] != new[n]), least)
    tail = next((n for n in range(least - head) if old[-1 - n] != new[-1 - n]), least - head)
    here, there = (_once(text[head : len(text) - tail], row) for text in (old, new))
    pairs = [(head + n, head + there[words]) for words, n in here.items() if words in there]
    ends = [(len(old) - n, len(new) - n) for n in range(tail, 0, -1)]
    return [*((n, n) for n in range(head)), *_longest_rising(pairs), *ends]


def _once(text: Sequence[str], row: int) -> dict[tuple[str, ...], int]:
    """The rows of words that stand once in the text -> the place where each begins, in order."""
    rows = list(zip(*(text[n:] for n in range(row)), strict=False))
    times = Counter(rows)
    return {words: n for n, words in enumerate(rows) if times[words] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The most pairs that keep one order in both texts (patience sorting)."""
    lowest: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for n, (_, place) in enumerate(pairs):
        length = bisect_left(lowest, place)
        previous.append(last[length - 1] if length else -1)
        lowest[length : length + 1] = [place]
        last[length : length + 1] = [n]
    found = []
    n = last[-1] if last else -1
    while n >= 0:
        found.append(pairs[n])
        n = previous[n]
    return found[::-1]


def _cost(old: Sequence[str], new: Sequence[str]) -> int:
    """The most steps that difflib can take: each of its searches may find one word alone."""
    if not old or not new:
        return 0
    times = Counter(new)
    return min(len(old), len(new)) * (len(old) + sum(times[word] for word in old))


def _between(stretch: _Block, old: Sequence[str], new: Sequence[str]) -> Iterator[_Block]:
    i, j = stretch.i, stretch.j
    matcher = SequenceMatcher(None, old[i : stretch.i_end], new[j : stretch.j_end], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield _Block(tag == "equal", i + i1, i + i2, j + j1, j + j2)


def _joined(blocks: Iterable[_Block]) -> list[_Block]:
    """Alternately what stayed and what changed."""
    filled = (each for each in blocks if each.i < each.i_end or each.j < each.j_end)
    joined = []
    for same, group in groupby(filled, key=lambda each: each.same):
        several = list(group)
        joined.append(_Block(same, several[0].i, several[-1].i_end, several[0].j, several[-1].j_end))
    return joined


def _legible(blocks: Sequence[_Block]) -> Iterator[_Block]:
    """A single word that stayed between two replacements is told as replaced with them: islands hinder reading."""
    for n, block in enumerate(blocks):
        beside = blocks[n - 1 : n + 2] if 0 < n < len(blocks) - 1 else ()
        island = block.same and block.i_end - block.i == 1 and beside
        replaced = all(each.i < each.i_end and each.j < each.j_end for each in beside)
        yield block._replace(same=False) if island and replaced else block
