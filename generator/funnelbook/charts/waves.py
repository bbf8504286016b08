"""What the leads of each month brought in: the easy sales, the hard ones, and how many buyers had come back."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.bars import scale_of, unit
from funnelbook.charts.facts import (
    Facts,
    Options,
    Record,
    Row,
    capital,
    cells,
    columns,
    count,
    nothing,
    real,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.stacks import stacked
from funnelbook.charts.theme import LIGHT
from funnelbook.language import Words

_SERIES = (("blue", "easy"), ("blue_pale", "hard"))


def waves(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: month, leads, open, easy, hard, returned, and revenue_easy, revenue_hard, revenue_returned.

    Bars are money where any sale had a price, else sales; `returned` overlaps with both and stands below.
    """
    months = by_month(rows)
    told = any(real(row[f"revenue_{wave}"]) for row in months for _, wave in _SERIES)
    title = words("Easy and hard sales, by month of creation")
    prefix = "revenue_" if told else ""
    sums = [sum(real(row[prefix + wave]) or 0.0 for _, wave in _SERIES) for row in months]
    if not any(sums):
        return nothing(title, words)
    size, named = unit(max(sums), words) if told else (1.0, words("sales"))
    shown = columns(
        words,
        ("month", "Month of creation", "month"),
        ("leads", "Leads", "count"),
        ("open", "Still open", "count"),
        ("easy", "Easy sales", "count"),
        ("revenue_easy", "Easy, money", "money"),
        ("hard", "Hard sales", "count"),
        ("revenue_hard", "Hard, money", "money"),
        ("returned", "Of these returned", "count"),
        ("revenue_returned", "Returned, money", "money"),
    )
    return Facts(
        title,
        _alt(months[max(number for number, value in enumerate(sums) if value)], words),
        shown,
        cells(months, shown),
        {
            "parts": [each for row in months for each in _parts(row, prefix, size, words)],
            "months": [{"month": row["month"], "second": _returned(row, words)} for row in months],
        },
        {
            "easy": words("easy sales, {unit}", unit=named) if named else words("easy sales"),
            "hard": words("hard sales; ↺: came back, of all"),
        }
        | month_words([row["month"] for row in months], words),
        scale_of(sums, size),
    )


def _returned(row: Row, words: Words) -> str:
    return f"↺{words.number(row['returned'])}" if count(row["returned"]) else ""


def _parts(row: Row, prefix: str, size: float, words: Words) -> list[Record]:
    text = tip(
        words.month(row["month"]),
        words.plural("{n} lead", "{n} leads", count(row["leads"])),
        _line(row, "easy", words("Easy sales"), words),
        _line(row, "hard", words("Hard sales"), words),
        _line(row, "returned", words("Of these returned"), words),
        words("Still open: {n}", n=words.number(row["open"])),
    )
    low, found = 0.0, list[Record]()
    for color, wave in _SERIES:
        high = low + (real(row[prefix + wave]) or 0.0) / size
        mark = {"month": row["month"], "low": low, "high": high, "series": wave, "fill": LIGHT[color], "tip": text}
        found += [mark] if high > low else []
        low = high
    return found


def _line(row: Row, wave: str, name: str, words: Words) -> str:
    money = real(row[f"revenue_{wave}"])
    return f"{name}: {words.number(count(row[wave]))}" + (f", {words.money(money)}" if money else "")


def _alt(row: Row, words: Words) -> str:
    return capital(
        words(
            "Leads of {month}: {easy} easy and {hard} hard sales, {open} still open.",
            month=words.month(row["month"]),
            easy=words.number(count(row["easy"])),
            hard=words.number(count(row["hard"])),
            open=words.number(count(row["open"])),
        )
    )


WAVES = stacked(waves, _SERIES, ",~f")
