"""A count of a whole, cell by cell: its share, the interval, and how it stands to another one."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.language import NOTHING, Words
from funnelbook.model.differences import Interval, Share, newcombe, wilson
from funnelbook.pages.text import span
from funnelbook.pages.tiles import points, signed, verdict


class Of(Struct, frozen=True):
    """`n` of `whole` cases."""

    n: int
    whole: int

    @property
    def share(self) -> Share | None:
        return wilson(self.n, self.whole)

    def rest(self, whole: Of) -> Of:
        """What remains of a larger whole without these cases."""
        return Of(whole.n - self.n, whole.whole - self.whole)

    def written(self, words: Words, min_n: int) -> str:
        """`29 %`; the two counts over fewer than `min_n` cases."""
        share = self.share
        if share is None:
            return NOTHING
        return self.counts(words) if self.whole < min_n else words.share(share.value)

    def counts(self, words: Words) -> str:
        return words("{n} of {all}", n=words.number(self.n), all=words.number(self.whole))

    def counted(self, words: Words, min_n: int) -> str:
        """`28% (42 of 149)`; the counts alone over fewer than `min_n` cases."""
        if self.whole < min_n:
            return self.written(words, min_n)
        return words("{share} ({counts})", share=self.written(words, min_n), counts=self.counts(words))

    def estimated(self, words: Words, min_n: int) -> str:
        """`28% (21–36%)`, with its 95 % interval; the counts alone over fewer than `min_n` cases."""
        if self.whole < min_n:
            return self.written(words, min_n)
        return words("{share} ({range})", share=self.written(words, min_n), range=self.interval(words, min_n))

    def interval(self, words: Words, min_n: int) -> str:
        """`26–32 %`; nothing over fewer than `min_n` cases."""
        share = self.share
        if share is None or self.whole < min_n:
            return NOTHING
        return span(words.share(share.low), words.share(share.high))

    def against(self, other: Of, min_n: int) -> Interval | None:
        """This share less the other; None when either is over fewer than `min_n` cases."""
        mine, theirs = self.share, other.share
        if mine is None or theirs is None or min(self.whole, other.whole) < min_n:
            return None
        return newcombe(mine, theirs)

    def change(self, words: Words, other: Of, min_n: int) -> str:
        """`+3 pp, noise`."""
        found = self.against(other, min_n)
        if found is None:
            return words("too few to compare")
        return f"{points(words, found.value)}, {verdict(words, found.noise)}"

    def beside(self, words: Words, other: Of, min_n: int) -> list[str]:
        """The other share, and how this one differs from it."""
        return [other.written(words, min_n), self.change(words, other, min_n)]


def apart(words: Words, found: Interval | None) -> str:
    """A difference of shares with its interval, `−11 pp (−19 to +2)`, and whether it is noise."""
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
