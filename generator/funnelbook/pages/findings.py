"""What a picture shows, said in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.results import Row
from funnelbook.pages.labels import CAUSES, label
from funnelbook.pages.text import UNNAMED, crm, joined, mark, sentence


def flow(words: Words, opening: int, closing: int) -> Markup:
    texts = {"opening": words.number(opening), "closing": words.number(closing)}
    if closing == opening:
        return sentence(words, "As many deals are open at the end as at the start: {closing}.", **texts)
    if closing > opening:
        return sentence(
            words,
            "More is coming in than is being closed: {opening} open at the start, {closing} at the end.",
            **texts,
        )
    return sentence(
        words, "More is being closed than is coming in: {opening} open at the start, {closing} at the end.", **texts
    )


def funnel(words: Words, rows: Sequence[Row]) -> Markup:
    """Of a cohort: how far it came, and where it loses most."""
    first, won = rows[0], rows[-1]
    most = max(row["lost"] for row in rows[:-1])
    worst = [row for row in rows[:-1] if row["lost"] == most]
    texts: dict[str, object] = {"n": words.number(first["reached"]), "won": words.number(won["reached"])}
    if not most:
        return sentence(words, "Of {n} deals {won} were won; none was lost.", **texts)
    if len(worst) > 1:
        lost = words.number(sum(row["lost"] for row in rows[:-1]))
        return sentence(
            words, "Of {n} deals {won} were won and {lost} lost; no stage stands out.", lost=lost, **texts
        )
    return sentence(
        words,
        "Of {n} deals {won} were won; most losses are at {stage}: {lost}.",
        stage=crm(worst[0]["stage"]),
        lost=words.number(most),
        **texts,
    )


def win_rate(words: Words, rows: Sequence[Row], min_n: int) -> Markup:
    known = [row for row in rows if row["win_rate"] is not None and row["won"] + row["lost"] >= min_n]
    if len(known) < 2:
        return sentence(words, "The win rate month by month; there are too few closed deals to see a course.")
    low, high = (pick(known, key=lambda row: row["win_rate"]) for pick in (min, max))
    if low["win_rate"] == high["win_rate"]:
        return sentence(words, "The win rate was {share} in every month.", share=words.share(low["win_rate"]))
    return sentence(
        words,
        "From {low} ({low_month}) to {high} ({high_month}); the points inside the band are noise.",
        low=words.share(low["win_rate"]),
        low_month=words.month(low["month"]),
        high=words.share(high["win_rate"]),
        high_month=words.month(high["month"]),
    )


def revenue(words: Words, rows: Sequence[Row]) -> Markup:
    """The month's place among those shown; a month without others before it is only told."""
    last = rows[-1]["revenue"]
    if len(rows) == 1:
        return sentence(words, "Revenue of the month: {money}.", money=words.money(last))
    rank = 1 + sum(row["revenue"] > last for row in rows)
    best = max(rows, key=lambda row: row["revenue"])
    if rank == 1:
        return sentence(words, "The best of {n} months by revenue.", n=words.number(len(rows)))
    return sentence(
        words,
        "Place {rank} of {n} months by revenue; the best was {month}: {money}.",
        rank=rank,
        n=words.number(len(rows)),
        month=words.month(best["month"]),
        money=words.money(best["revenue"]),
    )


def revenue_so_far(words: Words, row: Row) -> Markup:
    return sentence(words, "{money} so far; the month is not over.", money=words.money(row["revenue"]))


def causes(words: Words, counts: Mapping[str, int]) -> Markup:
    """The fewest causes that make half of the losses."""
    total, so_far, named = sum(counts.values()), 0, []
    for cause, deals in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        named.append(label(words, CAUSES, cause))
        so_far += deals
        if 2 * so_far >= total:
            break
    return sentence(
        words,
        "{causes}: {n} of {all} losses.",
        causes=joined([Markup("{}").format(each) for each in named], ", "),
        n=words.number(so_far),
        all=words.number(total),
    )


def stages(words: Words, counts: Mapping[str, int]) -> Markup:
    total = sum(counts.values())
    if counts.get(UNNAMED, 0) * 2 >= total:
        texts = {"n": words.number(counts[UNNAMED]), "all": words.number(total)}
        return sentence(words, "For {n} of {all} losses nobody knows the stage.", **texts)
    known = {stage: deals for stage, deals in counts.items() if stage != UNNAMED}
    most = max(known.values())
    named = [crm(stage) for stage, deals in known.items() if deals == most]
    return sentence(
        words,
        mark("Most are lost at {stage}: {n} of {all}.") if len(named) == 1 else _EVEN,
        stage=joined(named, ", "),
        n=words.number(most),
        all=words.number(total),
    )


_EVEN = mark("No stage stands out: {stage} lost {n} of {all} each.")


def parties(words: Words, row: Row) -> Markup:
    return sentence(
        words,
        "We refused {refused}, buyers declined {declined}, {drifted} drifted away.",
        **{name: words.number(row[name]) for name in ("refused", "declined", "drifted")},
    )


def cost_of_sale(words: Words, rows: Sequence[Row]) -> Markup:
    """What a sale cost in the newest month that had one, and the span over the months shown."""
    known = [row for row in rows if row["cost_of_sale"] is not None]
    if not known:
        return sentence(words, "Nothing was sold, so there is no cost of sale.")
    values = sorted(row["cost_of_sale"] for row in known)
    texts = {"now": words.money(known[-1]["cost_of_sale"]), "month": words.month(known[-1]["month"]).capitalize()}
    if values[0] == values[-1]:
        return sentence(words, "{month}: a sale cost {now}.", **texts)
    return sentence(
        words,
        "{month}: a sale cost {now}; over the months shown {range}.",
        **texts,
        range=words.money_range(values[0], values[-1]),
    )


def response(words: Words, row: Row, target: float, min_n: int) -> Markup:
    """Of a month's leads; over few of them the share within the target is a count."""
    if not row["created"]:
        return sentence(words, "No new lead came in.")
    if row["response_median_minutes"] is None:
        return sentence(words, "Nobody answered yet.")
    texts = {"median": words.minutes(row["response_median_minutes"]), "target": words.minutes(target)}
    if row["answered_in_target"] is None:
        return sentence(words, "Half of the leads were answered within {median}.", **texts)
    return sentence(
        words,
        "Half of the leads were answered within {median}; {share} within the target of {target}.",
        share=answered(words, row, min_n),
        **texts,
    )


def answered(words: Words, row: Row, min_n: int) -> str:
    """The share of a month's leads that were answered in time; the two counts of few."""
    share, leads = row["answered_in_target"], row["created"]
    if leads >= min_n:
        return words.share(share)
    return words("{n} of {all}", n=words.number(round(share * leads)), all=words.number(leads))


def leaks(words: Words, rows: Sequence[Row]) -> Markup:
    """Which stages differ from their own year beyond chance."""
    below = [crm(row["stage"]) for row in rows if not row["noise"] and row["difference"] < 0]
    above = [crm(row["stage"]) for row in rows if not row["noise"] and row["difference"] > 0]
    if not below and not above:
        return sentence(words, "No stage differs from the year before by more than noise.")
    texts = {"below": joined(below, ", "), "above": joined(above, ", ")}
    if not above:
        return sentence(words, "Worse than over the year before, and not noise: {below}.", **texts)
    if not below:
        return sentence(words, "Better than over the year before, and not noise: {above}.", **texts)
    return sentence(words, "Not noise: worse than over the year before {below}, better {above}.", **texts)
