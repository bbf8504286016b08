"""An amount month by month: bars, their average, and the month that is not over marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Facts, Record
from funnelbook.charts.layers import framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import across, amount, band, frame_for, labels, rounded_top
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_LEGEND = (("blue", "value"), ("blue_pale", "partial"), ("ink", "average"))


def unit(highest: float, words: Words) -> tuple[float, str]:
    """What money is divided by on an axis, and the word for it: plain, thousands or millions, with the currency."""
    size, word = next(
        (size, word)
        for size, word in ((1e6, words("million")), (1e3, words("thousand")), (1.0, ""))
        if highest >= size * 2 or size == 1
    )
    sign = words.money(0).replace("0", "").strip()
    return size, " ".join(part for part in (word, sign) if part)


def scale_of(values: Sequence[float], size: float) -> dict[str, float]:
    top = rounded_top(max(values, default=0) / size)
    return {"top": top, "digits": len(f"{top:,.0f}" if top >= 10 else f"{top:.1f}")}


def bar(month: str, value: float, size: float, tip: str, *, partial: bool) -> Record:
    return {"month": month, "value": value / size, "fill": LIGHT["blue_pale" if partial else "blue"], "tip": tip}


def bars(facts: Facts, size: Size) -> Plane:
    """`facts.marks`: `bars` (month, value, fill, tip), `months`; `facts.scale`: top, digits, average (optional)."""
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    items = [item for item in _LEGEND if item[1] in facts.words]
    frame = frame_for(facts, size, top=legend_height(facts, items, size))
    drawn = (
        alt.Chart(rows_of(facts.marks["bars"], "bars"))
        .mark_bar()
        .encode(
            x=band("month", months),
            y=amount("value", facts.scale["top"], ",~f"),
            color=alt.Color(field="fill", type="nominal", scale=None, legend=None),
            tooltip=tooltip(),
        )
    )
    average = [across(facts.scale["average"], "average")] if "average" in facts.scale else []
    return framed([drawn, *average, labels(facts, months, frame), *legend(facts, items, frame)], frame)
