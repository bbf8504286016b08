"""A count of a whole, cell by cell: its share, the interval, and how it stands to another one."""

from __future__ import annotations

from dataclasses import dataclass

from funnelbook.language import NOTHING, Words
from funnelbook.model.differences import Interval, Share, newcombe, wilson
from funnelbook.pages.text import span
from funnelbook.pages.tiles import points, verdict


@dataclass(frozen=True, slots=True)
class Of:
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
        if self.whole < min_n:
            return words("{n} of {all}", n=words.number(self.n), all=words.number(self.whole))
        return words.share(share.value)

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
