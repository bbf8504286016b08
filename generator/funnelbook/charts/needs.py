"""Leads month by month: those that came, those that the plan needs, and those that the sellers' hours carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from funnelbook.charts.facts import (
    Drawing,
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
from funnelbook.charts.layers import emphasis, framed, legend, legend_height, painted, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words, rounded_top
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_SERIES = (("blue", "came"), ("ink", "needed"), ("orange", "carried"))
#: Hours that carry so many times more than all else would press it flat: they are told, and not drawn.
_BEYOND = 3


def needs(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: month, created, leads_needed, leads_capacity; null where there is none, as in months to come."""
    title = words("Leads that came, are needed, and can be carried")
    months = by_month(rows)
    keys = ("created", "leads_needed", "leads_capacity")
    values = {key: [real(row[key]) or 0.0 for row in months if row[key] is not None] for key in keys}
    if not any(any(each) for each in values.values()):
        return nothing(title, words)
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("created", "Leads that came", "count"),
        ("leads_needed", "Needed for the plan", "count"),
        ("leads_capacity", "The hours carry", "count"),
    )
    rounded = [
        {
            "month": row["month"],
            **{key: None if real(row[key]) is None else round(real(row[key]) or 0) for key in keys},
        }
        for row in months
    ]
    drawn = max([0.0, *values["created"], *values["leads_needed"]])
    most = max([0.0, *values["leads_capacity"]])
    beyond = 0 < _BEYOND * drawn < most
    top = rounded_top(drawn if beyond else max(drawn, most))
    texts = {"came": words("Leads that came"), "needed": words("Needed for the plan")}
    if beyond:
        least = words.number(min(values["leads_capacity"]))
        texts["beyond"] = words("Not drawn: the hours carry {n} and more", n=least)
    elif most:
        texts["carried"] = words("The hours carry")
    return Facts(
        title,
        capital(_alt(rounded, words, options)),
        shown,
        cells(rounded, shown),
        {
            "bars": [_record(row, words, options) for row in rounded],
            "months": [{"month": row["month"]} for row in months],
        },
        texts | month_words([row["month"] for row in months], words),
        {"top": top, "digits": len(f"{top:,.0f}")},
    )


def _alt(rows: Sequence[Row], words: Words, options: Options) -> str:
    """The last whole month with leads."""
    whole = [row for row in rows if row["created"] is not None and row["month"] != options.partial]
    last = whole[-1] if whole else rows[-1]
    return words(
        "{month}: {came} leads came, the plan needs {needed}, the hours carry {carried}.",
        month=words.month(last["month"]),
        came=words.number(last["created"]),
        needed=words.number(last["leads_needed"]),
        carried=words.number(last["leads_capacity"]),
    )


def _record(row: Row, words: Words, options: Options) -> Record:
    partial = row["month"] == options.partial
    text = tip(
        words.month(row["month"]),
        *(
            words(line, n=words.number(row[key]))
            for line, key in (
                ("Leads that came: {n}", "created"),
                ("Needed for the plan: {n}", "leads_needed"),
                ("The hours carry: {n}", "leads_capacity"),
            )
            if row[key] is not None
        ),
        words("Not over yet") if partial else "",
    )
    return {
        "month": row["month"],
        "came": None if row["created"] is None else count(row["created"]),
        "needed": row["leads_needed"],
        "carried": row["leads_capacity"],
        "fill": LIGHT["blue_pale" if partial else "blue"],
        "tip": text,
    }


def picture(facts: Facts, size: Size) -> Plane:
    """Bars for what came, ticks for what is needed, a line with points for what the hours carry."""
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    present = {key for record in facts.marks["bars"] for _, key in _SERIES if record[key] is not None}
    items = [item for item in _SERIES if item[1] in present and item[1] in facts.words]
    told = [*items, *([("grid", "beyond")] if "beyond" in facts.words else [])]
    frame, top = frame_for(facts, size, top=legend_height(facts, told, size)), facts.scale["top"]

    def series(name: str) -> alt.Chart:
        records = [
            {
                "month": record["month"],
                name: record[name],
                "fill": record["fill"],
                "tip": record["tip"],
                "series": name,
            }
            for record in facts.marks["bars"]
            if record[name] is not None
        ]
        chart: alt.Chart = alt.Chart(rows_of(records, name)).encode(
            x=band("month", months),
            y=amount(name, top, ",~f", ticks=min(4, int(top)) or 1),
            tooltip=tooltip(),
            opacity=emphasis(),
        )
        return chart

    tick: dict[str, Any] = {"thickness": 3, "bandSize": 14, "width": alt.RelativeBandSize(1)}
    drawn = {
        "came": lambda: series("came").mark_bar().encode(color=painted()),
        "needed": lambda: series("needed").mark_tick(color=LIGHT["ink"], **tick),
        "carried": lambda: series("carried").mark_line(
            color=LIGHT["orange"], strokeWidth=2, point=alt.OverlayMarkDef(color=LIGHT["orange"], size=30)
        ),
    }
    parts = [drawn[name]() for _, name in items]
    return framed([*parts, labels(facts, months, frame), *legend(facts, told, frame, choosing=True)], frame)


NEEDS = Drawing(needs, picture)
