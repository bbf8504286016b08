"""Numbers of a month."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

MONTH = (
    Term("created", mark("New deals"), mark("Deals created in the month.")),
    Term(
        "qualified",
        mark("Qualified"),
        mark("Deals that in the month first came to the qualifying stage or beyond it."),
    ),
    Term(
        "won",
        mark("Won"),
        mark("Deals won in the month, whenever they were created. A reopened deal counts by its last closing."),
    ),
    Term(
        "lost",
        mark("Lost"),
        mark("Deals lost in the month, whenever they were created; at a stage: those that came no further."),
    ),
    Term(
        "win-rate",
        mark("Win rate"),
        mark("Of the deals closed in the month, the share that was won. Open deals have no part in it."),
        mark("won / (won + lost)"),
    ),
    Term(
        "revenue",
        mark("Revenue"),
        mark(
            "The value of the deals won in the month, in the site's currency. A deal without a value adds nothing."
        ),
        mark("sum of the values of won deals"),
    ),
    Term(
        "average-sale",
        mark("Average sale"),
        mark("Over the won deals that have a value."),
        mark("revenue / won deals with a value"),
    ),
    Term(
        "cost-of-sale",
        mark("Cost of sale"),
        mark(
            "All that is spent from first contact to purchase, per purchase. The cost of every deal "
            "closed in the month, lost ones "
            "included, is borne by those that were won. A deal costs what its stages cost, once "
            "each, and its part of its source's spend."
        ),
        mark("cost of the deals closed / won"),
    ),
    Term(
        "cycle",
        mark("Sales cycle"),
        mark(
            "Days of 24 hours from creation to winning, over the deals won in the month. Half of "
            "them took less than the median."
        ),
        mark("median of (won at − created at)"),
    ),
    Term(
        "response",
        mark("First response"),
        mark(
            "Minutes from a deal's creation to the first outgoing call, letter, message or meeting; "
            "without any activities in the data, "
            "to its next stage. By month of creation. The share answered in time counts the deals "
            "whose target has passed."
        ),
        mark("median of (first outgoing activity − created at)"),
    ),
    Term(
        "open",
        mark("Open deals"),
        mark("Neither won nor lost at that moment: at the month's end, or on the day of the data."),
        mark("open at the end = open at the start + created − won − lost"),
    ),
    Term(
        "cause",
        mark("Cause of a loss"),
        mark("What the recorded reason was sorted into, by the patterns of the project file."),
    ),
    Term(
        "party",
        mark("Who ended it"),
        mark("We refused; the buyer declined; or the deal drifted away and nobody said anything."),
    ),
)
