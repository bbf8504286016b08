"""What share of each source, temperature or segment was won, with the range that so few deals leave."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.charts.facts import (
    Drawing,
    Facts,
    Options,
    Record,
    Row,
    columns,
    count,
    label,
    nothing,
    portion,
    tip,
)
from funnelbook.charts.intervals import estimate, intervals, top_of
from funnelbook.language import Words
from funnelbook.model.differences import Share, wilson


def member_rates(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows: member, won, lost, and `noise`: whether it differs from the others by chance alone (null = unknown).

    In the order of the rows; a member with fewer than `min_n` closed deals is hollow, one without is left out.
    """
    title = words("Win rate side by side")
    known = [(row, share) for row in rows if (share := wilson(count(row["won"]), _closed(row)))]
    if not known:
        return nothing(title, words)
    closed = [row for row, _ in known]
    whole = sum(count(row["won"]) for row in closed) / sum(map(_closed, closed))
    estimates = [_estimate(row, share, words, options) for row, share in known]
    shown = columns(
        words,
        ("member", "Who", "text"),
        ("won", "Won", "count"),
        ("lost", "Lost", "count"),
        ("win_rate", "Win rate", "share"),
        ("win_rate_low", "Interval from", "share"),
        ("win_rate_high", "Interval to", "share"),
    )
    table = tuple(
        (label(row["member"]), count(row["won"]), count(row["lost"]), share.value, share.low, share.high)
        for row, share in known
    )
    texts = {
        "value": words("share, 95% interval; hollow: under {n} deals", n=options.min_n),
        "centre": words("All together: {share}", share=words.share(whole)),
    }
    if any(record["outside"] for record in estimates):
        texts["outside"] = words("apart from the others: not noise")
    return Facts(
        title,
        _alt(closed, words, options),
        shown,
        table,
        {"rows": estimates},
        texts,
        {"top": top_of(estimates), "centre": whole},
    )


def _closed(row: Row) -> int:
    return count(row["won"]) + count(row["lost"])


def _estimate(row: Row, share: Share, words: Words, options: Options) -> Record:
    won, closed = count(row["won"]), _closed(row)
    counts = words("{part} of {whole}", part=words.number(won), whole=words.number(closed))
    text = tip(
        label(row["member"]),
        counts,
        words("95% interval: {low} to {high}", low=words.share(share.low), high=words.share(share.high)),
    )
    few = closed < options.min_n
    shown = "" if few else words.share(share.value)
    made = estimate(label(row["member"]), counts, (share.value, share.low, share.high), shown, text)
    return {**made, "hollow": few, "outside": row["noise"] is False}


def _alt(known: Sequence[Row], words: Words, options: Options) -> str:
    sure = [row for row in known if _closed(row) >= options.min_n] or known
    rates = {count(row["won"]) / _closed(row) for row in sure}
    together = portion(sum(count(row["won"]) for row in known), sum(map(_closed, known)), words, options)
    if len(rates) == 1:
        return words("Of all closed deals together {whole} were won.", whole=together)
    best = max(sure, key=lambda row: (count(row["won"]) / _closed(row), label(row["member"])))
    worst = min(sure, key=lambda row: (count(row["won"]) / _closed(row), label(row["member"])))
    return words(
        "All together {whole} of the closed deals were won; most of {best} ({most}), fewest of {worst} ({least}).",
        whole=together,
        best=label(best["member"]),
        most=portion(count(best["won"]), _closed(best), words, options),
        worst=label(worst["member"]),
        least=portion(count(worst["won"]), _closed(worst), words, options),
    )


MEMBER_RATES = Drawing(member_rates, intervals)
