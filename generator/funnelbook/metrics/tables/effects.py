"""`effects`: what was before and after each version of a playbook that aims at a number (metrics.md, section 3).

Rows: playbook (by slug), version (oldest first), pipeline, stage. A version begins at a local midnight; its
windows are half open: the 90 local days before it, and the 90 from it on. A window ends where the windows of the
neighbouring versions begin, so that what one version did is not counted for another; `before_days` and `after_days`
are what is left. Versions of one day are one; versions after the day of the data are left out.

A playbook is about the pipelines that have one of its stages; one without a stage, about `all` of them together,
and then there is no control. Cases are (`cases`): `decided`, deals first entering the stage, of those whose way is
known; `win_rate`, deals closed; `answered_in_target`, deals created; `comeback`, refused deals of a contact. Each
is followed for 90 days: what had no outcome by then is left out on both sides, and is no failure. The control is
the same of all pipelines that the playbook is not about, of `decided` at all their stages together.

difference = after - before with Newcombe's interval; `net` = difference - the control's, its interval recovered
from the limits of both (Zou and Donner 2008); null where a control's side has fewer than 20 cases.

`verdict`: `better` or `worse` when the interval of the difference leaves out 0, else `noise`; `not_enough` with a
`reason`: `not_over`, the window after is not over; `cut`, fewer than 20 cases on a side, and neighbouring versions
shortened a window; `few`, fewer than 20; `no_way`, of no deal of the pipeline is known when it came to a stage;
`pending`, the verdict could be another one once the deals have an outcome that have none yet. No verdict says what
the playbook did: a season and any other change of that day are in it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.cases import cases_of
from funnelbook.metrics.reference import microseconds
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.ways import Ways
from funnelbook.model.aims import Aim
from funnelbook.model.differences import Interval, apart, newcombe, wilson
from funnelbook.model.pipeline import Pipeline, fold

NAME = "effects"
WINDOW_DAYS = 90
#: Fewer cases on a side say nothing.
LEAST = 20
_SIDES = ("before", "after", "control_before", "control_after")
SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "playbook": pl.String(),
        "version": pl.Date(),
        **dict.fromkeys(("aims_at", "pipeline", "stage"), pl.String()),
        **{f"{side}_days": pl.Int64() for side in _SIDES[:2]},
        **{
            f"{side}_{part}": kind
            for side in _SIDES[:2]
            for part, kind in (("n", pl.Int64()), ("good", pl.Int64()), ("share", pl.Float64()))
        },
        "pending": pl.Int64(),
        **dict.fromkeys(("difference", "low", "high"), pl.Float64()),
        **{
            f"{side}_{part}": kind
            for side in _SIDES[2:]
            for part, kind in (("n", pl.Int64()), ("good", pl.Int64()), ("share", pl.Float64()))
        },
        **dict.fromkeys(
            ("control_difference", "control_low", "control_high", "net", "net_low", "net_high"), pl.Float64()
        ),
        **dict.fromkeys(("verdict", "reason"), pl.String()),
    }
)


class Side(NamedTuple):
    """Cases of a window: those that ended well, those with an outcome, those that may still get one."""

    good: int
    n: int
    pending: int = 0


class Windows(NamedTuple):
    """Local midnights: since <= version < until, and `cut` when a neighbouring version shortened them."""

    since: date
    version: date
    until: date
    cut: bool


class Place(NamedTuple):
    """What a row is about: a pipeline (None = all) and a position (None = no stage), and what they are called."""

    pipeline: int | None
    position: int | None
    name: str
    stage: str | None


def table(ways: Ways) -> pl.DataFrame:
    """Raises Absent when no playbook aims at a number, or no version of one is known up to the day of the data."""
    if not ways.aims:
        raise Absent("no-aims")
    today = ways.dataset.as_of.astimezone(ways.project.site.timezone).date()
    if not any(version <= today for aim in ways.aims for version in aim.versions):
        raise Absent("no-versions")
    cases = {aims_at: cases_of(ways, aims_at) for aims_at in sorted({aim.aims_at for aim in ways.aims})}
    rows = [
        row
        for aim in sorted(ways.aims, key=lambda aim: aim.playbook)
        for row in _rows(ways, aim, cases[aim.aims_at])
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def windows_of(versions: Sequence[date], today: date) -> Iterator[Windows]:
    """The windows of each version up to today."""
    reach = timedelta(days=WINDOW_DAYS)
    for number, version in enumerate(versions):
        if version > today:
            continue
        since = max([version - reach, *versions[:number][-1:]])
        until = min([version + reach, *versions[number + 1 :][:1]])
        yield Windows(since, version, until, (since, until) != (version - reach, version + reach))


def _rows(ways: Ways, aim: Aim, cases: pl.DataFrame) -> Iterator[dict[str, Any]]:
    zone = ways.project.site.timezone
    today = ways.dataset.as_of.astimezone(zone).date()
    places = list(_places(ways.pipelines, aim))
    about = [place.pipeline for place in places]
    control = cases.filter(~pl.col("pipeline").is_in([each for each in about if each is not None]))
    if None in about:
        control = cases.clear()
    for windows in windows_of(aim.versions, today):
        over = _instant(windows.until, zone) <= microseconds(ways.dataset.as_of)
        compared = [_side(control, side, zone) for side in _spans(windows)]
        for place in places:
            mine = _at(cases, place)
            sides = [_side(mine, side, zone) for side in _spans(windows)]
            reason = _unripe(sides, windows, over=over)
            if reason == "few" and aim.aims_at == "decided" and mine.is_empty():
                reason = "no_way"
            yield {
                "playbook": aim.playbook,
                "version": windows.version,
                "aims_at": aim.aims_at,
                "pipeline": place.name,
                "stage": place.stage,
                "before_days": (windows.version - windows.since).days,
                "after_days": (windows.until - windows.version).days,
                **_measures(sides, compared),
                **_judged(sides, reason),
            }


def _places(pipelines: Sequence[Pipeline], aim: Aim) -> Iterator[Place]:
    """The stages that bear one of the playbook's names, of `decided` each; else the pipelines that have one."""
    if not aim.stages:
        yield Place(None, None, ALL, None)
        return
    wanted = {fold(name) for name in aim.stages}
    for number, pipeline in enumerate(pipelines):
        found = [
            Place(number, position, pipeline.name, stage.name)
            for position, stage in enumerate(pipeline.stages, 1)
            if wanted & {fold(each) for each in (stage.name, *stage.aliases)}
        ]
        if aim.aims_at == "decided":
            yield from found
        elif found:
            yield Place(number, None, pipeline.name, found[0].stage if len(found) == 1 else None)


def _at(cases: pl.DataFrame, place: Place) -> pl.DataFrame:
    wanted = {"pipeline": place.pipeline, "position": place.position}
    return cases.filter(*(pl.col(name) == value for name, value in wanted.items() if value is not None))


def _spans(windows: Windows) -> tuple[tuple[date, date], tuple[date, date]]:
    return (windows.since, windows.version), (windows.version, windows.until)


def _side(cases: pl.DataFrame, span: tuple[date, date], zone: ZoneInfo) -> Side:
    since, until = (_instant(day, zone) for day in span)
    inside = cases.filter(pl.col("at") >= since, pl.col("at") < until)
    return Side(int(inside["good"].sum()), int(inside["good"].count()), int(inside["pending"].sum()))


def _instant(day: date, zone: ZoneInfo) -> int:
    return microseconds(datetime.combine(day, time(), zone).astimezone(UTC))


def _measures(sides: Sequence[Side], compared: Sequence[Side]) -> dict[str, Any]:
    own, control = difference_of(*sides), difference_of(*compared)
    enough = min(side.n for side in compared) >= LEAST
    net = apart(own, control) if own and control and enough else None
    counts = {
        f"{name}_{part}": value
        for name, side in zip(_SIDES, (*sides, *compared), strict=True)
        for part, value in (("n", side.n), ("good", side.good), ("share", side.good / side.n if side.n else None))
    }
    return {
        **counts,
        "pending": sum(side.pending for side in sides),
        **_limits(own, "difference", "low", "high"),
        **_limits(control, "control_difference", "control_low", "control_high"),
        **_limits(net, "net", "net_low", "net_high"),
    }


def _limits(interval: Interval | None, value: str, low: str, high: str) -> dict[str, float | None]:
    if interval is None:
        return dict.fromkeys((value, low, high))
    return {value: interval.value, low: interval.low, high: interval.high}


def difference_of(before: Side, after: Side) -> Interval | None:
    """after - before; None when a side has no case."""
    earlier, later = wilson(before.good, before.n), wilson(after.good, after.n)
    return newcombe(later, earlier) if earlier and later else None


def _unripe(sides: Sequence[Side], windows: Windows, *, over: bool) -> str | None:
    """Why it is too early to compare, or there is too little; None when it is not."""
    if not over:
        return "not_over"
    if min(side.n for side in sides) < LEAST:
        return "cut" if windows.cut else "few"
    return None


def _judged(sides: Sequence[Side], reason: str | None) -> dict[str, str | None]:
    if reason:
        return {"verdict": "not_enough", "reason": reason}
    before, after = sides
    likely = _verdict(before, after)
    highest = _verdict(_ended(before, well=False), _ended(after, well=True))
    lowest = _verdict(_ended(before, well=True), _ended(after, well=False))
    if {likely, highest, lowest} != {likely}:
        return {"verdict": "not_enough", "reason": "pending"}
    return {"verdict": likely, "reason": None}


def _ended(side: Side, *, well: bool) -> Side:
    """The side, had all its pending cases ended so."""
    return Side(side.good + well * side.pending, side.n + side.pending)


def _verdict(before: Side, after: Side) -> str:
    difference = difference_of(before, after)
    if difference is None or difference.noise:
        return "noise"
    return "better" if difference.value > 0 else "worse"
