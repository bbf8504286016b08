"""The signals of the eight mistakes (metrics.md, section 3, `mistakes`): what each is, and over which deals.

A signal is measured over a `Scope`: the deals of one pipeline, or of all of them together, in the three months
before as_of. Deals are taken by their creation or by their closing. What is not known is None, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from operator import and_
from types import MappingProxyType
from typing import Any

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.metrics.absence import Absent
from funnelbook.metrics.calendar import MICROSECONDS_A_DAY
from funnelbook.metrics.costs import amount, is_priced
from funnelbook.metrics.reference import Chances, Window, chances_of, last_months, microseconds, months_before
from funnelbook.metrics.slices import NOT_RECORDED
from funnelbook.metrics.tables.sellers import sellers_in
from funnelbook.metrics.ways import Ways

#: The window of the signals, and how long a lead may wait before nobody is taken to answer it.
MONTHS = 3
PATIENCE_DAYS = 7
_NOT_SELLERS = ("owner", "expert")


class Measure(Struct, frozen=True):
    """`value` over `cases`; `money` in the site's currency is what it cost, where that can be told.

    `at_most` is what the value might be if nothing speaks against it: None when that is the value itself.
    """

    value: float | None
    cases: int
    money: float | None = None
    at_most: float | None = None


class Scope(Struct, frozen=True):
    """The deals of one pipeline (`number`) or of all (None), with their `list_price`: created in the window,
    closed in it, and lost in the last twelve months. `below` has, for each of the last three month ends, the
    sellers judged there: (pipeline, owner) -> whether the verdict is `below`; None when there are not three, or
    no owners.
    """

    ways: Ways
    number: int | None
    created: pl.DataFrame
    closed: pl.DataFrame
    lost: pl.DataFrame
    chances: tuple[Chances, ...]
    below: tuple[Mapping[tuple[str, str], bool], ...] | None

    def of_pipeline(self, number: int) -> Scope:
        mine = pl.col("pipeline") == number
        created, closed, lost = (each.filter(mine) for each in (self.created, self.closed, self.lost))
        return replace(self, number=number, created=created, closed=closed, lost=lost)


def whole_scope(ways: Ways) -> Scope:
    """All pipelines together."""
    window = last_months(ways, MONTHS)
    deals = ways.deals.with_columns(ways.dataset.deals["list_price"])
    lost = deals.filter(pl.col("status") == "lost", last_months(ways, 12).holds("closed"))
    created, closed = (deals.filter(window.holds(column)) for column in ("created", "closed"))
    return Scope(ways, None, created, closed, lost, chances_of(ways), _judged(ways))


def _judged(ways: Ways) -> tuple[Mapping[tuple[str, str], bool], ...] | None:
    ends = [end for end in ways.calendar.starts[1:] if end <= ways.dataset.as_of][-MONTHS:]
    zone = ways.project.site.timezone
    if len(ends) < MONTHS:
        return None
    years = [Window(microseconds(months_before(end, zone, 12)) - 1, microseconds(end) - 1) for end in ends]
    try:
        tables = [sellers_in(ways, year).filter(pl.col("role") == "seller") for year in years]
    except Absent:
        return None
    return tuple(
        {(row["pipeline"], row["owner"]): row["verdict"] == "below" for row in table.iter_rows(named=True)}
        for table in tables
    )


def _share(deals: pl.DataFrame, part: pl.Expr, money: float | None = None) -> Measure:
    n = deals.height
    return Measure(deals.filter(part).height / n if n else None, n, money)


def refusing_to_sell(scope: Scope) -> Measure:
    """Of the leads created in the window and older than seven days, those without any response.

    Without activities a response is a later stage entry, which only a deal with a history can show. The money is
    what as many leads bring on average: their number x the chance of a sale x the mean sale of the reference.
    """
    ways = scope.ways
    old = pl.col("created") < microseconds(ways.dataset.as_of) - PATIENCE_DAYS * MICROSECONDS_A_DAY
    leads = scope.created.filter(old)
    if not ways.dataset.has_activities:
        leads = leads.filter(pl.col("basis") != "current")
    silent = leads.filter(pl.col("response").is_null()).group_by("pipeline").len().sort("pipeline")
    expected = [_expected(scope.chances[number], count) for number, count in silent.rows()]
    known = [each for each in expected if each is not None]
    money = sum(known) if len(known) == len(expected) and leads.height else None
    return _share(leads, pl.col("response").is_null(), money)


def _expected(chances: Chances, leads: int) -> float | None:
    chance = chances.win_chance(1)
    return None if chance is None or chances.sale is None else leads * chance * chances.sale


def too_cheap(scope: Scope) -> Measure:
    """The median of value / list_price of the deals won in the window that have both; the money is what all of them
    together went below their list prices.
    """
    won = _priced(scope)
    if won.is_empty():
        return Measure(None, 0)
    given = won.select((amount(pl.col("list_price")) - amount(pl.col("value"))).sum()).item()
    return Measure(_number(won["ratio"].median()), won.height, float(given))


def _priced(scope: Scope) -> pl.DataFrame:
    won = scope.closed.filter(pl.col("status") == "won")
    priced = won.filter(pl.col("value").is_not_null(), pl.col("list_price").is_not_null())
    return priced.with_columns(ratio=pl.col("value") / pl.col("list_price"))


def too_cheap_losses(scope: Scope) -> Measure:
    """Of the losses of the last twelve months with a recorded cause, those for price or value: nearly none means
    that nobody finds us expensive.
    """
    told = scope.lost.filter(pl.col("cause").is_not_null() & (pl.col("cause") != "none"))
    return _share(told, pl.col("cause").cast(pl.String) == "price_value")


def no_department(scope: Scope) -> Measure:
    """Of the deals created in the window whose owner's role is known, those of an owner or an expert."""
    labels = scope.ways.members["role"]
    known = scope.created.filter(pl.col("role") != labels.index(NOT_RECORDED))
    return _share(known, pl.col("role").is_in([code for code, name in enumerate(labels) if name in _NOT_SELLERS]))


def selling_to_all(scope: Scope) -> Measure:
    """Of the deals closed in the window, those that had gone on from the first stage (`decided`, as in `worth`); a
    lost deal of unknown way was lost there, and may have gone on all the same.
    """
    gone_on = _share(scope.closed, (pl.col("furthest") > 1).fill_null(value=False))
    perhaps = _share(scope.closed, (pl.col("furthest") > 1).fill_null(pl.col("k") > 1))
    return replace(gone_on, at_most=perhaps.value)


def selling_to_all_earliness(scope: Scope) -> Measure:
    """loss_earliness of the deals lost in the window, as in `tasks`; each has the x of its own pipeline."""
    lost = scope.closed.filter(pl.col("status") == "lost", pl.col("furthest").is_not_null(), pl.col("k") > 1)
    if lost.is_empty():
        return Measure(None, 0)
    pairs = lost.select(pl.col("furthest").cast(pl.Int64) - 1, pl.col("k").cast(pl.Int64) - 1)
    counts = pairs.group_by("furthest", "k").len().rows()
    late = sum(count * Fraction(before, steps) for before, steps, count in counts)
    return Measure(float(1 - late / lost.height), lost.height)


def too_much_freedom(scope: Scope) -> Measure:
    """Of the deals closed in the window that came beyond stage 1 and have a history, those that skipped a stage."""
    beyond = scope.closed.filter(pl.col("furthest") > 1, pl.col("basis") != "current")
    return _share(beyond, pl.col("skipped") > 0)


def too_much_freedom_spread(scope: Scope) -> Measure:
    """The sample standard deviation (n - 1) between sellers of their median value / list_price in the window.

    Owners, whatever their role, with at least min_n deals won with both prices count; the cases are these owners.
    """
    nobody = scope.ways.members["owner"].index(NOT_RECORDED)
    enough = pl.len() >= scope.ways.project.metrics.min_n
    owned = _priced(scope).filter(pl.col("owner") != nobody)
    medians = owned.group_by("owner").agg(pl.col("ratio").median(), enough=enough).filter("enough").sort("owner")
    spread = medians["ratio"].std(ddof=1) if medians.height > 1 else None
    return Measure(_number(spread), medians.height)


def dwelling_on_failures(scope: Scope) -> Measure:
    """wasted, as in `tasks`: of what the deals closed in the window had cost, the share of the lost ones; the money
    is what those had cost.
    """
    ways = scope.ways
    if ways.dataset.spend.is_empty() and not any(is_priced(each, ways.project) for each in ways.pipelines):
        return Measure(None, 0)
    spent = scope.closed.select(pl.col("cost").sum()).item()
    lost = scope.closed.filter(pl.col("status") == "lost").select(pl.col("cost").sum()).item()
    if not spent:
        return Measure(None, scope.closed.height)
    return Measure(float(lost) / float(spent), scope.closed.height, float(lost))


def forgetting_principles(scope: Scope) -> Measure:
    """How many sellers' verdict in `sellers` was `below` at each of the last three month ends, in one and the
    same pipeline. The table of a month end takes the deals closed in the twelve months before it. The cases are
    the people in the role of a seller who were judged at all three.
    """
    if scope.below is None:
        return Measure(None, 0)
    name = None if scope.number is None else scope.ways.pipelines[scope.number].name
    always = reduce(and_, (each.keys() for each in scope.below))
    judged = {(line, owner) for line, owner in always if name in (None, line)}
    if not judged:
        return Measure(None, 0)
    below = {owner for line, owner in judged if all(each[line, owner] for each in scope.below)}
    return Measure(float(len(below)), len({owner for _, owner in judged}))


def too_precious(scope: Scope) -> Measure:
    """Of the playbooks with `review_every` whose last change is known, those overdue for it; of no pipeline."""
    reviews = scope.ways.reviews
    if reviews is None or not reviews.with_review or scope.number is not None:
        return Measure(None, 0)
    return Measure(reviews.overdue / reviews.with_review, reviews.with_review)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


#: Signal -> the mistake that it tells of, and how it is measured; in the order of the table.
SIGNALS: Mapping[str, tuple[str, Callable[[Scope], Measure]]] = MappingProxyType(
    {
        "refusing_to_sell": ("refusing_to_sell", refusing_to_sell),
        "too_cheap": ("too_cheap", too_cheap),
        "too_cheap_losses": ("too_cheap", too_cheap_losses),
        "no_department": ("no_department", no_department),
        "selling_to_all": ("selling_to_all", selling_to_all),
        "selling_to_all_earliness": ("selling_to_all", selling_to_all_earliness),
        "too_much_freedom": ("too_much_freedom", too_much_freedom),
        "too_much_freedom_spread": ("too_much_freedom", too_much_freedom_spread),
        "dwelling_on_failures": ("dwelling_on_failures", dwelling_on_failures),
        "forgetting_principles": ("forgetting_principles", forgetting_principles),
        "too_precious": ("too_precious", too_precious),
    }
)
