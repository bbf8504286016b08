"""`mistakes`: the signals of the eight mistakes, with their thresholds (metrics.md, section 3).

Rows: signal (in the order of `signals.SIGNALS`), pipeline: `all`, whose verdict is the department's, then each
pipeline that has deals, for detail; what cannot be split by pipelines stands in `all` alone. Of all pipelines
together shares are of all their deals, not means of their shares.

`verdict`: alarm or watch when the value has reached the threshold, which the project file may set; a value for
which small is bad, and the share that goes on from the first stage, must lie beyond it. `unknown` without a
value, and there is none where lost deals of an unknown way might change the verdict. It is given however few the
`cases` are. `mistake_verdict` is the worst of the mistake's known signals over all pipelines, `unknown` when none
is. `money`, where it can be told, is what it cost in the window, in the site's currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl
from msgspec.structs import replace

from funnelbook.metrics.signals import SIGNALS, Scope, whole_scope
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.ways import Ways
from funnelbook.project import DEFAULT_THRESHOLDS

NAME = "mistakes"
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        **dict.fromkeys(("mistake", "signal", "pipeline"), pl.String()),
        "value": pl.Float64(),
        "cases": pl.Int64(),
        **dict.fromkeys(("watch", "alarm", "money"), pl.Float64()),
        **dict.fromkeys(("verdict", "mistake_verdict"), pl.String()),
    }
)
#: From the one that counts least to the one that counts most.
VERDICTS = ("unknown", "ok", "watch", "alarm")
#: Signals that have no pipeline.
_WHOLE = frozenset({"too_precious"})
#: Large values are bad, but only beyond the threshold.
_BEYOND = frozenset({"selling_to_all"})


def table(ways: Ways) -> pl.DataFrame:
    thresholds = {**DEFAULT_THRESHOLDS, **ways.project.mistakes}
    whole = whole_scope(ways)
    used = ways.deals["pipeline"].unique().sort()
    parts = [(ways.pipelines[number].name, whole.of_pipeline(number)) for number in used]
    rows: list[dict[str, Any]] = []
    verdicts: dict[str, list[str]] = {}
    for signal, (mistake, _) in SIGNALS.items():
        scopes = [(ALL, whole), *(() if signal in _WHOLE else parts)]
        found = [_row(signal, pipeline, scope, thresholds[signal]) for pipeline, scope in scopes]
        verdicts.setdefault(mistake, []).append(found[0]["verdict"])
        rows += found
    worst = {mistake: max(told, key=VERDICTS.index) for mistake, told in verdicts.items()}
    return pl.DataFrame([row | {"mistake_verdict": worst[row["mistake"]]} for row in rows], schema=SCHEMA)


def _row(signal: str, pipeline: str, scope: Scope, thresholds: tuple[float, float]) -> dict[str, Any]:
    mistake, measure_of = SIGNALS[signal]
    measure, (watch, alarm) = measure_of(scope), thresholds
    found = verdict(signal, measure.value, watch, alarm)
    if measure.at_most is not None and verdict(signal, measure.at_most, watch, alarm) != found:
        measure, found = replace(measure, value=None), "unknown"
    return {
        "mistake": mistake,
        "signal": signal,
        "pipeline": pipeline,
        "value": measure.value,
        "cases": measure.cases,
        "watch": float(watch),
        "alarm": float(alarm),
        "money": measure.money,
        "verdict": found,
    }


def verdict(signal: str, value: float | None, watch: float, alarm: float) -> str:
    """Which side is bad is told by the default thresholds: their alarm lies on it."""
    if value is None:
        return "unknown"
    usual = DEFAULT_THRESHOLDS[signal]
    for name, threshold in (("alarm", alarm), ("watch", watch)):
        if usual[0] > usual[1]:
            reached = value < threshold
        else:
            reached = value > threshold if signal in _BEYOND else value >= threshold
        if reached:
            return name
    return "ok"
