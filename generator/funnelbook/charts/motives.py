"""Too dear, or not sure? Losses for price and value beside losses of buyers who did not decide, stage by stage."""

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
    portion,
    tip,
)
from funnelbook.charts.lanes import end, lane, lanes, part
from funnelbook.charts.theme import Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_SERIES = (("orange", "price"), ("blue", "undecided"))
_CAUSES = {"price": ("price_value",), "undecided": ("fear", "timing")}


def motives(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `losses`; stages in `options.stages`' order, those of no loss with a reason left out."""
    title = words("Too dear, or not sure: losses by stage")
    told = [row for row in rows if row["cause"] not in (None, "none") and count(row["deals"])]
    if not told:
        return nothing(title, words)
    met = dict.fromkeys(_stage(row, words) for row in told)
    order = [label(stage) for stage in options.stages]
    stages = [*(stage for stage in order if stage in met), *(stage for stage in met if stage not in order)]
    counts = [_counts([row for row in told if _stage(row, words) == stage]) for stage in stages]
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("told", "Losses with a reason", "count"),
        ("price", "Price and value", "count"),
        ("undecided", "Did not decide, not now", "count"),
    )
    table = tuple((stage, n["told"], n["price"], n["undecided"]) for stage, n in zip(stages, counts, strict=True))
    most = max(range(len(stages)), key=lambda i: (counts[i]["undecided"], counts[i]["told"], -i))
    alt = words(
        "Most who did not decide were lost at “{stage}”: {n} of {all}; for price and value {price}.",
        stage=stages[most],
        n=words.number(counts[most]["undecided"]),
        all=words.number(counts[most]["told"]),
        price=words.number(counts[most]["price"]),
    )
    texts = {"price": words("Price and value"), "undecided": words("Did not decide, not now")}
    parts, ends = list[Record](), list[Record]()
    for i, n in enumerate(counts):
        for row, (color, key) in enumerate(_SERIES):
            parts.append(part(i, row, (0, n[key]), color))
            ends.append(end(i, row, n[key], _shown(n[key], n["told"], words, options)))
    marks = {
        "lanes": [lane(stage, _tip(stage, n, texts, words)) for stage, n in zip(stages, counts, strict=True)],
        "parts": parts,
        "ends": ends,
    }
    top = max(1, *(n[key] for n in counts for _, key in _SERIES))
    return Facts(title, alt, shown, table, marks, texts, {"top": top, "rows": len(_SERIES)})


def _stage(row: Row, words: Words) -> str:
    return words("Stage not known") if row["stage"] in (None, "", "—") else label(row["stage"])


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    found = {
        key: sum(count(row["deals"]) for row in rows if row["cause"] in causes) for key, causes in _CAUSES.items()
    }
    return found | {"told": sum(count(row["deals"]) for row in rows)}


def _shown(n: int, whole: int, words: Words, options: Options) -> str:
    share = portion(n, whole, words, options)
    return share if whole < options.min_n else f"{words.number(n)} · {share}"


def _tip(stage: str, n: dict[str, int], texts: dict[str, str], words: Words) -> str:
    return tip(
        stage,
        *(f"{texts[key]}: {words.number(n[key])}" for _, key in _SERIES),
        words.plural("{n} loss with a reason", "{n} losses with a reason", n["told"]),
    )


def picture(facts: Facts, size: Size) -> Plane:
    return lanes(facts, size, _SERIES)


MOTIVES = Drawing(motives, picture)
