"""What the eight mistakes and their signals are called, what a signal says and cannot say, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from funnelbook.pages.text import mark

#: How a value is written: a part of the cases; a share of money or price; a spread of shares in points; a number of
#: the cases; a number from 0 to 1.
Kind = Literal["part", "share", "points", "count", "scale"]


class Mistake(Struct, frozen=True):
    """`meaning` says what the mistake looks like; `pages` show its numbers from near."""

    name: str
    meaning: str
    pages: tuple[str, ...] = ()


class Signal(Struct, frozen=True):
    """`says` is filled with `figure`, and `n` where that does not tell the cases; `costs` with `money`."""

    name: str
    kind: Kind
    says: str
    limits: str
    missing: str
    costs: str = ""
    term: str = ""


MISTAKES: Mapping[str, Mistake] = {
    "refusing_to_sell": Mistake(
        mark("Refusing to sell"),
        mark("People come to us and nobody sells to them: requests lie without an answer."),
        ("leads.html",),
    ),
    "too_cheap": Mistake(
        mark("Selling too cheap"),
        mark("Discounts stand in for value: we give away what the buyer would have paid."),
        ("losses.html",),
    ),
    "no_department": Mistake(
        mark("No sales department"),
        mark("Owners and experts sell in between, when their own work leaves them time."),
        ("sellers.html",),
    ),
    "selling_to_all": Mistake(
        mark("Selling to everybody"),
        mark("Nobody is turned away early, and the effort goes to those who never buy."),
        ("cost.html", "losses.html"),
    ),
    "too_much_freedom": Mistake(
        mark("Too much freedom for sellers"),
        mark("Everyone sells as they see fit: stages are skipped, prices are guessed."),
        ("pipelines/index.html", "sellers.html"),
    ),
    "dwelling_on_failures": Mistake(
        mark("Dwelling on failures"),
        mark("Time and money go into deals that come to nothing all the same."),
        ("cost.html", "losses.html"),
    ),
    "forgetting_principles": Mistake(
        mark("Forgetting the team's principles"),
        mark("Somebody does worse than the others for months, and nothing happens."),
        ("sellers.html",),
    ),
    "too_precious": Mistake(
        mark("Being too precious about the business"),
        mark("The rules of the house are not touched for years: “we have always done it so”."),
    ),
}

SIGNALS: Mapping[str, Signal] = {
    "refusing_to_sell": Signal(
        mark("Leads without an answer after seven days"),
        "part",
        mark("Leads older than seven days without any answer: {figure}."),
        mark(
            "It cannot say whether nobody called or the call was not recorded. Spam and duplicates count as leads."
        ),
        mark("no lead can show an answer: export calls, letters and messages, or the stage history"),
        mark("On average so many leads bring {money}."),
        term="unanswered",
    ),
    "too_cheap": Signal(
        mark("Price against the list price"),
        "share",
        mark("Half of the sales went at {figure} of the list price or less (sales with both prices: {n})."),
        mark("It cannot say whether the list price itself is too low: losses for the price tell that."),
        mark("no sale has both a price and a list price: export the list price of deals (column list_price)"),
        mark("Together they went {money} below their list prices."),
        term="price-to-list",
    ),
    "too_cheap_losses": Signal(
        mark("Losses for price or value"),
        "part",
        mark("Losses for price or value among those with a recorded cause, over twelve months: {figure}."),
        mark("Where hardly anybody finds us expensive, we are too cheap. But a cause is what a seller wrote down."),
        mark("no loss of twelve months has a recorded cause: make the reason a required field of the CRM"),
        term="cause",
    ),
    "no_department": Signal(
        mark("New deals in the hands of owners and experts"),
        "part",
        mark("New deals in the hands of an owner or an expert: {figure}."),
        mark(
            "It cannot see who really talked to the buyer, only whose the deal is. Roles come from the team's file."
        ),
        mark("no new deal belongs to a person with a known role: fill content/exports/team.csv"),
        term="role",
    ),
    "selling_to_all": Signal(
        mark("Deals that passed the first stage"),
        "part",
        mark("Deals closed that had passed the first stage: {figure}."),
        mark("A first stage that lets nearly all pass is no filter. It cannot say whether those who passed fit."),
        mark("no deal was closed, or nobody knows how far the lost ones came: export the changes of stages"),
        term="decided",
    ),
    "selling_to_all_earliness": Signal(
        mark("How early deals are lost"),
        "scale",
        mark("Loss earliness {figure}: 1 is all lost at the first stage, 0 all at the last (lost deals: {n})."),
        mark("It counts stages, not days: where they follow each other at once, a late loss is not a slow one."),
        mark("no deal of a known stage was lost, or the pipeline has a single stage"),
        term="lost-early",
    ),
    "too_much_freedom": Signal(
        mark("Deals that skipped a stage"),
        "part",
        mark("Deals closed beyond the first stage that had skipped one: {figure}."),
        mark("It cannot say whether a stage was skipped or only not recorded."),
        mark("no closed deal has a stage history: export the changes of stages"),
        term="skipped",
    ),
    "too_much_freedom_spread": Signal(
        mark("Spread of the sellers' prices"),
        "points",
        mark("The sellers' usual prices lie {figure} of the list price apart (standard deviation, sellers: {n})."),
        mark("Sellers with other goods or other buyers may well have other prices."),
        mark("fewer than two sellers have at least {min_n} sales with a price and a list price"),
        term="price-spread",
    ),
    "dwelling_on_failures": Signal(
        mark("Cost of the lost among the closed"),
        "share",
        mark("Of what the closed deals had cost, {figure} went into deals that were lost (closed deals: {n})."),
        mark(
            "Some of it is the price of finding buyers and cannot go away; what counts is how late deals are "
            "given up."
        ),
        mark(
            "no deal was closed that had cost something: give stages `cost`, or `minutes` and an `hour_rate`, in "
            "funnelbook.toml"
        ),
        mark("The lost ones had cost {money}."),
        term="wasted-share",
    ),
    "forgetting_principles": Signal(
        mark("Sellers below for three months"),
        "count",
        mark("Sellers who at each of the last three month ends were worse than the team beyond noise: {figure}."),
        mark("It sees results, not how they came about: who breaks the principles and sells well is not here."),
        mark(
            "closed deals before three month ends, and people in the role of a seller, are needed: see "
            "content/exports/team.csv"
        ),
        term="below-chance",
    ),
    "too_precious": Signal(
        mark("Playbooks overdue for review"),
        "part",
        mark("Playbooks overdue for review: {figure}."),
        mark("A playbook reviewed in time may still be wrong, and an overdue one right."),
        mark(
            "nobody knows when playbooks were changed: keep the handbook in git with all its history, and give "
            "playbooks `review_every`"
        ),
        term="overdue-review",
    ),
}

VERDICTS: Mapping[str, str] = {
    "alarm": mark("Alarm"),
    "watch": mark("Watch"),
    "ok": mark("Fine"),
    "unknown": mark("Unknown"),
}
