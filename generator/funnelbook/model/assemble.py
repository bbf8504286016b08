"""The recipe of a data set: canonical tables in, facts out. Read from top to bottom, one rule after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

import polars as pl

from funnelbook.memory import Memory
from funnelbook.model import deals, facts
from funnelbook.model.dataset import Dataset
from funnelbook.model.exports import account_of, told_exports
from funnelbook.model.identities import contacts
from funnelbook.model.ledger import Ledger
from funnelbook.model.moments import as_of_moment, silent_days
from funnelbook.model.money import Prices, prices_of, published_codes
from funnelbook.model.names import Names, categories, spelled
from funnelbook.model.notes import Note
from funnelbook.model.people import known_as, owners_of
from funnelbook.model.pipeline import FIRST_CLOSING
from funnelbook.model.pipelines import Directory, known_pipelines
from funnelbook.model.reading import Reading
from funnelbook.model.reasons import causes_of
from funnelbook.model.roles import roles_of
from funnelbook.model.rows import Rows, collect_rows, moments
from funnelbook.model.tables import SEGMENTS, TABLES, TEMPERATURES
from funnelbook.model.walks import Walked, complete, walk
from funnelbook.project import Project

_DEALS = (
    "deal", "deal_id", "created_at", "closed_at", "status", "basis", "pipeline", "position", "value", "list_price",
    "owner", "source", "role", "segment", "temperature", "cause", "party", "reason", "contact", "next_task_at",
)  # fmt: skip


def assemble(reading: Reading, project: Project, memory: Memory | None = None) -> Dataset:
    """The facts of `reading` after every rule of metrics.md, section 1; deals and entries are in file order.

    A row is later than as_of when any of its times is: of a deal created_at and, once it is closed, closed_at.
    A rejected row does not supersede an earlier one of its deal. `memory`: where it is kept how far a series of
    exports was followed.

    Raises ConservationError when the rows of a file do not add up, SourceError when the data name more pipelines or
    stages than there can be. A data set without deals is no error here.
    """
    tables = {name: reading.tables.get(name, schema.create_empty().lazy()) for name, schema in TABLES.items()}
    ledger = Ledger.of(reading)
    known = known_pipelines(project, reading.pipelines)
    rows = collect_rows(reading, known, project, memory or Memory(None))
    as_of = as_of_moment(project.site, moments(rows))
    accepted = accept_deals(rows.sighted, as_of, ledger)
    ledger.count(rows.series.superseded, "duplicate", "earlier-export")
    directory = complete(known, rows, accepted, as_of)
    walked = walk(rows, accepted, directory, as_of, ledger)
    activities = facts.accepted_activities(rows.activities, as_of, walked.deal_of_key, ledger)
    small = {name: deals.in_file_order(tables[name].collect()) for name in ("spend", "plan", "team", "rates")}
    for name, frame in small.items():
        ledger.accept(name, frame["file"])
    small = {**small, **with_people(small, project)}
    own = walked.deals
    owned = own.with_columns(owners_of(own, project.people, project.site.timezone))
    prices = prices_of(owned, small["rates"], project.site, as_of)
    described = describe(prices, small["team"], project)
    remark(described.with_columns(negative=owned["value"] < 0), prices, ledger)
    remark_files(reading, ledger)
    facts_of_deals = described.select(_DEALS)
    bounds = bounds_of(rows, walked)
    quality, refused = ledger.quality(), ledger.refused()
    owners, sources = (categories(facts_of_deals[name]) for name in ("owner", "source"))
    return Dataset(
        as_of=as_of,
        pipelines=directory.pipelines,
        deals=facts_of_deals,
        entries=walked.entries,
        activities=activities,
        has_activities=not activities.is_empty(),
        spend=facts.respelled(small["spend"], {"source": sources}).drop("file", "row"),
        plan=facts.respelled(small["plan"], {"owner": owners}).drop("file", "row"),
        team=facts.respelled(small["team"], {"person": owners}).drop("file", "row"),
        files=reading.files,
        quality=quality,
        refused=refused,
        replaced=ledger.replaced(),
        notes=(
            *_notes(directory, rows, prices, project, as_of),
            *_between(bounds),
            *_spellings(owned, rows.stages),
            *ledger.notes(),
        ),
        currency=prices.currency,
        bounds=bounds,
        exports=told_exports(rows.series, account_of(reading.files, quality, refused), bounds),
    )


def with_people(small: Mapping[str, pl.DataFrame], project: Project) -> dict[str, pl.DataFrame]:
    """`plan` and `team` with people as the project names them: by a month's first day, and the day a role began."""
    plan, team = small["plan"], small["team"]
    first = (plan["month"] + "-01").str.to_date()
    return {
        "plan": plan.with_columns(known_as(plan["owner"], first, project.people)),
        "team": team.with_columns(known_as(team["person"], team["from"], project.people)),
    }


def accept_deals(sighted: pl.DataFrame, as_of: datetime, ledger: Ledger) -> pl.DataFrame:
    """The last row of each deal that is not later than as_of."""
    late = sighted.select(deals.late(as_of)).to_series()
    ledger.refuse("deals", sighted.filter(late), "rejected", "after-as-of", "created_at")
    timely = sighted.filter(~late) if late.any() else sighted
    marks = deals.superseded(timely)
    if marks["last"].all():
        return timely
    earlier = marks["earlier_export"]
    ledger.refuse("deals", timely.filter(earlier), "duplicate", "earlier-export", "deal_id")
    twice = timely.select("file", "row").hstack(marks).filter(~earlier & ~marks["last"])
    ledger.refuse("deals", twice, "duplicate", "duplicate", "deal_id")
    ledger.replace(twice)
    return timely.filter(marks["last"])


def describe(prices: Prices, team: pl.DataFrame, project: Project) -> pl.DataFrame:
    """Deals with roles, causes, and names as first spelled; the columns of `Dataset.deals` and those of remarks."""
    rows = prices.deals
    lost = rows["status"] == "lost"
    return rows.with_row_index("deal").with_columns(
        spelled(rows["owner"]),
        spelled(rows["source"]),
        roles_of(rows, team, project.site.timezone),
        contacts(rows["contact_id"]),
        *causes_of(rows["loss_reason"], lost, project.loss_rules),
        pl.col("segment").cast(pl.Enum(SEGMENTS)),
        pl.col("temperature").cast(pl.Enum(TEMPERATURES)),
        position=pl.when(pl.col("code") < FIRST_CLOSING).then("code"),
    )


def remark(described: pl.DataFrame, prices: Prices, ledger: Ledger) -> None:
    """Closes the account of deals: which were accepted, and what is odd about some of them."""
    ledger.accept("deals", described["file"])
    odd = {
        "unknown-stage": pl.col("code").is_null() & pl.col("stage").is_not_null(),
        "open-with-closing-date": pl.col("forecast"),
        "closed-before-created": pl.col("closed_at") < pl.col("created_at"),
        "negative-price": pl.col("negative"),
        "reason-without-loss": pl.col("loss_reason").is_not_null() & (pl.col("status") != "lost"),
        "no-comparable-price": pl.lit(prices.incomparable),
    }
    marks = described.select("file", **odd)
    for problem in odd:
        ledger.remark(marks.filter(problem), problem)


def remark_files(reading: Reading, ledger: Ledger) -> None:
    """What the sources found odd about rows that were accepted."""
    for file in reading.files:
        for problem, rows in file.remarks:
            ledger.remark(
                pl.DataFrame({"file": pl.repeat(file.number, rows, dtype=pl.UInt16, eager=True)}), problem
            )


def _notes(directory: Directory, rows: Rows, prices: Prices, project: Project, as_of: datetime) -> list[Note]:
    """What was assumed where the project says nothing."""
    notes = [
        Note("pipeline-inferred", (("pipeline", each.name), ("stages", each.k)))
        for each in directory.pipelines
        if each.origin == "inferred"
    ]
    if any(each.origin == "inferred" for each in directory.pipelines) and rows.recorded.is_empty():
        notes.append(Note("stage-order-of-appearance"))
    if project.site.as_of is None:
        notes.append(Note("as-of-newest", (("silent_days", silent_days(moments(rows), as_of)),)))
    if not project.site.currency and prices.currency:
        notes.append(Note("currency-assumed", (("currency", prices.currency),)))
    if not project.site.currency and len(prices.found) > 1:
        notes.append(Note("several-currencies", (("currencies", ", ".join(published_codes(prices.found))),)))
    return [*notes, *_without_rate(prices)]


def _without_rate(prices: Prices) -> list[Note]:
    """Which prices were left out of money, and what they would need."""
    if (lost := prices.unrated) is None:
        return []
    counts = (("deals", lost.deals), ("first", lost.first), ("last", lost.last))
    return [Note("without-rate", (("currencies", ", ".join(lost.currencies)), *counts))]


def _spellings(deals: pl.DataFrame, stages: Names) -> tuple[Note, ...]:
    """How many spellings of people, sources and stages were taken for how many names; a name spelled one way counts
    not."""
    own = [Names(deals[name].cast(pl.String).drop_nulls().unique()) for name in ("owner", "source")]
    joined = [count for names in (*own, stages) for count in names.joined]
    return (Note("spellings-joined", (("spellings", sum(joined)), ("names", len(joined)))),) if joined else ()


def bounds_of(rows: Rows, walked: Walked) -> pl.DataFrame:
    """`deal`, `at`, `earliest` of the entries that successive exports tell."""
    found = rows.bounds.with_columns(walked.deal_of_key.gather(rows.bounds["key"]).alias("deal")).drop("key")
    own = walked.deals.with_row_index("deal").filter(pl.col("basis") == "snapshots").select("deal")
    kept = found.join(own, on="deal", how="semi").join(walked.entries, on=["deal", "at"], how="semi")
    return kept.select("deal", "at", "earliest").sort("deal", "at")


def _between(bounds: pl.DataFrame) -> tuple[Note, ...]:
    """How near the moments of entries are known that happened between two exports."""
    days = bounds.select((pl.col("at") - pl.col("earliest")).dt.total_seconds() / 86_400).to_series()
    between = days.filter(days > 0)
    if between.is_empty():
        return ()
    median, most = between.median(), between.max()
    assert isinstance(median, float)
    assert isinstance(most, float)
    counts = (("entries", between.len()), ("days", math.ceil(median)), ("most", math.ceil(most)))
    return (Note("entries-between-exports", counts),)
