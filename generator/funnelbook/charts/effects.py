"""Before and after each change of a playbook, with the other pipelines beside it."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    cells,
    columns,
    count,
    label,
    nothing,
    real,
)
from funnelbook.charts.facts import tip as tooltip
from funnelbook.charts.intervals import estimate, heading, intervals, top_of
from funnelbook.language import Words


def effects(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `effects` in their order, with the texts `title` and `place`; what has no difference stands in the
    table alone.

    The interval of the difference is drawn around the share after the change: where it holds the one before, which
    is the hollow point, that is noise. Changes that cannot be judged yet are hollow.
    """
    title = words("Before and after each change")
    known = [row for row in rows if real(row["difference"]) is not None]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("title", "Playbook", "text"),
        ("since", "Changed on", "text"),
        ("place", "Where", "text"),
        ("before_n", "Cases before", "count"),
        ("before_share", "Before", "share"),
        ("after_n", "Cases after", "count"),
        ("after_share", "After", "share"),
        ("difference", "Difference", "share"),
        ("low", "Interval from", "share"),
        ("high", "Interval to", "share"),
        ("control_before_share", "Others before", "share"),
        ("control_after_share", "Others after", "share"),
    )
    marks = list[Record]()
    for row in known:
        marks.append(heading(label(f"{label(row['title'])} · {row['since']}")))
        marks.append(_change(row, words, "", str(row["place"])))
        if real(row["control_difference"]) is not None:
            marks.append(_change(row, words, "control_", words("the other pipelines")))
    first = known[0]
    alt = words(
        "{title}, {since}: {before} before, {after} after.",
        title=label(first["title"]),
        since=str(first["since"]),
        before=words.share(real(first["before_share"])),
        after=words.share(real(first["after_share"])),
    )
    texts = {
        "value": words("after, with the interval of the difference"),
        "raw": words("before"),
        "outside": words("less than before, beyond chance"),
    }
    return Facts(title, alt, shown, cells(rows, shown), {"rows": marks}, texts, {"top": top_of(marks)})


def _change(row: Row, words: Words, whose: str, name: str) -> Record:
    before, after = (real(row[f"{whose}{side}_share"]) or 0.0 for side in ("before", "after"))
    low, high = (real(row[f"{whose}{end}"]) or 0.0 for end in ("low", "high"))
    counts = [words.number(count(row[f"{whose}{side}_n"])) for side in ("before", "after")]
    text = tooltip(
        label(row["title"]),
        label(name),
        words("Before: {share}, n = {n}", share=words.share(before), n=counts[0]),
        words("After: {share}, n = {n}", share=words.share(after), n=counts[1]),
    )
    shares = f"{words.share(before)} → {words.share(after)}"
    made = estimate(label(name), shares, (after, _within(before + low), _within(before + high)), "", text)
    own = not whose
    return made | {
        "raw": before,
        "hollow": row["verdict"] == "not_enough" or not own,
        "outside": own and row["verdict"] == "worse",
    }


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


EFFECTS = Drawing(effects, intervals)
