"""Shares of people and roles with their intervals: what to bet on, how new people come up to speed, by role."""

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
    portion,
    real,
    tip,
)
from funnelbook.charts.hands import role_words
from funnelbook.charts.intervals import estimate, heading, intervals, top_of
from funnelbook.language import Words


def shrunk(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `sellers` of one pipeline, by the share to bet on; the counted share hollow beside it."""
    title = words("What to expect of the next deals")
    known = [row for row in rows if count(row["closed"]) and real(row["shrunk"]) is not None]
    if not known:
        return nothing(title, words)
    ordered = sorted(known, key=lambda row: (-(real(row["shrunk"]) or 0.0), label(row["owner"])))
    estimates = [_bet(row, words, options) for row in ordered]
    shown = columns(
        words,
        ("owner", "Seller", "text"),
        ("closed", "Closed", "count"),
        ("won", "Won", "count"),
        ("win_rate", "Win rate", "share"),
        ("shrunk", "Expected", "share"),
        ("shrunk_low", "Interval from", "share"),
        ("shrunk_high", "Interval to", "share"),
    )
    centre = _share(known, "won", "closed")
    return Facts(
        title,
        _bet_alt(estimates, words),
        shown,
        cells(ordered, shown),
        {"rows": estimates},
        {
            "value": words("What to expect, with its 95% interval"),
            "raw": words("As counted (hollow)"),
            "centre": words("All together: {share}", share=words.share(centre)),
        },
        {"top": top_of(estimates), "centre": centre},
    )


def _bet_alt(estimates: Sequence[Record], words: Words) -> str:
    lowest, highest = words.share(estimates[-1]["value"]), words.share(estimates[0]["value"])
    if lowest == highest:
        return words("Of the next deals we expect a win rate of {share} for everybody.", share=highest)
    return words(
        "Counted on for the next deals, the win rates of {n} lie between {low} and {high}.",
        n=words.plural("{n} person", "{n} people", len(estimates)),
        low=lowest,
        high=highest,
    )


def _share(rows: Sequence[Row], part: str, whole: str) -> float:
    return sum(count(row[part]) for row in rows) / sum(count(row[whole]) for row in rows)


def _bet(row: Row, words: Words, options: Options) -> Record:
    won, n = count(row["won"]), count(row["closed"])
    value, low, high = (real(row[key]) or 0.0 for key in ("shrunk", "shrunk_low", "shrunk_high"))
    text = tip(
        label(row["owner"]),
        words("Won {won} of {n} closed: {share}", won=words.number(won), n=words.number(n),
              share=words.share(won / n, 1)),
        words("Expected: {share}", share=words.share(value, 1)),
        words("95% interval: {low} to {high}", low=words.share(low), high=words.share(high)),
    )  # fmt: skip
    counts = words("{part} of {whole}", part=words.number(won), whole=words.number(n))
    record = estimate(label(row["owner"]), counts, (value, low, high), words.share(value), text)
    return record | {"raw": won / n}


def ramp(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `owner` (`all` first), `since` and `until` (full months since the start, None = and later), `closed`,
    `won`, `low`, `high`: sums of `ramp`.
    """
    title = words("Win rate by months since the start")
    known = [row for row in rows if count(row["closed"])]
    if not known:
        return nothing(title, words)
    shown: list[Record] = []
    for owner in dict.fromkeys(str(row["owner"]) for row in known):
        shown.append(heading(words("All together") if owner == "all" else label(owner)))
        shown += [_phase(row, words, options) for row in known if str(row["owner"]) == owner]
    named = columns(
        words, ("owner", "Seller", "text"), ("months", "Months since the start", "text"),
        ("closed", "Closed", "count"), ("won", "Won", "count"), ("value", "Win rate", "share"),
        ("low", "Interval from", "share"), ("high", "Interval to", "share"),
    )  # fmt: skip
    told = [
        {**row, "owner": words("All together") if row["owner"] == "all" else row["owner"],
         "months": phase_words(words, row), "value": count(row["won"]) / count(row["closed"])}
        for row in known
    ]  # fmt: skip
    first = known[0]
    return Facts(
        title,
        words(
            "{months} after the start: {part} of {whole} closed deals were won.",
            months=phase_words(words, first),
            part=words.number(first["won"]),
            whole=words.number(first["closed"]),
        ),
        named,
        cells(told, named),
        {"rows": shown},
        {"value": words("Share won (95%); hollow: few deals")},
        {"top": top_of(shown)},
    )


def phase_words(words: Words, row: Row) -> str:
    """`months 1–3`, counted from 1 as people do: full months since the start are counted from 0."""
    since = count(row["since"]) + 1
    if row["until"] is None:
        return words("Month {since} and later", since=words.number(since))
    return words("Months {since}–{until}", since=words.number(since), until=words.number(count(row["until"]) + 1))


def _phase(row: Row, words: Words, options: Options) -> Record:
    return _counted(phase_words(words, row), row, words, options)


def _counted(name: str, row: Row, words: Words, options: Options) -> Record:
    """A share of `closed` that was `won`, with `low` and `high`."""
    won, n = count(row["won"]), count(row["closed"])
    low, high = (real(row[key]) or 0.0 for key in ("low", "high"))
    text = tip(
        name,
        words("Won {won} of {n} closed: {share}", won=words.number(won), n=words.number(n),
              share=words.share(won / n, 1)),
        words("95% interval: {low} to {high}", low=words.share(low), high=words.share(high)),
    )  # fmt: skip
    counts = words("{part} of {whole}", part=words.number(won), whole=words.number(n))
    record = estimate(name, counts, (won / n, low, high), words.share(won / n) if n >= options.min_n else "", text)
    return record | {"hollow": n < options.min_n}


def role_win_rate(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `roles` of one pipeline."""
    title = words("Win rate by role")
    names = role_words(words)
    known = [row for row in rows if row["role"] in names and count(row["closed"])]
    if not known:
        return nothing(title, words)
    known.sort(key=lambda row: list(names).index(row["role"]))
    told = [
        {**row, "name": names[row["role"]], "low": row["win_rate_low"], "high": row["win_rate_high"]}
        for row in known
    ]
    estimates = [_counted(row["name"], row, words, options) for row in told]
    shown = columns(
        words, ("name", "Role", "text"), ("closed", "Closed", "count"), ("won", "Won", "count"),
        ("win_rate", "Win rate", "share"), ("low", "Interval from", "share"), ("high", "Interval to", "share"),
    )  # fmt: skip
    centre = _share(known, "won", "closed")
    return Facts(
        title,
        words(
            "Won of closed: {roles}.",
            roles=words.listing(
                f"{row['name']} {portion(count(row['won']), count(row['closed']), words, options)}" for row in told
            ),
        ),
        shown,
        cells(told, shown),
        {"rows": estimates},
        {
            "value": words("Share won (95%); hollow: few deals"),
            "centre": words("All together: {share}", share=words.share(centre)),
        },
        {"top": top_of(estimates), "centre": centre},
    )


def repeat_buyers(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `repeat_buyers` of one number of days."""
    title = words("Buyers who came with another deal")
    names = role_words(words)
    known = [row for row in rows if row["role"] in names and real(row["again"]) is not None]
    if not known:
        return nothing(title, words)
    known.sort(key=lambda row: list(names).index(row["role"]))
    told = [{**row, "name": names[row["role"]]} for row in known]
    estimates = [_again(row, words, options) for row in told]
    shown = columns(
        words, ("name", "Who sold", "text"), ("buyers", "Buyers", "count"), ("at_risk", "Watched so long", "count"),
        ("again", "Came again", "share"), ("again_low", "Interval from", "share"),
        ("again_high", "Interval to", "share"),
    )  # fmt: skip
    days = words.plural("{n} day", "{n} days", count(known[0]["days"]))
    return Facts(
        title,
        words(
            "Within {days} came again: {roles}.",
            days=days,
            roles=words.listing(f"{row['name']} {words.share(real(row['again']))}" for row in told),
        ),
        shown,
        cells(told, shown),
        {"rows": estimates},
        {"value": words("Came within {days} (95%); hollow: few", days=days)},
        {"top": top_of(estimates)},
    )


def _again(row: Row, words: Words, options: Options) -> Record:
    value, low, high = (real(row[key]) or 0.0 for key in ("again", "again_low", "again_high"))
    buyers, watched = count(row["buyers"]), count(row["at_risk"])
    text = tip(
        str(row["name"]),
        words.plural("{n} buyer", "{n} buyers", buyers),
        words("Watched so long: {n}", n=words.number(watched)),
        words("Came again: {share}", share=words.share(value)),
        words("95% interval: {low} to {high}", low=words.share(low), high=words.share(high)),
    )
    counts = words.plural("{n} buyer", "{n} buyers", buyers)
    shown = words.share(value) if buyers >= options.min_n else ""
    record = estimate(str(row["name"]), counts, (value, low, high), shown, text)
    return record | {"hollow": watched < options.min_n}


SHRUNK = Drawing(shrunk, intervals)
RAMP = Drawing(ramp, intervals)
ROLE_WIN_RATE = Drawing(role_win_rate, intervals)
REPEAT_BUYERS = Drawing(repeat_buyers, intervals)
