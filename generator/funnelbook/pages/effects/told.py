"""A row of the table `effects` in words: before, after, the difference, the other pipelines, the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import ALL
from funnelbook.pages.portions import Of
from funnelbook.pages.text import crm, joined, mark, sentence, strong, toned
from funnelbook.pages.tiles import points, signed

AIMS: Mapping[str, str] = {
    "decided": mark("Went on from the stage, of those decided there"),
    "win_rate": mark("Won, of those closed"),
    "answered_in_target": mark("Answered in time"),
    "comeback": mark("Refused buyers who came back within 90 days"),
}
#: Verdict -> its classes, and what it is called; in the order of importance.
VERDICTS: Mapping[str, tuple[str, str]] = {
    "worse": ("verdict alarm", mark("worse")),
    "better": ("verdict ok", mark("better")),
    "noise": ("verdict", mark("noise")),
    "not_enough": ("verdict", mark("not enough yet")),
}
_SAID: Mapping[str, str] = {
    "better": mark("After it the number is better, beyond chance."),
    "worse": mark("After it the number is worse, beyond chance."),
    "noise": mark("The difference is noise: chance alone makes such ones."),
}
#: How far the window after a version reaches (metrics.md, `effects`).
_WINDOW_DAYS = 90


class Told(Struct, frozen=True):
    """A row and what it says; `title` is the playbook's in this language."""

    edition: Edition
    row: Row
    title: str

    @property
    def judged(self) -> bool:
        return bool(self.row["verdict"] != "not_enough")

    @property
    def since(self) -> str:
        version: date = self.row["version"]
        return self.edition.words.date(version)

    @property
    def aim(self) -> str:
        aims_at = str(self.row["aims_at"])
        return self.edition.words(AIMS[aims_at])

    @property
    def where(self) -> str:
        """The stage of a number that has one, else the pipeline; a CRM's text as it is."""
        stage, pipeline = self.row["stage"], self.row["pipeline"]
        if self.row["aims_at"] == "decided" and stage:
            return str(stage)
        return self.edition.words("all pipelines") if pipeline == ALL else str(pipeline)

    @property
    def place(self) -> Markup:
        return crm(self.where)

    @property
    def compared(self) -> Markup:
        """The number, where, and since when."""
        return sentence(
            self.edition.words, "{aim}: {place}, {since}", aim=self.aim, place=self.place, since=self.since
        )

    @property
    def badge(self) -> Markup:
        classes, name = VERDICTS[self.row["verdict"]]
        return toned(self.edition.words(name), classes)

    def side(self, side: str) -> str:
        """`11% (30 of 280)`; the counts alone over fewer than `min_n`."""
        of = Of(self.row[f"{side}_good"], self.row[f"{side}_n"])
        return of.counted(self.edition.words, self.edition.min_n)

    def change(self, value: str = "difference", low: str = "low", high: str = "high") -> str:
        """`+44 pp (+37 to +51)`."""
        words, row = self.edition.words, self.row
        if row[value] is None:
            return NOTHING
        ends = [signed(words, round(100 * row[end])) for end in (low, high)]
        return words("{change} ({low} to {high})", change=points(words, row[value]), low=ends[0], high=ends[1])

    @property
    def others(self) -> str:
        """The control's change."""
        return self.change("control_difference", "control_low", "control_high")

    @property
    def says(self) -> Markup:
        """Before and after, the verdict, and the other pipelines in the same time."""
        words = self.edition.words
        numbers = sentence(
            words,
            "{aim}: {before} before, {after} after, {change}.",
            aim=self.aim,
            before=self.side("before"),
            after=strong(self.side("after")),
            change=strong(self.change()),
        )
        if not self.row["before_n"] or not self.row["after_n"]:
            numbers = sentence(
                words, "{aim}: {before} before, {after} after.", aim=self.aim, **self._counts()
            )  # fmt: skip
        return joined([numbers, self.verdict, *([self.control] if self.judged and self.control else [])])

    def _counts(self) -> dict[str, str]:
        words = self.edition.words
        return {
            side: Of(self.row[f"{side}_good"], self.row[f"{side}_n"]).counts(words) for side in ("before", "after")
        }

    @property
    def verdict(self) -> Markup:
        """Whether that is more than chance, or why it cannot be told yet."""
        words, row = self.edition.words, self.row
        if self.judged:
            verdict = str(row["verdict"])
            return sentence(words, _SAID[verdict])
        if row["reason"] == "not_over":
            ends: date = row["version"] + timedelta(days=row["after_days"])
            return sentence(words, "Not enough yet: the days that are compared end on {day}.", day=words.date(ends))
        if row["reason"] == "cut":
            return sentence(
                words,
                "Not enough: changes before or after it leave {before} before and {after} after it to compare, "
                "with fewer than 20 cases on a side.",
                before=words.days(row["before_days"]),
                after=words.days(row["after_days"]),
            )
        if row["reason"] == "pending":
            return sentence(
                words,
                "Not enough yet: {n} that are not decided yet could turn the result.",
                n=words.plural("{n} deal", "{n} deals", row["pending"]),
            )
        if row["reason"] == "no_way":
            return sentence(
                words, "Not known: the data do not say when a deal came to this stage. Export the stage history."
            )
        return sentence(words, "Not enough: fewer than 20 cases on a side.")

    @property
    def control(self) -> Markup | None:
        """The other pipelines in the same time, and what is left when their change is taken off."""
        words, row = self.edition.words, self.row
        if row["control_difference"] is None:
            return None
        told = sentence(
            words,
            "In the other pipelines meanwhile: {before} before, {after} after, {change}.",
            before=self.side("control_before"),
            after=self.side("control_after"),
            change=self.others,
        )
        if row["net"] is None:
            return joined([told, sentence(words, "Too few to compare with.")])
        net = self.change("net", "net_low", "net_high")
        text = (
            mark("Against them {change}, which is noise: what changed here changed there too.")
            if row["net_low"] <= 0 <= row["net_high"]
            else mark("Against them {change}, which is not noise.")
        )
        return joined([told, sentence(words, text, change=strong(net))])


def told(edition: Edition, slug: str = "") -> list[Told]:
    """Every row, or those of one playbook: judged ones first, the worst verdict first, then the newest."""
    titles = {each.slug: each.title for each in edition.playbooks}
    rows = edition.numbers.table("effects", **({"playbook": slug} if slug else {}))
    found = [Told(edition, row, titles.get(row["playbook"]) or str(row["playbook"])) for row in rows]
    order = list(VERDICTS)
    return sorted(found, key=lambda each: (order.index(each.row["verdict"]), -each.row["version"].toordinal()))
