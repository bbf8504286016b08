"""The glossary's entries: words of the sales system, metrics with their formulas, how to read a number."""

from __future__ import annotations

from dataclasses import dataclass

from funnelbook.pages.text import mark


@dataclass(frozen=True, slots=True)
class Term:
    """`slug` is the anchor that numbers link to; `formula` is "" for a word that is not computed."""

    slug: str
    name: str
    meaning: str
    formula: str = ""


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
        mark("Went on, of decided"),
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
)

READING = (
    Term(
        "interval",
        mark("95% interval"),
        mark(
            "Where the true share plausibly lies, given how few cases there are (Wilson's score "
            "interval). Fewer cases, wider interval."
        ),
        mark("(p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z = 1.96"),
    ),
    Term(
        "noise",
        mark("Within noise"),
        mark(
            "A difference that chance alone explains. Shares: the 95% interval of the difference "
            "holds 0 (Newcombe's hybrid score). "
            "Counts of whole months: both may come from one rate per day. Money and times: inside "
            "the natural limits of up to twelve "
            "months before. One comparison in twenty looks like a signal by chance."
        ),
        mark("usual range = mean ± 2.66 × mean change from month to month"),
    ),
    Term(
        "cohort",
        mark("By month of creation"),
        mark(
            "Deals created in one month, followed to today. Young months are not over: their deals "
            "can still be won."
        ),
    ),
    Term(
        "basis",
        mark("How the way is known"),
        mark(
            "Full history: the CRM recorded each move. Successive exports: a move shows when two "
            "exports differ. One export: an open or "
            "won deal is taken to have passed all stages before; a lost one counts where it was lost."
        ),
    ),
    Term(
        "bounds",
        mark("Bounds"),
        mark(
            "Where it is not known how far some lost deals came, the conversion lies between these "
            "two, whatever the truth is."
        ),
    ),
    Term(
        "row",
        mark("Rows of a file"),
        mark("Each row is taken or has a reason why not."),
        mark("rows = accepted + rejected + duplicates + ignored"),
    ),
)

GROUPS = (
    ("group-words", mark("Words of the sales system"), WORDS),
    ("group-month", mark("Numbers of a month"), MONTH),
    ("group-way", mark("Numbers of the pipeline"), WAY),
    ("group-reading", mark("How to read a number"), READING),
)
