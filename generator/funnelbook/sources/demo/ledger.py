"""What the company spends, plans and whom it employs."""

from __future__ import annotations

from datetime import date

import polars as pl

from funnelbook.sources.demo import company
from funnelbook.sources.demo.company import EXHIBITION, FAIR_MONTHS, PEOPLE, SOURCES, WAYS
from funnelbook.sources.demo.draws import Draws
from funnelbook.sources.demo.hours import days, month_of, months
from funnelbook.sources.demo.leads import day_weights

#: Leads a month for which the sources' spend is meant.
_USUAL_LEADS = 60
#: Sales a lead that the plan hopes for, and the mean sale, by pipeline.
_HOPED = (0.21, 0.40)
_MEAN_SALE = (138_000, 56_000)
_SHARES = (0.88, 0.12)


def spend(deals: int, draws: Draws) -> pl.DataFrame:
    """month, source, amount (whole hundreds of roubles); `draws` counts the rows in `row`."""
    facts = [
        (month, source.name, source.spend * leads / _USUAL_LEADS)
        for month, leads in _leads_by_month(deals).items()
        for number, source in enumerate(SOURCES)
        if source.spend and (number != EXHIBITION or int(month[5:]) in FAIR_MONTHS)
    ]
    facts += [(month, company.SILENT_SOURCE, 45_000 * deals / 1_600) for month in company.SILENT_MONTHS]
    frame = pl.DataFrame(
        facts, schema={"month": pl.String, "source": pl.String, "amount": pl.Float64}, orient="row"
    )
    noise = draws.lognormal("spend", 0.12)
    return (
        frame.sort("month", "source")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.UInt64))
        .with_columns(amount=((pl.col("amount") * noise / 100).floor() * 100).cast(pl.Int64))
        .drop("row")
    )


def plan(deals: int) -> pl.DataFrame:
    """month, pipeline, owner (null for repeat sales), sales, revenue: a row a seller there and pipeline."""
    facts: list[tuple[str, str, str | None, int, int]] = []
    for month, leads in _leads_by_month(deals).items():
        sellers = [
            person for person in PEOPLE if person.role == "seller" and _there(month, person.start, person.end)
        ]
        total = sum(person.weight for person in sellers)
        for person in sellers:
            sales = max(1, round(leads * _SHARES[0] * _HOPED[0] * person.weight / total))
            facts.append((month, WAYS[0].name, person.name, sales, sales * _MEAN_SALE[0]))
        sales = max(1, round(leads * _SHARES[1] * _HOPED[1]))
        facts.append((month, WAYS[1].name, None, sales, sales * _MEAN_SALE[1]))
    schema = {"month": pl.String, "pipeline": pl.String, "owner": pl.String, "sales": pl.Int64, "revenue": pl.Int64}
    return pl.DataFrame(facts, schema=schema, orient="row")


def team() -> pl.DataFrame:
    """person, role, from, to, hours_per_week (given to selling)."""
    return pl.DataFrame(
        {
            "person": [person.name for person in PEOPLE],
            "role": [person.role for person in PEOPLE],
            "from": [person.start for person in PEOPLE],
            "to": [person.end for person in PEOPLE],
            "hours_per_week": [person.hours for person in PEOPLE],
        },
        schema_overrides={"to": pl.Date},
    )


def _there(month: str, start: date, end: date | None) -> bool:
    """Whether somebody works on the 15th."""
    middle = date.fromisoformat(f"{month}-15")
    return start <= middle and (end is None or middle <= end)


def _leads_by_month(deals: int) -> dict[str, float]:
    """How many leads each whole month may expect; as_of's month as if it were whole: a plan does not end today."""
    weights = dict.fromkeys(months(), 0.0)
    for day, weight in zip(days(), day_weights(), strict=True):
        weights[month_of(day)] += weight
    total = sum(weights.values())
    expected = {month: deals * weight / total for month, weight in weights.items()}
    last = months()[-1]
    return expected | {last: expected[months()[-2]] * company.SEASON[10] / company.SEASON[9]}
