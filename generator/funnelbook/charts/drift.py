"""Where open deals lie untouched: those that drift among all that stand at each stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Row,
    cells,
    columns,
    count,
    label,
    nothing,
    portion,
    tip,
)
from funnelbook.charts.lanes import end, lane, lanes, part
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_SERIES = (("orange", "drifting"), ("blue_pale", "touched"))


def drift(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of a stage, in the pipeline's order: drifting, open, value of those drifting, oldest_days."""
    title = words("Open deals that lie untouched, by stage")
    known = [row for row in rows if count(row["open"])]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("open", "Open", "count"),
        ("drifting", "Untouched", "count"),
        ("value", "Their value", "money"),
        ("oldest_days", "Longest untouched", "days"),
    )
    all_open, all_drifting = (sum(count(row[key]) for row in known) for key in ("open", "drifting"))
    alt = words(
        "Of {open} open deals {drifting} lie untouched.",
        open=words.number(all_open),
        drifting=words.number(all_drifting),
    )
    drifting = [(min(count(row["drifting"]), count(row["open"])), count(row["open"])) for row in known]
    marks = {
        "lanes": [lane(label(row["stage"]), _tip(row, words)) for row in known],
        "parts": [
            each
            for i, (some, whole) in enumerate(drifting)
            for each in (part(i, 0, (0, some), "orange"), part(i, 0, (some, whole), "blue_pale"))
        ],
        "ends": [end(i, 0, whole, _shown(some, whole, words, options)) for i, (some, whole) in enumerate(drifting)],
    }
    texts = {"drifting": words("Untouched"), "touched": words("Being sold")}
    top = max(whole for _, whole in drifting)
    return Facts(title, alt, shown, cells(known, shown), marks, texts, {"top": top, "rows": 1})


def _shown(some: int, whole: int, words: Words, options: Options) -> str:
    counts = words("{part} of {whole}", part=words.number(some), whole=words.number(whole))
    return counts if whole < options.min_n else f"{counts} · {portion(some, whole, words, options)}"


def _tip(row: Row, words: Words) -> str:
    return tip(
        label(row["stage"]),
        words("Untouched: {n} of {all} open", n=words.number(row["drifting"]), all=words.number(row["open"])),
        words("Their value: {money}", money=words.money(row["value"])),
        words("Longest untouched: {days}", days=words.days(row["oldest_days"])),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


DRIFT = Drawing(drift, picture)
