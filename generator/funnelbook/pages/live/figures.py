"""A `{metric}` role in words: its value in the site's form, what it is counted over, and why there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Card, Live
from funnelbook.model.results import Row
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Edition
from funnelbook.pages.honesty import absence
from funnelbook.pages.live.asking import Asked, ask, one_of
from funnelbook.pages.live.catalogue import METRICS
from funnelbook.pages.live.metric import SLICES, Metric
from funnelbook.pages.mistakes.signals import Told
from funnelbook.pages.numbers import ALL
from funnelbook.pages.portions import Of
from funnelbook.pages.text import crm

#: What `with=` may ask for, in brackets behind the number.
EXTRAS = ("count", "interval", "period")


class Figured(Struct, frozen=True):
    """`said` is the number, `behind` what stands behind it in brackets, `title` all there is to know of it."""

    term: str
    said: str | Markup
    behind: str
    title: str


def figured(edition: Edition, playbook: Card, live: Live) -> Figured:
    """Raises WrongError for a number, argument, pipeline, stage or month that is not there."""
    metric = METRICS[one_of(live.target, METRICS, "metric")]
    asked = ask(edition, playbook, live, metric.options, metric.needs)
    extras = _extras(live)
    words = edition.words
    part, whole = _rows(edition, metric, asked)
    cases = Of(int(_sum(part, metric.part) or 0), int(_whole(whole, metric))) if metric.unit == "share" else None
    said = _written(edition, metric, part, whole, cases)
    period = _period(edition, metric, asked)
    if said is None:
        reason = str(absence(edition, metric.table)) or words("nothing to count: {period}", period=period)
        return Figured(metric.term, words("no number"), f" ({reason.rstrip('.')})", "")
    known = {"period": period}
    if cases and cases.whole >= edition.min_n:
        known = {
            "count": cases.counts(words),
            "interval": words("95% interval: {range}", range=cases.interval(words, edition.min_n)),
            **known,
        }
    behind = "; ".join(known[each] for each in EXTRAS if each in extras and each in known)
    return Figured(metric.term, said, f" ({behind})" if behind else "", "; ".join(known.values()))


def _extras(live: Live) -> tuple[str, ...]:
    written = live.options.get("with", "")
    return tuple(one_of(each, EXTRAS, "extra") for each in written.split(",") if written)


def _rows(edition: Edition, metric: Metric, asked: Asked) -> tuple[list[Row], list[Row]]:
    """The rows of the part and those of the whole."""
    numbers = edition.numbers
    if not numbers.has(metric.table) or ("stage" in metric.needs and not asked.stage):
        return [], []
    columns = numbers.columns(metric.table)
    equal = _equal(edition, metric, asked, columns)
    wide = [row for row in numbers.table(metric.table) if _all(row, equal, leave_out=metric.of)]
    if metric.of == "cause":
        wide = [row for row in wide if row["cause"] != "none"]
    return [row for row in wide if _all(row, equal)], wide


def _all(row: Row, equal: Mapping[str, object], leave_out: str = "") -> bool:
    return all(
        row[key] in value if isinstance(value, frozenset) else row[key] == value
        for key, value in equal.items()
        if key != leave_out
    )


def _equal(edition: Edition, metric: Metric, asked: Asked, columns: Sequence[str]) -> dict[str, object]:
    """Column -> its value, or the set of its values."""
    equal: dict[str, object] = dict(metric.fixed)
    if "pipeline" in columns:
        equal["pipeline"] = asked.pipeline.name if asked.pipeline and metric.unit != "signal" else ALL
    if asked.stage and "stage" in columns:
        equal["stage"] = asked.stage
    if "dimension" in columns:
        sliced = next((each for each in SLICES if each in asked.rest), "")
        equal |= {"dimension": sliced or ALL, "member": asked.rest[sliced] if sliced else ALL}
    if metric.table == "order":
        equal.pop("stage", None)
    equal |= {key: int(value) if key == "days" else value for key, value in asked.rest.items() if key in columns}
    if metric.table == "comebacks":
        equal.setdefault("days", 90)
    return equal | _time(edition, metric, asked)


def _time(edition: Edition, metric: Metric, asked: Asked) -> dict[str, object]:
    numbers = edition.numbers
    if metric.period == "cohort":
        return {"cohort": asked.month or ALL}
    if metric.period == "plan":
        return {"month": asked.month or (numbers.months[-1] if numbers.months else "")}
    if metric.period != "month":
        return {}
    if "period" in asked.rest:
        return {"month": frozenset(months(numbers))}
    return {"month": _month(edition, asked)}


def _month(edition: Edition, asked: Asked) -> str:
    numbers = edition.numbers
    return asked.month or numbers.last_complete or (numbers.months[-1] if numbers.months else "")


def _period(edition: Edition, metric: Metric, asked: Asked) -> str:
    """The time a number is about."""
    words, numbers = edition.words, edition.numbers
    if metric.period == "year":
        return words("the twelve months to the day of the data")
    if metric.period == "quarter":
        return words("the three months to the day of the data")
    if metric.period == "cohort" and not asked.month:
        return words("all deals since the data begin")
    if "period" in asked.rest and months(numbers):
        return words("twelve months, the last is {month}", month=words.month(months(numbers)[-1]))
    month = (asked.month or (numbers.months or ("",))[-1]) if metric.period == "plan" else _month(edition, asked)
    return words.month(month) if month else ""


def _sum(rows: Sequence[Row], column: str) -> float | None:
    known = [row[column] for row in rows if row[column] is not None]
    return math.fsum(known) if known else None


def _whole(rows: Sequence[Row], metric: Metric) -> float:
    return math.fsum(_sum(rows, column) or 0 for column in metric.whole)


def _written(
    edition: Edition, metric: Metric, part: list[Row], whole: list[Row], cases: Of | None
) -> str | Markup | None:
    """None when there is no number."""
    words = edition.words
    if cases is not None:
        return cases.written(words, edition.min_n) if cases.whole else None
    if metric.unit in {"name", "signal"}:
        return _told(edition, metric, part)
    value = _sum(part, metric.part)
    if value is None and part and metric.unit == "count":
        return None
    if not part and metric.table == "losses" and edition.numbers.months:
        value = 0.0  # the table has rows only where something was lost
    if metric.whole:
        below = _whole(whole, metric)
        value = value / below if value is not None and below else None
    return None if value is None else _WRITE[metric.unit](edition, value)


def _told(edition: Edition, metric: Metric, rows: list[Row]) -> str | Markup | None:
    if not rows or rows[0][metric.part] is None:
        return None
    return crm(rows[0][metric.part]) if metric.unit == "name" else Told(edition, rows[0]).figure


_WRITE: Mapping[str, Callable[[Edition, float], str]] = {
    "count": lambda edition, value: edition.words.number(round(value)),
    "portion": lambda edition, value: edition.words.share(value),
    "money": lambda edition, value: edition.words.money(value),
    "days": lambda edition, value: edition.words.days(value),
    "minutes": lambda edition, value: edition.words.minutes(value),
    "hours": lambda edition, value: edition.words.number(value, 1),
    "hundred": lambda edition, value: edition.words.number(round(100 * value)),
}
