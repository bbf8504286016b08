"""Numbers of leads and sources."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

LEADS = (
    Term(
        "complete",
        mark("Recorded in full"),
        mark(
            "A lead whose source, contact and person in charge are recorded, and, while it is open, its next "
            "step too."
        ),
        mark("leads with all that applies / leads"),
    ),
    Term(
        "left-after-costs",
        mark("Left after costs"),
        mark(
            "What the sales of a source or segment leave when the goods are paid for, and the cost of all its "
            "deals closed in the months, lost ones too."
        ),
        mark("revenue × margin − cost of the deals closed"),
    ),
    Term(
        "qualified-share",
        mark("Qualified, of leads"),
        mark(
            "Of the leads created in the months, those that came to the qualifying stage or beyond it by "
            "today. Young leads may still do so."
        ),
        mark("leads that reached the qualifying stage / leads"),
    ),
    Term(
        "qualifying-power",
        mark("Power of the questions"),
        mark(
            "Among closed deals with a recorded history that went beyond the qualifying stage: the win rate "
            "of those that stood at it less that of those that skipped it. Both went beyond, so that neither "
            "side was won or lost by definition."
        ),
        mark("won / closed of those that stood there − won / closed of those that skipped it"),
    ),
    Term(
        "waves",
        mark("Waves of sales"),
        mark(
            "An easy sale is won within the easy days after the lead came in (`easy_days` of the project "
            "file, else the median cycle of a year), a hard one later. A returned one was won after its buyer "
            "had lost before; it is easy or hard too."
        ),
        mark("easy + hard = all sales; returned is among them"),
    ),
    Term(
        "answered",
        mark("Answered in time, later, never"),
        mark(
            "Whether the first outgoing call, letter, message or meeting came within the minutes we promise. "
            "Over all leads whose minutes had passed by the day of the data."
        ),
    ),
    Term(
        "temperature",
        mark("Temperature"),
        mark("How near to buying the seller thinks a lead is: hot, warm or cold, as recorded now."),
    ),
    Term(
        "won-later",
        mark("Won later"),
        mark("Won after more days than an easy sale takes: what was not given up on, among cold leads above all."),
        mark("won at − created at > easy days"),
    ),
    Term(
        "segment",
        mark("B2B and B2C"),
        mark(
            "Whether the buyer is a company or a private person, as recorded. Medians have a 95% interval of "
            "order statistics; a difference of two medians, or of two costs of a sale, is noise when its "
            "interval, made of both of theirs, holds 0."
        ),
    ),
)
