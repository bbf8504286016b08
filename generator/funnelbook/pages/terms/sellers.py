"""Sellers and roles."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

SELLERS = (
    Term(
        "role",
        mark("Role"),
        mark(
            "What a person in charge of a deal is in the team file on the day the deal was created: seller, head "
            "of "
            "sales, expert or owner of the business."
        ),
    ),
    Term(
        "limits",
        mark("Limits of noise"),
        mark(
            "Between them lies the win rate of somebody who sells exactly like the team, given how many deals they "
            "closed. Outside 99.8% chance hardly ever leads: two people in a thousand. Outside 95% it leads "
            "one in twenty."
        ),
        mark("p ± z·√(p(1−p)/n), p = won / closed of all together, z = 1.96 and 3.09"),
    ),
    Term(
        "shrunk",
        mark("Expected win rate"),
        mark(
            "A person's win rate drawn to the team's mean: the fewer deals, and the less people differ beyond "
            "chance, "
            "the nearer. It is the best guess for the next deals."
        ),
        mark("(M·p + won) / (M + closed), M from how much more people differ than chance makes them"),
    ),
    Term(
        "ramp",
        mark("Months since the start"),
        mark(
            "Counted from the first `from` of a person in the team file: month 1 is the first one. Closings "
            "count by "
            "the month of closing, new deals by the month of creation."
        ),
    ),
    Term(
        "in-hands",
        mark("In whose hands"),
        mark("Of the deals created in twelve months, the share whose person in charge has that role."),
        mark("created by role / created"),
    ),
    Term(
        "price-kept",
        mark("Price kept"),
        mark(
            "What was paid against the list price, over the won deals that have both. Half of them kept less "
            "than the "
            "median. Sold at the list price or above: nothing was given off."
        ),
        mark("median of (value / list price)"),
    ),
    Term(
        "came-again",
        mark("Came again"),
        mark(
            "Of the buyers, the share that came with another deal within so many days of their first purchase. "
            "Those "
            "not watched so long yet count as long as they were watched (Kaplan–Meier)."
        ),
        mark("1 − ∏(1 − came on the day / watched on the day)"),
    ),
)
