"""The three tasks of a funnel month by month: lose early, spend late, let the buyer invest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, capital, columns, nothing, real, tip
from funnelbook.charts.layers import framed, legend, legend_height, rows_of, tooltip
from funnelbook.charts.months import amount, band, by_month, frame_for, labels, month_words
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

#: Colour, column of `tasks`, shape of its points, dashes of its line: never told by colour alone.
_TASKS = (
    ("orange", "loss_earliness", "circle", [1, 0]),
    ("blue", "spent_lateness", "square", [6, 3]),
    ("grey", "buyer_earliness", "triangle-up", [2, 3]),
)
_NAMES = {
    "loss_earliness": "how early we lose",
    "spent_lateness": "how late we spend",
    "buyer_earliness": "how early the buyer invests",
}


def tasks(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """From 0 to 100, the more the better; a task that is null in every month has no line."""
    title = words("The three tasks of the funnel by month")
    months = by_month(rows)
    told = [task for task in _TASKS if any(real(row[task[1]]) is not None for row in months)]
    if not told:
        return nothing(title, words)
    names = {key: words(_NAMES[key]) for _, key, *_ in told}
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("loss_earliness", "Loss earliness", "count"),
        ("spent_lateness", "Cost lateness", "count"),
        ("buyer_earliness", "Buyer earliness", "count"),
    )
    last = {key: _newest(months, key) for key in names}
    alt = words(
        "{month}, of 100: {tasks}.",
        month=words.month(months[-1]["month"]),
        tasks=", ".join(f"{names[key]} {words.number(_hundred(value))}" for key, value in last.items()),
    )
    return Facts(
        title,
        capital(alt),
        shown,
        tuple((str(row["month"]), *(_whole(row[key]) for _, key, *_ in _TASKS)) for row in months),
        {"months": [{"month": row["month"]} for row in months]}
        | {
            key: [_point(row, key, names[key], words) for row in months if real(row[key]) is not None]
            for key in names
        },
        names | month_words([row["month"] for row in months], words),
        {"digits": 3},
    )


def _newest(months: Sequence[Row], key: str) -> float:
    return next(value for row in reversed(months) if (value := real(row[key])) is not None)


def _hundred(value: float) -> int:
    return round(100 * value)


def _whole(value: object) -> int | None:
    number = real(value)
    return None if number is None else _hundred(number)


def _point(row: Row, key: str, name: str, words: Words) -> Record:
    value = _hundred(real(row[key]) or 0.0)
    text = tip(words.month(row["month"]), words("{task}: {value} of 100", task=capital(name), value=value))
    return {"month": row["month"], "value": value, "tip": text}


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    months = [str(record["month"]) for record in facts.marks["months"]]
    told = [task for task in _TASKS if task[1] in facts.words]
    items = [(color, key) for color, key, *_ in told]
    frame = frame_for(facts, size, top=legend_height(facts, items, size))
    drawn: list[alt.Chart] = []
    for color, key, shape, dash in told:
        base = alt.Chart(rows_of(facts.marks[key], key)).encode(
            x=band("month", months, inner=0), y=amount("value", 100, ",~f")
        )
        drawn.append(base.mark_line(color=LIGHT[color], strokeWidth=2, strokeDash=dash))
        drawn.append(
            base.mark_point(filled=True, size=60, opacity=1, shape=shape, color=LIGHT[color]).encode(
                tooltip=tooltip()
            )
        )
    return framed([*drawn, labels(facts, months, frame), *legend(facts, items, frame)], frame)


TASKS = Drawing(tasks, picture)
