"""Rows for every kind of chart, shaped like the tables of metrics.md, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

STAGES = ("Заявка получена", "Отправлено коммерческое предложение с подробным расчётом", "Условия согласованы")
CAUSES = ("price_value", "competitor", "fear", "timing", "none")

ROLES = ("seller", "head", "expert", "owner", "—")

Rows = list[dict[str, Any]]


def months(n: int) -> list[str]:
    return [f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(n)]


def funnel(cohort: str, stages: tuple[str, ...], rng: random.Random) -> Rows:
    rows: Rows = []
    reached = first = rng.randint(80, 140) * 2 ** len(stages)
    for position, stage in enumerate(stages, 1):
        still, gone = rng.randint(0, reached // 8), rng.randint(reached // 2, reached * 4 // 5)
        rows.append(
            {
                "cohort": cohort,
                "pipeline": "main",
                "position": position,
                "stage": stage,
                "reached": reached,
                "advanced": gone,
                "lost": reached - gone - still,
                "open": still,
                "conversion": gone / reached,
                "conversion_low": 0.2,
                "conversion_high": 0.9,
                "from_first": reached / first,
                "timed": gone,
                "median_days": 2.5 * position,
                "p75_days": 4.0 * position,
                "p90_days": 9.0 * position,
            }
        )
        reached = gone
    empty = dict.fromkeys(rows[0])
    return [
        *rows,
        {
            **empty,
            "cohort": cohort,
            "position": len(stages) + 1,
            "stage": "won",
            "reached": reached,
            "from_first": 0.1,
        },
    ]


def monthly(n: int, rng: random.Random) -> Rows:
    rows: Rows = []
    for month in months(n):
        won, lost = rng.randint(5, 30), rng.randint(40, 90)
        rows.append(
            {
                "month": month,
                "created": rng.randint(60, 150),
                "qualified": rng.randint(20, 60),
                "won": won,
                "lost": lost,
                "refused": lost - 15,
                "declined": 10,
                "drifted": 5,
                "revenue": won * 51_000.5,
                "win_rate": won / (won + lost),
                "win_rate_low": 0.05,
                "win_rate_high": 0.5,
                "answered_in_target": rng.random(),
                "response_median_minutes": 12.5,
                "cost": 90_000.0,
                "cost_of_sale": 90_000 / won,
            }
        )
    return rows


def plan(n: int, rng: random.Random) -> Rows:
    rows: Rows = []
    for number, month in enumerate(months(n), 1):
        sales, last = rng.randint(5, 30), number == n
        rows.append(
            {
                "month": month,
                "plan_sales": 20.0,
                "plan_revenue": 1_020_000.0,
                "sales": sales,
                "revenue": sales * 51_000.5,
                "forecast_sales": sales + 4.5 if last else None,
                "forecast_sales_low": float(sales) if last else None,
                "forecast_sales_high": sales + 9.0 if last else None,
                "forecast": (sales + 4.5) * 51_000.5 if last else None,
                "forecast_low": sales * 51_000.5 if last else None,
                "forecast_high": (sales + 9) * 51_000.5 if last else None,
            }
        )
    return rows


def cohorts(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [row for month in months(n) for row in funnel(month, stages, rng)]


def conversion(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [funnel(month, stages, rng)[-2] for month in months(n)]


def flow(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [{"step": s, "deals": rng.randint(10, 90)} for s in ("open_start", "created", "won", "lost", "open_end")]


def losses(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [{"stage": s, "cause": c, "deals": rng.randint(1, 9)} for s in stages for c in CAUSES]


def entries(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "month": m,
            "stage": stages[-1],
            "entered": rng.randint(9, 50),
            "left_forward": 20,
            "left_lost": 7,
            "at_end": 3,
        }
        for m in months(n)
    ]


def by_age(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"cohort": m, "age_days": a, "deals": 40, "won": 9, "share": rng.random() if i + a // 30 < n else None}
        for i, m in enumerate(months(n))
        for a in (30, 60, 90, 180, 365)
    ]


def eventual(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"cohort_year": year, "day": day, "at_risk": 90 - day, "won": 1, "lost": 1, "incidence": day / 400}
        for year in ("all", *sorted({month[:4] for month in months(n)}))
        for day in range(1, 80, 7)
    ]


def leaks(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "stage": s,
            "decided_month": 0.2,
            "decided_year": 0.4,
            "difference": -0.2,
            "difference_low": -0.3,
            "difference_high": rng.choice([-0.1, 0.1]),
            "money": 150_000.5,
            "noise": False,
        }
        for s in stages
    ]


def needs(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    carried = [{"leads_needed": 120.5, "leads_capacity": 90 + 7.7 * (number % 9)} for number in range(n)]
    return [{"month": m, "created": rng.randint(60, 150), **row} for m, row in zip(months(n), carried, strict=True)]


def work(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    told = {"minutes": 30.0, "cases": 90}
    return [
        {"position": i, "stage": stage, **told, "reach": 0.8**i, "hours_per_lead": 0.5 * 0.8**i}
        for i, stage in enumerate(stages, 1)
    ]


def load(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    """The names of the stages stand for people."""
    hours = [(month, owner, rng.uniform(0, 130)) for month in months(n) for owner in stages]
    return [
        {
            "month": month,
            "owner": owner,
            "hours_needed": needed,
            "hours_available": 88.0,
            "utilisation": needed / 88,
        }
        for month, owner, needed in hours
    ]


def shares(n: int, rng: random.Random, *, name: str) -> Rows:
    """`n` rows of counted shares, each under its own `name`, with every key that a chart of people may ask for."""
    rows: Rows = []
    for number in range(n):
        closed = rng.randint(3, 150)
        won = rng.randint(0, closed // 3)
        rate = won / closed
        interval = {"low": rate * 0.7, "high": min(1.0, rate * 1.3 + 0.1)}
        rows.append(
            {
                name: ROLES[number % len(ROLES)] if name == "role" else f"{number}. Александра Константинопольская",
                "closed": closed,
                "won": won,
                "win_rate": rate,
                "shrunk": rate * 0.9 + 0.02,
                "verdict": "above" if number == 3 else "within",
                **{f"{key}_{end}": interval[end] for key in ("shrunk", "win_rate", "again", "limit95", "limit998")
                   for end in interval},
                **interval,
                "since": 3 * number,
                "until": None if number == n - 1 else 3 * number + 2,
                "days": 365,
                "buyers": closed,
                "at_risk": won,
                "again": rate,
            }
        )  # fmt: skip
    return rows


def hands(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [{"month": m, "member": role, "created": rng.randint(0, 40)} for m in months(n) for role in ROLES]


def people(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return shares(n, rng, name="owner")


def by_role(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return shares(min(n, len(ROLES)), rng, name="role")


def spent(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    rows: Rows = []
    for position, stage in enumerate((None, *stages)):
        won, lost = rng.randint(1, 90) * 1000.0, rng.randint(1, 90) * 1000.0
        sums = {"spent": won + lost, "spent_on_won": won, "spent_on_lost": lost}
        rows.append({"position": position, "stage": stage, **sums})
    return rows


def wasted(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"month": month, "spent_on_won": 9000.5, "spent_on_lost": rng.randint(9, 90) * 1000.0, "wasted": 0.8}
        for month in months(n)
    ]


def members(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    rows: Rows = [
        {"member": stage, "won": rng.randint(1, 9), "lost": 30, "cost": 9000.0, "low": 500.0, "high": 9e4}
        for stage in stages
    ]
    sold = [{**row, "cost_of_sale": row["cost"] / row["won"]} for row in rows]
    none = {"member": "—", "won": 0, "lost": 3, "cost": 900.0, "cost_of_sale": None, "low": 700.0, "high": None}
    return [*sold, none, {**sold[0], "member": None}]


def worth(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "position": position,
            "stage": stage,
            "win_chance": 0.2,
            "remaining_cost": 4000.0,
            "least_margin": 20_000.0 / position,
            "least_price": 40_000.0 / position,
            "price_low": 30_000.0 / position,
            "price_high": 50_000.0 / position,
            "expected": 500.0,
            "mean_sale": 25_000.0,
        }
        for position, stage in enumerate(stages, 1)
    ]


def order(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    costs = {"cost_per_lead_now": 90.0, "cost_per_lead_best": 70.0, "cost_per_sale_now": 900.0}
    return [
        {"rank": rank, "stage_now": now, "stage_best": best, **costs, "cost_per_sale_best": 700.0}
        for rank, (now, best) in enumerate(zip(stages, (*stages[1:], stages[0]), strict=True), 1)
    ]


def effort(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"position": i, "stage": stage, "cost": rng.randint(0, 9) * 100.0 + 1, "buyer_effort": rng.randint(1, 10)}
        for i, stage in enumerate(stages, 1)
    ]


def tasks(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"month": month, "loss_earliness": rng.random(), "spent_lateness": rng.random(), "buyer_earliness": 0.3}
        for month in months(n)
    ]


def leads(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    """`leads` with the sums of `waves`, and `qualification`, whose month is its cohort."""
    rows: Rows = []
    for month in months(n):
        came = rng.randint(4, 150)
        rows.append(
            {
                "month": month,
                "cohort": month,
                "leads": came,
                "complete": rng.randint(0, came),
                "qualified": rng.randint(0, came),
                "open": rng.randint(0, 9),
                "easy": rng.randint(0, 9),
                "hard": rng.randint(0, 9),
                "returned": rng.randint(0, 5),
                "revenue_easy": rng.randint(0, 9) * 51_000.5,
                "revenue_hard": rng.randint(0, 9) * 51_000.5,
                "revenue_returned": rng.randint(0, 5) * 51_000.5,
            }
        )
    return rows


def lead_members(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "member": name,
            "won": rng.randint(0, 9),
            "lost": rng.randint(0, 60),
            "noise": rng.choice([True, False, None]),
            "revenue": rng.randint(1, 9) * 51_000.5,
            "earned": rng.randint(1, 9) * 17_000.5,
            "cost": rng.randint(1, 9) * 9_000.5,
            "left": rng.randint(-9, 9) * 8_000.0,
        }
        for name in stages
    ]


def hours(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "weekday": day,
            "hour": hour,
            "leads": rng.randint(1, 25),
            "median_minutes": rng.choice([None, 12.5, 600.0]),
            "answered_in_target": rng.random(),
        }
        for day in range(1, 8)
        for hour in range(24)
        if rng.random() < 0.8
    ]


def price_value(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    members = [
        ("stage", stages[0]),
        ("stage", "—"),
        ("all", "all"),
        *(("source", stage) for stage in stages),
        ("size", None),
    ]
    return [
        {
            "dimension": dimension,
            "member": member,
            "from": 10_000.0,
            "to": 1_250_000.0,
            "with_cause": whole,
            "price_value": whole // 3,
            "share": (whole // 3) / whole,
            "share_low": 0.05,
            "share_high": 0.9,
        }
        for dimension, member in members
        for whole in [rng.randint(3, 200)]
    ]


def prices(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "bucket": bucket,
            "from": low,
            "to": high,
            "closed": 3 if bucket == 1 else 90,
            "won": 2,
            "win_rate": 2 / 90,
            "win_rate_low": 0.01,
            "win_rate_high": 0.1,
            "with_cause": 40,
            "price_value": 20,
            "share": 0.5,
            "share_low": 0.4,
            "share_high": 0.6,
        }
        for bucket, low, high in ((1, 50.0, 50.0), (2, 60.0, 900_000.5), (3, 900_001.0, 4e6), (None, None, None))
    ]


def recorded(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "month": month,
            "lost": 40 if number else 0,
            "recorded": 30 if number else 0,
            "share": 0.75 if number else None,
            "share_low": 0.6 if number else None,
            "share_high": 0.86 if number else None,
        }
        for number, month in enumerate(reversed(months(n)))
    ]


def changes_of_playbooks(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    """Every other one without another pipeline beside it; the last without cases before."""
    rows: Rows = []
    verdicts = ("better", "worse", "noise", "not_enough")
    for number in range(max(1, n // 3)):
        before, after = rng.random(), rng.random()
        alone = dict.fromkeys(
            f"control_{key}" for key in ("before_share", "after_share", "difference", "low", "high")
        )
        others = {"control_before_share": 0.3, "control_after_share": 0.4, "control_difference": 0.1,
                  "control_low": -0.1, "control_high": 0.3}  # fmt: skip
        rows.append(
            {
                "title": f"Playbook {stages[number % len(stages)]}",
                "since": "1 Jul 2026",
                "place": stages[-1],
                "before_n": 280,
                "before_share": before,
                "after_n": 71,
                "after_share": after,
                "difference": after - before,
                "low": after - before - 0.1,
                "high": after - before + 0.1,
                "control_before_n": 39,
                "control_after_n": 50,
                "verdict": verdicts[number % 4],
                **(alone if number % 2 else others),
            }
        )
    return rows


def comebacks(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {
            "party": party,
            "days": days,
            "losses": 90,
            "contacts": 80,
            "returns": 9,
            "at_risk": 200 // days,
            "returned": days / 1000 if party != "drifted" or days < 365 else None,
            "returned_low": 0.02,
            "returned_high": 0.5,
            "returned_won": 0.01,
            "median_days": 20.5,
        }
        for party in ("all", "refused", "declined", "drifted")
        for days in (90, 180, 365)
    ]


def drift(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    return [
        {"stage": stage, "open": 3 + 9 * number, "drifting": 2, "value": 5e5, "oldest_days": 99.5}
        for number, stage in enumerate(stages)
    ]


def bullets(n: int, stages: tuple[str, ...], rng: random.Random) -> Rows:
    """Signals for which much is bad, for which little is bad, and one that is far beyond its alarm."""
    keys, places = ("value", "watch", "alarm"), ((0.03, 0.05, 0.15), (0.8, 0.95, 0.85), (9.0, 1.0, 2.0))
    rows: Rows = []
    for i, stage in enumerate(stages):
        numbers = dict(zip(keys, places[i % 3], strict=True))
        texts = {f"{key}_text": f"{number} %" for key, number in numbers.items()}
        rows.append({"name": stage, "cases": 40, "verdict_text": "тревога", **numbers, **texts})
    return rows


#: Chart -> what makes its rows for n months and some stages; any other chart takes rows of `monthly`.
MAKERS: dict[str, Callable[[int, tuple[str, ...], random.Random], Rows]] = {
    "funnel": lambda n, stages, rng: funnel("all", stages, rng),
    "stage_times": lambda n, stages, rng: funnel("all", stages, rng),
    "cohorts": cohorts,
    "conversion": conversion,
    "flow": flow,
    "losses": losses,
    "losses_by_stage": losses,
    "motives": losses,
    "price_value": price_value,
    "prices": prices,
    "recorded": recorded,
    "comebacks": comebacks,
    "effects": changes_of_playbooks,
    "drift": drift,
    "entries": entries,
    "by_age": by_age,
    "eventual": eventual,
    "bullets": bullets,
    "leaks": leaks,
    "plan_revenue": lambda n, stages, rng: plan(n, rng),
    "plan_sales": lambda n, stages, rng: plan(n, rng),
    "needs": needs,
    "work": work,
    "load": load,
    "sellers": people,
    "shrunk": people,
    "ramp": people,
    "hands": hands,
    "role_win_rate": by_role,
    "repeat_buyers": by_role,
    "cost_by_stage": spent,
    "wasted": wasted,
    "cost_members": members,
    "worth": worth,
    "order": order,
    "effort": effort,
    "tasks": tasks,
    "complete": leads,
    "qualified": leads,
    "waves": leads,
    "member_rates": lead_members,
    "source_money": lead_members,
    "response_by_hour": hours,
}


def rows_for(name: str, *, n: int = 13, stages: tuple[str, ...] = STAGES, seed: int = 1) -> Rows:
    """`n` months of rows for the chart `name`."""
    rng = random.Random(seed)
    maker = MAKERS.get(name)
    return maker(n, stages, rng) if maker else monthly(n, rng)
