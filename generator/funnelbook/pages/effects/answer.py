"""The page's question and its answer: after which changes of playbooks the number is another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.effects.changes import figure, table
from funnelbook.pages.effects.told import Told, told
from funnelbook.pages.honesty import absence, gap_notes
from funnelbook.pages.page import Page, Task
from funnelbook.pages.parts import Part
from funnelbook.pages.text import sentence, strong

ADDRESS = "effects.html"
#: Of so many differences that are noise one lies outside its 95 % interval.
_ONE_IN = 20


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft(ADDRESS)
    changes = told(edition)
    slugs = {each.row["playbook"] for each in changes}
    return answers.page(
        draft,
        Answer(
            words("Effects"),
            words("Which playbook changes helped?"),
            tuple(_sentences(edition, changes)),
            tuple(_notes(edition, changes)),
            groups=(Group("", "effects", tuple(_parts(draft, changes))),),
            playbooks=tuple(each for each in edition.playbooks if each.slug in slugs),
        ),
    )


def _sentences(edition: Edition, changes: Sequence[Told]) -> Iterator[Markup]:
    words = edition.words
    if not changes:
        return
    counts = Counter(each.row["verdict"] for each in changes)
    parts = [
        words.plural("{n} better", "{n} better", counts["better"]) if counts["better"] else "",
        words.plural("{n} worse", "{n} worse", counts["worse"]) if counts["worse"] else "",
        words.plural("{n} within noise", "{n} within noise", counts["noise"]) if counts["noise"] else "",
        words.plural("{n} not enough yet", "{n} not enough yet", counts["not_enough"])
        if counts["not_enough"]
        else "",
    ]
    yield sentence(
        words,
        "What came after the changes of playbooks: {counts}.",
        counts=strong(words.listing(each for each in parts if each)),
    )
    first = changes[0]
    yield sentence(
        words,
        "“{title}”, changed on {since}. {says}",
        title=strong(first.title),
        since=first.since,
        says=first.says,
    )


def _notes(edition: Edition, changes: Sequence[Told]) -> Iterator[Markup]:
    words = edition.words
    if not changes:
        return
    yield sentence(
        words,
        "Before and after is no proof: a season, prices, people and whatever else changed that day are in the "
        "difference too. The other pipelines show what would have come anyway, where there are any.",
    )
    judged = sum(each.judged for each in changes)
    if judged > 1:
        yield sentence(
            words,
            "{n} changes were judged. About one in {one} looks like a signal by chance alone, so believe a single "
            "one only when it lasts.",
            n=words.number(judged),
            one=words.number(_ONE_IN),
        )
    yield sentence(
        words,
        "Compared are 90 days before with 90 days from the change on, up to the next one. A change is a commit to "
        "the playbook, or a date in the line “effective” at its top, which stands for the commits.",
    )
    yield from gap_notes(edition, *edition.numbers.pipelines)


def _parts(draft: Draft, changes: Sequence[Told]) -> Iterator[Part]:
    words = draft.edition.words
    title = words("Before and after")
    if not changes:
        reason = absence(draft.edition, "effects") or words("There are no deals yet.")
        yield Part("changes", title, reason=reason)
        return
    judged = [each for each in changes if each.judged]
    early = [each for each in changes if not each.judged]
    drawn = figure(draft, changes, _finding(draft.edition, judged))
    grids = (table(draft, judged, words("Changes that can be judged")),) if judged else ()
    reason = "" if judged or drawn else words("No change can be judged yet.")
    yield Part("changes", title, (drawn,), grids, tables=("effects",), reason=reason)
    if early:
        made = table(draft, early, words("Changes that cannot be judged yet, with their numbers so far"))
        yield Part(
            "early",
            words("Too early, or too few"),
            grids=(made,),
            notes=tuple(
                sentence(words, "“{title}”, {since}. {why}", title=each.title, since=each.since, why=each.verdict)
                for each in early[:8]
            ),
            tables=("effects",),
        )


def _finding(edition: Edition, judged: Sequence[Told]) -> Markup:
    words = edition.words
    if not judged:
        return sentence(words, "No change can be judged yet: these are the numbers so far.")
    most = max(judged, key=lambda each: abs(each.row["difference"]))
    return sentence(
        words,
        "The largest difference came after “{title}”: {change}.",
        title=most.title,
        change=most.change(),
    )
