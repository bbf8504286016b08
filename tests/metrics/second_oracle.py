"""Further tables of metrics.md, section 3, recomputed one deal at a time from the ways of `oracle`.

Slow and plain on purpose: it shares no code with the product, so that both must have read the contract alike.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import oracle
from oracle import Row, Way, month, month_end, months_between, over, quantile, slices
from statsmodels.stats.proportion import confint_proportions_2indep

DAY = timedelta(days=1)
LEAST_COMPARABLE = 3


@dataclass
class Company(oracle.Inputs):
    team: Sequence[tuple[str, str, date | None, date | None, float | None]] = ()
    plan: Sequence[tuple[str, str | None, str | None, float | None, float | None]] = ()
    easy_days: float | None = None
    drift_days: float | None = None
    holidays: frozenset[date] = field(default_factory=frozenset)


def years_ago(case: Company, years: int) -> datetime:
    local = case.as_of.astimezone(case.zone)
    return local.replace(year=local.year - years).astimezone(UTC)


def reference(case: Company, found: Iterable[Way]) -> list[Way]:
    return [one for one in found if one.closed is not None and one.closed > years_ago(case, 1)]


def pipelines(found: Sequence[Way]) -> dict[str, list[Way]]:
    groups: dict[str, list[Way]] = defaultdict(list)
    for one in found:
        groups[one.pipeline.name].append(one)
    return groups


def passes(case: Company, some: Sequence[Way]) -> list[float | None]:
    """p_1..p_k."""
    k, closed = some[0].pipeline.k, reference(case, some)
    reached = [sum((one.furthest or 1) >= i for one in closed) for i in range(1, k + 2)]
    return [over(reached[i + 1], reached[i]) for i in range(k)]


def times(factors: Iterable[float | None]) -> float | None:
    whole: float = 1
    for factor in factors:
        if factor is None:
            return None
        whole *= factor
    return whole


def prices(case: Company, one: Way) -> list[Fraction]:
    return [
        Fraction(stage.cost)
        if stage.cost is not None
        else Fraction(stage.minutes or 0) * Fraction(case.hour_rate) / 60
        for stage in one.pipeline.stages
    ]


def all_months(case: Company, some: Sequence[Way]) -> list[str]:
    return months_between(min(month(one.created, case.zone) for one in some), month(case.as_of, case.zone))


def closed_in(case: Company, some: Iterable[Way]) -> dict[str, list[Way]]:
    groups: dict[str, list[Way]] = defaultdict(list)
    for one in some:
        if one.closed is not None:
            groups[month(one.closed, case.zone)].append(one)
    return groups


def cost(case: Company, found: Sequence[Way]) -> list[Row]:
    rows = []
    for (pipeline, dimension, member), some in slices(found).items():
        for label, deals in closed_in(case, some).items():
            head = {"month": label, "pipeline": pipeline, "dimension": dimension, "member": member}
            rows += [head | {"stage": stage} | spent for stage, spent in spent_at(case, deals).items()]
    return rows


def spent_at(case: Company, deals: Sequence[Way]) -> dict[str, Row]:
    stages = [stage.name for stage in deals[0].pipeline.stages]
    spent: dict[str, dict[str, Fraction]] = {
        stage: {"won": Fraction(0), "lost": Fraction(0)} for stage in [*stages, "acquisition"]
    }
    for one in deals:
        worked = {
            stage: price
            for i, (stage, price) in enumerate(zip(stages, prices(case, one), strict=True), 1)
            if i in one.stood
        }
        for stage, price in worked.items():
            spent[stage][one.status] += price
        spent["acquisition"][one.status] += one.cost - sum(worked.values())
    return {
        stage: {
            "spent": float(sum(sums.values())),
            "spent_on_won": float(sums["won"]),
            "spent_on_lost": float(sums["lost"]),
        }
        for stage, sums in spent.items()
    }


def tasks(case: Company, found: Sequence[Way]) -> list[Row]:
    rows = []
    for pipeline, some in pipelines(found).items():
        closed, k = closed_in(case, some), some[0].pipeline.k
        x = [i / (k - 1) if k > 1 else math.nan for i in range(k)]
        stages = some[0].pipeline.stages
        for label in all_months(case, some):
            deals = closed.get(label, [])
            lost = [x[one.furthest - 1] for one in deals if one.status == "lost" and one.furthest is not None]
            spent = spent_at(case, deals) if deals else {}
            worked = [spent[stage.name]["spent"] if spent else 0.0 for stage in stages]
            efforts = [stage.buyer_effort or 0.0 for stage in stages]
            whole = sum(row["spent"] for row in spent.values())
            buyer = weighted(x, efforts)
            rows.append(
                {
                    "month": label,
                    "pipeline": pipeline,
                    "loss_earliness": 1 - sum(lost) / len(lost) if lost and k > 1 else None,
                    "cost_lateness": weighted(x, [float(price) for price in prices(case, some[0])]),
                    "spent_lateness": weighted(x, worked),
                    "buyer_earliness": None if buyer is None else 1 - buyer,
                    "wasted": over(sum(row["spent_on_lost"] for row in spent.values()), whole),
                }
            )
    return rows


def weighted(x: Sequence[float], weights: Sequence[float]) -> float | None:
    if len(x) == 1 or not sum(weights):
        return None
    return sum(a * b for a, b in zip(x, weights, strict=True)) / sum(weights)


def worth(case: Company, found: Sequence[Way]) -> list[Row]:
    rows = []
    for pipeline, some in pipelines(found).items():
        p, c, k = passes(case, some), [float(price) for price in prices(case, some[0])], some[0].pipeline.k
        sale = mean_sale(case, some)
        for i in range(k):
            chance = times(p[i:])
            terms = [times([c[j], *p[i:j]]) for j in range(i, k)]
            rest = None if None in terms else math.fsum(terms)  # type: ignore[arg-type]
            if all(stage.cost is None and stage.minutes is None for stage in some[0].pipeline.stages):
                rest = None
            known = chance is not None and rest is not None
            rows.append(
                {
                    "pipeline": pipeline,
                    "position": i + 1,
                    "stage": some[0].pipeline.stages[i].name,
                    "pass": p[i],
                    "win_chance": chance,
                    "remaining_cost": rest,
                    "least_margin": over(rest, chance) if known else None,
                    "expected": chance * sale * some[0].pipeline.margin - rest if known and sale else None,
                }
            )
    return rows


def mean_sale(case: Company, some: Sequence[Way]) -> float | None:
    won = [one for one in reference(case, some) if one.status == "won" and one.facts["value"] is not None]
    return over(math.fsum(one.facts["value"] for one in won), len(won))


def leaks(case: Company, found: Sequence[Way]) -> list[Row]:
    rows = []
    for pipeline, some in pipelines(found).items():
        labels, p, sale = all_months(case, some), passes(case, some), mean_sale(case, some)
        for i, stage in enumerate(some[0].pipeline.stages, 1):
            counts = [decided(case, some, i, label) for label in labels]
            for place, (label, (forward, lost)) in enumerate(zip(labels, counts, strict=True)):
                if not forward + lost:
                    continue
                before = counts[max(0, place - 12) : place]
                year = (sum(each[0] for each in before), sum(each[1] for each in before))
                row = {"month": label, "pipeline": pipeline, "stage": stage.name}
                rows.append(row | leak((forward, lost), year, times([*p[i:], sale])))
    return rows


def decided(case: Company, some: Sequence[Way], i: int, label: str) -> tuple[int, int]:
    forward = sum(i + 1 in one.first and month(one.first[i + 1], case.zone) == label for one in some)
    lost = [one for one in closed_in(case, some).get(label, []) if one.status == "lost"]
    return forward, sum((one.furthest or 1) == i for one in lost)


def leak(now: tuple[int, int], year: tuple[int, int], sale: float | None) -> Row:
    in_month, in_year = over(now[0], sum(now)), over(year[0], sum(year))
    if in_month is None or in_year is None:
        return {"decided_month": in_month, "decided_year": None, "difference": None, "money": None, "noise": None}
    low, high = confint_proportions_2indep(now[0], sum(now), year[0], sum(year), method="newcomb", compare="diff")
    money = 0.0 if in_month >= in_year else None if sale is None else (in_year - in_month) * sum(now) * sale
    return {
        "decided_month": in_month,
        "decided_year": in_year,
        "difference": in_month - in_year,
        "difference_low": low,
        "difference_high": high,
        "money": money,
    }


def leads(case: Company, found: Sequence[Way]) -> list[Row]:
    cycles = [
        one.closed - one.created
        for one in reference(case, found)
        if one.status == "won" and one.facts["closed_at"] >= one.created  # type: ignore[operator]
    ]
    easy = timedelta(days=case.easy_days) if case.easy_days is not None else None
    if easy is None and cycles:
        easy = timedelta(days=quantile(cycles, 0.5, DAY) or 0)
    rows = []
    groups: dict[tuple[str, str, str], list[Way]] = defaultdict(list)
    for (_, dimension, member), some in slices(found).items():
        for one in some:
            groups[month(one.created, case.zone), dimension, member].append(one)
    for (label, dimension, member), some in groups.items():
        won = [one for one in some if one.status == "won"]
        quick = (
            None
            if easy is None
            else sum(one.closed - one.created <= easy + timedelta(microseconds=1) for one in won)
        )  # type: ignore[operator]
        rows.append(
            {
                "month": label,
                "dimension": dimension,
                "member": member,
                "leads": len(some),
                **{
                    f"with_{name}": sum(one.facts[name] not in (None, "—") for one in some)
                    for name in ("source", "contact", "owner")
                },
                "open": sum(one.status == "open" for one in some),
                "with_next_step": sum(
                    one.status == "open" and one.facts["next_task_at"] is not None for one in some
                ),
                "complete": sum(map(complete, some)),
                **{name: sum(one.facts["temperature"] == name for one in some) for name in ("hot", "warm", "cold")},
                "no_temperature": sum(one.facts["temperature"] is None for one in some),
                "easy": quick,
                "hard": None if quick is None else len(won) - quick,
                "returned": sum(lost_before(one, found) for one in won),
            }
        )
    return rows


def complete(one: Way) -> bool:
    known = all(one.facts[name] not in (None, "—") for name in ("source", "contact", "owner"))
    return known and (one.status != "open" or one.facts["next_task_at"] is not None)


def lost_before(one: Way, found: Sequence[Way]) -> bool:
    return one.facts["contact"] is not None and any(
        other.status == "lost" and other.facts["contact"] == one.facts["contact"] and other.closed < one.created  # type: ignore[operator]
        for other in found
    )


def comebacks(case: Company, found: Sequence[Way]) -> list[Row]:
    losses = [one for one in found if one.status == "lost" and one.facts["contact"] is not None]
    rows = []
    for party in ("all", "refused", "declined", "drifted"):
        some = [one for one in losses if party in ("all", one.facts["party"])]
        watched = [watch(case, one, found) for one in some]
        old = [(case.as_of - one.closed) // DAY for one in some]  # type: ignore[operator]
        for days in (90, 180, 365):
            known = any(age >= days for age in old)
            rows.append(
                {
                    "party": party,
                    "days": days,
                    "at_risk": sum(day >= days for day, _, _ in watched),
                    "returned": come_back([(day, back) for day, back, _ in watched], days) if known else None,
                    "returned_won": come_back([(day, won) for day, _, won in watched], days) if known else None,
                }
            )
    return rows


def watch(case: Company, one: Way, found: Sequence[Way]) -> tuple[int, bool, bool]:
    assert one.closed is not None
    later = [o for o in found if o.facts["contact"] == one.facts["contact"] and o.created > one.closed]
    if not later:
        return (case.as_of - one.closed) // DAY, False, False
    following = min(later, key=lambda other: other.created)
    return (following.created - one.closed) // DAY, True, following.status == "won"


def come_back(watched: Sequence[tuple[int, bool]], days: int) -> float:
    staying = 1.0
    for day in sorted({day for day, event in watched if event and day <= days}):
        staying *= 1 - sum(event for at, event in watched if at == day) / sum(at >= day for at, _ in watched)
    return 1 - staying


def eventual(case: Company, found: Sequence[Way]) -> list[Row]:
    rows = []
    for pipeline, some in pipelines(found).items():
        for year in ("all", *{month(one.created, case.zone)[:4] for one in some}):
            deals = [one for one in some if year in ("all", month(one.created, case.zone)[:4])]
            days = [((one.closed or case.as_of) - one.created) // DAY for one in deals]
            states = [{"open": 0, "won": 1, "lost": 2}[one.status] for one in deals]
            shares = aalen_johansen(days, states)
            for day in sorted({day for day, state in zip(days, states, strict=True) if state}):
                rows.append(
                    {
                        "pipeline": pipeline,
                        "cohort_year": year,
                        "day": day,
                        "at_risk": sum(each >= day for each in days),
                        "won": sum(each == (day, 1) for each in zip(days, states, strict=True)),
                        "lost": sum(each == (day, 2) for each in zip(days, states, strict=True)),
                        "incidence": shares[day],
                    }
                )
    return rows


def aalen_johansen(days: Sequence[int], states: Sequence[int]) -> dict[int, float]:
    """By the definition: the sum over days of the share not yet closed times the share won of those at risk."""
    staying, whole, found = 1.0, 0.0, {}
    pairs = list(zip(days, states, strict=True))
    for day in sorted(set(days)):
        risk = sum(each >= day for each in days)
        whole += staying * pairs.count((day, 1)) / risk
        staying *= 1 - (pairs.count((day, 1)) + pairs.count((day, 2))) / risk
        found[day] = whole
    return found


def response_by_hour(case: Company, found: Sequence[Way]) -> list[Row]:
    groups: dict[tuple[int, int], list[Way]] = defaultdict(list)
    for one in found:
        local = one.created.astimezone(case.zone)
        groups[local.isoweekday(), local.hour].append(one)
    target = timedelta(minutes=case.target_minutes)
    rows = []
    for (weekday, hour), some in groups.items():
        due = [one for one in some if one.created + target <= case.as_of]
        in_time = sum(one.response is not None and one.response <= target for one in due)
        waits = [one.response for one in some if one.response is not None]
        rows.append(
            {
                "weekday": weekday,
                "hour": hour,
                "leads": len(some),
                "median_minutes": quantile(waits, 0.5, timedelta(minutes=1)),
                "answered_in_target": over(in_time, len(due)),
                "basis": "activities" if case.activities else "entries",
            }
        )
    return rows


def drift(case: Company, found: Sequence[Way]) -> list[Row]:
    groups: dict[tuple[str, str, str], list[tuple[Way, timedelta]]] = defaultdict(list)
    for number, one in enumerate(found):
        if one.status != "open":
            continue
        stays = [o.stays[one.now] for o in found if o.pipeline is one.pipeline and one.now in o.stays]
        limit = case.drift_days if case.drift_days is not None else max(14.0, quantile(stays, 0.9, DAY) or 0)
        touches = [
            one.created,
            *(at for at, _ in one.positions),
            *(at for deal, at, _ in case.activities if deal == number),
        ]
        rest = case.as_of - max(touches)
        if rest > timedelta(days=limit):
            stage = one.pipeline.stages[one.now - 1].name
            groups[one.pipeline.name, stage, one.facts["owner"] or "—"].append((one, rest))
    rows = []
    for (pipeline, stage, owner), some in groups.items():
        values = [one.facts["value"] for one, _ in some if one.facts["value"] is not None]
        rows.append(
            {
                "pipeline": pipeline,
                "stage": stage,
                "owner": owner,
                "deals": len(some),
                "value": math.fsum(values) if values else None,
                "oldest_days": max(rest for _, rest in some) / DAY,
            }
        )
    return rows


def capacity(case: Company, found: Sequence[Way]) -> list[Row]:
    earliest = min(one.created for one in found)
    earliest = min([earliest, *(at for _, at, _ in case.entries)])
    today = case.as_of.astimezone(case.zone).date()
    declared = any(stage.minutes is not None for line in case.pipelines for stage in line.stages)
    rows = []
    for owner in {one.facts["owner"] or "—" for one in found}:
        some = [one for one in found if (one.facts["owner"] or "—") == owner]
        for label in months_between(month(earliest, case.zone), month(case.as_of, case.zone)):
            year, number = map(int, label.split("-"))
            start, end = (
                datetime(year, number, 1, tzinfo=case.zone).astimezone(UTC),
                min(month_end(label, case.zone), case.as_of),
            )
            work = sum(first_stands(case, one, label) for one in some) / 60
            own = [row for row in case.team if row[0] == owner]
            has = sum(hours(case, row, label, today) for row in own) if own else None
            opened = sum(
                (max(timedelta(), min(one.closed or case.as_of, end) - max(one.created, start)) for one in some),
                timedelta(),
            )
            closed = len(closed_in(case, some).get(label, []))
            average = opened / (end - start) if end > start else 0
            if not ((declared and work) or has or average or closed):
                continue
            rows.append(
                {
                    "month": label,
                    "owner": owner,
                    "hours_needed": work if declared else None,
                    "hours_available": has,
                    "utilisation": over(work, has) if has is not None and declared else None,
                    "open_average": average,
                    "closed": closed,
                    "implied_cycle_days": over(opened / DAY, closed),
                }
            )
    return rows


def first_stands(case: Company, one: Way, label: str) -> float:
    """Minutes of the stages where the deal first stood in the month."""
    first: dict[int, datetime] = {}
    for at, code in one.positions:
        first[code] = min(at, first.get(code, at))
    return sum(one.pipeline.stages[i - 1].minutes or 0 for i, at in first.items() if month(at, case.zone) == label)


def hours(
    case: Company, row: tuple[str, str, date | None, date | None, float | None], label: str, today: date
) -> float:
    _, _, first, last, per_week = row
    assert per_week is not None
    day, worked = date(int(label[:4]), int(label[5:]), 1), 0
    while day.strftime("%Y-%m") == label and day <= today:
        inside = (first is None or day >= first) and (last is None or day <= last)
        worked += inside and day.isoweekday() <= 5 and day not in case.holidays
        day += DAY
    return per_week / 5 * worked


def ramp(case: Company, found: Sequence[Way]) -> list[Row]:
    begun: dict[str, date] = {}
    for person in {row[0] for row in case.team}:
        firsts = [row[2] for row in case.team if row[0] == person]
        if None not in firsts:
            begun[person] = min(firsts)  # type: ignore[type-var,assignment]
    groups: dict[tuple[str, int], Row] = defaultdict(lambda: {"closed": 0, "won": 0, "leads": 0})
    for one in found:
        owner = one.facts["owner"] or "—"
        if owner not in begun:
            continue
        for moment, count in ((one.closed, "closed"), (one.created, "leads")):
            if moment is None or (months := full_months(begun[owner], moment.astimezone(case.zone).date())) < 0:
                continue
            for name in (owner, "all"):
                groups[name, months][count] += 1
                groups[name, months]["won"] += count == "closed" and one.status == "won"
    return [
        {"owner": owner, "months": months} | row | {"win_rate": over(row["won"], row["closed"])}
        for (owner, months), row in groups.items()
    ]


def full_months(begun: date, day: date) -> int:
    months = (day.year - begun.year) * 12 + day.month - begun.month
    return months if day.day >= begun.day else months - 1


def plan(case: Company, found: Sequence[Way]) -> list[Row]:
    """The facts and the forecast; the targets have a test of their own."""
    today = month(case.as_of, case.zone)
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name, some in {**pipelines(found), "all": list(found)}.items():
        for label in all_months(case, some):
            groups[label, name, "all"] = {"won": [], "open": []}
    for one in found:
        for pipeline in (one.pipeline.name, "all"):
            for owner in (one.facts["owner"] or "—", "all"):
                if one.status == "won":
                    label = month(one.closed, case.zone)  # type: ignore[arg-type]
                    groups.setdefault((label, pipeline, owner), {"won": [], "open": []})["won"].append(one)
                if one.status == "open":
                    groups.setdefault((today, pipeline, owner), {"won": [], "open": []})["open"].append(one)
    chance = {id(one): chance_of(case, one, found) for one in found if one.status == "open"}
    rows = []
    for (label, pipeline, owner), group in groups.items():
        row: Row = {
            "month": label,
            "pipeline": pipeline,
            "owner": owner,
            "sales": len(group["won"]),
            "revenue": math.fsum(one.facts["value"] or 0 for one in group["won"]),
        }
        if label == today:
            bets = [(chance[id(one)], one.facts["value"]) for one in group["open"]]
            row |= forecast("forecast_sales", row["sales"], [(p, 1.0) for p, _ in bets])
            row |= forecast("forecast", row["revenue"], [(p, v) for p, v in bets if v is not None])
        rows.append(row)
    return rows


def forecast(name: str, fact: float, bets: Sequence[tuple[float | None, float]]) -> Row:
    if any(p is None for p, _ in bets):
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    middle = fact + math.fsum(p * v for p, v in bets)  # type: ignore[operator]
    half = oracle.Z * math.sqrt(math.fsum(p * (1 - p) * v * v for p, v in bets))  # type: ignore[operator]
    return {name: middle, f"{name}_low": max(fact, middle - half), f"{name}_high": middle + half}


def chance_of(case: Company, one: Way, found: Sequence[Way]) -> float | None:
    i = one.furthest
    assert i is not None
    end = month_end(month(case.as_of, case.zone), case.zone)
    since = one.first.get(i) if timed(one, i) else None
    age = None if since is None else case.as_of - since
    share, n = alike(case, one, found, timedelta() if age is None else age, end - case.as_of)
    if age is not None and n >= LEAST_COMPARABLE:
        return share
    return alike(case, one, found, timedelta(), end - case.as_of)[0]


def timed(one: Way, i: int) -> bool:
    return i in one.first and (one.facts["basis"] != "current" or i == 1)


def alike(
    case: Company, one: Way, found: Sequence[Way], age: timedelta, horizon: timedelta
) -> tuple[float | None, int]:
    i = one.furthest or 1
    won, n = 0, 0
    for other in found:
        if other.pipeline is not one.pipeline or not timed(other, i):
            continue
        start = other.first[i]
        leaves = [at for j, at in other.first.items() if j > i] + ([other.closed] if other.closed else [])
        left = max(min(leaves) - start, timedelta()) if leaves else None
        if start <= years_ago(case, 2) or case.as_of - start < age + horizon or (left is not None and left < age):
            continue
        n += 1
        won += other.status == "won" and other.closed - start <= age + horizon  # type: ignore[operator]
    return over(won, n), n


TABLES: Mapping[str, Callable[[Company, Sequence[Way]], list[Row]]] = {
    "eventual": eventual,
    "cost": cost,
    "tasks": tasks,
    "worth": worth,
    "capacity": capacity,
    "ramp": ramp,
    "comebacks": comebacks,
    "leads": leads,
    "response_by_hour": response_by_hour,
    "drift": drift,
    "plan": plan,
    "leaks": leaks,
}
