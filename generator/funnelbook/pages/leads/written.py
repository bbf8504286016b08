"""Shares, differences and names as the page writes them."""

from __future__ import annotations

from markupsafe import Markup

from funnelbook.model.differences import Interval, wilson
from funnelbook.pages.edition import Edition
from funnelbook.pages.text import UNNAMED, crm, mark, span
from funnelbook.pages.tiles import points, verdict

#: Members that have a name of ours.
SEGMENTS = {"b2b": mark("B2B"), "b2c": mark("B2C"), UNNAMED: mark("Not recorded")}


def part_of(edition: Edition, part: int, whole: int) -> str:
    """A share with its counts; the counts alone over fewer than `min_n`."""
    words = edition.words
    counts = words("{n} of {all}", n=words.number(part), all=words.number(whole))
    if not whole:
        return "—"
    if whole < edition.book.project.metrics.min_n:
        return counts
    return f"{words.share(part / whole)} ({counts})"


def with_interval(edition: Edition, part: int, whole: int) -> str:
    """A share with its 95 % interval; the counts over fewer than `min_n`."""
    words, share = edition.words, wilson(part, whole)
    if share is None or whole < edition.book.project.metrics.min_n:
        return part_of(edition, part, whole)
    return f"{words.share(share.value)} ({span(words.share(share.low), words.share(share.high))})"


def change(edition: Edition, difference: Interval | None) -> str:
    """A difference of shares, and whether it is noise."""
    words = edition.words
    if difference is None:
        return words("too few to compare")
    return f"{points(words, difference.value)}, {verdict(words, difference.noise)}"


def member_name(edition: Edition, name: str) -> Markup | str:
    """A source or segment; one that a CRM named is isolated."""
    return edition.words(SEGMENTS[name]) if name in SEGMENTS else crm(name)


def plain_name(edition: Edition, name: str) -> str:
    """The same for a chart, which isolates no names."""
    return edition.words(SEGMENTS[name]) if name in SEGMENTS else name


def window_words(edition: Edition, months: int) -> str:
    """`In the last 12 whole months`."""
    words = edition.words
    if edition.numbers.last_complete is None:
        return words("So far")
    return words.plural("In the last {n} whole month", "In the last {n} whole months", months)
