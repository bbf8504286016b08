"""How large a share of deals is won by each age, deals still open not taken for lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.chart import Cell
from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, columns, count, nothing, real, tip
from funnelbook.charts.layers import CHARACTER, Frame, fitting, framed, rows_of, text, tooltip
from funnelbook.charts.months import rounded_top
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

#: The ages that the table behind the picture tells.
AGES = (30, 60, 90, 180, 365)
_HEIGHT = 240
#: Years are told apart by the dash too, the newest first; all years together are one full line.
_DASHES = ((6, 3), (2, 3), (10, 3, 2, 3))
_COLORS = ("orange", "grey", "blue_pale")
ALL = "all"


def eventual(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `eventual` of one pipeline: a stepped line a year of creation, and one of all years together."""
    title = words("What share of deals is won in the end")
    by_year: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: count(row["day"])):
        if real(row["incidence"]) is not None:
            by_year.setdefault(str(row["cohort_year"]), []).append(row)
    if not by_year:
        return nothing(title, words)
    whole = by_year.get(ALL, [])
    last = (whole or next(iter(by_year.values())))[-1]
    years = [ALL, *sorted((year for year in by_year if year != ALL), reverse=True)[: len(_DASHES)]]
    shown = columns(
        words,
        ("cohort_year", "Year of creation", "text"),
        ("day", "Age, days", "count"),
        ("at_risk", "Deals still watched", "count"),
        ("incidence", "Share won", "share"),
    )
    told = [year for year in years if year in by_year]
    return Facts(
        title,
        words(
            "By the age of {days} {share} of deals are won.",
            days=words.days(count(last["day"])),
            share=words.share(real(last["incidence"])),
        ),
        shown,
        tuple(line for year in told for line in _table(_name(year, words), by_year[year])),
        {"steps": [step for year in told for step in _steps(year, by_year[year], words)]},
        {"days": words("days since creation"), **{f"year:{year}": _name(year, words) for year in told}},
        {
            "days": float(max(count(row["day"]) for year in told for row in by_year[year])),
            "top": min(1.0, rounded_top(max(real(row["incidence"]) or 0.0 for row in rows))),
        },
    )


def _name(year: str, words: Words) -> str:
    return words("all years") if year == ALL else year


def _table(name: str, rows: Sequence[Row]) -> list[tuple[Cell, ...]]:
    """The last known step at each age, for ages that the year has come to."""
    lines: list[tuple[Cell, ...]] = []
    for age in AGES:
        before = [row for row in rows if count(row["day"]) <= age]
        if before and count(rows[-1]["day"]) >= age:
            lines.append((name, age, count(before[-1]["at_risk"]), real(before[-1]["incidence"])))
    return lines


def _steps(year: str, rows: Sequence[Row], words: Words) -> list[Record]:
    """From 0 on: only days on which the share grew, and the last one."""
    steps: list[Record] = [{"year": year, "day": 0, "share": 0.0, "tip": _name(year, words)}]
    for row in rows:
        share = real(row["incidence"]) or 0.0
        if share > steps[-1]["share"] or row is rows[-1]:
            told = tip(
                _name(year, words),
                words(
                    "Won within {days}: {share}", days=words.days(count(row["day"])), share=words.share(share, 1)
                ),
                words.plural("{n} deal still watched", "{n} deals still watched", count(row["at_risk"])),
            )
            steps.append({"year": year, "day": count(row["day"]), "share": share, "tip": told})
    return steps


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    years = [key.removeprefix("year:") for key in facts.words if key.startswith("year:")]
    widest = max(len(facts.words[f"year:{year}"]) for year in years) * CHARACTER + 12
    frame = Frame(size.width - 46 - widest, _HEIGHT, left=46, right=widest, top=12, bottom=44)
    span = alt.Scale(domain=[0, facts.scale["days"]], nice=False)
    x = alt.X(field="day", type="quantitative", scale=span, axis=alt.Axis(format=",~f", grid=False), title=None)
    height = alt.Scale(domain=[0, facts.scale["top"]], nice=False)
    y = alt.Y(
        field="share", type="quantitative", scale=height, axis=alt.Axis(format=".0%", tickCount=4), title=None
    )
    layers = []
    for year in reversed(years):
        steps = [step for step in facts.marks["steps"] if step["year"] == year]
        base = alt.Chart(rows_of(steps, f"steps_{years.index(year)}")).encode(x=x, y=y)
        color, dash, width = _looks(years.index(year))
        layers.append(
            base.mark_line(interpolate="step-after", color=LIGHT[color], strokeDash=dash, strokeWidth=width)
        )
        layers.append(base.mark_point(size=120, color="transparent").encode(tooltip=tooltip()))
    names = _names(facts, years, frame)
    below: Record = {"x": frame.width, "y": frame.height + 34, "text": fitting(facts.words["days"], frame.width)}
    return framed([*layers, text(names, "names"), text([below], "below", color="muted", align="right")], frame)


def _looks(place: int) -> tuple[str, list[int], float]:
    """Colour, dash and width of a line: all years together first."""
    return ("blue", [], 3.0) if place == 0 else (_COLORS[place - 1], list(_DASHES[place - 1]), 2.0)


def _names(facts: Facts, years: Sequence[str], frame: Frame) -> list[Record]:
    """Each line's name at its end, moved apart where lines end together."""
    ends = {year: [step for step in facts.marks["steps"] if step["year"] == year][-1] for year in years}
    placed: list[Record] = []
    for year in sorted(years, key=lambda year: -float(ends[year]["share"])):
        y = frame.height * (1 - float(ends[year]["share"]) / facts.scale["top"])
        if placed:
            y = max(y, float(placed[-1]["y"]) + 15)
        x = frame.width * float(ends[year]["day"]) / facts.scale["days"] if facts.scale["days"] else frame.width
        placed.append({"x": x + 6, "y": y, "text": facts.words[f"year:{year}"]})
    return placed


EVENTUAL = Drawing(eventual, picture)
