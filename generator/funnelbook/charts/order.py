"""Today's order of the stages beside the cheapest one; a line a stage, coloured where it moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    columns,
    count,
    label,
    nothing,
    real,
    tip,
    wrapped,
)
from funnelbook.charts.layers import (
    CHARACTER,
    Frame,
    corners,
    framed,
    legend,
    legend_height,
    painted,
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_SERIES = (("blue", "earlier"), ("orange", "later"), ("grey", "stays"))
_ROW, _HEAD, _LINE = 46, 22, 16


def order(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `order` of one pipeline."""
    title = words("The order of the stages, today and at its cheapest")
    ranked = sorted(rows, key=lambda row: count(row["rank"]))
    if not ranked or real(ranked[0]["cost_per_sale_now"]) is None:
        return nothing(title, words)
    now, best = ([label(row[key]) for row in ranked] for key in ("stage_now", "stage_best"))
    places = {row["stage_best"]: place for place, row in enumerate(ranked)}
    links = [
        (place, places[row["stage_now"]], now[place])
        for place, row in enumerate(ranked)
        if row["stage_now"] in places
    ]
    moved = [_moved(link, words) for link in links if link[0] != link[1]]
    first = ranked[0]
    alt = words(
        "A sale costs {now} in today's order and {best} in the cheapest one.",
        now=words.money(real(first["cost_per_sale_now"])),
        best=words.money(real(first["cost_per_sale_best"])),
    )
    shown = columns(words, ("rank", "Place", "count"), ("now", "Today", "text"), ("best", "Cheapest order", "text"))
    return Facts(
        title,
        " ".join([alt, *moved]),
        shown,
        tuple((count(row["rank"]), left, right) for row, left, right in zip(ranked, now, best, strict=True)),
        {
            "now": [{"name": name} for name in now],
            "best": [{"name": name} for name in best],
            "links": [_link(link, words) for link in links],
        },
        {
            "today": words("Today"),
            "cheapest": words("Cheapest"),
            "earlier": words("moves earlier"),
            "later": words("moves later"),
            "stays": words("stays"),
        },
    )


def _moved(link: tuple[int, int, str], words: Words) -> str:
    before, after, stage = link
    return words(
        "“{stage}” moves from place {before} to place {after}.", stage=stage, before=before + 1, after=after + 1
    )


def _link(link: tuple[int, int, str], words: Words) -> Record:
    before, after, stage = link
    kind = "grey" if before == after else "blue" if after < before else "orange"
    text = tip(stage, _moved(link, words) if before != after else words("stays"))
    return {
        "before": before,
        "after": after,
        "fill": LIGHT[kind],
        "wide": 1.5 if before == after else 3,
        "tip": text,
    }


def picture(facts: Facts, size: Size) -> Plane:
    """Names on both sides, and the lines between them in a gutter of a fifth of the width."""
    now, best = facts.marks["now"], facts.marks["best"]
    side = size.width * 0.4
    frame = Frame(size.width, _HEAD + len(now) * _ROW, top=legend_height(facts, _SERIES, size))
    letters = int((side - 14) / CHARACTER)
    left, right = side - 8, size.width - side + 8
    heads = [{"x": left, "y": 8, "text": facts.words["today"]}]
    other = [{"x": right, "y": 8, "text": facts.words["cheapest"]}]
    hits = [
        {
            "x": 0,
            "x2": side,
            "y": _HEAD + link["before"] * _ROW,
            "y2": _HEAD + (link["before"] + 1) * _ROW,
            "tip": link["tip"],
        }
        for link in facts.marks["links"]
    ]
    return framed(
        [
            *_lines(facts, side, size.width - side),
            text(heads, "today", color="muted", align="right"),
            text(other, "cheapest", color="muted"),
            text(_names(now, left, letters), "now", fontSize=13, lineHeight=_LINE, align="right"),
            text(_names(best, right, letters), "best", fontSize=13, lineHeight=_LINE),
            _hits(hits),
            *legend(facts, _SERIES, frame),
        ],
        frame,
    )


def _names(records: Sequence[Record], x: float, letters: int) -> list[Record]:
    """A name's first line stands so that the name's middle is the row's."""
    shown = [wrapped(f"{i}. {record['name']}", letters, 2) for i, record in enumerate(records, 1)]
    return [
        {"x": x, "y": _HEAD + (i + 0.5) * _ROW - name.count("\n") * _LINE / 2, "text": name}
        for i, name in enumerate(shown)
    ]


def _lines(facts: Facts, left: float, right: float) -> list[alt.Chart]:
    """Lines of one stage each; those that stay under those that move."""
    import altair as alt

    made = []
    for name, wide in (("stays", 1.5), ("moves", 3)):
        records = [
            {
                "x": left,
                "x2": right,
                "y": _HEAD + (link["before"] + 0.5) * _ROW,
                "y2": _HEAD + (link["after"] + 0.5) * _ROW,
                "fill": link["fill"],
            }
            for link in facts.marks["links"]
            if link["wide"] == wide
        ]
        chart = alt.Chart(rows_of(records, name)).mark_rule(strokeWidth=wide)
        made.append(chart.encode(**corners(), color=painted()))
    return made


def _hits(hits: list[Record]) -> alt.Chart:
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(rows_of(hits, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip())
    )
    return chart


ORDER = Drawing(order, picture)
