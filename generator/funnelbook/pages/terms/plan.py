"""Plan and forecast."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

PLAN = (
    Term(
        "forecast",
        mark("Forecast"),
        mark(
            "What the month will come to: sold so far, plus the chance of every open deal to be won before the "
            "month ends. A deal's chance is the share won in that time among deals that stood at its "
            "stage for as long."
        ),
        mark("fact + ΣP, ± 1.96·√ΣP(1−P); in money each deal counts with its value"),
    ),
    Term(
        "leak",
        mark("Leak"),
        mark(
            "Money that a stage let through in a month against its own twelve months before: the deals that did "
            "not go on although a year ago they would have, at what such a deal is worth there."
        ),
        mark(
            "max(0, share before − share now) × deals that left the stage × "
            "chance to win from the next stage × mean sale"
        ),
    ),
)
