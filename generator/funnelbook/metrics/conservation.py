"""What must add up on every build: metrics.md, section 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from funnelbook.errors import ConservationError, Finding, Place
from funnelbook.metrics.slices import ALL
from funnelbook.metrics.ways import Ways
from funnelbook.model.results import Table

#: A broken identity breaks in many rows: the first of them are enough to find it.
ROWS_TOLD = 10
_FUNNEL = ("reached", "advanced", "lost", "open", "skipped", "unknown_lost", "timed")
_MONTHLY = ("created", "qualified", "won", "lost", "refused", "declined", "drifted", "revenue", "cost")
_COST = ("spent", "spent_on_won", "spent_on_lost")
_LEADS = ("leads", "open", "complete")
_TOLERANCE = 1e-6


def check(tables: Mapping[str, Table], ways: Ways) -> None:
    """Raises ConservationError naming table, row and numbers of what does not add up.

    tables: `funnel`, `ways`, `by_age`, `monthly`, `entries`, `losses`; `cost` and `leads` when they are made.
    """
    frames = {name: table.frame for name, table in tables.items()}
    findings = [
        *_stages_add_up(frames["funnel"]),
        *_members_add_up("funnel", frames["funnel"], ("pipeline", "cohort", "position"), _FUNNEL),
        *_members_add_up("monthly", frames["monthly"], ("pipeline", "month"), _MONTHLY),
        *_cohorts_add_up("funnel", frames["funnel"], ("pipeline", "dimension", "member", "position"), _FUNNEL),
        *_cohorts_add_up("ways", frames["ways"], ("pipeline",), frames["ways"].columns[2:]),
        *_every_deal_counts(frames, ways),
        *_months_add_up(frames, ways),
        *_losses_add_up(frames),
        *_costs_add_up(frames),
        *_leads_add_up(frames),
    ]
    if findings:
        raise ConservationError(findings)


def _stages_add_up(funnel: pl.DataFrame) -> Iterator[Finding]:
    """reached = advanced + lost + open, in every row of an open stage."""
    parts = funnel.filter(pl.col("advanced").is_not_null()).select(
        "pipeline",
        "dimension",
        "member",
        "cohort",
        "position",
        "reached",
        parts=pl.sum_horizontal("advanced", "lost", "open"),
    )
    yield from _differences("funnel", "stage-balance", parts, "reached", "parts", "advanced + lost + open")


def _members_add_up(name: str, table: pl.DataFrame, row: Sequence[str], counts: Sequence[str]) -> Iterator[Finding]:
    """The members of each dimension together are `all`."""
    whole = table.filter(pl.col("dimension") == ALL).select(*row, *counts)
    parts = table.filter(pl.col("dimension") != ALL).group_by("dimension", *row).agg(pl.col(*counts).sum())
    dimensions = table.filter(pl.col("dimension") != ALL).select("dimension").unique()
    yield from _sums(name, whole.join(dimensions, how="cross"), parts, ("dimension", *row), counts)


def _cohorts_add_up(name: str, table: pl.DataFrame, row: Sequence[str], counts: Sequence[str]) -> Iterator[Finding]:
    """The cohorts together are `all`."""
    whole = table.filter(pl.col("cohort") == ALL).select(*row, *counts)
    parts = table.filter(pl.col("cohort") != ALL).group_by(row).agg(pl.col(*counts).sum())
    yield from _sums(name, whole, parts, row, counts)


def _sums(
    name: str, whole: pl.DataFrame, parts: pl.DataFrame, row: Sequence[str], counts: Sequence[str]
) -> Iterator[Finding]:
    joined = whole.join(parts, on=row, how="full", coalesce=True, suffix="_parts")
    joined = joined.with_columns(pl.exclude(row).cast(pl.Float64).fill_null(0.0))
    for count in counts:
        compared = joined.select(*row, count, f"{count}_parts")
        yield from _differences(
            name, "parts-of-all", compared, count, f"{count}_parts", f"the parts' sum of {count}"
        )


def _every_deal_counts(frames: Mapping[str, pl.DataFrame], ways: Ways) -> Iterator[Finding]:
    """As many deals in the tables as there are in the data set."""
    names = [pipeline.name for pipeline in ways.pipelines]
    numbers = ways.dataset.deals.group_by("pipeline").agg(data=pl.len())
    deals = numbers.with_columns(pipeline=pl.lit(pl.Series(names, dtype=pl.String)).gather("pipeline"))
    funnel = frames["funnel"].filter(pl.col("dimension") == ALL, pl.col("cohort") == ALL, pl.col("position") == 1)
    for name, column, rows in (
        ("funnel", "reached", funnel),
        ("ways", "deals", frames["ways"].filter(pl.col("cohort") == ALL)),
        ("monthly", "created", frames["monthly"].filter(pl.col("dimension") == ALL)),
    ):
        counted = rows.group_by("pipeline").agg(pl.col(column).sum())
        compared = deals.join(counted, on="pipeline", how="full", coalesce=True).fill_null(0)
        yield from _differences(name, "every-deal", compared, column, "data", "the deals accepted")


def _months_add_up(frames: Mapping[str, pl.DataFrame], ways: Ways) -> Iterator[Finding]:
    """created - won - lost = the change of open deals, which are counted from times and from where deals stand."""
    flow = frames["monthly"].filter(pl.col("dimension") == ALL).sort("pipeline", "month")
    balance = pl.col("created") - pl.col("won") - pl.col("lost")
    flow = flow.select("pipeline", "month", expected=balance.cum_sum().over("pipeline"))
    standing = frames["entries"].group_by("pipeline", "month").agg(open=pl.col("at_end").sum())
    for name, counted in (("monthly", _open_at_ends(ways)), ("entries", standing)):
        compared = flow.join(counted, on=["pipeline", "month"], how="left").with_columns(
            pl.col("open").fill_null(0)
        )
        yield from _differences(name, "open-deals", compared, "open", "expected", "created - won - lost so far")


def _open_at_ends(ways: Ways) -> pl.DataFrame:
    """`pipeline`, `month`, `open`: deals created before the month's end and not closed before it."""
    ends = ways.calendar.ends().to_physical()
    counts = []
    for number, pipeline in enumerate(ways.pipelines):
        deals = ways.deals.filter(pl.col("pipeline") == number)
        created = deals["created"].sort().search_sorted(ends, side="left").cast(pl.Int64)
        closed = deals["closed"].drop_nulls().sort().search_sorted(ends, side="left").cast(pl.Int64)
        months = pl.Series("month", ways.calendar.labels, dtype=pl.String)
        counts.append(
            pl.DataFrame({"month": months, "open": created - closed}).with_columns(pipeline=pl.lit(pipeline.name))
        )
    return (
        pl.concat(counts)
        if counts
        else pl.DataFrame(schema={"pipeline": pl.String, "month": pl.String, "open": pl.Int64})
    )


def _losses_add_up(frames: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """Every lost deal of a month stands in `losses`."""
    lost = frames["monthly"].filter(pl.col("dimension") == ALL).select("pipeline", "month", "lost")
    told = frames["losses"].group_by("pipeline", "month").agg(pl.col("deals").sum())
    compared = lost.join(told, on=["pipeline", "month"], how="full", coalesce=True).fill_null(0)
    yield from _differences("losses", "every-loss", compared, "deals", "lost", "the lost deals of monthly")


def _costs_add_up(frames: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """The members are `all`, and the stages of a month are the cost of its closed deals."""
    if "cost" not in frames:
        return
    cost = frames["cost"]
    yield from _members_add_up("cost", cost, ("pipeline", "month", "stage"), _COST)
    told = cost.filter(pl.col("dimension") == ALL).group_by("pipeline", "month").agg(pl.col("spent").sum())
    closed = frames["monthly"].filter(pl.col("dimension") == ALL).select("pipeline", "month", "cost")
    compared = closed.join(told, on=["pipeline", "month"], how="full", coalesce=True).fill_null(0.0)
    yield from _differences("cost", "every-cost", compared, "spent", "cost", "the cost of monthly")


def _leads_add_up(frames: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """The members are `all`, and every deal created in the month is a lead."""
    if "leads" not in frames:
        return
    yield from _members_add_up("leads", frames["leads"], ("month",), _LEADS)
    told = frames["leads"].filter(pl.col("dimension") == ALL).select("month", "leads")
    made = frames["monthly"].filter(pl.col("dimension") == ALL).group_by("month").agg(pl.col("created").sum())
    compared = made.join(told, on="month", how="full", coalesce=True).fill_null(0)
    yield from _differences("leads", "every-lead", compared, "leads", "created", "the deals created in monthly")


def _differences(
    table: str, rule: str, rows: pl.DataFrame, number: str, expected: str, meaning: str
) -> Iterator[Finding]:
    """One finding a row in which two numbers differ; members' names stay out of messages."""
    allowed = _TOLERANCE * pl.max_horizontal(pl.lit(1.0), pl.col(expected).abs())
    wrong = rows.filter((pl.col(number) - pl.col(expected)).abs() > allowed)
    keys = [name for name in rows.columns if name not in (number, expected, "member")]
    for row in wrong.sort(keys).head(ROWS_TOLD).iter_rows(named=True):
        key = ", ".join(f"{name} {row[name]}" for name in keys)
        message = f"table {table}, {key}: {number} is {row[number]}, {meaning} is {row[expected]}"
        yield Finding(Place(), f"conservation-{rule}", message, "this is a fault of the program: please report it")
