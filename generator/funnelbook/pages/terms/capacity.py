"""Numbers of the capacity."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

CAPACITY = (
    Term(
        "leads-needed",
        mark("Leads needed for the plan"),
        mark(
            "How many leads must come so that as many sales as planned come out, if as large a share of them "
            "buys as of those closed in the last twelve months."
        ),
        mark("planned sales / chance of a lead to buy"),
    ),
    Term(
        "hours-per-lead",
        mark("Hours per lead"),
        mark(
            "Our time that a lead takes on average, the many that end early and the few that go all the way. The "
            "stage with most of it is the bottleneck."
        ),
        mark("Σ minutes of the stage / 60 × share of leads that come to it"),
    ),
    Term(
        "leads-carried",
        mark("Leads that the hours carry"),
        mark("How many leads a month the sellers can take to the end of their way with the hours they have."),
        mark("hours of all sellers in the month / hours per lead"),
    ),
    Term(
        "sellers-needed",
        mark("Sellers needed"),
        mark("How many sellers with the mean hours of those there are would carry the leads needed for the plan."),
        mark("leads needed × hours per lead / mean hours of a seller"),
    ),
    Term(
        "expected-sales",
        mark("Sales to be expected"),
        mark("Of the leads that come, and the hours carry, as large a share buys as of those closed in a year."),
        mark("min(leads that come, leads that the hours carry) × chance of a lead to buy"),
    ),
    Term(
        "cost-per-lead",
        mark("What our work on a lead costs"),
        mark("Expected of a new lead: the cost of each stage, by the share of leads that come to it."),
        mark("Σ cost of the stage × share of leads that come to it"),
    ),
    Term(
        "cost-per-sale",
        mark("What our work on a sale costs"),
        mark(
            "Expected, by the passes of the last twelve months: the work on all the leads that it takes for one "
            "sale. With what leads cost, what was spent on getting them is added."
        ),
        mark("cost of a lead / chance of a lead to buy"),
    ),
    Term(
        "utilisation",
        mark("Load"),
        mark(
            "The hours that an owner's deals needed in the month, of the hours the owner had: working days without "
            "holidays. A deal needs the minutes of a stage when it first comes there; nothing else is counted."
        ),
        mark("hours needed / hours available"),
    ),
    Term(
        "implied-cycle",
        mark("Implied cycle"),
        mark(
            "How long a deal will lie with its owner at the present pace, by Little's law. Far above the sales "
            "cycle, deals are not worked on but kept."
        ),
        mark("deals open on average / deals closed a day, won and lost"),
    ),
    Term(
        "open-carried",
        mark("Open deals that the hours carry"),
        mark("How many deals an owner can have open at once and still give each its hours within the usual cycle."),
        mark("hours a day / hours per lead × usual cycle in days"),
    ),
)
