"""Is it the price? Losses for price and value by stage, source and size of the deal; sales by size of the deal."""

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
from funnelbook.charts.intervals import estimate, heading, intervals, top_of
from funnelbook.language import Words

#: Prices from here on are written in millions.
_MILLION = 1_000_000
#: Dimensions that rows may have, in the order of the drawing, with the head above their rows.
_DIMENSIONS = {"stage": "By stage", "source": "By source", "size": "By the deal's price"}


def price_value(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `price_value`, and those of `prices` as the dimension `size`."""
    title = words("Losses for price and value, of losses with a recorded reason")
    known = [row for row in rows if count(row["with_cause"]) and row["dimension"] in _DIMENSIONS]
    if not known:
        return nothing(title, words)
    whole = next((row for row in rows if row["dimension"] == "all"), None)
    ordered = sorted(known, key=lambda row: list(_DIMENSIONS).index(row["dimension"]))
    shown = columns(
        words,
        ("member", "Where", "text"),
        ("with_cause", "Losses with a reason", "count"),
        ("price_value", "For price and value", "count"),
        ("share", "Share", "share"),
        ("share_low", "Interval from", "share"),
        ("share_high", "Interval to", "share"),
    )
    marks = list[Record]()
    for number, row in enumerate(ordered):
        if not number or row["dimension"] != ordered[number - 1]["dimension"]:
            name = _DIMENSIONS[row["dimension"]]
            marks.append(heading(words(name)))
        marks.append(_member(row, words, options))
    texts = {"value": words("Share of losses, with its 95% interval")}
    centre = real(whole["share"]) if whole else None
    if centre is not None:
        texts["centre"] = words("All losses with a reason: {share}", share=words.share(centre))
    most = max(known, key=lambda row: (real(row["share"]) or 0, count(row["with_cause"])))
    alt = words("No loss is recorded as one for price and value.")
    if count(most["price_value"]):
        alt = words(
            "Price and value: the greatest share of losses is at “{member}”, {n} of {all}.",
            member=_name(most, words),
            n=words.number(count(most["price_value"])),
            all=words.number(count(most["with_cause"])),
        )
    scale = {"top": top_of(marks), **({} if centre is None else {"centre": centre})}
    named = [{**row, "member": _name(row, words)} for row in ordered]
    return Facts(title, alt, shown, cells(named, shown), {"rows": marks}, texts, scale)


def _name(row: Row, words: Words) -> str:
    if row["dimension"] == "size":
        return span(row, words)
    if row["member"] not in (None, "", "—"):
        return label(row["member"])
    return words("Stage not known") if row["dimension"] == "stage" else words("Not recorded")


def _member(row: Row, words: Words, options: Options) -> Record:
    part, whole = count(row["price_value"]), count(row["with_cause"])
    text = tip(
        _name(row, words),
        words(
            "For price and value: {n} of {all} losses with a reason",
            n=words.number(part),
            all=words.number(whole),
        ),
        words(
            "95% interval: {low} to {high}", low=words.share(row["share_low"]), high=words.share(row["share_high"])
        ),
    )
    return estimate(
        _name(row, words),
        words("{part} of {whole}", part=words.number(part), whole=words.number(whole)),
        (part / whole, real(row["share_low"]) or 0.0, real(row["share_high"]) or 0.0),
        portion(part, whole, words, options),
        text,
    ) | {"hollow": whole < options.min_n}


def prices(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `prices`; deals without a value have no bucket and stand in the table only."""
    title = words("Win rate by the deal's price")
    buckets = [row for row in rows if row["bucket"] is not None and count(row["closed"])]
    if not buckets:
        return nothing(title, words)
    shown = columns(
        words,
        ("bucket", "Price group, cheapest first", "count"),
        ("from", "From", "money"),
        ("to", "To", "money"),
        ("closed", "Closed", "count"),
        ("won", "Won", "count"),
        ("win_rate", "Win rate", "share"),
        ("win_rate_low", "Interval from", "share"),
        ("win_rate_high", "Interval to", "share"),
        ("with_cause", "Losses with a reason", "count"),
        ("price_value", "For price and value", "count"),
        ("share", "Share of those", "share"),
    )
    marks = [_bucket(row, words, options) for row in buckets]
    won, closed = (sum(count(row[key]) for row in buckets) for key in ("won", "closed"))
    first, last = buckets[0], buckets[-1]
    alt = words(
        "Of the cheapest deals, {first}, {first_share} were won; of the dearest, {last}, {last_share}.",
        first=span(first, words),
        first_share=portion(count(first["won"]), count(first["closed"]), words, options),
        last=span(last, words),
        last_share=portion(count(last["won"]), count(last["closed"]), words, options),
    )
    texts = {
        "value": words("Share won, with its 95% interval"),
        "centre": words("All deals with a price: {share}", share=words.share(won / closed)),
    }
    scale = {"top": top_of(marks), "centre": won / closed}
    return Facts(title, alt, shown, cells(rows, shown), {"rows": marks}, texts, scale)


def span(row: Row, words: Words) -> str:
    """The prices of a bucket: `19 800–71 700 ₽`, or the one price that all its deals have."""
    low, high = real(row["from"]) or 0.0, real(row["to"]) or 0.0
    if low == high:
        return words.money(low)
    if low < _MILLION <= high:
        return f"{words.number(round(low))} – {words.money(high)}"
    return words.money_range(low, high)


def _bucket(row: Row, words: Words, options: Options) -> Record:
    won, closed = count(row["won"]), count(row["closed"])
    text = tip(
        span(row, words),
        words("Won {won} of {n} closed: {share}", won=won, n=closed, share=words.share(won / closed, 1)),
        words(
            "95% interval: {low} to {high}",
            low=words.share(row["win_rate_low"]),
            high=words.share(row["win_rate_high"]),
        ),
    )
    return estimate(
        span(row, words),
        words("{part} of {whole}", part=words.number(won), whole=words.number(closed)),
        (won / closed, real(row["win_rate_low"]) or 0.0, real(row["win_rate_high"]) or 0.0),
        portion(won, closed, words, options),
        text,
    ) | {"hollow": closed < options.min_n}


PRICE_VALUE = Drawing(price_value, intervals)
PRICES = Drawing(prices, intervals)
