"""When leads come in and whether they are answered in time: weekday by hour of creation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    count,
    nothing,
    real,
    tip,
)
from funnelbook.charts.heat import cell, heat
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane


def response_by_hour(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """The share answered within the target in every hour in which leads came in; few leads are counts, outlined."""
    title = words("Answered within {target}, by weekday and hour", target=words.minutes(options.target_minutes))
    known = sorted(
        (row for row in rows if real(row["answered_in_target"]) is not None),
        key=lambda row: (count(row["weekday"]), count(row["hour"])),
    )
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("day", "Weekday", "text"),
        ("clock", "Hour of creation", "text"),
        ("leads", "Leads", "count"),
        ("answered_in_target", "Answered in target", "share"),
        ("median_minutes", "Median response", "minutes"),
    )
    days = words.weekdays()
    hours = range(min(count(row["hour"]) for row in known), max(count(row["hour"]) for row in known) + 1)
    table = [{**row, "day": days[count(row["weekday"]) - 1], "clock": f"{count(row['hour'])}:00"} for row in known]
    marks = [
        cell(
            count(row["weekday"]) - 1,
            count(row["hour"]) - hours[0],
            real(row["answered_in_target"]) or 0.0,
            _shown(row, options),
            _tip(row, days, words),
            sure=count(row["leads"]) >= options.min_n,
        )
        for row in known
    ]
    return Facts(
        title,
        _alt(known, days, words),
        shown,
        cells(table, shown),
        {
            "rows": [{"name": day} for day in days],
            "columns": [{"name": str(hour)} for hour in hours],
            "cells": marks,
        },
        {"note": words("In each cell: percent answered in time; outlined: too few leads, answered of all.")},
    )


def _shown(row: Row, options: Options) -> str:
    leads, share = count(row["leads"]), real(row["answered_in_target"]) or 0.0
    return f"{round(share * leads)}/{leads}" if leads < options.min_n else f"{round(100 * share)}"


def _tip(row: Row, days: Sequence[str], words: Words) -> str:
    hour = count(row["hour"])
    return tip(
        f"{days[count(row['weekday']) - 1]}, {hour}:00–{hour + 1}:00",
        words.plural("{n} lead", "{n} leads", count(row["leads"])),
        words("Answered in target: {share}", share=words.share(real(row["answered_in_target"]), 1)),
        words("Median response: {time}", time=words.minutes(real(row["median_minutes"]))),
    )


def _alt(known: Sequence[Row], days: Sequence[str], words: Words) -> str:
    busiest = max(known, key=lambda row: (count(row["leads"]), -count(row["weekday"]), -count(row["hour"])))
    return words(
        "Most leads come on {day} at {hour}:00: {n}, and {share} of them are answered in time.",
        day=days[count(busiest["weekday"]) - 1],
        hour=busiest["hour"],
        n=words.number(busiest["leads"]),
        share=words.share(real(busiest["answered_in_target"])),
    )


def picture(facts: Facts, size: Size) -> Plane:
    """On a phone the hours run down and the days across."""
    if not size.narrow:
        return heat(facts, size)
    turned: list[Record] = [
        {**record, "row": record["column"], "column": record["row"]} for record in facts.marks["cells"]
    ]
    marks = {"rows": facts.marks["columns"], "columns": facts.marks["rows"], "cells": turned}
    return heat(replace(facts, marks=marks), size)


RESPONSE_BY_HOUR = Drawing(response_by_hour, picture)
