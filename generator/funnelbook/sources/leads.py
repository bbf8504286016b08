"""Leads that a CRM keeps apart from its deals: a lead and the deal that came of it are one way.

The unit of a funnel is one try to sell, and it begins with the lead. So a lead that was converted and its deal are
one: the deal is created when the lead was, and the lead's statuses are its first stages. A lead that was not
converted is a try as well: it becomes a deal of its own, `L_<id>` (as Bitrix24 writes the id of a lead), open in
its status, or lost, the name of the status that closed it being the reason. Converted leads counted beside their
deals would count twice; without the others only those who got through would be counted.

That is done where nothing has to be guessed, and nowhere else (`_Account.obstacle`):

- The deals tell which lead they came of. A join by contact is no substitute: one person has several leads.
- All deals of the export are in one pipeline. Nobody knows in which of several a lost lead would have gone on.
- Where the deals have a history, the leads have theirs, else the ways of one funnel rest on different grounds.
- The open statuses of the leads are stages of the pipeline, declared or told by the CRM; or the pipeline is
  inferred from histories. Without any nothing would say that they come before the deals' stages.

Else the leads are ignored, each row for that reason: the data page says what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.model.pipeline import fold
from funnelbook.model.reading import Bucket, PipelineFact
from funnelbook.model.tables import TABLES
from funnelbook.project import PipelineConfig
from funnelbook.sources.ignored import refusals
from funnelbook.sources.reader import LINKS, Leads, Part

#: The stage of a lead that was given up: a name that means a closing in every pipeline.
GIVEN_UP = "lost"
#: A lead's way stands before its deal's, also where both were written in the same instant.
_BEFORE = pl.duration(microseconds=1)
_ID = r"^[0-9]+$"


def stage_of(status: pl.Expr) -> pl.Expr:
    """The stage that an open status of a lead is: deals may have a stage of the same name."""
    russian = status.str.contains("[А-Яа-яЁё]")
    return pl.format("{}: {}", pl.when(russian).then(pl.lit("Лид")).otherwise(pl.lit("Lead")), status)


def with_leads(parts: Sequence[Part], pipelines: Sequence[PipelineConfig]) -> list[Part]:
    """`parts` of one export, their leads joined to the deals, or ignored for the reason that there is not to.

    A deal without a source has its lead's. Of several deals of one lead the first goes on with its way, the others
    begin by themselves. A lead that was converted to no deal of the export is ignored.
    """
    told = [part if part.leads is None else replace(part, conversions=_conversions(part.leads)) for part in parts]
    if not any(each.rows is not None or each.entries is not None for part in parts if (each := part.leads)):
        return told
    account = _Account.of(parts)
    reason = account.obstacle(parts, pipelines)
    return [_beside(part, reason) if reason else _joined(part, account) for part in told]


def renamed(parts: Sequence[Part]) -> list[Part]:
    """`parts` of all exports: what an earlier one has as a lead is the deal that it became in a later one."""
    told = [part.conversions for part in parts if part.conversions is not None]
    if not told:
        return list(parts)
    became = pl.concat(told).unique("lead", keep="last", maintain_order=True)
    deals = became.lazy().select(deal_id=_own_id("lead"), became="deal_id")
    return [
        replace(part, tables={name: _renamed(table, deals) for name, table in part.tables.items()})
        for part in parts
    ]


def _renamed(table: pl.LazyFrame, became: pl.LazyFrame) -> pl.LazyFrame:
    names = table.collect_schema().names()
    if "deal_id" not in names:
        return table
    known = table.join(became, on="deal_id", how="left", maintain_order="left")
    return known.with_columns(deal_id=pl.coalesce("became", "deal_id")).select(names)


def _own_id(lead: str) -> pl.Expr:
    """The id of the deal that an unconverted lead is."""
    return pl.format("L_{}", lead)


def _conversions(leads: Leads) -> pl.DataFrame | None:
    """The first deal of each lead. An export may name leads by their titles: those are kept nowhere."""
    if leads.links is None:
        return None
    found = leads.links.filter(pl.col("lead").str.contains(_ID)).unique("lead", keep="first", maintain_order=True)
    return None if found.is_empty() else found


class _Account(Struct, frozen=True):
    """All leads of one export.

    leads, entries: as in `reader.Leads`. going_on: a row for each deal that goes on with the way of a lead:
    `deal_id`, `lead`, `source` of the lead, when the way `began`, and when the lead was `converted`.
    pipelines: of the deals. recorded: the deals have a history. order: as in `reader.Leads`.
    """

    leads: pl.DataFrame
    entries: pl.DataFrame
    going_on: pl.DataFrame
    pipelines: tuple[str, ...]
    recorded: bool
    order: tuple[str, ...]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Account:
        told = [part.leads for part in parts if part.leads is not None]
        leads = pl.concat([_none("deals"), *(each.rows for each in told if each.rows is not None)])
        leads = leads.unique("deal_id", keep="last", maintain_order=True)
        entries = pl.concat([_none("stages"), *(each.entries for each in told if each.entries is not None)])
        links = pl.concat([LINKS.to_frame(), *(each.links for each in told if each.links is not None)])
        tables = [part.tables["deals"] for part in parts if "deals" in part.tables]
        deals = pl.concat([_none("deals").lazy(), *tables]).select("deal_id", "created_at", "pipeline").collect()
        pipelines = deals["pipeline"].drop_nulls().unique(maintain_order=True).to_list()
        recorded = any("stages" in part.tables for part in parts)
        order = tuple(dict.fromkeys(name for each in told for name in each.order))
        return cls(leads, entries, _going_on(leads, links, deals), tuple(pipelines), recorded, order)

    def obstacle(self, parts: Sequence[Part], pipelines: Sequence[PipelineConfig]) -> str:
        """Why the leads cannot be joined to the deals, as a slug; "" = they can."""
        if self.going_on.is_empty():
            return "lead-not-told"
        if len({fold(each) for each in self.pipelines}) > 1:
            return "lead-of-some-pipeline"
        if self.recorded and self.entries.is_empty():
            return "lead-without-history"
        known = self._known(parts, pipelines)
        fits = self.recorded if known is None else self._open_stages() <= known
        return "" if fits else "lead-stages-unknown"

    def is_own(self, fact: PipelineFact) -> bool:
        """Whether the CRM tells this of the pipeline that all deals are in."""
        return not self.pipelines or fold(fact.name) == fold(self.pipelines[0])

    def _known(self, parts: Sequence[Part], pipelines: Sequence[PipelineConfig]) -> set[str] | None:
        """The stages of the deals' pipeline, as far as leads may be in them; None = they are to be inferred."""
        own = fold(self.pipelines[0]) if self.pipelines else None
        for each in pipelines:
            if own in {fold(name) for name in (each.name, *each.aliases)} or (own is None and len(pipelines) == 1):
                return {fold(name) for stage in each.stages for name in (stage.name, *stage.aliases)}
        if any(self.is_own(fact) for part in parts for fact in part.pipelines):
            return {fold(name) for name in self.order}
        return None

    def _open_stages(self) -> set[str]:
        rows = self.leads.filter(pl.col("status").ne_missing("won") & pl.col("status").ne_missing("lost"))
        names = pl.concat([rows["stage"], self.entries["stage"]]).drop_nulls().unique()
        return {fold(name) for name in names} - {GIVEN_UP}


def _none(table: str) -> pl.DataFrame:
    return TABLES[table].create_empty()


def _going_on(leads: pl.DataFrame, links: pl.DataFrame, deals: pl.DataFrame) -> pl.DataFrame:
    known = leads.select("source", lead="deal_id", came="created_at")
    own = deals.unique("deal_id", keep="last", maintain_order=True).select("deal_id", converted="created_at")
    found = links.unique("deal_id", keep="last", maintain_order=True).join(known, on="lead").join(own, on="deal_id")
    first = found.sort("converted", "deal_id").unique("lead", keep="first", maintain_order=True)
    return first.with_columns(began=pl.min_horizontal("came", pl.col("converted") - _BEFORE))


def _beside(part: Part, reason: str) -> Part:
    """The part, its leads being no facts."""
    told = part.leads
    if told is None:
        return part
    lines = [_lines(each, reason) for each in (told.rows, told.entries) if each is not None]
    return replace(part, leads=None, refused=pl.concat([part.refused, *lines]))


def _joined(part: Part, account: _Account) -> Part:
    """The part with its leads as deals and entries, and its deals begun where their leads did."""
    tables, lines = dict(part.tables), [part.refused]
    if "deals" in tables:
        tables["deals"] = _begun(tables["deals"], account.going_on)
    told = part.leads
    if told is not None and told.rows is not None:
        deals, left_out = _ways(told.rows, account)
        tables["deals"] = pl.concat([*([tables["deals"]] if "deals" in tables else []), deals.lazy()])
        lines += left_out
    if told is not None and told.entries is not None:
        stages, left_out = _entries(told.entries, account)
        tables["stages"] = pl.concat([*([tables["stages"]] if "stages" in tables else []), stages.lazy()])
        lines += left_out
    facts = (
        replace(fact, stages=(*account.order, *fact.stages)) if account.is_own(fact) else fact
        for fact in part.pipelines
    )
    return replace(part, leads=None, tables=tables, refused=pl.concat(lines), pipelines=tuple(facts))


def _begun(deals: pl.LazyFrame, going_on: pl.DataFrame) -> pl.LazyFrame:
    names = deals.collect_schema().names()
    came = going_on.lazy().select("deal_id", "began", of_lead="source")
    known = deals.join(came, on="deal_id", how="left", maintain_order="left")
    return known.with_columns(
        created_at=pl.coalesce("began", "created_at"), source=pl.coalesce("source", "of_lead")
    ).select(names)


def _ways(leads: pl.DataFrame, account: _Account) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Leads that became no deal, as deals; the lines of the others."""
    status = pl.col("status")
    with_deal = pl.col("deal_id").is_in(account.going_on["lead"].implode())
    gone = ~with_deal & status.eq_missing("won")
    own = leads.filter(~with_deal & ~gone).with_columns(
        deal_id=_own_id("deal_id"),
        pipeline=pl.lit(account.pipelines[0] if account.pipelines else None, pl.String),
        stage=pl.when(status.eq_missing("lost")).then(pl.lit(GIVEN_UP)).otherwise("stage"),
    )
    converted = _lines(leads.filter(with_deal), "converted-lead", "duplicate")
    return own, [converted, _lines(leads.filter(gone), "lead-without-deal")]


def _entries(entries: pl.DataFrame, account: _Account) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """What leads tell of the ways of deals, up to where the deal itself goes on; the lines of other entries.

    Where the deals have no history, their ways would be told by their leads alone: then no entry counts.
    """
    if not account.recorded:
        return entries.clear(), [_lines(entries, "lead-history-alone")]
    came = account.going_on.select("converted", deal_id="lead", became="deal_id")
    known = entries.join(came, on="deal_id", how="left", maintain_order="left")
    stray = ~pl.col("deal_id").is_in(account.leads["deal_id"].implode())
    late = (pl.col("entered_at") > pl.col("converted")).fill_null(value=False)
    own = known.filter(~stray & ~late).with_columns(
        deal_id=pl.coalesce("became", _own_id("deal_id")),
        entered_at=pl.min_horizontal("entered_at", pl.col("converted") - _BEFORE),
    )
    lines = [_lines(known.filter(stray), "unknown-deal"), _lines(known.filter(~stray & late), "not-needed")]
    return own.select(entries.columns), lines


def _lines(rows: pl.DataFrame, problem: str, bucket: Bucket = "ignored") -> pl.DataFrame:
    number = 0 if rows.is_empty() else rows["file"][0]
    return refusals(number, rows["row"], bucket, (problem, ""))
