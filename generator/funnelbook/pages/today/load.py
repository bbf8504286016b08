"""Who carries too much, and what the month's plan lacks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.numbers import ALL, Numbers
from funnelbook.pages.parts import Part
from funnelbook.pages.plan import figures
from funnelbook.pages.targets import forecast_words, target_of
from funnelbook.pages.text import UNNAMED, crm, sentence, span, strong
from funnelbook.pages.today.duty import Duty, owner_name, owners

#: So many times the middle seller's open deals are too many, when they are more than chance deals out: beyond the
#: middle by two standard deviations of a count. Fewer sellers than these have no middle.
TOO_MANY = 1.5
LEAST_SELLERS = 3

#: A month that has run for fewer days says nothing of who is overloaded: one visit fills a day.
LEAST_DAYS = 7


def overfull(draft: Draft) -> Duty:
    """Sellers whose month needs more hours than there were, or who hold far more open deals than others."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title, month = words("Overloaded sellers"), _judged_month(numbers)
    rows = numbers.table("capacity", month=month) if month else ()
    rows = tuple(row for row in rows if row["owner"] != UNNAMED)
    if not rows:
        reason = absence(draft.edition, "capacity") or _nobody(draft)
        return Duty(Part("overfull", title, reason=reason))
    middle = _middle(rows)
    full = [row for row in rows if _is_full(row, middle)]
    call: Markup | str = ""
    if full:
        call = sentence(
            words,
            "{names}: hand new leads to the others until this is worked off.",
            names=strong(words.listing([str(crm(row["owner"]).striptags()) for row in full])),
        )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Hours needed"), "utilisation"),
        Head(words("Hours available"), "utilisation"),
        Head(words("Load"), "utilisation"),
        Head(words("Open deals"), "open-carried"),
        Head(words("Overloaded"), "over-full", number=False),
    ]
    made = [
        _row(draft, row, middle)
        for row in sorted(rows, key=lambda row: (-(row["utilisation"] or -1), row["owner"]))
    ]
    notes = [
        words(
            "{month}, {days} of {all} days; open deals are the month's average.",
            month=words.month(month).capitalize(),
            days=words.number(numbers.days(month), 1),
            all=words.number(numbers.all_days(month)),
        )
    ]
    if middle is not None:
        notes.append(words("The median seller holds {n} open deals.", n=words.number(middle, 1)))
    part = Part(
        "overfull", title, grids=(grid(words("By seller"), heads, made),), notes=tuple(notes), tables=("capacity",)
    )
    return Duty(part, call)


def _judged_month(numbers: Numbers) -> str:
    """The month under way once it has run for a week, else the last whole one; "" without any."""
    newest = numbers.months[-1] if numbers.months else ""
    if newest and not numbers.complete(newest) and numbers.days(newest) < LEAST_DAYS:
        return numbers.last_complete or newest
    return newest


def _nobody(draft: Draft) -> Markup | str:
    words = draft.edition.words
    if draft.edition.numbers.table("capacity", owner=UNNAMED):
        return label(words, ABSENCES, "no-owners")
    return words("Nobody had work this month.")


def _middle(rows: tuple[Row, ...]) -> float | None:
    """The median of open deals over the sellers who had hours."""
    held = [row["open_average"] for row in rows if row["hours_available"] and row["open_average"]]
    return median(held) if len(held) >= LEAST_SELLERS else None


def _is_full(row: Row, middle: float | None) -> bool:
    return _no_hours_left(row) or _too_many(row, middle)


def _no_hours_left(row: Row) -> bool:
    return row["utilisation"] is not None and row["utilisation"] > 1


def _too_many(row: Row, middle: float | None) -> bool:
    if middle is None or row["open_average"] is None:
        return False
    return bool(row["open_average"] >= max(TOO_MANY * middle, middle + 2 * math.sqrt(middle)))


def _row(draft: Draft, row: Row, middle: float | None) -> list[str | Markup]:
    words = draft.edition.words
    why = [
        words("more work than hours") if _no_hours_left(row) else "",
        words("far more deals than the others") if _too_many(row, middle) else "",
    ]
    return [
        crm(row["owner"]),
        words.number(row["hours_needed"], 1),
        words.number(row["hours_available"], 1),
        words.share(row["utilisation"]),
        words.number(row["open_average"], 1),
        words.listing(each for each in why if each) or NOTHING,
    ]


def plan_gap(draft: Draft) -> Duty:
    """What the month under way lacks of its plan when the open deals bring what such deals bring."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title = words("Plan and what is missing")
    rows = numbers.table("plan", pipeline=ALL, month=numbers.months[-1]) if numbers.months else ()
    whole = next((row for row in rows if row["owner"] == ALL), None)
    if whole is None or (whole["plan_sales"] is None and whole["plan_revenue"] is None):
        reason = absence(draft.edition, "plan") or words("Nothing was planned for this month.")
        return Duty(Part("plan-gap", title, reason=reason))
    month = words.month(whole["month"]).capitalize()
    said, money = _gap(draft, whole)
    note = words(
        "The forecast adds to what was sold the chances of the deals that are open now; deals that will still "
        "be created in the month are not in it."
    )
    pictures = figures(draft, ALL, whole["month"])
    part = Part("plan-gap", title, pictures, tuple(_plan_grids(draft, rows, month)), (note,), ("plan",))
    return Duty(part, said, money)


def _gap(draft: Draft, whole: Row) -> tuple[Markup | str, float | None]:
    """The sentence, and the money that is missing; nothing to say when nothing is missing."""
    words = draft.edition.words
    sales, money = _missing(whole, "plan_sales", "forecast_sales"), _missing(whole, "plan_revenue", "forecast")
    lacking = [
        words.money(money) if money and money > 0 else "",
        words.plural("{n} sale", "{n} sales", round(sales, 1)) if sales and sales > 0 else "",
    ]
    if not any(lacking):
        return "", None
    target = target_of(draft.edition, ALL, whole["month"])
    said = sentence(
        words,
        "The forecast is {missing} short of the plan; {forecast}. Find leads or move the deals on now.",
        missing=strong(words.listing(each for each in lacking if each)),
        forecast=forecast_words(words, target) if target else NOTHING,
    )
    return said, money if money and money > 0 else None


def _missing(row: Row, plan: str, forecast: str) -> float | None:
    return None if row[plan] is None or row[forecast] is None else float(row[plan] - row[forecast])


def _plan_grids(draft: Draft, rows: tuple[Row, ...], month: str) -> Iterator[Grid]:
    """In sales and in money, where that was planned: everybody together, then seller by seller."""
    words = draft.edition.words
    names = [ALL, *(owner for owner in owners(draft, rows) if owner != ALL)]
    ordered = [row for name in names for row in rows if row["owner"] == name]
    kinds = (
        ("plan_sales", "sales", "forecast_sales", words("{month}, sales", month=month)),
        ("plan_revenue", "revenue", "forecast", words("{month}, money", month=month)),
    )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Plan"), "sales-plan"),
        Head(words("Fact"), "won"),
        Head(words("Forecast"), "forecast"),
        Head(words("95% interval"), "forecast"),
        Head(words("Short of the plan"), "forecast"),
    ]
    for plan, fact, forecast, caption in kinds:
        if any(row[plan] is not None for row in rows):
            yield grid(caption, heads, [_plan_row(draft, row, (plan, fact, forecast)) for row in ordered])


def _plan_row(draft: Draft, row: Row, columns: tuple[str, str, str]) -> list[str | Markup]:
    words = draft.edition.words
    plan, fact, forecast = columns

    def written(value: float | None) -> str:
        if value is None:
            return NOTHING
        return words.money(value) if fact == "revenue" else words.number(value, 1)

    low, high = row[f"{forecast}_low"], row[f"{forecast}_high"]
    missing = _missing(row, plan, forecast)
    return [
        words("All together") if row["owner"] == ALL else owner_name(draft, row["owner"]),
        *(written(row[column]) for column in columns),
        NOTHING
        if low is None
        else words.money_range(low, high)
        if fact == "revenue"
        else span(written(low), written(high)),
        written(missing) if missing is not None and missing > 0 else NOTHING,
    ]
