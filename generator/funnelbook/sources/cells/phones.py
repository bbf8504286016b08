"""A column of phones as people write them, as the number that is called from abroad.

A phone is 7 to 15 digits (ITU-T E.164); one that ends in one digit seven times is a placeholder. Of a Russian
number's two prefixes (8 and +7) the one of abroad is taken.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: One phone in a cell, up to its extension.
_PHONE = r"[+\d][\d\u0020\u00a0\u202f\t().\-‐-–]*"
_SIGNS = list("'+ \u00a0\u202f\t().-‐‑‒–")
_SHORTEST, _LONGEST = 7, 15
_ALIKE = 7
_PLACEHOLDERS = [_ALIKE * digit for digit in "0123456789"]
_INLAND = 11
_END, _PLUS, _ZERO, _SEVEN, _EIGHT = b"\0+078"
_APOSTROPHE = ord("'")
_SPACES = b" \t()-+'"
#: By byte: whether a phone that is plain to read has it at most once, before its digits.
_MARKS = np.ones(256, np.int32)
_MARKS[list(b"\0 \t()-0123456789")] = 0


def called(cells: pl.Series) -> pl.Series:
    """Digits of the first phone in each cell, null where there is none."""
    cells = cells.fill_null("")
    numbers, left = _plain(cells)
    return numbers if left.is_empty() else numbers.scatter(left, _sought(cells.gather(left)))


def _plain(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The phones of cells that are one phone in ASCII and nothing else, which are nearly all; and where the others
    are.

    Of all cells together, byte by byte, each with a NUL behind it.
    """
    raw = cells.str.join("\0").cast(pl.Binary).item() + b"\0"
    text = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(text == _END)
    if len(ends) != len(cells):
        return cells.clear(len(cells)), pl.int_range(len(cells), dtype=pl.UInt32, eager=True)
    begins = np.concatenate([[0], ends[:-1] + 1])
    quoted = text[begins] == _APOSTROPHE
    first = begins + quoted
    abroad = text[first] == _PLUS
    marks = np.add.reduceat(_MARKS.take(text), begins)
    plain = (abroad | (text[first] - _ZERO < 10) | (first == ends)) & (
        marks == np.add(quoted, abroad, dtype=np.int32)
    )
    digits = bytearray(raw).translate(None, _SPACES)
    fits, dialled = _dialled(np.frombuffer(digits, np.uint8))
    found = pl.Series([bytes(digits)]).cast(pl.String).str.split("\0").explode().head(len(cells))
    return found.scatter(_places(~fits), None), _places(~(plain & dialled))


def _places(found: NDArray[np.bool_]) -> pl.Series:
    """Polars itself would take an array of NumPy's, but not before it has imported more of NumPy for that."""
    return pl.Series(np.flatnonzero(found).tolist(), dtype=pl.UInt32)


def _dialled(digits: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Numbers, each with a NUL behind it, made to be called from abroad, in place: which can be a phone, and of
    which that can be said; not of those that begin with 00.
    """
    ends = np.flatnonzero(digits == _END)
    begins = np.concatenate([[0], ends[:-1] + 1])
    length = ends - begins
    inland = (length == _INLAND) & (digits[begins] == _EIGHT)
    digits[begins[inland]] = _SEVEN
    fits = (length >= _SHORTEST) & (length <= _LONGEST)
    long = np.flatnonzero(fits)
    last = digits[ends[long] - 1]
    alike = np.logical_and.reduce([digits[ends[long] - back] == last for back in range(2, _ALIKE + 1)])
    fits[long[alike]] = False
    international = (digits[begins] == _ZERO) & (digits[np.minimum(begins + 1, ends)] == _ZERO)
    return fits, ~international


def _sought(cells: pl.Series) -> pl.Series:
    """As `called`, of cells that are searched for phones one by one."""
    single = cells.str.contains(f"^'?{_PHONE}$")
    phones = _fitting(_digits(cells.set(~single, None)))
    left = (phones.is_null() & cells.is_not_null() & (cells != "")).arg_true()
    if left.is_empty():
        return phones
    found = pl.DataFrame({"at": left, "phone": cells.gather(left).str.extract_all(_PHONE)}).explode("phone")
    fitting = found.with_columns(_fitting(_digits(found["phone"])).alias("phone")).drop_nulls("phone")
    first = fitting.unique("at", keep="first", maintain_order=True)
    return phones.scatter(first["at"], first["phone"])


def _digits(texts: pl.Series) -> pl.Series:
    """Of text that is one phone."""
    digits = texts.str.replace(r"\.0*$", "").str.replace_many(_SIGNS, [""])
    return digits.str.strip_prefix("00")


def _fitting(digits: pl.Series) -> pl.Series:
    """What can be a phone, as it is called from abroad; else null."""
    inland = (digits.str.len_bytes() == 11) & digits.str.starts_with("8")
    abroad = digits.to_frame("it").select(
        pl.when(inland).then(pl.lit("7") + pl.col("it").str.tail(10)).otherwise("it")
    )
    found = abroad.to_series()
    fits = found.str.len_bytes().is_between(7, 15) & ~found.str.tail(7).is_in(_PLACEHOLDERS)
    return found.set(~fits, None)
