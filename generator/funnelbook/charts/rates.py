"""A share month by month: points with intervals, its usual level, and the limits that noise keeps within."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Facts, Record
from funnelbook.charts.layers import Frame, at_pixel, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import across, amount, band, frame_for, labels, rounded_top
from funnelbook.charts.theme import LIGHT, Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

Z95 = 1.959963984540054
Z998 = 3.090232306167813

_LEGEND = (("blue", "value"), ("ink", "centre"), ("band", "limits"), ("orange", "outside"))


def limits(centre: float, n: float, z: float) -> tuple[float, float]:
    """Control limits of a share over `n` cases (Shewhart's p chart), cut to 0..1."""
    half = z * math.sqrt(centre * (1 - centre) / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def point(
    month: str, share: tuple[float, float | None, float | None], tip: str, *, hollow: bool, outside: bool
) -> Record:
    """A month's share (value, low, high): hollow when too few or undecided, orange when beyond the limits of
    noise.
    """
    color = LIGHT["orange" if outside else "blue"]
    value, low, high = share
    low, high = (value if low is None else low), (value if high is None else high)
    fill = LIGHT["paper"] if hollow else color
    return {"month": month, "value": value, "low": low, "high": high, "fill": fill, "stroke": color, "tip": tip}


def scale_of(points: Sequence[Record]) -> dict[str, float]:
    """The top of the scale: 100 %, or less when all is far below."""
    highest = max(float(point[key] or 0) for point in points for key in ("value", "high"))
    return {"top": min(1.0, max(0.1, rounded_top(highest * 1.05))), "digits": 5}


def share_form(top: float) -> str:
    return ".0%" if top >= 0.1 else ".1%"


def rates(facts: Facts, size: Size) -> Plane:
    """`facts.marks`: `points` (month, value, low, high, hollow, outside, tip), `bands` (month, low, high of
    both limits)
    and `months`, every month of the axis; `facts.scale`: centre (optional), top, digits."""
    months = [str(record["month"]) for record in facts.marks["months"]]
    items = [item for item in _LEGEND if item[1] in facts.words]
    frame = frame_for(facts, size, top=legend_height(facts, items, size), below=1 if "n" in facts.words else 0)
    second = (
        {str(record["month"]): str(record["n"]) for record in facts.marks["months"]} if "n" in facts.words else None
    )
    parts = [
        *_bands(facts, months),
        *([across(facts.scale["centre"], "centre")] if "centre" in facts.scale else []),
        *_points(facts, months, frame),
        labels(facts, months, frame, second),
        *legend(facts, items, frame),
    ]
    return framed(parts, frame)


def _bands(facts: Facts, months: Sequence[str]) -> list[alt.Chart]:
    import altair as alt

    top = facts.scale["top"]
    base = alt.Chart(rows_of(facts.marks.get("bands", ()), "bands")).encode(x=band("month", months, inner=0))
    return [
        base.mark_bar(color=LIGHT[color], width=alt.RelativeBandSize(1)).encode(
            y=amount(low, top, share_form(top)), y2=alt.Y2(field=high)
        )
        for color, low, high in (("band_outer", "outer_low", "outer_high"), ("band", "inner_low", "inner_high"))
    ]


def _points(facts: Facts, months: Sequence[str], frame: Frame) -> list[alt.Chart]:
    import altair as alt

    top = facts.scale["top"]
    x, y = band("month", months, inner=0), amount("value", top, share_form(top))
    points = alt.Chart(rows_of(facts.marks["points"], "points")).encode(x=x, y=y)
    last = alt.Chart(rows_of(facts.marks["last"], "last")).encode(
        x=x, y=y, text=alt.Text(field="text", type="nominal")
    )
    colors = {
        "fill": alt.Fill(field="fill", type="nominal", scale=None, legend=None),
        "stroke": alt.Stroke(field="stroke", type="nominal", scale=None, legend=None),
    }
    high = facts.marks["last"][0]["value"] > 0.9 * top
    return [
        points.mark_line(color=LIGHT["blue_pale"], strokeWidth=1.5),
        points.mark_rule(color=LIGHT["blue"], strokeWidth=1.5).encode(
            y=alt.Y(field="low", type="quantitative"), y2=alt.Y2(field="high")
        ),
        points.mark_point(size=64, opacity=1, strokeWidth=2).encode(**colors),
        points.mark_bar(color="transparent", width=alt.RelativeBandSize(1)).encode(
            y=at_pixel(0), y2=at_pixel(frame.height, end=True), tooltip=tooltip()
        ),
        *(
            last.mark_text(align="right", dx=-8, dy=14 if high else -10, fontWeight="bold", fontSize=13, **halo)
            for halo in (
                {"color": LIGHT["paper"], "stroke": LIGHT["paper"], "strokeWidth": 4},
                {"color": LIGHT["ink"]},
            )
        ),
    ]
