"""What share of the deals is won in the end: a section of a pipeline's page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Draft
from funnelbook.pages.numbers import ALL
from funnelbook.pages.parts import Part
from funnelbook.pages.text import sentence, strong


def section(draft: Draft, pipeline: Pipeline) -> Part:
    """The curve of each year of creation and of all years; what is known of the oldest deals only is said."""
    words = draft.edition.words
    rows = draft.edition.numbers.rows("eventual", pipeline.name)
    whole = [row for row in rows if row["cohort_year"] == ALL]
    if not whole:
        return Part("eventual", words("What share of deals is won in the end"))
    note = sentence(
        words,
        "A deal that is still open counts as long as it has been watched, and not as lost: so young months can be "
        "compared with old ones. The end of each line rests on the few deals that are that old.",
    )
    return Part(
        "eventual",
        words("What share of deals is won in the end"),
        (draft.figure("eventual", rows, _finding(words, whole)),),
        notes=(note,),
        tables=("eventual",),
    )


def _finding(words: Words, whole: Sequence[Row]) -> Markup:
    """The share at the end, and the age by which half of it is won."""
    last = whole[-1]
    if not last["incidence"]:
        return sentence(words, "No deal has been won yet.")
    half = next(row for row in whole if row["incidence"] >= last["incidence"] / 2)
    return sentence(
        words,
        "In the end {share} of deals are won; half of those within {days}.",
        share=strong(words.share(last["incidence"])),
        days=words.days(half["day"]),
    )
