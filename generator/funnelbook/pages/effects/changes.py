"""The sections: all changes, those of one playbook, and the newest ones on the home page."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from funnelbook.handbook import Card
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.effects.told import Told, told
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.parts import Part
from funnelbook.pages.past import committed
from funnelbook.pages.text import joined, linked, sentence, stacked

#: So many changes are drawn at most; the table has all of them.
_DRAWN = 12
#: So many newest changes stand on the home page.
_NEWEST = 5


def figure(draft: Draft, changes: Sequence[Told], finding: Markup) -> Figure | None:
    rows = tuple(
        {
            **each.row,
            "title": each.title,
            "since": each.since,
            "place": each.where,
        }
        for each in changes
        if each.row["difference"] is not None
    )
    return draft.figure("effects", rows[:_DRAWN], finding)


def table(draft: Draft, changes: Sequence[Told], caption: str) -> Grid:
    words = draft.edition.words
    heads = (
        Head(words("Playbook"), number=False),
        Head(words("Before")),
        Head(words("After")),
        Head(words("Difference"), "interval"),
        Head(words("The others"), "effect"),
        Head(words("What was compared"), "effect", number=False),
    )
    rows = [
        [
            each.title,
            stacked(each.side("before")),
            stacked(each.side("after")),
            joined([stacked(each.change()), each.badge]),
            stacked(each.others),
            each.compared,
        ]
        for each in changes
    ]
    known = {each.slug for each in draft.edition.playbooks}
    targets = [
        draft.link(f"playbooks/{each.row['playbook']}.html", "effect") if each.row["playbook"] in known else ""
        for each in changes
    ]
    return grid(caption, heads, rows, targets)


def own(draft: Draft, playbook: Card) -> Part | None:
    """What was before and after the playbook's own changes; None when it aims at nothing."""
    words = draft.edition.words
    if not playbook.aims_at:
        return None
    title = words("Did it help?")
    changes = sorted(told(draft.edition, playbook.slug), key=lambda each: each.row["version"], reverse=True)
    if not changes:
        reason = sentence(
            words,
            "No change of this playbook is known up to the day of the data, so there is nothing to compare.",
        )
        return Part("effect", title, reason=reason)
    sentences = [
        sentence(words, "{since}, {place}. {says}", since=each.since, place=each.place, says=each.says)
        for each in changes[:3]
    ]
    note = sentence(
        words,
        "What came after a change need not come from it: seasons and whatever else changed that day are in it "
        "too. {all}",
        all=linked(draft.link("effects.html"), words("All changes of playbooks")),
    )
    first = changes[0]
    drawn = figure(draft, changes, sentence(words, "{aim}: {change}", aim=first.aim, change=first.change()))
    return Part("effect", title, (drawn,), notes=(note,), said=joined(sentences), tables=("effects",))


def newest(edition: Edition) -> list[tuple[str, str, str, Markup]]:
    """Address, title, day and subject of the newest changes of playbooks."""
    history, zone = edition.book.history, edition.book.project.site.timezone
    known = [(change, each) for each in edition.playbooks if (change := history.get(each.path))]
    known.sort(key=lambda item: (item[0].at, item[1].slug), reverse=True)
    return [
        (
            f"playbooks/{each.slug}.html",
            each.title,
            edition.words.date(change.day(zone)),
            committed(change.subject),
        )
        for change, each in known[:_NEWEST]
    ]
