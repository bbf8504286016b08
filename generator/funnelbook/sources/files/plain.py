"""Where the records of a delimited text end, and which of them are plain, told without reading a cell.

The bytes of a block are compared as a whole, and what is found is kept as bits. A byte stands inside quotes when an
odd number of quotes stands before it; so the line ends outside of them end the records, and the delimiters outside
of them, counted up to each of these, give every record's width. Quotes are well formed when each opens behind a
delimiter or a line end and closes before one, doubled ones apart.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from funnelbook.sources.threads import side_by_side

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]

_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'
#: Bytes that are compared together: they stay in a processor's cache.
_COUNTED = 1 << 20


class Sought(Struct, frozen=True):
    """What a plain record looks like: its delimiter, how many cells it has, how many bytes at most; and what none
    looks like, the header's own line.
    """

    delimiter: int
    width: int
    longest: int
    heading: bytes


class Cut(Struct, frozen=True):
    """Records. `begins`: the offset of each, and behind the last where it ends. `odd`: those that are not plain: of
    another width, too long, blank, or the header again.
    """

    begins: Offsets
    odd: list[int]

    @property
    def records(self) -> int:
        return len(self.begins) - 1

    @property
    def end(self) -> int:
        return int(self.begins[-1])


def seams(data: bytes, start: int, apart: int, longest: int) -> list[int]:
    """Where records begin that are about so many bytes apart, from the first on, which begins at `start`; wrong
    ones where quotes are not well formed, and none where one is not found within the `longest` record.
    """
    places = range(start + apart, len(data), apart)
    counts = side_by_side(lambda place: _quotes(data, place - apart, place), places)
    found = [start]
    for place, before in zip(places, accumulate(counts), strict=True):
        begin, quotes = place, before
        while begin == place or quotes % 2:
            end = data.find(b"\n", begin, place + longest)
            if end < 0:
                return found
            quotes += data.count(b'"', begin, end)
            begin = end + 1
        found.append(begin)
    return found


def _quotes(data: bytes, start: int, stop: int) -> int:
    blocks = (np.frombuffer(data, np.uint8, min(_COUNTED, stop - at), at) for at in range(start, stop, _COUNTED))
    return sum(int(np.count_nonzero(block == _QUOTE)) for block in blocks)


def cut(data: bytes, start: int, stop: int, sought: Sought) -> Cut | None:
    """The records between two offsets, at the first of which one begins. None when none ends there, or when quotes
    are not well formed: then nothing can be said of where records end.
    """
    text = np.frombuffer(data, np.uint8, stop - start, start)
    quotes, line_ends = np.flatnonzero(text == _QUOTE), np.flatnonzero(text == _LINE_FEED)
    before = np.searchsorted(quotes, line_ends)
    outside = before % 2 == 0
    ends, before = line_ends[outside], before[outside]
    if not len(ends):
        return None
    text, quotes = text[: ends[-1] + 1], quotes[: before[-1]]
    if not (_well_formed(text, quotes, sought.delimiter) and _paired(data, text, start)):
        return None
    delimiters = _Counted.of(text == sought.delimiter)
    quoted = np.cumsum(delimiters.until(quotes[1::2]) - delimiters.until(quotes[0::2]))
    unquoted = delimiters.until(ends) - np.concatenate([[0], quoted])[before // 2]
    begins = np.concatenate([[0], ends + 1]) + start
    uneven = np.diff(unquoted, prepend=0) != sought.width - 1
    return Cut(begins, _odd(data, begins, uneven, sought))


class _Counted(Struct, frozen=True):
    """Bits by 64, and how many are set before each 64."""

    words: NDArray[np.uint64]
    before: Offsets

    @classmethod
    def of(cls, found: NDArray[np.bool_]) -> _Counted:
        bits = np.packbits(found, bitorder="little")
        words = np.pad(bits, (0, 8 - len(bits) % 8)).view("<u8")
        return cls(words, np.concatenate([[0], np.cumsum(np.bitwise_count(words), dtype=np.int64)]))

    def until(self, places: Offsets) -> Offsets:
        """How many are set before each place."""
        word = places // 64
        lower = (np.uint64(1) << (places % 64).astype(np.uint64)) - np.uint64(1)
        return self.before[word] + np.bitwise_count(self.words[word] & lower)


def _well_formed(text: Bytes, quotes: Offsets, delimiter: int) -> bool:
    opened, closed = quotes[0::2], quotes[1::2]
    doubled = opened[1:] == closed[:-1] + 1
    ahead = text[opened - 1]  # of a quote at the very start it is the line end that ends the text
    opens = (ahead == delimiter) | (ahead == _LINE_FEED)
    opens[1:] |= doubled
    behind = text[closed + 1]
    closes = (behind == delimiter) | (behind == _LINE_FEED) | (behind == _RETURN)
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _paired(data: bytes, text: Bytes, start: int) -> bool:
    """Whether a line feed follows every carriage return."""
    if data.find(b"\r", start, start + len(text)) < 0:
        return True
    returns = np.flatnonzero(text == _RETURN)
    return bool((text[returns + 1] == _LINE_FEED).all())


def _odd(data: bytes, begins: Offsets, odd: NDArray[np.bool_], sought: Sought) -> list[int]:
    lengths = np.diff(begins) - 1
    odd |= (lengths > sought.longest) | (lengths == 0)
    for heading in (sought.heading, sought.heading + b"\r"):
        for record in np.flatnonzero(lengths == len(heading)):
            odd[record] |= data.startswith(heading, int(begins[record]))
    if sought.width == 1:
        for record in np.flatnonzero(lengths == 1):
            odd[record] |= data[begins[record]] == _RETURN
    return [int(record) for record in np.flatnonzero(odd)]
