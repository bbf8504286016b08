"""Every kind of chart by name, and how one is drawn once and then remembered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from funnelbook.charts import (
    aging,
    bullets,
    cohorts,
    comebacks,
    cost_by_stage,
    cost_members,
    cost_of_sale,
    drift,
    effects,
    effort,
    entries,
    eventual,
    flow,
    funnel,
    hands,
    hours,
    lead_shares,
    leads,
    leaks,
    load,
    losses,
    member_rates,
    motives,
    needs,
    order,
    parties,
    people,
    plan,
    prices,
    recorded,
    response,
    revenue,
    sellers,
    source_money,
    stage_times,
    tasks,
    wasted,
    waves,
    win_rate,
    work,
    worth,
)
from funnelbook.charts.chart import Chart
from funnelbook.charts.compiling import spec_of
from funnelbook.charts.facts import Drawing, Facts, Options, Row
from funnelbook.charts.pictures import Orders, Picture, drawn, remembered
from funnelbook.charts.theme import NARROW, WIDE, Size
from funnelbook.installed import installed
from funnelbook.language import Words
from funnelbook.memory import Memory, digest

DRAWINGS: Mapping[str, Drawing] = MappingProxyType(
    {
        "funnel": funnel.FUNNEL,
        "cohorts": cohorts.COHORTS,
        "stage_times": stage_times.STAGE_TIMES,
        "flow": flow.FLOW,
        "win_rate": win_rate.WIN_RATE,
        "conversion": win_rate.CONVERSION,
        "revenue": revenue.REVENUE,
        "losses": losses.LOSSES,
        "losses_by_stage": losses.LOSSES_BY_STAGE,
        "parties": parties.PARTIES,
        "price_value": prices.PRICE_VALUE,
        "prices": prices.PRICES,
        "motives": motives.MOTIVES,
        "recorded": recorded.RECORDED,
        "comebacks": comebacks.COMEBACKS,
        "drift": drift.DRIFT,
        "effects": effects.EFFECTS,
        "cost_of_sale": cost_of_sale.COST_OF_SALE,
        "leads": leads.LEADS,
        "leaks": leaks.LEAKS,
        "response": response.RESPONSE,
        "response_by_hour": hours.RESPONSE_BY_HOUR,
        "complete": lead_shares.COMPLETE,
        "qualified": lead_shares.QUALIFIED,
        "member_rates": member_rates.MEMBER_RATES,
        "source_money": source_money.SOURCE_MONEY,
        "waves": waves.WAVES,
        "entries": entries.ENTRIES,
        "by_age": aging.BY_AGE,
        "eventual": eventual.EVENTUAL,
        "needs": needs.NEEDS,
        "work": work.WORK,
        "load": load.LOAD,
        "bullets": bullets.BULLETS,
        "plan_revenue": plan.PLAN_REVENUE,
        "plan_sales": plan.PLAN_SALES,
        "sellers": sellers.SELLERS,
        "shrunk": people.SHRUNK,
        "ramp": people.RAMP,
        "hands": hands.HANDS,
        "role_win_rate": people.ROLE_WIN_RATE,
        "repeat_buyers": people.REPEAT_BUYERS,
        "cost_by_stage": cost_by_stage.COST_BY_STAGE,
        "cost_members": cost_members.COST_MEMBERS,
        "wasted": wasted.WASTED,
        "worth": worth.WORTH,
        "order": order.ORDER,
        "effort": effort.EFFORT,
        "tasks": tasks.TASKS,
    }
)

#: Modules that every chart goes through, whatever its kind.
_DRAWING_ALL = ("compiling", "facts", "layers", "planes", "theme")
_IMPORTED = re.compile(r"^\s*from funnelbook\.charts\.(\w+) import", re.MULTILINE)


def draw(name: str, rows: Sequence[Row], words: Words, *, id: str, memory: Memory, **options: Any) -> Chart:  # noqa: A002
    """The chart `name` of `DRAWINGS` over rows of one table of metrics.md, already narrowed to one pipeline
    and slice.

    `options` are the fields of `Options`. The rows each chart takes, in any order:

    - funnel, stage_times: `funnel` of one cohort; cohorts: `funnel` of several cohorts; conversion: of one stage.
    - win_rate, revenue, cost_of_sale, parties, leads, response: `monthly`; entries: `entries` of one stage.
    - losses, losses_by_stage: `losses`; by_age: `by_age`; leaks: `leaks` of one month;
      eventual: `eventual`; plan_revenue, plan_sales: `plan` of one owner.
    - needs: `capacity_plan` with `created` of `monthly`; work: `work`; load: `capacity` of whole months.
    - sellers, shrunk: `sellers` of one pipeline; hands: `monthly` of the dimension role; ramp: see `people.ramp`;
      role_win_rate: `roles` of one pipeline; repeat_buyers: `repeat_buyers` of one number of days.
    - cost_by_stage, wasted: `cost` summed over months or stages; cost_members: `monthly` summed over months.
    - worth: `worth` with least_price and mean_sale; effort: `chances` with cost; order, tasks: theirs.
    - response_by_hour: the table of that name; complete: `leads`; qualified: `qualification`; the modules of
      member_rates, source_money and waves say which sums they take.
    - bullets, effects: see the modules of those names.
    - flow: rows of `step` (open_start, created, won, lost, open_end) and `deals`.

    A drawing is remembered by what it says and by the program that drew it, so that neither Altair nor vl-convert
    is imported when nothing changed. Raises KeyError for an unknown name, TypeError for an unknown option.
    """
    drawing, chosen = DRAWINGS[name], Options(**options)
    facts = drawing.tell(rows, words, chosen)
    wide, narrow = (_picture(name, drawing, facts, size, words.code, memory) for size in (WIDE, NARROW))
    return Chart(
        id=id,
        title=chosen.title or facts.title,
        alt=facts.alt,
        columns=facts.columns,
        rows=facts.rows,
        svg=wide.svg,
        vega=wide.vega,
        width=wide.width,
        height=wide.height,
        svg_narrow=narrow.svg,
        vega_narrow=narrow.vega,
        width_narrow=narrow.width,
        height_narrow=narrow.height,
    )


def _picture(name: str, drawing: Drawing, facts: Facts, size: Size, language: str, memory: Memory) -> Picture:
    key = digest("chart", name, facts.canonical(), str(size), language, program_of(drawing.tell.__module__))
    found = remembered(memory, key)
    if found is not None:
        return found
    from altair.utils.schemapi import debug_mode

    from funnelbook.charts.layers import message

    with debug_mode(arg=False):  # Altair checks each of its objects otherwise; tests ask it to
        spec = spec_of(drawing.picture(facts, size) if facts.marks else message(facts.alt, size), language)
    return memory.order(key, spec) if isinstance(memory, Orders) else drawn(memory, key, spec)


@cache
def program() -> str:
    """A digest of what draws: this package's sources, and the versions of Altair and vl-convert."""
    return _digest_of(path.stem for path in Path(__file__).parent.glob("*.py"))


@cache
def program_of(module: str) -> str:
    """The same of what one kind of chart is drawn by: its module, what that imports here, and what draws all kinds.

    A change to one kind of chart thus leaves the others as they are remembered.
    """
    found: set[str] = set()
    todo = [module.rpartition(".")[2], *_DRAWING_ALL]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += _IMPORTED.findall(_source(name).decode())
    return _digest_of(found)


def _digest_of(modules: Iterable[str]) -> str:
    sources = [part for name in sorted(modules) for part in (name, _source(name))]
    return digest(*_libraries(), *sources)


@cache
def _source(module: str) -> bytes:
    return (Path(__file__).parent / f"{module}.py").read_bytes()


def _libraries() -> list[str]:
    return [name for name in installed() if name.startswith(("altair-", "vl_convert_python-"))]
