"""The month's key figures: each with its count or interval, its comparisons, and whether they are noise."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from funnelbook.forms import MINUS
from funnelbook.language import NOTHING, Words
from funnelbook.model.results import Row
from funnelbook.pages import comparisons
from funnelbook.pages.comparisons import Kind, Past
from funnelbook.pages.edition import Edition
from funnelbook.pages.findings import answered
from funnelbook.pages.text import mark, span

PLUS = "+"


class Line(Struct, frozen=True):
    """One comparison: `tone` is noise, better, worse, signal (neither better nor worse) or unknown."""

    label: str
    value: str
    change: str
    verdict: str
    tone: str


class Tile(Struct, frozen=True):
    """`term` is the figure's entry in the glossary; `detail` its interval or what it is counted over."""

    term: str
    label: str
    value: str
    detail: str
    lines: tuple[Line, ...]
    verdict: str
    tone: str


class Figured(Struct, frozen=True):
    """A figure of `monthly`: `better` is +1 when more is better, -1 when less is, 0 when neither."""

    column: str
    term: str
    label: str
    kind: Kind
    unit: str
    better: int
    detail: Callable[[Words, Row, int], str] = lambda words, row, min_n: ""


def _sales(words: Words, row: Row, min_n: int) -> str:
    return words.plural("over {n} sale", "over {n} sales", row["won"])


def _answered(words: Words, row: Row, min_n: int) -> str:
    if row["answered_in_target"] is None:
        return ""
    return words("{share} answered in time", share=answered(words, row, min_n))


def _qualified(words: Words, row: Row, min_n: int) -> str:
    return "" if row["qualified"] is None else words("{n} qualified in the month", n=words.number(row["qualified"]))


FIGURES = (
    Figured("won", "won", mark("Won"), "count", "count", 1),
    Figured("revenue", "revenue", mark("Revenue"), "sum", "money", 1),
    Figured("created", "created", mark("New deals"), "count", "count", 1, _qualified),
    Figured("average_sale", "average-sale", mark("Average sale"), "mean", "money", 1),
    Figured("cost_of_sale", "cost-of-sale", mark("Cost of sale"), "mean", "money", -1, _sales),
    Figured("cycle_median_days", "cycle", mark("Sales cycle, median"), "mean", "days", -1, _sales),
    Figured(
        "response_median_minutes", "response", mark("First response, median"), "mean", "minutes", -1, _answered
    ),
)


def tiles(edition: Edition, pipeline: str, month: str) -> tuple[Tile, ...]:
    """The figures of one pipeline's month; what cannot be computed at all (no costs, no answers) is left out."""
    row = edition.numbers.month(pipeline, month)
    if row is None:
        return ()
    before = comparisons.past(edition.numbers, pipeline, month)
    ever = edition.numbers.series(pipeline, month)
    made = [_tile(edition, figure, row, before) for figure in FIGURES if _known(figure.column, ever)]
    made.insert(2 if made[1].term == "revenue" else 1, win_rate_tile(edition, row, before))
    return tuple(made)


def _known(column: str, rows: tuple[Row, ...]) -> bool:
    """Money that is zero in every month was never told; a figure that is null in every month neither."""
    told = "cost" if column == "cost_of_sale" else column
    values = [row[told] for row in rows]
    return any(values) if told in {"cost", "revenue"} else any(value is not None for value in values)


def _tile(edition: Edition, figure: Figured, row: Row, before: tuple[Past, ...]) -> Tile:
    lines = tuple(_line(edition, figure, row, each) for each in before)
    verdict, tone = ("", "unknown") if figure.kind == "count" else _against_usual(edition, figure, row)
    words = edition.words
    value = row[figure.column]
    return Tile(
        figure.term,
        words(figure.label),
        written(words, figure.unit, value),
        figure.detail(words, row, edition.book.project.metrics.min_n),
        lines,
        verdict,
        tone,
    )


def written(words: Words, unit: str, value: float | None) -> str:
    """A figure in its unit; NOTHING when there is none."""
    if value is None:
        return NOTHING
    write: dict[str, Callable[[float], str]] = {
        "count": words.number,
        "money": words.money,
        "days": words.days,
        "minutes": words.minutes,
    }
    return write[unit](value)


def _line(edition: Edition, figure: Figured, row: Row, before: Past) -> Line:
    words, numbers = edition.words, edition.numbers
    now, then = row[figure.column], before.row[figure.column]
    label, value = words.month_brief(before.month), written(words, figure.unit, then)
    adds_up = figure.kind != "mean"
    if now is None or then is None or (adds_up and not numbers.complete(row["month"])):
        return Line(label, value, "", "", "unknown")
    if figure.kind == "count":
        noise = comparisons.count_noise(numbers, row, before.row, figure.column)
        return Line(
            label, value, signed(words, now - then), verdict(words, noise), tone(noise, now - then, figure.better)
        )
    change = "" if not then else signed_share(words, now / then - 1)
    return Line(label, value, change, "", "unknown")


def _against_usual(edition: Edition, figure: Figured, row: Row) -> tuple[str, str]:
    """What the figure usually is, and whether it is that now."""
    words, value = edition.words, row[figure.column]
    if value is None:
        return "", "unknown"
    if figure.kind == "sum" and not edition.numbers.complete(row["month"]):
        return words("the month is not over"), "unknown"
    limits = comparisons.usual(edition.numbers, row["pipeline"], row["month"], figure.column)
    if limits is None:
        return words("too few months to tell noise"), "unknown"
    between = span(written(words, figure.unit, limits.low), written(words, figure.unit, limits.high))
    if limits.holds(value):
        return words("within noise: usually {range}", range=between), "noise"
    above = value > limits.high
    text = (
        words("more than usual: {range}", range=between)
        if above
        else words("less than usual: {range}", range=between)
    )
    return text, tone(False, 1 if above else -1, figure.better)


def win_rate_tile(edition: Edition, row: Row, before: tuple[Past, ...]) -> Tile:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    lines = tuple(_win_rate_line(edition, row, each) for each in before)
    detail = ""
    if row["win_rate"] is not None and comparisons.closed(row) >= min_n:
        detail = words(
            "95% interval: {range}", range=span(words.share(row["win_rate_low"]), words.share(row["win_rate_high"]))
        )
    return Tile("win-rate", words("Win rate"), share_or_count(edition, row), detail, lines, "", "unknown")


def share_or_count(edition: Edition, row: Row) -> str:
    """The win rate, or won of closed while there are fewer than `min_n`."""
    words, count = edition.words, comparisons.closed(row)
    if count == 0:
        return NOTHING
    if count < edition.book.project.metrics.min_n:
        return words("{n} of {all}", n=words.number(row["won"]), all=words.number(count))
    return words.share(row["win_rate"])


def _win_rate_line(edition: Edition, row: Row, before: Past) -> Line:
    words = edition.words
    label, value = words.month_brief(before.month), share_or_count(edition, before.row)
    change = comparisons.win_rate_change(row, before.row, edition.book.project.metrics.min_n)
    if change is None:
        return Line(label, value, "", words("too few to compare"), "unknown")
    return Line(
        label, value, points(words, change.value), verdict(words, change.noise), tone(change.noise, change.value, 1)
    )


def points(words: Words, difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return words("{n} pp", n=signed(words, round(100 * difference)))


def signed(words: Words, value: float) -> str:
    if value == 0:
        return "±0"
    return (PLUS if value > 0 else MINUS) + words.number(abs(value))


def signed_share(words: Words, value: float) -> str:
    if round(value, 2) == 0:
        return "±" + words.share(0)
    return (PLUS if value > 0 else MINUS) + words.share(abs(value))


def verdict(words: Words, noise: bool | None) -> str:
    if noise is None:
        return ""
    return words("noise") if noise else words("not noise")


def tone(noise: bool | None, difference: float, better: int) -> str:
    """How a comparison is coloured; the words beside it say the same."""
    if noise is None:
        return "unknown"
    if noise or difference == 0:
        return "noise"
    if better == 0:
        return "signal"
    return "better" if difference * better > 0 else "worse"
