"""The way of a deal and six tables of metrics.md, recomputed one deal at a time with nothing but Python.

Slow and plain on purpose: it shares no code with the product, so that both must have read the contract alike.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from funnelbook.model.pipeline import LOST_CODE, WON_CODE, Pipeline

Row = dict[str, Any]
Entry = tuple[int, datetime, int]
Z = 1.959963984540054
DIMENSIONS = ("all", "source", "owner", "role", "segment")


@dataclass
class Inputs:
    pipelines: Sequence[Pipeline]
    as_of: datetime
    zone: ZoneInfo
    deals: Sequence[Mapping[str, Any]]
    entries: Sequence[Entry]
    activities: Sequence[tuple[int, datetime, bool]]
    spend: Sequence[tuple[str, str, float]]
    hour_rate: float
    target_minutes: float


@dataclass
class Way:
    facts: Mapping[str, Any]
    pipeline: Pipeline
    created: datetime
    closed: datetime | None
    furthest: int | None
    stood: set[int]
    skipped: set[int]
    moved_back: bool
    reopened: bool
    first: dict[int, datetime]
    stays: dict[int, timedelta]
    positions: list[tuple[datetime, int]] = field(default_factory=list)
    now: int = 0
    response: timedelta | None = None
    cost: Fraction = Fraction(0)

    @property
    def status(self) -> str:
        return str(self.facts["status"])


def month(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m")


def month_end(label: str, zone: ZoneInfo) -> datetime:
    year, number = map(int, label.split("-"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=zone).astimezone(UTC)


def months_between(first: str, last: str) -> list[str]:
    year, number = map(int, first.split("-"))
    found = []
    while f"{year:04d}-{number:02d}" <= last:
        found.append(f"{year:04d}-{number:02d}")
        year, number = year + number // 12, number % 12 + 1
    return found


def ways(inputs: Inputs) -> list[Way]:
    found = [way(inputs, number, facts) for number, facts in enumerate(inputs.deals)]
    for one in found:
        one.cost = Fraction(0)
        for position in one.stood:
            stage = one.pipeline.stages[position - 1]
            minutes = Fraction(stage.minutes or 0) * Fraction(inputs.hour_rate) / 60
            one.cost += Fraction(stage.cost) if stage.cost is not None else minutes
    share_spend(inputs, found)
    return found


def share_spend(inputs: Inputs, found: list[Way]) -> None:
    for label, source, amount in inputs.spend:
        leads = [
            one
            for one in found
            if (one.facts["source"] or "").casefold() == source.casefold()
            and month(one.created, inputs.zone) == label
        ]
        for one in leads:
            one.cost += Fraction(amount) / len(leads)


def way(inputs: Inputs, number: int, facts: Mapping[str, Any]) -> Way:
    pipeline = inputs.pipelines[facts["pipeline"]]
    created, on_paper = facts["created_at"], facts["closed_at"]
    closed = None if on_paper is None else max(on_paper, created)
    recorded = sorted(((at, code) for deal, at, code in inputs.entries if deal == number), key=lambda row: row[0])
    one = Way(facts, pipeline, created, closed, None, set(), set(), False, False, {}, {})
    if recorded:
        from_history(one, recorded, on_paper)
    else:
        from_one_export(one)
    if one.status == "won":
        assert closed is not None
        one.furthest = pipeline.k + 1
        for position in range(1, pipeline.k + 2):
            one.first[position] = min(one.first.get(position, closed), closed)
    one.response = response(inputs, number, created)
    return one


def from_one_export(one: Way) -> None:
    """2.3: stood at 1..f; times of creation and closing only."""
    position = one.facts["position"]
    if one.status == "won":
        one.stood = set(range(1, one.pipeline.k + 1))
    elif one.status == "open":
        one.furthest = position or 1
    else:
        one.furthest = position
    if one.status != "won":
        one.stood = set(range(1, (one.furthest or 1) + 1))
    one.first[1] = one.created
    one.positions = [(one.created, 1)]
    one.now = position or 1


def from_history(one: Way, recorded: list[tuple[datetime, int]], on_paper: datetime | None) -> None:
    rows: list[tuple[datetime | None, int]] = list(recorded)
    only_closings = all(code in (WON_CODE, LOST_CODE) for _, code in recorded)
    if (recorded[0][0] > one.created and recorded[0][1] != 1) or only_closings:
        rows.insert(0, (one.created, 1))
    current = one.facts["position"]
    closing_last = rows[-1][1] in (WON_CODE, LOST_CODE)
    unseen = current is not None and current not in [code for _, code in rows]
    if unseen:
        ended_by_closing = closing_last and one.status == "open"
        rows.insert(len(rows) if ended_by_closing or not closing_last else last_entry(rows) + 1, (None, current))
    entered = [code for _, code in rows if code not in (WON_CODE, LOST_CODE)]
    one.stood = set(entered)
    one.furthest = max(entered)
    top = one.pipeline.k + 1 if one.status == "won" else one.furthest
    one.skipped = {position for position in range(1, top) if position not in one.stood}
    one.moved_back = any(later < earlier for i, earlier in enumerate(entered) for later in entered[i + 1 :])
    seen_closing = False
    for _, code in rows:
        if code in (WON_CODE, LOST_CODE):
            seen_closing = True
        elif seen_closing:
            one.reopened = True
    for position in range(1, one.furthest + 1):
        times = [
            at for at, code in rows if code not in (WON_CODE, LOST_CODE) and code >= position and at is not None
        ]
        if times:
            one.first[position] = min(times)
    one.stays = stays(rows, on_paper)
    one.positions = [(at, code) for at, code in rows if at is not None and code not in (WON_CODE, LOST_CODE)]
    one.now = current if current is not None else entered[-1]
    if one.status == "open":
        one.stays.pop(one.now, None) if current is not None and current != rows[-1][1] else None


def last_entry(rows: Sequence[tuple[datetime | None, int]]) -> int:
    return max(i for i, (_, code) in enumerate(rows) if code not in (WON_CODE, LOST_CODE))


def stays(rows: Sequence[tuple[datetime | None, int]], on_paper: datetime | None) -> dict[int, timedelta]:
    """2.7: each visit to the next row or the closing; one of unknown or negative length spoils its stage."""
    visits: dict[int, list[timedelta | None]] = defaultdict(list)
    for (at, code), (until, _) in zip(rows, [*rows[1:], (on_paper, 0)], strict=True):
        if code not in (WON_CODE, LOST_CODE):
            visits[code].append(None if at is None or until is None else until - at)
    known = {position: [v for v in some if v is not None] for position, some in visits.items()}
    return {
        position: sum(some, timedelta())
        for position, some in known.items()
        if len(some) == len(visits[position]) and min(some) >= timedelta()
    }


def response(inputs: Inputs, number: int, created: datetime) -> timedelta | None:
    if inputs.activities:
        times = [at for deal, at, outgoing in inputs.activities if deal == number and outgoing and at >= created]
    else:
        times = [at for deal, at, code in inputs.entries if deal == number and code < WON_CODE and at > created]
    return min(times) - created if times else None


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    if whole == 0:
        return None, None
    p = part / whole
    centre = (p + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    half = Z / (1 + Z * Z / whole) * math.sqrt(p * (1 - p) / whole + Z * Z / (4 * whole * whole))
    return centre - half, centre + half


def over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def quantile(values: Iterable[timedelta], share: float, unit: timedelta) -> float | None:
    ordered = sorted(values)
    if not ordered:
        return None
    rank = share * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return (ordered[low] + (ordered[high] - ordered[low]) * (rank - low)) / unit


def slices(found: Sequence[Way]) -> dict[tuple[str, str, str], list[Way]]:
    """(pipeline, dimension, member) -> its deals."""
    groups: dict[tuple[str, str, str], list[Way]] = defaultdict(list)
    for one in found:
        for dimension in DIMENSIONS:
            member = "all" if dimension == "all" else one.facts[dimension] or "—"
            groups[one.pipeline.name, dimension, member].append(one)
    return groups


def cohorts(found: Sequence[Way], zone: ZoneInfo) -> dict[str, list[Way]]:
    groups: dict[str, list[Way]] = defaultdict(list)
    for one in found:
        groups["all"].append(one)
        groups[month(one.created, zone)].append(one)
    return groups


def funnel(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    rows = []
    for (_, dimension, member), some in slices(found).items():
        for cohort, deals in cohorts(some, inputs.zone).items():
            head = {"cohort": cohort, "pipeline": deals[0].pipeline.name, "dimension": dimension, "member": member}
            rows += [head | row for row in funnel_of(deals)]
    return rows


def funnel_of(deals: Sequence[Way]) -> list[Row]:
    k, stages = deals[0].pipeline.k, deals[0].pipeline.stages
    known = [one for one in deals if one.furthest is not None]
    unknown = len(deals) - len(known)
    r = [0] + [sum(one.furthest >= i for one in known) for i in range(1, k + 2)]  # type: ignore[operator]
    rows = []
    for i in range(1, k + 1):
        reached = r[i] + (unknown if i == 1 else 0)
        lost = sum(one.status == "lost" and one.furthest == i for one in known) + (unknown if i == 1 else 0)
        times = [one.stays[i] for one in deals if i in one.stays]
        low, high = wilson(r[i + 1], reached)
        if k == 1:
            bound_high = over(r[2], r[1] + unknown)
        elif i == k:
            bound_high = over(r[k + 1], r[k])
        else:
            bound_high = over(r[i + 1] + unknown, r[i] + unknown)
        rows.append(
            {
                "position": i,
                "stage": stages[i - 1].name,
                "reached": reached,
                "advanced": r[i + 1],
                "lost": lost,
                "open": sum(one.status == "open" and one.furthest == i for one in known),
                "skipped": sum(i in one.skipped for one in deals),
                "unknown_lost": unknown,
                "conversion": over(r[i + 1], reached),
                "conversion_low": low,
                "conversion_high": high,
                "bound_low": over(r[i + 1], r[i] + unknown),
                "bound_high": bound_high,
                "decided": over(r[i + 1], r[i + 1] + lost),
                "from_first": over(reached, r[1] + unknown),
                "timed": len(times),
                **{
                    name: quantile(times, share, timedelta(days=1))
                    for name, share in (("median_days", 0.5), ("p75_days", 0.75), ("p90_days", 0.9))
                },
            }
        )
    nothing = dict.fromkeys(rows[0])
    won = {"position": k + 1, "stage": "won", "reached": r[k + 1], "from_first": over(r[k + 1], r[1] + unknown)}
    return [*rows, nothing | won]


def by_pipeline(found: Sequence[Way]) -> dict[str, list[Way]]:
    groups: dict[str, list[Way]] = defaultdict(list)
    for one in found:
        groups[one.pipeline.name].append(one)
    return groups


def ways_table(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    return [
        {
            "cohort": cohort,
            "pipeline": pipeline,
            "deals": len(deals),
            **{
                f"basis_{basis}": sum(one.facts["basis"] == basis for one in deals)
                for basis in ("history", "snapshots", "current")
            },
            "skipping": sum(bool(one.skipped) for one in deals),
            "moved_back": sum(one.moved_back for one in deals),
            "reopened": sum(one.reopened for one in deals),
            "unknown_lost": sum(one.furthest is None for one in deals),
        }
        for pipeline, some in by_pipeline(found).items()
        for cohort, deals in cohorts(some, inputs.zone).items()
    ]


def by_age(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    rows = []
    for pipeline, some in by_pipeline(found).items():
        for age in (30, 60, 90, 180, 365):
            total = {"deals": 0, "won": 0}
            for cohort, deals in cohorts(some, inputs.zone).items():
                if cohort == "all":
                    continue
                mature = month_end(cohort, inputs.zone) + timedelta(days=age) <= inputs.as_of
                won = sum(
                    one.status == "won" and one.closed - one.created <= timedelta(days=age)  # type: ignore[operator]
                    for one in deals
                )
                rows.append(
                    {"cohort": cohort, "pipeline": pipeline, "age_days": age, "deals": len(deals), "won": won}
                    | {"share": over(won, len(deals)) if mature else None, "mature": mature}
                )
                if mature:
                    total = {"deals": total["deals"] + len(deals), "won": total["won"] + won}
            rows.append(
                {"cohort": "all", "pipeline": pipeline, "age_days": age, **total}
                | {"share": over(total["won"], total["deals"]), "mature": total["deals"] > 0}
            )
    return rows


def monthly(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    rows = []
    first = {
        name: min(month(one.created, inputs.zone) for one in some) for name, some in by_pipeline(found).items()
    }
    for (pipeline, dimension, member), some in slices(found).items():
        for label in months_between(first[pipeline], month(inputs.as_of, inputs.zone)):
            row = month_of(inputs, some, label)
            if dimension == "all" or row["created"] or row["qualified"] or row["won"] or row["lost"]:
                rows.append({"month": label, "pipeline": pipeline, "dimension": dimension, "member": member} | row)
    return rows


def month_of(inputs: Inputs, some: Sequence[Way], label: str) -> Row:
    def within(moment: datetime | None) -> bool:
        return moment is not None and month(moment, inputs.zone) == label

    qualifying = some[0].pipeline.qualifying_position
    created = [one for one in some if within(one.created)]
    closed = [one for one in some if within(one.closed)]
    won = [one for one in closed if one.status == "won"]
    lost = [one for one in closed if one.status == "lost"]
    values = [Fraction(one.facts["value"]) for one in won if one.facts["value"] is not None]
    cycles = [one.closed - one.created for one in won if one.facts["closed_at"] >= one.created]  # type: ignore[operator]
    target = timedelta(minutes=inputs.target_minutes)
    due = [one for one in created if one.created + target <= inputs.as_of]
    answered = sum(one.response is not None and one.response <= target for one in due)
    cost = float(sum(one.cost for one in closed))
    low, high = wilson(len(won), len(closed))
    return {
        "created": len(created),
        "qualified": None if qualifying is None else sum(within(one.first.get(qualifying)) for one in some),
        "won": len(won),
        "lost": len(lost),
        **{party: sum(one.facts["party"] == party for one in lost) for party in ("refused", "declined", "drifted")},
        "revenue": float(sum(values)),
        "average_sale": float(sum(values) / len(values)) if values else None,
        "win_rate": over(len(won), len(closed)),
        "win_rate_low": low,
        "win_rate_high": high,
        "cycle_median_days": quantile(cycles, 0.5, timedelta(days=1)),
        "cycle_p90_days": quantile(cycles, 0.9, timedelta(days=1)),
        "response_median_minutes": quantile(
            [one.response for one in created if one.response is not None], 0.5, timedelta(minutes=1)
        ),
        "answered_in_target": over(answered, len(due)),
        "cost": cost,
        "cost_of_sale": over(cost, len(won)),
    }


def entries(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    rows = []
    last = month(inputs.as_of, inputs.zone)
    for pipeline, some in by_pipeline(found).items():
        for label in months_between(min(month(one.created, inputs.zone) for one in some), last):
            for i, stage in enumerate(some[0].pipeline.stages, 1):
                entered = [
                    sum(j in one.first and month(one.first[j], inputs.zone) == label for one in some)
                    for j in (i, i + 1)
                ]
                lost = [one for one in some if one.status == "lost" and month(one.closed, inputs.zone) == label]  # type: ignore[arg-type]
                rows.append(
                    {
                        "month": label,
                        "pipeline": pipeline,
                        "stage": stage.name,
                        "entered": entered[0],
                        "left_forward": entered[1],
                        "left_lost": sum((one.furthest or 1) == i for one in lost),
                        "at_end": sum(standing(inputs, one, label, last) == i for one in some),
                    }
                )
    return rows


def standing(inputs: Inputs, one: Way, label: str, last: str) -> int | None:
    """The position of an open deal at the end of a month; the last one ends at as_of."""
    end = month_end(label, inputs.zone)
    if one.created >= end or (one.closed is not None and one.closed < end):
        return None
    if label == last:
        return one.now
    before = [code for at, code in one.positions if at < end]
    return before[-1] if before else one.positions[0][1]


def losses(inputs: Inputs, found: Sequence[Way]) -> list[Row]:
    groups: dict[tuple[str, ...], list[Way]] = defaultdict(list)
    for one in found:
        if one.status == "lost":
            assert one.closed is not None
            stage = "—" if one.furthest is None else one.pipeline.stages[one.furthest - 1].name
            why = (one.facts[name] or "—" for name in ("cause", "party", "reason"))
            groups[(month(one.closed, inputs.zone), one.pipeline.name, stage, *why)].append(one)
    rows = []
    for key, deals in groups.items():
        values = [Fraction(one.facts["value"]) for one in deals if one.facts["value"] is not None]
        head = dict(zip(("month", "pipeline", "stage", "cause", "party", "reason"), key, strict=True))
        cost = float(sum(one.cost for one in deals))
        rows.append(head | {"deals": len(deals), "value": float(sum(values)) if values else None, "cost": cost})
    return rows


TABLES: Mapping[str, Callable[[Inputs, Sequence[Way]], list[Row]]] = {
    "funnel": funnel,
    "ways": ways_table,
    "by_age": by_age,
    "monthly": monthly,
    "entries": entries,
    "losses": losses,
}
