"""A review in words: what its page and its summary both say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from funnelbook.errors import Finding
from funnelbook.language import NOTHING, Words
from funnelbook.pages.data import TABLES
from funnelbook.pages.labels import label
from funnelbook.pages.text import mark, plain
from funnelbook.project import Project
from funnelbook.publish import build
from funnelbook.review.numbers import Cause, Figure, Moved, differing
from funnelbook.review.playbooks import Changed, Fate
from funnelbook.review.run import Review

FIGURES: Mapping[str, str] = {
    "won": mark("Deals won"),
    "lost": mark("Deals lost"),
    "revenue": mark("Revenue"),
    "win_rate": mark("Win rate"),
    "cost_of_sale": mark("Cost of a sale"),
    "plan_sales": mark("Plan, sales"),
    "plan_revenue": mark("Plan, revenue"),
    "leaks": mark("Money lost to leaks"),
}
CAUSES: Mapping[Cause, str] = {
    "config": mark("the config"),
    "exports": mark("the exports"),
    "both": mark("the config and the exports"),
    "playbooks": mark("the playbooks: when they were last changed"),
}
FATES: Mapping[Fate, str] = {
    "added": mark("new"),
    "removed": mark("removed"),
    "renamed": mark("moved"),
    "changed": mark("changed"),
}


class Telling(Struct, frozen=True):
    """A review told in one language. Every text that comes from files or a CRM is `plain`, and not yet escaped."""

    review: Review
    words: Words

    @property
    def heading(self) -> str:
        return self.words("What this change does")

    @property
    def states(self) -> str:
        asked = self.review.asked
        before = f"{plain(asked.base)} ({asked.base_commit[:10]})"
        after = f"{plain(asked.head)} ({asked.head_commit[:10]})" if asked.head_commit else self.words("files here")
        return f"{before} → {after}"

    @property
    def counts(self) -> tuple[tuple[str, str], ...]:
        """What is counted first: label, number."""
        review, words = self.review, self.words
        found = [
            (words("Playbooks that differ"), words.number(len(review.playbooks))),
            (words("New mistakes"), words.number(len(review.findings.gained))),
            (words("Mended mistakes"), words.number(len(review.findings.fixed))),
        ]
        if review.figures is not None and review.tables is not None:
            moved = len(list(differing(review.figures)))
            found.append((words("Headline figures that move"), words.number(moved)))
            found.append((words("Tables that move"), words.number(len(review.tables))))
        return tuple(found)

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be known to read the review."""
        return tuple(self._notes())

    def _notes(self) -> Iterator[str]:
        words, review = self.words, self.review
        if review.asked.moved:
            yield words(
                "{base} has gone on since this change began: compared is the last commit that both have.",
                base=plain(review.asked.base),
            )
        borrowed = {*review.before.state.borrowed, *review.after.state.borrowed}
        if borrowed:
            yield words.plural(
                "{n} export is not in git: it is taken from here for both sides, and moves no number.",
                "{n} exports are not in git: they are taken from here for both sides, and move no number.",
                len(borrowed),
            )
        if review.tables is None:
            missing = [words(side) for side in self._without_numbers()]
            yield words(
                "Numbers are not compared: there are none {where}. The mistakes tell why.",
                where=words.listing(missing),
            )
        for rename in review.renames:
            yield words(
                "“{before}” is called “{after}” now: the old name is an alias, and its numbers are the same ones.",
                before=plain(rename.before),
                after=plain(rename.after),
            )

    def _without_numbers(self) -> Iterator[str]:
        if self.review.before.results is None:
            yield mark("before the change")
        if self.review.after.results is None:
            yield mark("after it")

    @property
    def exports(self) -> tuple[tuple[str, str], ...]:
        """Export, what became of it."""
        exports, words = self.review.exports, self.words
        return (
            *((path, words("new")) for path in exports.added),
            *((path, words("removed")) for path in exports.removed),
            *((path, words("changed")) for path in exports.changed),
        )

    def fate(self, changed: Changed) -> str:
        told = self.words(FATES[changed.fate])
        return f"{told}: {plain(changed.old_path)}" if changed.fate == "renamed" else told

    def extent(self, changed: Changed) -> str:
        """How many words came and went."""
        came, gone = self.words.number(changed.inserted), self.words.number(changed.deleted)
        return self.words("words +{came} −{gone}", came=came, gone=gone)

    def table(self, moved: Moved) -> str:
        return label(self.words, TABLES, moved.table)

    def cause(self, cause: Cause | None) -> str:
        return self.words(CAUSES[cause]) if cause else ""

    def why(self, figure: Figure) -> str:
        """By what it moved; when by both, through which value."""
        if figure.between is None or figure.cause != "both":
            return self.cause(figure.cause)
        between = self._value(figure, figure.between)
        return self.words("the config, to {between}; then the exports", between=between)

    def values(self, figure: Figure) -> tuple[str, str]:
        return self._value(figure, figure.before), self._value(figure, figure.after)

    def _value(self, figure: Figure, value: float | None) -> str:
        writers: Mapping[str, Callable[[float | None], str]] = {
            "count": lambda number: self.words.number(number, 1),
            "money": self.words.money,
            "share": lambda number: self.words.share(number, 1),
        }
        return NOTHING if value is None else writers[figure.unit](value)


def where(finding: Finding) -> str:
    return str(finding.place)


def what(finding: Finding) -> str:
    return f"{finding.message}; {finding.hint}" if finding.hint else finding.message


def words_of(review: Review) -> Words:
    """The words of the site's first language, as the newer config that can be read has it."""
    project = review.after.project or review.before.project or Project(Path())
    return build.words_of(project)[project.site.languages[0]]
