"""The charts that a playbook can show: those of the site's sections, drawn once more for the playbook's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from markupsafe import Markup
from msgspec import Struct

from funnelbook.handbook import Card, Live
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import findings, month_figures, pipelines, plan
from funnelbook.pages.capacity import balance, load, needs
from funnelbook.pages.comebacks import drifting, returned
from funnelbook.pages.cost import effort, places, pursuit, reorder, spending
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.funnel_tasks import tasks
from funnelbook.pages.honesty import absence
from funnelbook.pages.live.asking import Asked, ask, one_of
from funnelbook.pages.losses import causes, decisions, parties, price
from funnelbook.pages.losses.lost import Losses, losses_of
from funnelbook.pages.numbers import ALL, Numbers
from funnelbook.pages.parts import Part
from funnelbook.pages.sellers import people, ramp, roles
from funnelbook.pages.text import filled


class _Only(Draft):
    """A draft that draws one chart of a section into the page it stands for, and leaves out the others."""

    wanted: str = ""
    ident: str = ""
    found: Figure | None = None

    def figure(self, name: str, rows: tuple[Row, ...], finding: str, **options: object) -> Figure | None:
        if name == self.wanted and self.found is None:
            options["ident"] = self.ident
            self.found = super().figure(name, rows, finding, **options)
        return None


class _Where(Struct, frozen=True):
    """What a chart is about; `month` is the one asked for, or the last whole one."""

    draft: Draft
    asked: Asked
    month: str

    @property
    def pipeline(self) -> Pipeline:
        assert self.asked.pipeline is not None
        return self.asked.pipeline


class Drawn(Struct, frozen=True):
    """`make` is a section that holds the chart; `table` what it is drawn from."""

    table: str
    make: Callable[[_Where], object]
    takes: tuple[str, ...] = ("pipeline",)
    needs: tuple[str, ...] = ()


def _of_pipeline(table: str, section: Callable[[Draft, Pipeline], object]) -> Drawn:
    return Drawn(table, lambda where: section(where.draft, where.pipeline))


def _of_month(table: str, section: Callable[[Draft, Pipeline, str], object]) -> Drawn:
    return Drawn(table, lambda where: section(where.draft, where.pipeline, where.month), ("pipeline", "month"))


def _of_losses(section: Callable[[Draft, Losses], object]) -> Drawn:
    def make(where: _Where) -> object:
        found = losses_of(_numbers(where), where.pipeline)
        return section(where.draft, found) if found.rows else None

    return Drawn("losses", make)


def _of_all(table: str, section: Callable[[Draft], object]) -> Drawn:
    return Drawn(table, lambda where: section(where.draft), ())


def _numbers(where: _Where) -> Numbers:
    return where.draft.edition.numbers


def _funnel(where: _Where) -> Figure | None:
    rows = _numbers(where).rows("funnel", where.pipeline.name, cohort=where.asked.month or ALL)
    return where.draft.figure("funnel", rows, findings.funnel(where.draft.edition.words, rows)) if rows else None


def _losses(where: _Where) -> Part | None:
    """Of a stage, of a month, or of the last twelve whole months."""
    if where.asked.stage:
        return pipelines.lost_here(where.draft, where.pipeline, where.asked.stage)
    if where.asked.month:
        return month_figures.losses(where.draft, where.pipeline, where.month)
    found = losses_of(_numbers(where), where.pipeline)
    return causes.causes(where.draft, found) if found.rows else None


def _needs(section: Callable[[Draft, balance.Balance], object]) -> Drawn:
    def make(where: _Where) -> object:
        return section(where.draft, balance.balance(_numbers(where), where.pipeline, _numbers(where).months[-1]))

    return Drawn("capacity_plan", make)


#: Name in `charts.DRAWINGS` -> the section that draws it.
CHARTS: Mapping[str, Drawn] = MappingProxyType(
    {
        "funnel": Drawn("funnel", _funnel, ("pipeline", "month")),
        "stage_times": Drawn(
            "funnel",
            lambda where: pipelines.times(
                where.draft, where.pipeline, _numbers(where).rows("funnel", where.pipeline.name, cohort=ALL)
            ),
        ),
        "entries": Drawn(
            "entries",
            lambda where: pipelines.entries(where.draft, where.pipeline, str(where.asked.stage)),
            needs=("stage",),
        ),
        "flow": _of_month("entries", month_figures.flow),
        "win_rate": _of_month("monthly", month_figures.rates),
        "revenue": _of_month("monthly", month_figures.rates),
        "cost_of_sale": _of_pipeline("monthly", spending.by_month),
        "response": _of_month("monthly", month_figures.response),
        "leaks": _of_month("leaks", month_figures.stages),
        "losses": Drawn("losses", _losses, ("pipeline", "stage", "month")),
        "losses_by_stage": _of_losses(causes.matrix),
        "parties": _of_losses(parties.party),
        "recorded": _of_losses(parties.recorded),
        "motives": _of_losses(decisions.fear),
        "price_value": _of_losses(price.price_value),
        "prices": _of_losses(price.prices),
        "tasks": _of_month("tasks", tasks),
        "cost_by_stage": _of_pipeline("cost", places.by_stage),
        "wasted": _of_pipeline("cost", places.wasted),
        "worth": _of_pipeline("worth", pursuit.worth),
        "effort": _of_pipeline("chances", effort.effort),
        "order": _of_pipeline("order", reorder.order),
        "needs": _needs(needs.needs),
        "work": _needs(needs.bottleneck),
        "load": _of_all("capacity", load.load),
        "plan_sales": _of_all("plan", lambda draft: plan.course(draft, ALL)),
        "plan_revenue": _of_all("plan", lambda draft: plan.course(draft, ALL)),
        "ramp": _of_all("ramp", ramp.part),
        "comebacks": _of_all("comebacks", returned.returned),
        "drift": _of_pipeline("drift", drifting.drifting),
        "sellers": _of_pipeline("sellers", people.parts),
        "hands": _of_pipeline("roles", roles.part),
    }
)


def asked_of(edition: Edition, playbook: Card, live: Live) -> tuple[str, Asked]:
    """The chart's name and what it is about. Raises WrongError."""
    name = one_of(live.target, CHARTS, "chart")
    drawn = CHARTS[name]
    return name, ask(edition, playbook, live, (*drawn.takes, *drawn.needs), drawn.needs)


def chart(draft: Draft, playbook: Card, live: Live, number: int) -> Figure | Markup:
    """The figure, drawn into the page's files; or why there is none."""
    edition = draft.edition
    numbers, words = edition.numbers, edition.words
    name, asked = asked_of(edition, playbook, live)
    reason = absence(edition, CHARTS[name].table) or words("There are no data for this chart yet.")
    month = asked.month or numbers.last_complete or (numbers.months[-1] if numbers.months else "")
    if not month or asked.pipeline not in numbers.pipelines or ("stage" in CHARTS[name].needs and not asked.stage):
        return filled("{reason}", reason=reason)
    only = _Only(edition, draft.address, draft.files, draft.charts, wanted=name, ident=f"{name}-{number}")
    CHARTS[name].make(_Where(only, asked, month))
    return only.found or filled("{reason}", reason=reason)
