"""Numbers of losses and of come-backs."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

LOSSES = (
    Term(
        "recorded",
        mark("Losses with a reason"),
        mark(
            "Lost deals for which somebody recorded a reason. Shares of causes are counted over these, so "
            "that a month of careless recording does not look like a month without price losses."
        ),
        mark("losses with a reason / all losses"),
    ),
    Term(
        "told-share",
        mark("Share of a cause"),
        mark("Of the losses with a reason, those whose reason was sorted into this cause."),
        mark("losses of the cause / losses with a reason"),
    ),
    Term(
        "price-losses",
        mark("Losses for price and value"),
        mark(
            "The price did not meet the value that the buyer saw. Of the losses with a reason, over the "
            "twelve months up to the day of the data."
        ),
        mark("price and value / losses with a reason"),
    ),
    Term(
        "undecided",
        mark("Did not decide, not now"),
        mark(
            "The buyer was afraid of a wrong choice, or put the choice off. Neither is an objection to the "
            "price: the causes “fear of deciding” and “not now” together."
        ),
        mark("(fear + not now) / losses with a reason"),
    ),
    Term(
        "price-group",
        mark("Price group"),
        mark(
            "The closed deals that have a price, from the cheapest quarter to the dearest. With fewer than "
            "forty such deals there are fewer groups; deals of one price stay together."
        ),
        mark("cut at the quartiles of the deals' value"),
    ),
    Term(
        "lost-value",
        mark("Value of what was lost"),
        mark("The values of the deals together, as far as they have one; a deal without a value adds nothing."),
    ),
    Term(
        "comeback",
        mark("Come-back"),
        mark(
            "The same contact has another deal, created after a loss. The share takes into account how long "
            "each loss could be watched; its 95% interval is Wilson's, on as many cases as the variance tells "
            "(Greenwood, Rothman)."
        ),
        mark("1 − Kaplan–Meier estimate at so many days after the loss"),
    ),
    Term(
        "comeback-sales",
        mark("Sales from come-backs"),
        mark(
            "Deals that were created after a loss of the same contact, by the month of their closing and by "
            "who had ended the deal before."
        ),
    ),
)
