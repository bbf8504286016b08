"""What charts over months share: the band of months, its labels, a grid with numbers, a line across."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Facts, Record, Row
from funnelbook.charts.layers import CHARACTER, Frame, at_pixel, rows_of
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

_LABEL = 30
_LINE = 15


def by_month(rows: Sequence[Row], key: str = "month") -> list[Row]:
    """The rows of single months, oldest first; the row of all together is left out."""
    return sorted((row for row in rows if row[key] and str(row[key]) != "all"), key=lambda row: str(row[key]))


def month_words(months: Sequence[str], words: Words) -> dict[str, str]:
    """For `Facts.words`: the short name of each month, under `month:YYYY-MM`."""
    return {f"month:{month}": words.month_short(month) for month in months}


def frame_for(facts: Facts, size: Size, *, top: float = 26, height: float | None = None, below: int = 0) -> Frame:
    """A plane with room on the left for `facts.scale["digits"]` characters and below for months and `below`
    lines.
    """
    left = math.ceil(facts.scale["digits"] * (CHARACTER + 0.6)) + 8
    tall = height if height is not None else (200 if size.narrow else 220)
    return Frame(size.width - left - 2, tall, left=left, right=2, top=top, bottom=2 * _LINE + 10 + below * _LINE)


def band(field: str, months: Sequence[str], *, inner: float = 0.25) -> alt.X:
    """The months as bands. All layers share it."""
    import altair as alt

    scale = alt.Scale(domain=list(months), paddingInner=inner, paddingOuter=inner / 2)
    return alt.X(field=field, type="ordinal", scale=scale, axis=None, sort=None)


def labels(facts: Facts, months: Sequence[str], frame: Frame, second: dict[str, str] | None = None) -> alt.Chart:
    """Names of as many months as fit, always the last; the year where it changes; `second` is a further line a
    month.
    """
    import altair as alt

    widest = max([_LABEL, *(len(word) * CHARACTER + 8 for word in (second or {}).values())])
    step = max(1, math.ceil(len(months) * widest / frame.width))
    records: list[Record] = []
    last_year = ""
    for index, month in enumerate(months):
        if (len(months) - 1 - index) % step:
            continue
        name, year = facts.words[f"month:{month}"].rsplit(" ", 1)
        lines = [
            name,
            *([second.get(month, "")] if second is not None else []),
            month[:4] if year != last_year else "",
        ]
        records.append({"month": month, "text": "\n".join(lines).rstrip("\n")})
        last_year = year
    chart: alt.Chart = (
        alt.Chart(rows_of(records, "months"))
        .mark_text(baseline="top", color=LIGHT["muted"], lineHeight=_LINE)
        .encode(x=band("month", months), y=at_pixel(frame.height + 8), text=alt.Text(field="text", type="nominal"))
    )
    return chart


def amount(field: str, top: float, form: str, *, bottom: float = 0, ticks: int = 4) -> alt.Y:
    """A quantity from `bottom` to `top` with a grid and numbers of the d3 format `form`."""
    import altair as alt

    axis = alt.Axis(format=form, tickCount=ticks, labelPadding=6, labelFlush=False)
    scale = alt.Scale(domain=[bottom, top], nice=False, zero=False)
    return alt.Y(field=field, type="quantitative", scale=scale, axis=axis, title=None)


def rounded_top(value: float) -> float:
    """The next of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten, at or above the value; 1 for nothing."""
    if value <= 0:
        return 1
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
    return next(step * power for step in steps if step * power >= value * (1 - 1e-9))


def across(value: float, name: str, *, color: str = "ink", dash: Sequence[int] = (5, 4)) -> alt.Chart:
    """A level line over the whole width."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(rows_of([{"value": value}], name))
        .mark_rule(color=LIGHT[color], strokeDash=list(dash), strokeWidth=1.5)
        .encode(y=alt.Y(field="value", type="quantitative"))
    )
    return chart
