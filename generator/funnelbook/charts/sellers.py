"""Who sells better or worse than chance explains: win rates against the number of closed deals, a funnel plot.

D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    count,
    label,
    nothing,
    portion,
    tip,
)
from funnelbook.charts.layers import CHARACTER, Frame, framed, legend, legend_height, rows_of, text, tooltip
from funnelbook.charts.months import across, amount, frame_for, rounded_top
from funnelbook.charts.placing import Box, place
from funnelbook.charts.rates import Z95, Z998, limits, share_form
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

#: Points that a curve is drawn through.
_STEPS = 80
_LEGEND = (("blue", "value"), ("ink", "centre"), ("band", "limits"), ("orange", "outside"))


def sellers(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `sellers` of one pipeline. The limits are p ± z·√(p(1−p)/n), p the win rate of all together."""
    title = words("Win rate of each seller against the number of closed deals")
    known = [row for row in rows if count(row["closed"])]
    if not known:
        return nothing(title, words)
    closed = sum(count(row["closed"]) for row in known)
    centre = sum(count(row["won"]) for row in known) / closed
    most = rounded_top(max(count(row["closed"]) for row in known) * 1.08)
    points = [_point(row, words, options) for row in known]
    shown = columns(
        words,
        ("owner", "Seller", "text"),
        ("closed", "Closed", "count"),
        ("won", "Won", "count"),
        ("win_rate", "Win rate", "share"),
        ("limit95_low", "95% from", "share"),
        ("limit95_high", "95% to", "share"),
        ("limit998_low", "99.8% from", "share"),
        ("limit998_high", "99.8% to", "share"),
    )
    texts = {
        "value": words("A seller; hollow: few deals"),
        "centre": words("All together: {share}", share=words.share(centre)),
        "limits": words("Within noise (95% and 99.8%)"),
        "axis": words("Closed deals"),
    }
    if any(point["outside"] for point in points):
        texts["outside"] = words("Beyond noise")
    fewest = min(count(row["closed"]) for row in known)
    top = max(_edge(centre, most, fewest), *(float(point["value"]) for point in points))
    return Facts(
        title,
        _alt(points, centre, words),
        shown,
        cells(known, shown),
        {"points": points, "curves": _curves(centre, most)},
        texts,
        {"centre": centre, "top": min(1.0, max(0.1, rounded_top(top * 1.05))), "most": most, "digits": 5},
    )


def _edge(centre: float, most: float, fewest: int) -> float:
    """The outer limit halfway to the seller with fewest deals, or where a tenth of the axis is behind: left of it
    the curves leave the drawing.
    """
    return limits(centre, max(1.0, most / 10, fewest / 2), Z998)[1]


def _curves(centre: float, most: float) -> list[Record]:
    """Limits along the axis, denser where they bend."""
    numbers = [max(1.0, most * (step / _STEPS) ** 2) for step in range(1, _STEPS + 1)]
    return [
        {"n": n, "inner_low": inner[0], "inner_high": inner[1], "outer_low": outer[0], "outer_high": outer[1]}
        for n in sorted(set(numbers))
        for inner, outer in [(limits(centre, n, Z95), limits(centre, n, Z998))]
    ]


def _point(row: Row, words: Words, options: Options) -> Record:
    n, won = count(row["closed"]), count(row["won"])
    outside = row["verdict"] in {"below", "above"}
    color = LIGHT["orange" if outside else "blue"]
    text = tip(
        label(row["owner"]),
        words("Won {won} of {n} closed: {share}", won=words.number(won), n=words.number(n),
              share=words.share(won / n, 1)),
        words("Within noise: {low} to {high}", low=words.share(row["limit998_low"]),
              high=words.share(row["limit998_high"])),
        words("Beyond noise") if outside else words("Within noise"),
    )  # fmt: skip
    return {
        "name": label(row["owner"]),
        "n": n,
        "value": won / n,
        "part": portion(won, n, words, options),
        "outside": outside,
        "below": row["verdict"] == "below",
        "fill": LIGHT["paper"] if n < options.min_n else color,
        "stroke": color,
        "tip": text,
    }


def _alt(points: Sequence[Record], centre: float, words: Words) -> str:
    outside = [f"{point['name']} ({point['part']})" for point in points if point["outside"]]
    if len(points) == 1:
        return words("{name} alone closed deals: {share} won.", name=points[0]["name"], share=points[0]["part"])
    if not outside:
        return words(
            "All {n} lie within the noise around {centre}.",
            n=words.plural("{n} person", "{n} people", len(points)),
            centre=words.share(centre),
        )
    return words(
        "Beyond the noise around {centre}: {names}.", centre=words.share(centre), names=words.listing(outside)
    )


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    items = [item for item in _LEGEND if item[1] in facts.words]
    frame = frame_for(
        facts, size, top=legend_height(facts, items, size), height=300 if size.narrow else 360, below=1
    )
    top = facts.scale["top"]
    curves = alt.Chart(rows_of(facts.marks["curves"], "curves")).encode(x=_along("n", facts))
    points = alt.Chart(rows_of(facts.marks["points"], "points")).encode(
        x=_along("n", facts), y=amount("value", top, share_form(top))
    )
    ink = {
        "fill": alt.Fill(field="fill", type="nominal", scale=None, legend=None),
        "stroke": alt.Stroke(field="stroke", type="nominal", scale=None, legend=None),
    }
    return framed(
        [
            *(_area(curves, color, edge, top) for color, edge in (("band_outer", "outer"), ("band", "inner"))),
            *(
                _curve(curves, f"{edge}_{end}", top, dash)
                for edge, dash in (("outer", [1, 0]), ("inner", [4, 3]))
                for end in ("low", "high")
            ),
            across(facts.scale["centre"], "centre"),
            points.mark_point(size=80, opacity=1, strokeWidth=2).encode(**ink, tooltip=tooltip()),
            *_names(facts, frame),
            text([{"x": frame.width, "y": frame.height + 34, "text": facts.words["axis"]}], "axis",
                 color="muted", align="right"),
            *legend(facts, items, frame),
        ],
        frame,
    )  # fmt: skip


def _along(field: str, facts: Facts) -> alt.X:
    import altair as alt

    scale = alt.Scale(domain=[0, facts.scale["most"]], nice=False)
    axis = alt.Axis(format=",~f", tickCount=min(6, int(facts.scale["most"])), grid=False)
    return alt.X(field=field, type="quantitative", scale=scale, axis=axis, title=None)


def _area(curves: alt.Chart, color: str, edge: str, top: float) -> alt.Chart:
    import altair as alt

    area: alt.Chart = curves.mark_area(color=LIGHT[color], clip=True).encode(
        y=amount(f"{edge}_low", top, share_form(top)), y2=alt.Y2(field=f"{edge}_high")
    )
    return area


def _curve(curves: alt.Chart, field: str, top: float, dash: Sequence[int]) -> alt.Chart:
    line: alt.Chart = curves.mark_line(color=LIGHT["grey"], strokeWidth=1, strokeDash=list(dash), clip=True).encode(
        y=amount(field, top, share_form(top))
    )
    return line


def _names(facts: Facts, frame: Frame) -> list[alt.Chart]:
    """Names beside their points, those beyond noise first, then the farthest from all; as many as have room."""
    centre, top, most = (facts.scale[key] for key in ("centre", "top", "most"))
    points = sorted(
        facts.marks["points"],
        key=lambda point: (not point["outside"], -abs(point["value"] - centre) * point["n"] ** 0.5, point["name"]),
    )
    spots = [(point["n"] / most * frame.width, (1 - point["value"] / top) * frame.height) for point in points]
    plane = Box(0, -4, frame.width, frame.height + 4)
    boxes = place(
        [(spot, len(str(point["name"])) * CHARACTER) for spot, point in zip(spots, points, strict=True)], plane
    )
    names: list[Record] = [
        {"x": box.left, "y": (box.top + box.bottom) / 2, "text": point["name"]}
        for box, point in zip(boxes, points, strict=True)
        if box is not None
    ]
    halo: dict[str, Any] = {"stroke": LIGHT["paper"], "strokeWidth": 3, "strokeOpacity": 0.8}
    return [text(names, "name_halos", color="paper", **halo), text(names, "names")]


SELLERS = Drawing(sellers, picture)
