"""Numbers of costs and of what a deal is worth."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

COST = (
    Term(
        "acquisition",
        mark("Attracting the leads"),
        mark(
            "What a source was paid in a month, divided among the leads that it brought in that month. Spending in "
            "a month without a lead falls on no deal."
        ),
        mark("spend of the source in the month / its leads created in the month"),
    ),
    Term(
        "wasted",
        mark("Spent on lost deals"),
        mark("The share of all that the closed deals cost which went on deals that were lost."),
        mark("spent on lost deals / spent on all closed deals"),
    ),
    Term(
        "win-chance",
        mark("Chance of a sale"),
        mark(
            "Of the deals closed in the last twelve months that came to the stage or beyond it, the share that was "
            "won."
        ),
        mark("P = p(this stage) · p(next) · … · p(last), where p is the decided share; = won / reached"),
    ),
    Term(
        "remaining-cost",
        mark("Remaining cost"),
        mark(
            "What a deal that stands at the stage will still cost us on average: this stage, and each later one as "
            "often as deals come to it. What was spent before does not count."
        ),
        mark("R = cost of this stage + p · R(next stage)"),
    ),
    Term(
        "least-margin",
        mark("Least margin"),
        mark(
            "What a deal must leave us for going on with it to pay on average. Divided by the pipeline's margin it "
            "is the least price. A smaller deal is better refused at once."
        ),
        mark("remaining cost / chance of a sale; least price = least margin / margin"),
    ),
    Term(
        "expected-value",
        mark("Expected value"),
        mark("What an average deal at the stage will bring us from here on, less what it will still cost."),
        mark("chance of a sale · mean sale · margin − remaining cost"),
    ),
    Term(
        "loss-earliness",
        mark("Loss earliness"),
        mark(
            "How early in the pipeline deals are lost. 100: all at the first stage, where a loss costs least; 0: "
            "all at the last. The higher, the better. Losses of unknown stage have no part in it."
        ),
        mark("100 · (1 − mean of (position − 1)/(stages − 1) over lost deals)"),
    ),
    Term(
        "cost-lateness",
        mark("Cost lateness"),
        mark(
            "How late in the pipeline we spend. By design: one deal that passes all stages, as declared. In fact: "
            "what the deals closed in the month cost at each stage, attracting them left out. The higher, the "
            "better: later a sale is likelier."
        ),
        mark("100 · mean of (position − 1)/(stages − 1), weighted by cost"),
    ),
    Term(
        "buyer-earliness",
        mark("Buyer earliness"),
        mark(
            "How early the buyer invests effort, as declared stage by stage from 0 to 10. The higher, the better: "
            "a buyer who has invested goes on, and one who will not shows it before we have spent much."
        ),
        mark("100 · (1 − mean of (position − 1)/(stages − 1), weighted by the buyer's effort)"),
    ),
)
