"""Shares in words: with their counts, their intervals, and what tells two of them apart."""

from __future__ import annotations

from funnelbook.language import NOTHING, Words
from funnelbook.model.differences import Interval, newcombe, wilson
from funnelbook.pages.edition import Edition
from funnelbook.pages.text import span
from funnelbook.pages.tiles import signed

#: Successes and cases.
Count = tuple[int, int]


def of(words: Words, count: Count) -> str:
    return words("{n} of {all}", n=words.number(count[0]), all=words.number(count[1]))


def few(edition: Edition, count: Count) -> bool:
    """Whether a share over so few cases would say more than is known."""
    return count[1] < edition.book.project.metrics.min_n


def share(edition: Edition, count: Count) -> str:
    """`28% (42 of 149)`; the counts alone when they are few, NOTHING without a case."""
    if not count[1]:
        return NOTHING
    words = edition.words
    if few(edition, count):
        return of(words, count)
    return words("{share} ({counts})", share=words.share(count[0] / count[1]), counts=of(words, count))


def interval(edition: Edition, count: Count) -> str:
    """`28% (21–36%)`: the share with its 95 % interval; the counts when they are few."""
    found = wilson(*count)
    if found is None or few(edition, count):
        return share(edition, count)
    words = edition.words
    ends = span(words.share(found.low), words.share(found.high))
    return words("{share} ({range})", share=words.share(found.value), range=ends)


def difference(edition: Edition, now: Count, before: Count) -> Interval | None:
    """now − before with Newcombe's interval; None when either has too few cases."""
    one, other = wilson(*now), wilson(*before)
    if one is None or other is None or few(edition, now) or few(edition, before):
        return None
    return newcombe(one, other)


def told(words: Words, found: Interval | None) -> str:
    """`−11 pp (−19 to +2)`, and whether that is noise."""
    if found is None:
        return words("too few to compare")
    ends = {
        "n": signed(words, round(100 * found.value)),
        "low": signed(words, round(100 * found.low)),
        "high": signed(words, round(100 * found.high)),
    }
    if found.noise:
        return words("{n} pp ({low} to {high}): within noise", **ends)
    return words("{n} pp ({low} to {high}): not noise", **ends)
