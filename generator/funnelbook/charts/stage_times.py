"""How long deals stay at each stage: the median, and the slow quarter and tenth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    real,
    tip,
)
from funnelbook.charts.months import rounded_top
from funnelbook.charts.stage_rows import Axis, stage_rows
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_LEGEND = (("blue", "median"), ("blue_pale", "quarter"), ("grey", "tenth"))


def stage_times(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Days at a stage of deals that have left it; a stage nobody left has no mark."""
    title = words("Days at each stage")
    stages = [row for row in sorted(rows, key=lambda row: count(row["position"])) if row["advanced"] is not None]
    known = [row for row in stages if real(row["median_days"]) is not None]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("timed", "Deals timed", "count"),
        ("median_days", "Median", "days"),
        ("p75_days", "Three quarters within", "days"),
        ("p90_days", "Nine tenths within", "days"),
    )
    sure = [row for row in known if count(row["timed"]) >= options.min_n] or known
    slowest = max(sure, key=lambda row: real(row["median_days"]) or 0)
    alt = words(
        "Deals stay longest at “{stage}”: half leave within {median}, nine tenths within {p90}.",
        stage=label(slowest["stage"]),
        median=words.days(real(slowest["median_days"])),
        p90=words.days(real(slowest["p90_days"])),
    )
    longest = max(real(row["p90_days"]) or 0 for row in known)
    return Facts(
        title,
        alt,
        shown,
        cells(stages, shown),
        {"stages": [_record(row, words) for row in stages]},
        {
            "median": words("median"),
            "quarter": words("three quarters within"),
            "tenth": words("nine tenths within"),
            "unit": words("days"),
        },
        {"top": rounded_top(longest)},
    )


def _record(row: Row, words: Words) -> Record:
    median, p75, p90 = (real(row[key]) for key in ("median_days", "p75_days", "p90_days"))
    return {
        "name": label(row["stage"]),
        "median": median,
        "p75": p75,
        "p90": p90,
        "text": words.days(median),
        "tip": tip(
            label(row["stage"]),
            words("Median: {days}", days=words.days(median)),
            words("Three quarters within {days}", days=words.days(p75)),
            words("Nine tenths within {days}", days=words.days(p90)),
            words.plural("{n} deal timed", "{n} deals timed", count(row["timed"])),
        ),
    }


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    return stage_rows(
        facts,
        size,
        _LEGEND,
        Axis(facts.scale["top"], ",~f", needed="median"),
        lambda rows, at: [
            rows.mark_rule(color=LIGHT["grey"], strokeWidth=2).encode(x=at("median"), x2=alt.X2(field="p90")),
            rows.mark_rule(color=LIGHT["blue_pale"], strokeWidth=8).encode(x=at("median"), x2=alt.X2(field="p75")),
            rows.mark_point(filled=True, size=50, color=LIGHT["grey"], opacity=1).encode(x=at("p90")),
            rows.mark_point(filled=True, size=110, color=LIGHT["blue"], opacity=1).encode(x=at("median")),
        ],
    )


STAGE_TIMES = Drawing(stage_times, picture)
