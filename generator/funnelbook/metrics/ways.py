"""The way of every deal, reconstructed once: metrics.md, section 2. Every table is made from it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec import Struct

from funnelbook.metrics.calendar import Calendar
from funnelbook.metrics.costs import Costs, acquisition, stage_costs, worked
from funnelbook.metrics.history import FIRST_CLOSING, History, history_of
from funnelbook.metrics.responses import responses_of
from funnelbook.metrics.slices import ALL, DIMENSIONS, Slicer, member_codes
from funnelbook.model.aims import Aim
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.reviews import Reviews
from funnelbook.project import Project


class Ways(Struct, frozen=True):
    """What all deals did, in narrow frames; times are Int64 microseconds since 1970, exact.

    deals: one row a deal, `deal` = row number. `pipeline` UInt8; `k` UInt8, open stages of it; `status` Enum;
        `basis` Enum; `created` and `closed` (null when open; a deal closed before it was created counts at its
        creation); `cohort` and `closing`, UInt16 months of the calendar; `furthest` UInt8, 1..k+1, null = a lost
        deal of unknown furthest stage; `standing` UInt8, last position, null once closed; `skipped` UInt8, stages
        skipped; `moved_back`, `reopened` Boolean; `cycle` microseconds from creation to winning, null unless won
        (and null when closed before created); `response` microseconds to the first response, null = none;
        `cost` Decimal(38, 12) in the site's currency; `source`, `owner`, `role`, `segment` UInt32 members;
        `cause`, `party`, `reason` Enum; `value` Float64. It stood at position i <= k exactly when
        i <= furthest (1 when unknown) and (deal, i) is not in `skips`.
    moves: one row an entry, and one a winning: `deal`, `at` and its `month` (null = an unrecorded current stage),
        `from` and `to` (0 = creation, k+1 = won), `above`, the greatest position at a known time before it.
        first_entry(i) is the `at` of the deal's row with above < i <= to and a time; to < above moves back.
    skips: `deal`, `position` of every skipped stage.
    stays: `deal`, `position`, `stay` microseconds there, all visits together; only for deals that left the
        stage, with every visit's ends known and none negative.
    members: labels of each dimension's members, sorted by code point, `—` (not recorded) last.
    reviews: what is known of the playbooks' reviews; None = nothing.
    aims: the playbooks that aim at a number, with their versions.
    """

    dataset: Dataset
    project: Project
    calendar: Calendar
    members: Mapping[str, tuple[str, ...]]
    costs: Costs
    deals: pl.DataFrame
    moves: pl.DataFrame
    skips: pl.DataFrame
    stays: pl.DataFrame
    reviews: Reviews | None = None
    aims: tuple[Aim, ...] = ()

    @property
    def pipelines(self) -> tuple[Pipeline, ...]:
        return self.dataset.pipelines

    @property
    def slicer(self) -> Slicer:
        return Slicer(self.deals, self.members)

    def cohort_label(self) -> pl.Expr:
        """`cohort`: the name of `month`, where 0 stands for all cohorts and m + 1 for month m of the calendar."""
        return pl.lit(pl.Series([ALL, *self.calendar.labels])).gather(pl.col("month")).alias("cohort")

    def months(self) -> pl.DataFrame:
        """`pipeline`, `month`: every month from a pipeline's first creation to as_of."""
        first = self.deals.group_by("pipeline").agg(pl.col("cohort").min())
        every = pl.int_ranges(pl.col("cohort"), len(self.calendar), dtype=pl.UInt16)
        return first.select("pipeline", month=every).explode("month").sort("pipeline", "month")


def ways_of(dataset: Dataset, project: Project, reviews: Reviews | None = None, aims: tuple[Aim, ...] = ()) -> Ways:
    """Reconstructs the way of each deal of `dataset` (metrics.md, section 2)."""
    calendar = _calendar(dataset, project)
    facts = _facts(dataset, calendar)
    history = history_of(facts, dataset.entries.select("deal", pl.col("at").to_physical(), "code"))
    deals = _outcomes(facts, history)
    moves = _moves(deals, history)
    moves = moves.with_columns(calendar.index(moves["at"].cast(pl.Datetime("us", "UTC"))).alias("month"))
    skips = _skips(deals, moves)
    stays = _stays(deals, history)
    deals = deals.with_columns(
        _count(skips["deal"], deals.height).alias("skipped"),
        (_count(moves.filter(pl.col("to") < pl.col("above"))["deal"], deals.height) > 0).alias("moved_back"),
        _reopened(deals, history).alias("reopened"),
    )
    coded = {name: member_codes(dataset.deals[name]) for name in DIMENSIONS}
    prices = tuple(stage_costs(pipeline, project) for pipeline in dataset.pipelines)
    spent, unallocated = acquisition(dataset.spend, calendar, deals["cohort"], coded["source"])
    costs = Costs(prices, spent, worked(prices, deals, skips) + spent, unallocated)
    deals = deals.with_columns(
        costs.of_deals.alias("cost"),
        responses_of(dataset, deals).alias("response"),
        *(member.codes.alias(name) for name, member in coded.items()),
    )
    members = {name: member.labels for name, member in coded.items()}
    return Ways(dataset, project, calendar, members, costs, deals, moves, skips, stays, reviews, aims)


def _calendar(dataset: Dataset, project: Project) -> Calendar:
    earliest = pl.min_horizontal(dataset.deals["created_at"].min(), dataset.entries["at"].min())
    first = pl.select(earliest.fill_null(dataset.as_of)).item()
    return Calendar.covering(first, dataset.as_of, project.site.timezone)


def _facts(dataset: Dataset, calendar: Calendar) -> pl.DataFrame:
    """The deals with months and microseconds. `closed_on_paper` is closed_at as the CRM gives it."""
    deals = dataset.deals
    closed = pl.max_horizontal("closed_at", "created_at")
    sizes = pl.Series([pipeline.k for pipeline in dataset.pipelines], dtype=pl.UInt8)
    facts = deals.select(
        "deal", "pipeline", "status", "basis", "position", "value", "cause", "party", "reason",
        created=pl.col("created_at").to_physical(),
        closed_on_paper=pl.col("closed_at").to_physical(),
        closed=pl.when(pl.col("closed_at").is_not_null()).then(closed).to_physical(),
        k=sizes.gather(deals["pipeline"]),
        cohort=calendar.index(deals["created_at"]),
    )  # fmt: skip
    cycle = pl.when((pl.col("status") == "won") & (pl.col("closed_on_paper") >= pl.col("created")))
    return facts.with_columns(
        closing=calendar.index(facts["closed"]),
        cycle=cycle.then(pl.col("closed") - pl.col("created")),
    )


def _outcomes(facts: pl.DataFrame, history: History) -> pl.DataFrame:
    """Adds the furthest and the standing position, and `unrecorded`, a current stage that no row records."""
    deals = facts.with_columns(history.ends)
    stage = pl.col("position")
    doubtful = deals.select("deal", "position", "last_code").filter(
        stage.is_not_null(), stage != pl.col("last_code")
    )
    rows = history.rows
    if doubtful.height:
        suspects = pl.Series([False]).new_from_index(0, deals.height).scatter(doubtful["deal"], True)
        rows = rows.filter(suspects.gather(rows["deal"]))
        doubtful = doubtful.join(rows, left_on=["deal", "position"], right_on=["deal", "code"], how="anti")
    unrecorded = pl.zeros(deals.height, pl.UInt8, eager=True).scatter(doubtful["deal"], doubtful["position"])
    won, lost, silent = pl.col("status") == "won", pl.col("status") == "lost", ~pl.col("recorded")
    seen = pl.max_horizontal("highest", "unrecorded")
    known = ~(lost & silent & stage.is_null())
    return deals.with_columns(unrecorded=unrecorded).with_columns(
        seen=seen,
        furthest=pl.when(won).then(pl.col("k") + 1).when(known).then(seen),
        standing=pl.when(pl.col("status") == "open").then(stage.fill_null(pl.col("stood"))),
    )


def _moves(deals: pl.DataFrame, history: History) -> pl.DataFrame:
    """Entries in order, then current stages without a time, then winnings."""
    entries = history.rows.filter(pl.col("code") < FIRST_CLOSING).select("deal", "at", "from", "above", to="code")
    unrecorded = deals.filter(pl.col("unrecorded") > 0).select(
        "deal", pl.lit(None, pl.Int64).alias("at"), pl.col("stood").alias("from"), above="highest", to="unrecorded"
    )
    won = deals.filter(pl.col("status") == "won").select(
        "deal",
        at="closed",
        **{"from": pl.when(pl.col("unrecorded") > 0).then("unrecorded").otherwise("stood")},
        above="highest",
        to=(pl.col("k") + 1).cast(pl.UInt8),
    )
    return pl.concat([entries, unrecorded, won])


def _skips(deals: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """Positions jumped over and never stood at later; a single export cannot show a skip."""
    jumps = moves.filter(pl.col("to") > pl.col("above") + 1).select("deal", "above", "to")
    jumps = jumps.filter(deals["recorded"].gather(jumps["deal"]))
    gaps = jumps.select("deal", position=pl.int_ranges(pl.col("above") + 1, "to", dtype=pl.UInt8)).explode(
        "position"
    )
    stood = moves.filter((pl.col("to") < pl.col("above")) | pl.col("at").is_null()).select("deal", position="to")
    return gaps.unique().join(stood, on=["deal", "position"], how="anti").sort("deal", "position")


def _stays(deals: pl.DataFrame, history: History) -> pl.DataFrame:
    """Time in stage (section 2.7); none for deals without a history, whose moves have no times."""
    rows, deal = history.rows, history.rows["deal"]
    visits = rows.select(
        "deal",
        "above",
        position="code",
        stay=pl.col("until").fill_null(deals["closed_on_paper"].gather(deal)) - pl.col("at"),
    ).filter(rows["code"] < FIRST_CLOSING, deals["recorded"].gather(deal))
    again = visits.filter(pl.col("position") <= pl.col("above"))["deal"]
    repeats = (_count(again, deals.height) > 0).gather(visits["deal"])
    known = pl.col("stay").is_not_null() & (pl.col("stay") >= 0)
    once = visits.filter(~repeats & visits.select(known).to_series()).select("deal", "position", "stay")
    several = visits.filter(repeats).group_by("deal", "position").agg(pl.col("stay").sum(), known=known.all())
    several = several.filter("known").select("deal", "position", "stay")
    return pl.concat([once, several]).join(_untimed(deals), on=["deal", "position"], how="anti")


def _untimed(deals: pl.DataFrame) -> pl.DataFrame:
    """(deal, position) whose stay the rows misstate, because the deal's current stage is not its last row.

    Before an unrecorded stage the last visit ended nobody knows when; a row of a stage where an open deal
    stands again, unrecorded, is a visit that has not ended.
    """
    still_open, reopened = pl.col("status") == "open", pl.col("last_code") >= FIRST_CLOSING
    left_unseen = deals.filter(pl.col("unrecorded") > 0, ~(still_open & reopened)).select("deal", position="stood")
    back_unseen = deals.filter(still_open, pl.col("position") != pl.col("last_code")).select("deal", "position")
    return pl.concat([left_unseen, back_unseen])


def _reopened(deals: pl.DataFrame, history: History) -> pl.Series:
    entered = _count(history.rows.filter("reopens")["deal"], deals.height) > 0
    last = (pl.col("status") == "open") & (pl.col("unrecorded") > 0) & (pl.col("last_code") >= FIRST_CLOSING)
    return entered | deals.select(last).to_series()


def _count(deal: pl.Series, deals: int) -> pl.Series:
    """How often each deal 0..deals-1 occurs, as UInt8."""
    found = deal.value_counts(name="times")
    return pl.zeros(deals, pl.UInt8, eager=True).scatter(
        found[deal.name], found["times"].clip(0, 255).cast(pl.UInt8)
    )
