"""In whose hands the new deals of a month are: sellers', the head's, experts', the owner's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from funnelbook.charts.chart import Column
from funnelbook.charts.facts import Facts, Options, Record, Row, capital, count, nothing, share_of, tip
from funnelbook.charts.months import month_words
from funnelbook.charts.stacks import stack, stacked
from funnelbook.language import Words

_ROLES = (
    ("blue", "seller"), ("blue_pale", "head"), ("orange_pale", "expert"), ("orange", "owner"), ("grey", "—"),
)  # fmt: skip


def role_words(words: Words) -> dict[str, str]:
    """What the roles are called, in the order of their distance from selling as a job of its own."""
    return {
        "seller": words("Sellers"),
        "head": words("Head of sales"),
        "expert": words("Experts"),
        "owner": words("Owner of the business"),
        "—": words("Not in the team"),
    }


def hands(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `monthly` of the dimension role; a month without new deals has no bar."""
    title = words("Whose hands new deals are in")
    months = _counts(rows)
    created = [month for month, counts in months.items() if sum(counts.values())]
    if not created:
        return nothing(title, words)
    texts = {
        role: text for role, text in role_words(words).items() if any(counts[role] for counts in months.values())
    }
    last = months[created[-1]]
    alt = words(
        "{month}: {share} of {new} in sellers' hands.",
        month=words.month(created[-1]),
        share=share_of(last["seller"], sum(last.values()), words, options),
        new=words.plural("{n} new deal", "{n} new deals", sum(last.values())),
    )
    return Facts(
        title,
        capital(alt),
        (
            Column("month", words("Month"), "month"),
            *(Column(role, text, "count") for role, text in texts.items()),
        ),
        tuple((month, *(counts[role] for role in texts)) for month, counts in months.items()),
        {
            "parts": [part for month in created for part in _parts(month, months[month], texts, words)],
            "months": [{"month": month} for month in months],
        },
        texts | month_words(list(months), words),
        {"digits": 5},
    )


def _counts(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    months: dict[str, dict[str, int]] = {}
    for row in sorted(rows, key=lambda row: str(row["month"])):
        counts = months.setdefault(str(row["month"]), {role: 0 for _, role in _ROLES})
        role = str(row["member"])
        counts[role if role in counts else "—"] += count(row["created"])
    return months


def _parts(month: str, counts: Mapping[str, int], texts: Mapping[str, str], words: Words) -> list[Record]:
    def told(role: str, n: int, total: int) -> str:
        share = words(
            "{n} of {all} new deals: {share}",
            n=words.number(n),
            all=words.number(total),
            share=words.share(n / total),
        )
        return tip(words.month(month), texts[role], share)

    shown = [item for item in _ROLES if item[1] in texts]
    return stack(month, counts, shown, told)


HANDS = stacked(hands, _ROLES)
