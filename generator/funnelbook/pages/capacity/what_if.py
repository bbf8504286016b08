"""What if: today's values of a pipeline, and what a script needs to compute them anew as the reader changes them.

`templates/assets/what-if.js` has the formulas of `worth`, `order` and `capacity_plan` (metrics.md, section 3) once
more; a test in the browser holds both against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING, Words
from funnelbook.model.pipeline import Pipeline, fold
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.capacity.balance import Balance, Hours, balance, hours, month_of, months_words, stages
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, filled, mark, plain, sentence

#: The locales of the numbers that the script writes; those of `Words`.
_LOCALES = {"ru": "ru-RU", "en": "en-GB"}


class Output(Struct, frozen=True):
    """A value that follows from the others. `digits` = most decimals, `better` = +1 when more of it is better."""

    key: str
    label: str
    term: str
    unit: str  # "money" or "number"
    digits: int
    better: int


OUTPUTS = (
    Output("cost_per_lead", mark("Our work on a lead costs"), "cost-per-lead", "money", 0, -1),
    Output("cost_per_sale", mark("Our work on a sale costs"), "cost-per-sale", "money", 0, -1),
    Output("full_cost_per_sale", mark("A sale costs with what leads cost"), "cost-per-sale", "money", 0, -1),
    Output("hours_per_lead", mark("Hours per lead"), "hours-per-lead", "number", 2, -1),
    Output("leads_carried", mark("Leads a month that the hours carry"), "leads-carried", "number", 0, 1),
    Output("leads_needed", mark("Leads needed for the plan"), "leads-needed", "number", 0, -1),
    Output("sellers_needed", mark("Sellers needed for the plan"), "sellers-needed", "number", 1, -1),
    Output("sellers_needed_by_all", mark("Sellers needed for all plans"), "sellers-needed", "number", 1, -1),
    Output("sales", mark("Sales a month from the leads that come"), "expected-sales", "number", 1, 1),
)

#: What the script says; `{…}` is filled in there.
_WORDS = {
    "changes": mark("Change, and see what follows"),
    "pass": mark("Go on, %"),
    "minutes": mark("Our minutes"),
    "cost": mark("Our cost"),
    "up": mark("Up"),
    "down": mark("Down"),
    "upwards": mark("Move up: {stage}"),
    "downwards": mark("Move down: {stage}"),
    "month": mark("The month"),
    "leads": mark("Leads a month"),
    "sellers": mark("Sellers"),
    "hours_of_seller": mark("Hours of a seller"),
    "plan": mark("Planned sales"),
    "reset": mark("Back to today's values"),
    "cheapest": mark("The cheapest order"),
    "today": mark("Now"),
    "changed": mark("Changed"),
    "difference": mark("Difference"),
    "met": mark("{sales} sales of the {plan} planned: the plan is met."),
    "missed": mark("{sales} sales of the {plan} planned, short by {missing}."),
    "sold": mark("{sales} sales a month; there is no plan to set them against."),
    "unsold": mark("How many sales there will be is not known: a value is missing."),
    "costs": mark("The work on a sale costs {cost} ({difference})."),
    "limited": mark("The hours carry {carried} of the {leads} leads; the rest is not worked on."),
    "moved": mark("{stage}: now stage {position}."),
    "unmovable": mark("{stage} stands elsewhere, though it is not marked movable in funnelbook.toml."),
    "after": mark("{stage} must come after {other}."),
    "nobody": mark("A stage that nobody passes sells nothing: there is no cost of a sale."),
    "invalid": mark("{field}: a number from {low} to {high} is wanted; the last right one counts."),
    "unbounded": mark("{field}: a number from {low} on is wanted; the last right one counts."),
}


def what_if(draft: Draft, pipeline: Pipeline) -> Part:
    """The section, on any page; it gives its data to the page's script."""
    edition, words, numbers = draft.edition, draft.edition.words, draft.edition.numbers
    ident = answers.anchor(draft, "what-if", pipeline)
    title = words("What if")
    rows = stages(numbers, pipeline)
    if not rows:
        return Part(ident, title)
    month = month_of(numbers)
    balances = tuple(balance(numbers, each, month) for each in numbers.pipelines)
    told = balances[numbers.pipelines.index(pipeline)]
    together = hours(numbers, balances, month)
    today = _today(edition, told, together)
    shown = [each for each in OUTPUTS if each.key in today]
    draft.what_ifs[ident] = {
        **_start(edition, told, balances, together),
        "outputs": [
            {"key": each.key, "unit": each.unit, "digits": each.digits, "better": each.better} for each in shown
        ],
        "words": {key: words(text) for key, text in _WORDS.items()},
        "locale": _LOCALES[words.code],
        "currency": words.currency,
    }
    table = grid(
        words("What follows, for {month}", month=words.month(month)),
        (Head(words("What follows"), number=False), Head(words("Now"))),
        [[words(each.label), _written(words, each, today[each.key])] for each in shown],
        [draft.link("glossary.html", each.term) for each in shown],
    )
    return Part(
        ident,
        title,
        grids=(table,),
        notes=tuple(_notes(edition, told, together)),
        tables=tuple(name for name in ("work", "worth", "capacity_plan", "staffing") if edition.numbers.has(name)),
        what_if=ident,
    )


def _start(edition: Edition, told: Balance, balances: tuple[Balance, ...], together: Hours) -> dict[str, object]:
    """Today's inputs; null where nothing tells them. Shares 0..1, hours and leads a month, the site's currency."""
    numbers = edition.numbers
    others = [each for each in balances if each.pipeline != told.pipeline and each.plan is not None]
    known = [each.hours for each in others if each.hours is not None]
    return {
        "stages": _stages(numbers, told.pipeline),
        "cheapest": _cheapest(numbers, told.pipeline),
        "hour_rate": edition.book.project.metrics.hour_rate,
        "acquisition": acquisition(numbers, told.pipeline),
        "month": {
            "leads": None if told.came is None else round(told.came),
            "sellers": together.sellers,
            "hours_of_seller": together.of_seller,
            "plan": told.plan,
        },
        "other_hours": sum(known) if len(known) == len(others) else None,
    }


def _stages(numbers: Numbers, pipeline: Pipeline) -> list[dict[str, object]]:
    """`cost` is null where it follows from the minutes; `after`, the numbers (from 0) of the stages before it."""
    places = {
        fold(name): number for number, stage in enumerate(pipeline.stages) for name in (stage.name, *stage.aliases)
    }
    passes: Mapping[int, Row] = {row["position"]: row for row in stages(numbers, pipeline)}
    return [
        {
            "name": plain(stage.name),
            "pass": passes[number + 1]["pass"],
            "minutes": stage.minutes,
            "cost": stage.cost,
            "movable": stage.movable,
            "after": [places[fold(name)] for name in stage.after if fold(name) in places],
        }
        for number, stage in enumerate(pipeline.stages)
    ]


def _cheapest(numbers: Numbers, pipeline: Pipeline) -> list[int] | None:
    """Today's numbers (from 0) of the stages in the cheapest order; None when there is none, or it is today's."""
    names = [stage.name for stage in pipeline.stages]
    best = [names.index(row["stage_best"]) for row in numbers.rows("order", pipeline.name)]
    return None if best in ([], list(range(pipeline.k))) else best


def acquisition(numbers: Numbers, pipeline: Pipeline) -> float | None:
    """What it costs to get a lead: the mean over the deals of the reference; None when nothing is spent on it."""
    rows = [row["cost"] for row in numbers.rows("work", pipeline.name) if not row["position"]]
    return rows[0] if rows else None


def _today(edition: Edition, told: Balance, together: Hours) -> dict[str, float | None]:
    """The published values; those about spend, or several pipelines, only where there are such."""
    numbers = edition.numbers
    worth: Row = next(iter(numbers.rows("worth", told.pipeline.name)), {})
    of_lead, of_sale = worth.get("remaining_cost"), worth.get("least_margin")
    attracted = acquisition(numbers, told.pipeline)
    chance = told.chance.value if told.chance else None
    today = {"cost_per_lead": of_lead, "cost_per_sale": of_sale}
    if attracted is not None:
        today["full_cost_per_sale"] = None if of_sale is None or not chance else of_sale + attracted / chance
    per_lead = told.per_lead
    if per_lead is None:
        known = [row["hours_per_lead"] for row in stages(numbers, told.pipeline)]
        per_lead = None if None in known else sum(known)
    today |= {
        "hours_per_lead": per_lead,
        "leads_carried": told.carried,
        "leads_needed": told.needed,
        "sellers_needed": None if told.hours is None or not together.of_seller else told.hours / together.of_seller,
    }
    if len(numbers.pipelines) > 1:
        today["sellers_needed_by_all"] = together.sellers_needed if told.plan is not None else None
    leads = None if told.came is None else float(round(told.came))
    if leads is not None and told.carried is not None:
        leads = min(leads, told.carried)
    today["sales"] = None if leads is None or chance is None else leads * chance
    return today


def _written(words: Words, output: Output, value: float | None) -> str:
    if value is None:
        return NOTHING
    return words.money(value) if output.unit == "money" else words.number(value, output.digits)


def _notes(edition: Edition, told: Balance, together: Hours) -> Iterator[Markup | str]:
    words = edition.words
    yield words(
        "Moving a stage assumes that its pass share stays what it is wherever it stands. Nothing that you change "
        "is stored or sent."
    )
    yield filled(
        words.plural(
            "The pass shares are those of {n} lead closed in the last twelve months.",
            "The pass shares are those of {n} leads closed in the last twelve months.",
            told.cases,
        )
    )
    if told.over:
        yield sentence(
            words,
            "Leads a month: the mean of {months}. Sales: the leads that come, but no more than the hours carry, × "
            "their chance to buy.",
            months=months_words(words, told.over),
        )
    rate = edition.book.project.metrics.hour_rate
    if rate is not None:
        yield sentence(
            words,
            "A cost that is left empty follows from the minutes, at {money} an hour.",
            money=words.money(rate),
        )
    if len(edition.numbers.pipelines) > 1:
        yield words("All hours of the sellers are set against this pipeline; the other plans stay as they are.")
    yield from _missing(edition, told, together)


def _missing(edition: Edition, told: Balance, together: Hours) -> Iterator[Markup | str]:
    """Why values are missing, and what to do about it."""
    words = edition.words
    rate = edition.book.project.metrics.hour_rate is not None
    rows = told.pipeline.stages
    if not any(stage.cost is not None or (rate and stage.minutes is not None) for stage in rows):
        yield label(words, ABSENCES, "no-costs")
    if all(stage.minutes is None for stage in rows):
        yield label(words, ABSENCES, "no-minutes")
    if together.available is None:
        yield label(words, ABSENCES, "no-team")
    if told.plan is None:
        yield sentence(words, "There is no plan of sales for {month}.", month=words.month(told.month))
    unknown = [crm(row["stage"]) for row in stages(edition.numbers, told.pipeline) if row["pass"] is None]
    for stage in unknown:
        yield sentence(
            words, "No deal was decided at {stage} in twelve months: its pass share is not known.", stage=stage
        )
