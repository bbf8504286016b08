"""Words of the sales system."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

WORDS = (
    Term("lead", mark("Lead"), mark("Anyone who showed interest: called, wrote, left an address or walked in.")),
    Term("deal", mark("Deal"), mark("One try to sell to one person.")),
    Term(
        "pipeline", mark("Pipeline"), mark("The ordered stages that a deal passes, from first contact to purchase.")
    ),
    Term(
        "stage",
        mark("Stage"),
        mark("A step of the pipeline. Its name says what has happened when a deal stands there."),
    ),
    Term("target-action", mark("Target action"), mark("The step that a seller leads the buyer to at a stage.")),
    Term(
        "qualifying-action",
        mark("Qualifying action"),
        mark("An answer to one or a few questions that tells how well a lead fits."),
    ),
    Term(
        "capacity",
        mark("Capacity"),
        mark("How much the sales department can put through."),
    ),
    Term("refusal", mark("Refusal"), mark("We tell a buyer no, with reasons, on purpose.")),
    Term("drift", mark("Drift"), mark("Nobody refused and nobody sells: the deal just lies there.")),
    Term("sales-plan", mark("Plan"), mark("What the department must sell in a month.")),
    Term(
        "head-of-sales",
        mark("Head of sales"),
        mark("Answers for the plan, the sellers, their motivation and control."),
    ),
)
