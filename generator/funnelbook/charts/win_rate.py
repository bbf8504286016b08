"""Is a share changing, or is it noise? The win rate over months, and one stage's conversion over cohorts."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    capital,
    cells,
    columns,
    count,
    label,
    nothing,
    portion,
    real,
    share_of,
    tip,
)
from funnelbook.charts.months import by_month, month_words
from funnelbook.charts.rates import Z95, Z998, limits, point, rates, scale_of
from funnelbook.charts.theme import LIGHT
from funnelbook.language import Words

#: A cohort of which more than this share still stands at the stage may yet come out otherwise.
UNDECIDED = 0.1


def win_rate(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Shewhart's p chart of won / (won + lost): the centre line is the share over all months shown."""
    title = words("Win rate: is it changing, or is it noise?")
    months = by_month(rows)
    closed = [row for row in months if _closed(row)]
    if not closed:
        return nothing(title, words)
    centre = sum(count(row["won"]) for row in closed) / sum(map(_closed, closed))
    bands = [_band(row["month"], centre, _closed(row)) for row in closed]
    points = [_month_point(row, band, words, options) for row, band in zip(closed, bands, strict=True)]
    shown = columns(
        words,
        ("month", "Month", "month"),
        ("won", "Won", "count"),
        ("lost", "Lost", "count"),
        ("win_rate", "Win rate", "share"),
        ("win_rate_low", "Interval from", "share"),
        ("win_rate_high", "Interval to", "share"),
    )
    texts = {
        "value": words("Share won, with its 95% interval"),
        "centre": words("All months: {share}", share=words.share(centre)),
        "limits": words("Within noise (95% and 99.8%)"),
    }
    if any(record["stroke"] == LIGHT["orange"] for record in points):
        texts["outside"] = words("Beyond noise")
    return Facts(
        title,
        _win_rate_alt(closed[-1], bands[-1], centre, words),
        shown,
        cells(months, shown),
        {
            "points": points,
            "bands": bands,
            "last": [_labelled(points[-1], portion(count(closed[-1]["won"]), _closed(closed[-1]), words, options))],
            "months": _axis(months, "month"),
        },
        texts | month_words([row["month"] for row in months], words),
        {**scale_of(points), "centre": centre},
    )


def conversion(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """advanced / reached of one stage by cohort; hollow while over a tenth of the cohort still stands there."""
    cohorts = by_month(rows, "cohort")
    stage = label(cohorts[0]["stage"]) if cohorts else "—"
    title = words("{stage}: conversion by month of creation", stage=stage)
    known = [row for row in cohorts if count(row["reached"]) and row["conversion"] is not None]
    if not known:
        return nothing(title, words)
    reached, advanced = (sum(count(row[key]) for row in known) for key in ("reached", "advanced"))
    points = [_cohort_point(row, words, options) for row in known]
    shown = columns(
        words,
        ("cohort", "Month of creation", "month"),
        ("reached", "Reached", "count"),
        ("advanced", "Went on", "count"),
        ("lost", "Lost", "count"),
        ("open", "Still open", "count"),
        ("conversion", "Conversion", "share"),
        ("conversion_low", "Interval from", "share"),
        ("conversion_high", "Interval to", "share"),
    )
    centre = advanced / reached
    texts = {
        "value": words("Conversion, 95% interval; hollow: undecided"),
        "centre": words("All months: {share}", share=words.share(centre)),
    }
    newest = portion(count(known[-1]["advanced"]), count(known[-1]["reached"]), words, options)
    alt = words(
        "Of {reached} that reached “{stage}”, {share} went on; the newest month, {month}: {last}.",
        reached=words.plural("{n} deal", "{n} deals", reached),
        stage=stage,
        share=share_of(advanced, reached, words, options),
        month=words.month(known[-1]["cohort"]),
        last=newest,
    )
    return Facts(
        title,
        alt,
        shown,
        cells(cohorts, shown),
        {"points": points, "last": [_labelled(points[-1], newest)], "months": _axis(cohorts, "cohort")},
        texts | month_words([row["cohort"] for row in cohorts], words),
        {**scale_of(points), "centre": centre},
    )


def _closed(row: Row) -> int:
    return count(row["won"]) + count(row["lost"])


def _axis(rows: Sequence[Row], key: str) -> list[Record]:
    return [{"month": row[key]} for row in rows]


def _labelled(record: Record, text: str) -> Record:
    return {"month": record["month"], "value": record["value"], "text": text}


def _band(month: str, centre: float, n: int) -> Record:
    inner, outer = limits(centre, n, Z95), limits(centre, n, Z998)
    return {
        "month": month,
        "inner_low": inner[0],
        "inner_high": inner[1],
        "outer_low": outer[0],
        "outer_high": outer[1],
    }


def _month_point(row: Row, band: Record, words: Words, options: Options) -> Record:
    n, value = _closed(row), count(row["won"]) / _closed(row)
    text = tip(
        words.month(row["month"]),
        words(
            "Won {won} of {n} closed: {share}",
            won=words.number(row["won"]),
            n=words.number(n),
            share=words.share(value, 1),
        ),
        words(
            "95% interval: {low} to {high}",
            low=words.share(row["win_rate_low"]),
            high=words.share(row["win_rate_high"]),
        ),
        words("Not over yet") if row["month"] == options.partial else "",
    )
    hollow = n < options.min_n or row["month"] == options.partial
    outside = not band["outer_low"] <= value <= band["outer_high"]
    return point(
        row["month"],
        (value, real(row["win_rate_low"]), real(row["win_rate_high"])),
        text,
        hollow=hollow,
        outside=outside,
    )


def _cohort_point(row: Row, words: Words, options: Options) -> Record:
    n = count(row["reached"])
    text = tip(
        words("Created: {month}", month=words.month(row["cohort"])),
        words(
            "{n} of {reached} went on: {share}",
            n=words.number(row["advanced"]),
            reached=words.number(n),
            share=words.share(row["conversion"], 1),
        ),
        words(
            "95% interval: {low} to {high}",
            low=words.share(row["conversion_low"]),
            high=words.share(row["conversion_high"]),
        ),
        words("Lost: {n}", n=words.number(row["lost"])),
        words("Still open: {n}", n=words.number(row["open"])),
    )
    hollow = n < options.min_n or count(row["open"]) / n > UNDECIDED
    values = (real(row["conversion"]) or 0.0, real(row["conversion_low"]), real(row["conversion_high"]))
    return point(row["cohort"], values, text, hollow=hollow, outside=False)


def _win_rate_alt(row: Row, band: Record, centre: float, words: Words) -> str:
    value = count(row["won"]) / _closed(row)
    low, high = band["outer_low"], band["outer_high"]
    sentence = (
        "{month}: {won} of {n} closed deals were won, {share}: above what noise explains around {centre}."
        if value > high
        else "{month}: {won} of {n} closed deals were won, {share}: below what noise explains around {centre}."
        if value < low
        else "{month}: {won} of {n} closed deals were won, {share}: within the noise around {centre}."
    )
    return capital(
        words(
            sentence,
            month=words.month(row["month"]),
            won=words.number(row["won"]),
            n=words.number(_closed(row)),
            share=words.share(value),
            centre=words.share(centre),
        )
    )


WIN_RATE = Drawing(win_rate, rates)
CONVERSION = Drawing(conversion, rates)
