"""Do lost buyers return? The share that did, by who ended the deal, within a quarter, half a year, a year."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, cells, columns, count, nothing, real, tip
from funnelbook.charts.intervals import estimate, heading, intervals, top_of
from funnelbook.language import Words

_PARTIES = {
    "all": "All who were lost",
    "refused": "We refused",
    "declined": "Buyer declined",
    "drifted": "Drifted away",
}


def comebacks(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `comebacks` with the columns of `comeback_intervals`; a horizon that no loss is old enough for is
    left out.
    """
    title = words("Lost buyers who came back with another deal")
    known = [row for row in rows if real(row["returned"]) is not None and row["party"] in _PARTIES]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("party", "Who ended it", "text"),
        ("days", "Within days", "count"),
        ("losses", "Losses", "count"),
        ("at_risk", "Watched to the end", "count"),
        ("returns", "Came back", "count"),
        ("came_back", "Share that came back", "share"),
        ("returned_low", "Interval from", "share"),
        ("returned_high", "Interval to", "share"),
        ("returned_won", "Came back and bought", "share"),
        ("half_days", "Half of them within", "days"),
    )
    named = [
        {**row, "party": _party(row, words), "came_back": row["returned"], "half_days": row.get("median_days")}
        for row in known
    ]
    marks = list[Record]()
    for number, row in enumerate(named):
        if not number or row["party"] != named[number - 1]["party"]:
            marks.append(heading(row["party"]))
        marks.append(_horizon(row, words, options))
    longest = max((row for row in named if row["party"] == named[0]["party"]), key=lambda row: count(row["days"]))
    alt = words(
        "{party}: within {days} {share} came back.",
        party=longest["party"],
        days=words.days(count(longest["days"])),
        share=words.share(real(longest["returned"])),
    )
    texts = {
        "value": words("Came back, with the 95% interval"),
        "raw": words("and the new deal was won"),
    }
    return Facts(title, alt, shown, cells(named, shown), {"rows": marks}, texts, {"top": top_of(marks)})


def _party(row: Row, words: Words) -> str:
    name = _PARTIES[row["party"]]
    return words(name)


def _horizon(row: Row, words: Words, options: Options) -> Record:
    share, won, days = real(row["returned"]) or 0.0, real(row["returned_won"]), words.days(count(row["days"]))
    low, high = real(row.get("returned_low")), real(row.get("returned_high"))
    at_risk = count(row["at_risk"])
    text = tip(
        row["party"],
        words("Within {days}: {share}", days=days, share=words.share(share, 1)),
        words("95% interval: {low} to {high}", low=words.share(low), high=words.share(high)),
        words("Came back and bought: {share}", share=words.share(won, 1)),
        words.plural("{n} loss watched to the end", "{n} losses watched to the end", at_risk),
    )
    return estimate(
        words("within {days}", days=days),
        words("n = {n}", n=words.number(at_risk)),
        (share, share if low is None else low, share if high is None else high),
        words.share(share),
        text,
    ) | {"raw": won, "hollow": at_risk < options.min_n}


COMEBACKS = Drawing(comebacks, intervals)
