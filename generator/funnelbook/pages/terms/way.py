"""Numbers of the pipeline."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

WAY = (
    Term(
        "way",
        mark("Way of a deal"),
        mark(
            "The stages that it stood at, in the order of time. Moves back and reopenings are "
            "counted and do not undo what was reached."
        ),
    ),
    Term(
        "furthest",
        mark("Furthest stage"),
        mark("The greatest position that a deal ever stood at; winning is beyond the last stage."),
    ),
    Term(
        "reached",
        mark("Reached"),
        mark("Deals that came to the stage or beyond it. A stage that was skipped counts as reached."),
        mark("reached = went on + lost here + still open here"),
    ),
    Term(
        "conversion",
        mark("Conversion"),
        mark(
            "Of the deals that reached the stage, the share that went on. Deals still open here are "
            "part of the whole."
        ),
        mark("reached(next) / reached(this)"),
    ),
    Term(
        "decided",
        mark("Went on, of those that left"),
        mark("The same without the deals that still stand at the stage."),
        mark("went on / (went on + lost here)"),
    ),
    Term(
        "from-first",
        mark("Of all that came in"),
        mark("The share of a cohort's deals that reached the stage, or were won."),
        mark("reached(stage) / reached(first stage)"),
    ),
    Term("skipped", mark("Skipped"), mark("Deals that went beyond the stage and never stood at it.")),
    Term(
        "entered",
        mark("Entries and exits"),
        mark(
            "Entered: first came to the stage or beyond in the month. Went on: first came to the "
            "next one. Lost: lost in the month, "
            "having come no further."
        ),
    ),
    Term(
        "time-in-stage",
        mark("Time in a stage"),
        mark("All visits of a deal together, in days of 24 hours, over the deals that have left the stage."),
    ),
    Term(
        "won-by-age",
        mark("Won by a certain age"),
        mark(
            "Of the deals created in a month, the share won within so many days. Only where the "
            "youngest of them is that old."
        ),
        mark("won within N days / created"),
    ),
    Term(
        "eventual",
        mark("Share won in the end"),
        mark(
            "The share of deals won by each age. Open deals count for as long as they have been watched; a lost "
            "deal can no longer be won. Whole days from creation."
        ),
        mark("Aalen–Johansen estimate of the cumulative incidence of winning, with losing as the competing event"),
    ),
)
