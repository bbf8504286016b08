"""The recipe of a data set: canonical tables in, facts out. Read from top to bottom, one rule after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from funnelbook.model import deals, facts, history
from funnelbook.model.closings import closing_times
from funnelbook.model.dataset import Dataset, Note
from funnelbook.model.identities import KEY, Identities, contacts, identify
from funnelbook.model.inference import infer_pipeline
from funnelbook.model.ledger import Ledger
from funnelbook.model.moments import as_of_moment
from funnelbook.model.money import Prices, prices_of
from funnelbook.model.names import Names, categories, spelled
from funnelbook.model.pipeline import FIRST_CLOSING, Pipeline
from funnelbook.model.pipelines import Directory, check_sizes, known_pipelines, open_stages
from funnelbook.model.reading import Reading
from funnelbook.model.reasons import causes_of
from funnelbook.model.roles import roles_of
from funnelbook.model.snapshots import entries_from_sightings
from funnelbook.model.tables import SEGMENTS, TABLES, TEMPERATURES
from funnelbook.project import Project

BASIS = pl.Enum(["history", "snapshots", "current"])
_DEALS = (
    "deal", "deal_id", "created_at", "closed_at", "status", "basis", "pipeline", "position", "value", "list_price",
    "owner", "source", "role", "segment", "temperature", "cause", "party", "reason", "contact", "next_task_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the three large tables, collected, deals by `key` (`Identities`); names are numbers.

    sighted: of deals, `status` told, `closed_at` null unless closed. recorded, derived: of the stage history, from
    the sources and from successive exports. pipelines, stages: what the numbers mean.
    """

    sighted: pl.DataFrame
    recorded: pl.DataFrame
    derived: pl.DataFrame
    activities: pl.DataFrame
    ids: Identities
    pipelines: Names
    stages: Names


@dataclass(frozen=True, slots=True)
class Walked:
    """Accepted deals, row number = deal, with `basis` and `closed_at`; their entries; the deal of each key."""

    deals: pl.DataFrame
    entries: pl.DataFrame
    deal_of_key: pl.Series


def assemble(reading: Reading, project: Project) -> Dataset:
    """The facts of `reading` after every rule of metrics.md, section 1; deals and entries are in file order.

    A row is later than as_of when any of its times is: of a deal created_at and, once it is closed, closed_at.
    A rejected row does not supersede an earlier one of its deal.

    Raises ConservationError when the rows of a file do not add up, SourceError when the data name more pipelines or
    stages than there can be. A data set without deals is no error here.
    """
    tables = {name: reading.tables.get(name, schema.create_empty().lazy()) for name, schema in TABLES.items()}
    ledger = Ledger.of(reading)
    known = known_pipelines(project, reading.pipelines)
    rows = collect_rows(tables, known)
    as_of = as_of_moment(project.site, _moments(rows))
    accepted = accept_deals(rows.sighted, as_of, ledger)
    directory = complete(known, rows, accepted, as_of)
    walked = walk(rows, accepted, directory, as_of, ledger)
    activities = facts.accepted_activities(rows.activities, as_of, walked.deal_of_key, ledger)
    small = {name: deals.in_file_order(tables[name].collect()) for name in ("spend", "plan", "team", "rates")}
    for name, frame in small.items():
        ledger.accept(name, frame["file"])
    prices = prices_of(walked.deals, small["rates"], project.site, as_of)
    described = describe(prices, small["team"], project)
    remark(described, prices, ledger)
    facts_of_deals = described.select(_DEALS)
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
        quality=ledger.quality(),
        refused=ledger.refused(),
        notes=(*_notes(directory, rows, prices, project), *ledger.notes()),
        currency=prices.currency,
    )


def collect_rows(tables: Mapping[str, pl.LazyFrame], known: Directory) -> Rows:
    """The large tables, each read once."""
    read = tables["deals"].collect(engine="streaming")
    sighted, ids = identify(deals.in_file_order(read))
    pipelines, stages = Names(), Names()
    named = sighted.with_columns(
        stages.encode(sighted["stage"]), pipelines.encode(sighted["pipeline"].fill_null(known.default))
    )
    own = known.indices(pipelines).gather(named["pipeline"])
    code = known.code_of(pl.lit(own), pl.col("stage"), stages)
    status = deals.told_status(pl.col("status").cast(deals.STATUS), code)
    told = named.with_columns(status=status).with_columns(
        closed_at=pl.when(pl.col("status") != "open").then("closed_at"),
        forecast=(pl.col("status") == "open") & pl.col("closed_at").is_not_null(),
    )
    recorded = history.collect_rows(tables["stages"], ids)
    moves = (
        entries_from_sightings(sighted.lazy(), known.pipelines)
        if _is_series(sighted)
        else tables["stages"].limit(0)
    )
    derived = history.collect_rows(moves, ids)
    return Rows(
        sighted=told,
        recorded=history.encode_rows(recorded, stages, pipelines),
        derived=history.encode_rows(derived, stages, pipelines),
        activities=facts.collect_activities(tables["activities"], ids),
        ids=ids,
        pipelines=pipelines,
        stages=stages,
    )


def _is_series(sighted: pl.DataFrame) -> bool:
    return sighted["snapshot"].null_count() < sighted.height


def _moments(rows: Rows) -> list[pl.Series]:
    """Times of what has happened."""
    sighted = rows.sighted
    return [
        sighted["created_at"],
        sighted["closed_at"],
        *(of["at"] for of in (rows.recorded, rows.derived, rows.activities)),
    ]


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
    ledger.refuse("deals", timely.filter(~earlier & ~marks["last"]), "duplicate", "duplicate", "deal_id")
    return timely.filter(marks["last"])


def complete(known: Directory, rows: Rows, accepted: pl.DataFrame, as_of: datetime) -> Directory:
    """The declared pipelines, those told of that have deals, and one inferred for each other name a deal bears."""
    numbers = accepted["pipeline"].unique(maintain_order=True)
    known = known.without_unused(rows.pipelines, numbers)
    unknown = numbers.filter(known.indices(rows.pipelines).gather(numbers).is_null())
    names = [rows.pipelines.spelled[number] for number in unknown]
    placeholders = [Pipeline(name, open_stages(()), (), (), 1.0, "inferred") for name in names]
    check_sizes((*known.pipelines, *placeholders))
    if not placeholders:
        return known
    walks = _walks(rows, accepted, replace(known, pipelines=(*known.pipelines, *placeholders)), as_of)
    inferred = [
        _infer(name, number, accepted, walks, rows.stages) for name, number in zip(names, unknown, strict=True)
    ]
    check_sizes(inferred)
    return replace(known, pipelines=(*known.pipelines, *inferred))


def _walks(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime) -> pl.DataFrame:
    """`deal`, `at`, `stage` and `pipeline` (the deal's, as a number) of the rows that tell of an order."""
    context = _context(rows, accepted, directory, as_of)
    told = [history.located(each, context) for each in (rows.recorded, rows.derived)]
    kept = pl.concat(told).filter(pl.col("at") <= as_of, pl.col("deal").is_not_null(), ~pl.col("foreign"))
    return kept.select("deal", "at", "stage", accepted["pipeline"].gather(kept["deal"]).alias("pipeline"))


def _infer(name: str, number: int, accepted: pl.DataFrame, walks: pl.DataFrame, stages: Names) -> Pipeline:
    here = pl.col("pipeline") == number
    own = accepted.with_row_index("deal").filter(here).select("deal", "stage", "status")
    return infer_pipeline(name, own, walks.filter(here).drop("pipeline"), stages.spelled)


def _context(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime) -> history.Context:
    nothing = pl.Series([None], dtype=KEY).new_from_index(0, rows.ids.size)
    return history.Context(
        as_of=as_of,
        deal_of_key=nothing.scatter(accepted["key"], pl.int_range(accepted.height, dtype=KEY, eager=True)),
        pipeline_of_deal=directory.indices(rows.pipelines).gather(accepted["pipeline"]),
        directory=directory,
        pipeline_names=rows.pipelines,
        stage_names=rows.stages,
    )


def walk(rows: Rows, accepted: pl.DataFrame, directory: Directory, as_of: datetime, ledger: Ledger) -> Walked:
    """Deals with their entries and closing times. Successive exports speak only where no history does."""
    context = _context(rows, accepted, directory, as_of)
    recorded = _judge(rows.recorded, context, ledger)
    ledger.accept("stages", recorded["file"])
    has_history = _among(accepted.height, recorded["deal"])
    silent = rows.derived.filter(
        ~has_history.gather(context.deal_of_key.gather(rows.derived["key"])).fill_null(value=False)
    )
    derived = _judge(silent, context, ledger)
    entries = pl.concat([recorded, derived]).select("deal", "at", "code")
    has_moves = _among(accepted.height, derived["deal"])
    basis = pl.when(has_history).then(pl.lit("history", BASIS)).when(has_moves).then(pl.lit("snapshots", BASIS))
    walked = accepted.with_columns(
        closing_times(accepted, entries).alias("closed_at"),
        context.pipeline_of_deal.alias("pipeline"),
        basis=basis.otherwise(pl.lit("current", BASIS)),
    ).with_columns(code=directory.code_of(pl.col("pipeline"), pl.col("stage"), rows.stages))
    return _without_undated(Walked(walked, entries, context.deal_of_key), ledger)


def _judge(rows: pl.DataFrame, context: history.Context, ledger: Ledger) -> pl.DataFrame:
    """The entries among the rows; the others go to the ledger."""
    judged = history.judged(history.located(rows, context), context)
    faulty = judged.select("file", "row", "problem").filter(pl.col("problem") > 0)
    for number, (problem, bucket, column) in enumerate(history.PROBLEMS, 1):
        ledger.refuse("stages", faulty.filter(pl.col("problem") == number), bucket, problem, column)
    return history.entries(judged)


def _among(size: int, deal: pl.Series) -> pl.Series:
    """Which of the deals 0..size-1 occur."""
    return pl.repeat(value=False, n=size, eager=True).scatter(deal, pl.repeat(value=True, n=deal.len(), eager=True))


def _without_undated(walked: Walked, ledger: Ledger) -> Walked:
    """Rejects won and lost deals that nothing tells the closing of; they have no entries, but others move up."""
    undated = walked.deals.select((pl.col("status") != "open") & pl.col("closed_at").is_null()).to_series()
    if not undated.any():
        return walked
    ledger.refuse("deals", walked.deals.filter(undated), "rejected", "no-closing-date", "closed_at")
    moved = pl.select(pl.when(~undated).then((~undated).cast(KEY).cum_sum() - 1)).to_series()
    return Walked(
        walked.deals.filter(~undated),
        walked.entries.with_columns(moved.gather(walked.entries["deal"]).alias("deal")),
        moved.gather(walked.deal_of_key),
    )


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
        "reason-without-loss": pl.col("loss_reason").is_not_null() & (pl.col("status") != "lost"),
        "no-comparable-price": pl.lit(prices.incomparable),
    }
    marks = described.select("file", **odd)
    for problem in odd:
        ledger.remark(marks.filter(problem), problem)


def _notes(directory: Directory, rows: Rows, prices: Prices, project: Project) -> list[Note]:
    """What was assumed where the project says nothing."""
    notes = [
        Note("pipeline-inferred", (("pipeline", each.name), ("stages", each.k)))
        for each in directory.pipelines
        if each.origin == "inferred"
    ]
    if any(each.origin == "inferred" for each in directory.pipelines) and rows.recorded.is_empty():
        notes.append(Note("stage-order-of-appearance"))
    if project.site.as_of is None:
        notes.append(Note("as-of-newest"))
    if not project.site.currency and prices.currency:
        notes.append(Note("currency-assumed", (("currency", prices.currency),)))
    if not project.site.currency and len(prices.found) > 1:
        notes.append(Note("several-currencies", (("currencies", ", ".join(sorted(prices.found))),)))
    return notes
