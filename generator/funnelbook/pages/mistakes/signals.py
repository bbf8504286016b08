"""The rows of the table `mistakes`, by mistake, with their numbers in words."""

from __future__ import annotations

from functools import cached_property

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING, Words
from funnelbook.model.differences import Share, wilson
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.mistakes.texts import MISTAKES, SIGNALS, VERDICTS, Signal
from funnelbook.pages.numbers import ALL
from funnelbook.pages.text import filled, sentence, span, strong, toned

#: The worst first.
_ORDER = tuple(VERDICTS)


class Told(Struct, frozen=True):
    """One row, a signal over all pipelines or one of them."""

    edition: Edition
    row: Row

    @property
    def words(self) -> Words:
        return self.edition.words

    @property
    def signal(self) -> Signal:
        return SIGNALS[self.row["signal"]]

    @property
    def name(self) -> str:
        return self.words(self.signal.name)

    @property
    def verdict(self) -> str:
        slug = self.row["verdict"]
        return self.words(VERDICTS[slug])

    @property
    def known(self) -> bool:
        return self.row["value"] is not None

    @property
    def few(self) -> bool:
        """Too few cases for a share to say much; sellers and playbooks are all there are, not a sample."""
        counted = self.signal.kind in {"count", "points"} or self.row["signal"] == "too_precious"
        return not counted and self.row["cases"] < self.edition.book.project.metrics.min_n

    @property
    def interval(self) -> Share | None:
        """Of a share of deals."""
        if not self.known or self.signal.kind != "part" or self.row["signal"] == "too_precious":
            return None
        return wilson(round(self.row["value"] * self.row["cases"]), self.row["cases"])

    def number(self, value: float | None) -> str:
        """A value or a threshold."""
        if value is None:
            return NOTHING
        if self.signal.kind == "count":
            return self.words.number(value)
        if self.signal.kind == "scale":
            return self.words.number(value, 2)
        if self.signal.kind == "points":
            return self.words("{n} points", n=self.words.number(value * 100, 1))
        return self.words.share(value, 0 if float(value * 100).is_integer() else 1)

    @property
    def threshold_word(self) -> str:
        """On which side of a threshold it is bad."""
        if self.row["watch"] > self.row["alarm"]:
            return self.words("below {threshold}")
        return (
            self.words("above {threshold}")
            if self.row["signal"] == "selling_to_all"
            else self.words("from {threshold}")
        )

    def threshold(self, key: str) -> str:
        return self.threshold_word.format(threshold=self.number(self.row[key]))

    @property
    def figure(self) -> str:
        """The value with its cases where it is a part of them; over few cases the counts alone."""
        row, words = self.row, self.words
        if not self.known or self.signal.kind not in {"part", "count"}:
            return self.number(row["value"])
        part = row["value"] * row["cases"] if self.signal.kind == "part" else row["value"]
        counts = words("{n} of {all}", n=words.number(round(part)), all=words.number(row["cases"]))
        if self.few or self.signal.kind == "count":
            return counts
        return f"{counts} ({self.number(row['value'])})"

    @property
    def written_interval(self) -> str:
        share = self.interval
        if share is None or self.few:
            return NOTHING
        return span(self.words.share(share.low), self.words.share(share.high))

    @property
    def says(self) -> Markup:
        """What the number says, in a sentence."""
        return sentence(
            self.words, self.signal.says, figure=strong(self.figure), n=self.words.number(self.row["cases"])
        )

    @property
    def costs(self) -> Markup | str:
        money = self.row["money"]
        if not self.signal.costs or not money or money <= 0:
            return ""
        return sentence(self.words, self.signal.costs, money=strong(self.words.money(money)))

    @property
    def missing(self) -> Markup:
        """Which input is missing, and how to give it."""
        least = self.words.number(self.edition.book.project.metrics.min_n)
        reason = filled(self.words(self.signal.missing), min_n=least)
        return sentence(self.words, "{name} is not known: {reason}.", name=self.name, reason=reason)

    @property
    def chance(self) -> Markup | str:
        """Said when the true share may well lie on the other side of a threshold."""
        share = self.interval
        if self.known and self.few:
            return sentence(self.words, "{name}: so few cases say little; it may be noise.", name=self.name)
        crossed = [key for key in ("alarm", "watch") if share and share.low < self.row[key] < share.high]
        if not crossed:
            return ""
        return sentence(
            self.words,
            "{name}: within noise it may lie on either side of {threshold}.",
            name=self.name,
            threshold=self.number(self.row[crossed[0]]),
        )

    @property
    def beyond(self) -> float:
        """How far beyond its alarm the value lies, in steps from watch to alarm; comparable between signals."""
        if not self.known:
            return float("-inf")
        step = self.row["alarm"] - self.row["watch"]
        return float((self.row["value"] - self.row["alarm"]) / step) if step else 0.0


class Judged(Struct, frozen=True, dict=True):
    """A mistake with its signals over all pipelines, and their rows of single pipelines."""

    edition: Edition
    slug: str
    verdict: str
    signals: tuple[Told, ...]
    details: tuple[Told, ...]

    @property
    def name(self) -> str:
        return self.edition.words(MISTAKES[self.slug].name)

    @property
    def anchor(self) -> str:
        return self.slug.replace("_", "-")

    @property
    def badge(self) -> Markup:
        return verdict_mark(self.edition.words, self.verdict)

    @property
    def worse_apart(self) -> tuple[Told, ...]:
        """Single pipelines that are worse than the department, on cases enough."""
        wrong = _ORDER[: _ORDER.index(self.verdict)]
        return tuple(each for each in self.details if each.row["verdict"] in wrong and not each.few)

    @cached_property
    def worst(self) -> Told:
        """The signal that gives the verdict: of the worst ones that with cases enough, then the farthest beyond."""
        return min(self.signals, key=lambda each: (_ORDER.index(each.row["verdict"]), each.few, -each.beyond))


def verdict_mark(words: Words, verdict: str) -> Markup:
    tone = f"verdict {verdict}"
    return toned(words(VERDICTS[verdict]), tone)


def judged(edition: Edition) -> tuple[Judged, ...]:
    """The mistakes of the table, the worst first; those of one verdict as the table has them."""
    rows = [Told(edition, row) for row in edition.numbers.table("mistakes") if row["signal"] in SIGNALS]
    order = list(dict.fromkeys(told.row["mistake"] for told in rows))
    found = [_judged(edition, slug, [told for told in rows if told.row["mistake"] == slug]) for slug in order]
    return tuple(sorted(found, key=lambda each: (_ORDER.index(each.verdict), order.index(each.slug))))


def _judged(edition: Edition, slug: str, rows: list[Told]) -> Judged:
    """Of each signal the first row is that of all pipelines, whatever a pipeline is called."""
    first: dict[str, Told] = {}
    for told in rows:
        first.setdefault(told.row["signal"], told)
    assert all(told.row["pipeline"] == ALL for told in first.values())
    whole = tuple(first.values())
    details = tuple(told for told in rows if all(told is not each for each in whole))
    return Judged(edition, slug, rows[0].row["mistake_verdict"], whole, details)
