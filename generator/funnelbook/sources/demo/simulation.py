"""The demonstration company's whole account, drawn from a seed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import polars as pl
from msgspec import Struct

from funnelbook.sources.demo import company, facts, ledger
from funnelbook.sources.demo.activities import activities
from funnelbook.sources.demo.contacts import contacts
from funnelbook.sources.demo.deals import deals as deals_of
from funnelbook.sources.demo.disorder import disorder
from funnelbook.sources.demo.draws import Draws
from funnelbook.sources.demo.journeys import journeys
from funnelbook.sources.demo.leads import leads as leads_of


class Simulation(Struct, frozen=True):
    """An invented company's CRM as tables of metrics.md, section 1, with their columns in its order.

    deals, stages, activities: moments are Datetime(us, UTC), deal_id and contact_id Int64, names String. One row a
    deal, by created_at; entries and activities by deal and time. spend, plan, team: one row a fact.
    """

    seed: int
    as_of: datetime
    deals: pl.DataFrame
    stages: pl.DataFrame
    activities: pl.DataFrame
    spend: pl.DataFrame
    plan: pl.DataFrame
    team: pl.DataFrame


def simulate(deals: int, seed: int) -> Simulation:
    """Draws `deals` deals and all that belongs to them; equal arguments give equal frames on every machine.

    Two pipelines, 15 months up to 2026-11-02 18:00 Moscow time, about 4.6 stage entries a deal. The
    history has every flaw that metrics.md, section 2, speaks of. Raises ValueError when `deals` is less than 1.
    """
    if deals < 1:
        raise ValueError("a company without a deal has nothing to show")
    draws = Draws(seed)
    ways = journeys(leads_of(deals, draws), draws)
    known = contacts(deals_of(ways, draws), draws)
    known, entries = disorder(known, ways.entries, draws)
    return Simulation(
        seed=seed,
        as_of=company.AS_OF.replace(tzinfo=timezone(timedelta(hours=company.UTC_OFFSET_HOURS))),
        deals=facts.deals(known, draws),
        stages=facts.stages(known, entries),
        activities=facts.activities(known, activities(known, ways.entries, draws)),
        spend=ledger.spend(deals, Draws(seed, "row")),
        plan=ledger.plan(deals),
        team=ledger.team(),
    )
