"""How to read a number."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

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
        "restated",
        mark("Restated"),
        mark(
            "A figure of a month that was over when a version of the site was released, and that comes out "
            "otherwise today. The first published value is compared; the version itself is never changed."
        ),
        mark("difference = today − first published"),
    ),
    Term(
        "exports",
        mark("Successive exports"),
        mark(
            "Exports of one CRM, taken one after the other. A deal is new in the first that has it; it moved, was "
            "repriced or reassigned when its stage, price or owner differs from the export before; it vanished "
            "when the next one has it no more, and was merged when its person has another deal there. Left out are "
            "rows that the numbers do not need and repetitions. A moment is not known when only the export tells "
            "that a deal has come to a stage: it happened since the one before."
        ),
        mark("rows = deals + rejected + left out"),
    ),
    Term(
        "row",
        mark("Rows of a file"),
        mark("Each row is taken or has a reason why not."),
        mark("rows = accepted + rejected + duplicates + ignored"),
    ),
)
