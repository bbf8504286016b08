"""How many leads came in each month, and how many of them were worth selling to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    tip,
)
from funnelbook.charts.layers import emphasis, framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words, rounded_top
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

_SERIES = (("blue_pale", "created"), ("blue", "qualified"))
_COLOR = {key: color for color, key in _SERIES}


def leads(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Both are what happened in the month: those qualified may have been created earlier."""
    title = words("Leads created and qualified")
    months = by_month(rows)
    if not any(count(row["created"]) or count(row["qualified"]) for row in months):
        return nothing(title, words)
    shown = columns(
        words, ("month", "Month", "month"), ("created", "Created", "count"), ("qualified", "Qualified", "count")
    )
    last, top = months[-1], rounded_top(max(count(row[key]) for row in months for _, key in _SERIES))
    untold = all(row["qualified"] is None for row in months)
    month = words.month(last["month"])
    created = words.plural("{n} lead", "{n} leads", count(last["created"]))
    alt = (
        words("{month}: {created} created.", month=month, created=created)
        if untold
        else words(
            "{month}: {created} created, {qualified} qualified.",
            month=month,
            created=created,
            qualified=words.number(last["qualified"]),
        )
    )
    return Facts(
        title,
        capital(alt),
        shown,
        cells(months, shown),
        {
            "bars": [_record(row, words, options) for row in months],
            "months": [{"month": row["month"]} for row in months],
        },
        ({"created": words("Created")} | ({} if untold else {"qualified": words("Qualified")}))
        | month_words([row["month"] for row in months], words),
        {"top": top, "digits": len(f"{top:,.0f}")},
    )


def _record(row: Row, words: Words, options: Options) -> Record:
    text = tip(
        words.month(row["month"]),
        words("Created: {n}", n=words.number(row["created"])),
        "" if row["qualified"] is None else words("Qualified: {n}", n=words.number(row["qualified"])),
        words("Not over yet") if row["month"] == options.partial else "",
    )
    return {
        "month": row["month"],
        "created": count(row["created"]),
        "qualified": count(row["qualified"]),
        "tip": text,
    }


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    told = tuple(each for each in _SERIES if each[1] in facts.words)
    frame, top = frame_for(facts, size, top=legend_height(facts, told, size)), facts.scale["top"]
    x, ticks = band("month", months), min(4, int(top)) or 1

    def series(name: str, width: float) -> alt.Chart:
        records = [{**record, "series": name} for record in facts.marks["bars"]]
        mark = alt.Chart(rows_of(records, name)).mark_bar(
            color=LIGHT[_COLOR[name]], width=alt.RelativeBandSize(width)
        )
        shown: alt.Chart = mark.encode(
            x=x, y=amount(name, top, ",~f", ticks=ticks), tooltip=tooltip(), opacity=emphasis()
        )
        return shown

    widths = (("created", 1.0), ("qualified", 0.55))
    parts = [series(name, width) for name, width in widths if name in facts.words]
    return framed([*parts, labels(facts, months, frame), *legend(facts, told, frame, choosing=True)], frame)


LEADS = Drawing(leads, picture)
