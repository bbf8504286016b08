"""The page's question and its answer: how many of the eight mistakes, and the worst of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Edition
from funnelbook.pages.honesty import absence, gap_notes
from funnelbook.pages.mistakes.sections import glance, section
from funnelbook.pages.mistakes.signals import Judged, judged
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import sentence, strong

ADDRESS = "mistakes.html"


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft(ADDRESS)
    found = judged(edition)
    parts = [glance(draft, found), *(section(draft, each) for each in found)]
    if not found:
        reason = absence(edition, "mistakes") or words("There are no deals yet.")
        parts = [Part("all-eight", words("At a glance"), reason=reason)]
    notes = words(
        "Signals look at the three months up to the day of the data unless they say otherwise. A signal is a "
        "reason to look, not a verdict on people; its thresholds stand under [mistakes] in funnelbook.toml."
    )
    return answers.page(
        draft,
        Answer(
            words("Eight mistakes"),
            words("Which of the eight painful mistakes are we making?"),
            tuple(sentences(edition, found)),
            (notes, *gap_notes(edition, *edition.numbers.pipelines)) if found else (),
            groups=(Group("", "mistakes", tuple(parts)),),
            playbooks=edition.about(kind="mistake"),
        ),
    )


def sentences(edition: Edition, found: Sequence[Judged]) -> Iterator[Markup]:
    """How many are alarming, to be watched, fine, unknown; then the worst one with its number and its cost."""
    words = edition.words
    if not found:
        return
    counts = Counter(each.verdict for each in found)
    told = [
        words.plural("{n} alarm", "{n} alarms", counts["alarm"]) if counts["alarm"] else words("no alarm"),
        words.plural("{n} to watch", "{n} to watch", counts["watch"]) if counts["watch"] else "",
        words.plural("{n} fine", "{n} fine", counts["ok"]) if counts["ok"] else "",
        words.plural("{n} unknown", "{n} unknown", counts["unknown"]) if counts["unknown"] else "",
    ]
    yield sentence(
        words, "Of the eight mistakes: {counts}.", counts=strong(words.listing(each for each in told if each))
    )
    wrong = [each for each in found if each.verdict in {"alarm", "watch"}]
    if wrong:
        worst = max(
            (each for each in wrong if each.verdict == wrong[0].verdict),
            key=lambda each: (not each.worst.few, each.worst.beyond),
        )
        yield sentence(
            words,
            "The worst is “{mistake}”. {says} {costs}",
            mistake=strong(worst.name),
            says=worst.worst.says,
            costs=worst.worst.costs,
        )
    elif counts["ok"]:
        yield sentence(
            words, "What the data can see is within its thresholds; the playbooks ask for what they cannot."
        )
    if counts["unknown"]:
        names = words.listing(each.name for each in found if each.verdict == "unknown")
        yield sentence(words, "Not known for want of data: {names}.", names=names)
