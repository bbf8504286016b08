"""Parts of a month: one bar a month, its parts from the bottom in the order of the legend; shares unless said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row
from funnelbook.charts.layers import emphasis, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, frame_for, labels
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

#: Colour and key of each part, the lowest first.
Series = Sequence[tuple[str, str]]


def stack(
    month: str, counts: Mapping[str, int], series: Series, tip: Callable[[str, int, int], str]
) -> list[Record]:
    """The parts of a month; `tip` gets a part's key, its count and the month's. The month's count is not 0."""
    total, before, parts = sum(counts.values()), 0, list[Record]()
    for color, key in series:
        n = counts[key]
        parts.append(
            {
                "month": month,
                "low": before / total,
                "high": (before + n) / total,
                "series": key,
                "fill": LIGHT[color],
                "tip": tip(key, n, total),
            }
        )
        before += n
    return parts


def stacked(tell: Callable[[Sequence[Row], Words, Options], Facts], series: Series, form: str = ".0%") -> Drawing:
    """A chart whose `tell` gives `marks` `parts` (see `stack`) and `months`; those without words are left out.

    `scale` may give a `top` other than 1, for an axis of another d3 format `form`; a month's `second` is a line
    below its name.
    """

    def picture(facts: Facts, size: Size) -> Plane:
        import altair as alt

        shown = [item for item in series if item[1] in facts.words]
        months = [str(record["month"]) for record in facts.marks["months"]]
        second = {str(each["month"]): str(each["second"]) for each in facts.marks["months"] if "second" in each}
        frame = frame_for(facts, size, top=legend_height(facts, shown, size), below=1 if second else 0)
        parts = (
            alt.Chart(rows_of(facts.marks["parts"], "parts"))
            .mark_bar(stroke=LIGHT["paper"], strokeWidth=1)
            .encode(
                x=band("month", months),
                y=amount("low", facts.scale.get("top", 1), form),
                y2=alt.Y2(field="high"),
                color=alt.Color(field="fill", type="nominal", scale=None, legend=None),
                tooltip=tooltip(),
                opacity=emphasis(),
            )
        )
        below = labels(facts, months, frame, second or None)
        return framed([parts, below, *legend(facts, shown, frame, choosing=True)], frame)

    return Drawing(tell, picture)
