"""A column of numbers as people and programs write them."""

from __future__ import annotations

import polars as pl

#: Signs and words of money and units around a number; they carry no information here.
_NOISE = r"(?i)[\s'’\u00a0\u202f\u2009]|r\$|us\$|[$€£¥₽₴₸₹₺₩]|руб\.?|р\.$|usd|eur|rub|kzt|uah|brl"
_SCALES = ((r"(?i)(?:k|тыс\.?|т\.?)$", 1e3), (r"(?i)(?:m|mln|млн\.?)$", 1e6), (r"(?i)(?:b|bn|млрд\.?)$", 1e9))
#: Thousands grouped by `T` and decimals after `D`; two digits a group are the Indian way.
_GROUPED = r"^[+-]?[0-9]{1,3}(?:T[0-9]{2,3})*T[0-9]{3}(?:D[0-9]*)?$"
_PLAIN = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
#: Looked at first: what a few cells rule out need not be tried on all.
_SAMPLE = 1_000


def numbers(cells: pl.Series) -> pl.Series:
    """Float64, null where a cell is no number.

    The decimal sign is decided over the column: where both `.` and `,` stand in one cell the last is decimal; a
    sign that occurs twice in one cell groups thousands; a comma alone groups thousands when exactly three digits
    follow it in every cell, else it is decimal; a point alone is decimal. `K`, `M`, `B`, «тыс.», «млн», «млрд»
    multiply.
    """
    for spaces in ("", " ", "\u00a0", "\u202f"):
        plain = _plain(cells, spaces)
        if plain is not None:
            return plain
    cleaned = cells.str.replace_all(_NOISE, "").str.replace("^−", "-")
    scale = pl.Series([1.0]).new_from_index(0, cells.len())
    for pattern, factor in _SCALES:
        scaled = cleaned.str.contains(pattern)
        scale = pl.select(pl.when(scaled).then(factor).otherwise(scale)).to_series()
        cleaned = cleaned.str.replace(pattern, "")
    text = _with_point(cleaned)
    kept = text.set(~text.str.contains(_PLAIN), None)
    return kept.cast(pl.Float64, strict=False) * scale


def _plain(cells: pl.Series, spaces: str) -> pl.Series | None:
    """The numbers when nothing but these spaces stands in them, null where no digit does; None in other columns."""
    if spaces and not cells.str.contains(spaces, literal=True).any():
        return None
    sample = cells.head(_SAMPLE)
    found = _read(sample, spaces)
    return found if found is None or sample.len() == cells.len() else _read(cells, spaces)


def _read(cells: pl.Series, spaces: str) -> pl.Series | None:
    tidy = cells.str.replace_all(spaces, "", literal=True) if spaces else cells
    found = tidy.cast(pl.Float64, strict=False)
    found = found.set(~found.is_finite(), None)
    left = cells.filter(found.is_null())
    return None if left.str.contains("[0-9]").any() else found


def _with_point(cells: pl.Series) -> pl.Series:
    """Without signs of thousands, and `.` before the decimals; null where a sign stands as neither."""
    comma = _comma_is_decimal(cells)
    grouped = comma or bool(cells.str.contains(r"\..*\.").any())
    thousands, decimal = (".", ",") if grouped else (",", ".")
    fits = cells.str.contains(_GROUPED.replace("T", rf"\{thousands}").replace("D", rf"\{decimal}"))
    tidy = cells.set(~fits & cells.str.contains(thousands, literal=True), None)
    return tidy.str.replace_all(thousands, "", literal=True).str.replace(decimal, ".", literal=True)


def _comma_is_decimal(cells: pl.Series) -> bool:
    commas = cells.filter(cells.str.contains(",", literal=True))
    if not commas.len() or commas.str.contains(r",.*,").any():
        return False
    both = commas.filter(commas.str.contains(".", literal=True))
    if both.len():
        return bool(both.str.contains(r"\..*,").all())
    if cells.str.contains(r"\..*\.").any():
        return True
    return not bool(commas.str.contains(r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$").all())
