"""The signals of the eight mistakes, and what waits today."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

MISTAKES = (
    Term(
        "signal",
        mark("Signal of a mistake"),
        mark(
            "A number by which one of the eight mistakes shows. Thresholds make it fine, worth watching or "
            "alarming; a "
            "mistake is as bad as the worst of its signals over all pipelines together."
        ),
    ),
    Term(
        "unanswered",
        mark("Without an answer"),
        mark(
            "A lead that nobody called, wrote to or met since it came. Where the data hold no activities, one "
            "that never "
            "moved to a later stage."
        ),
    ),
    Term(
        "price-to-list",
        mark("Price against the list price"),
        mark("The median over the sales that have both."),
        mark("value / list price"),
    ),
    Term(
        "price-spread",
        mark("Spread of the sellers' prices"),
        mark("How far the sellers' median prices against the list price lie apart."),
        mark("standard deviation (n − 1) between sellers of the median of value / list price"),
    ),
    Term(
        "lost-early",
        mark("How early deals are lost"),
        mark("1 when all lost deals were lost at the first stage, 0 when all at the last."),
        mark("1 − mean of (furthest stage − 1) / (stages − 1) over the lost"),
    ),
    Term(
        "wasted-share",
        mark("Cost of the lost among the closed"),
        mark("Of all that the closed deals had cost, the share that went into those that were lost."),
        mark("cost of lost deals / cost of won and lost deals"),
    ),
    Term(
        "below-chance",
        mark("Worse than the team, and not noise"),
        mark(
            "A seller's win rate over the twelve months before a month's end lies below the limits that hold "
            "99.8 % of the "
            "sellers who are as good as the team's mean."
        ),
    ),
    Term(
        "overdue-review",
        mark("Overdue for review"),
        mark("More days have passed since the playbook was changed, by git, than its `review_every` allows."),
    ),
    Term(
        "over-full",
        mark("Overloaded"),
        mark(
            "A seller whose new work of the month needs more hours than there were, or who has at least half as "
            "many open deals again as the middle seller, and more than chance deals out: beyond the middle by "
            "twice its square root."
        ),
    ),
    Term(
        "least-value",
        mark("Not worth pursuing"),
        mark("An open deal whose value is below what, at its stage, still has to be spent for each sale."),
        mark("value × margin < cost still to come / chance to win"),
    ),
    Term("next-step", mark("Next step"), mark("A task with a date on an open deal, overdue ones too.")),
)
