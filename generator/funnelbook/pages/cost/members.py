"""What a sale cost by source and by seller, with what so few deals leave possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.cost.window import Spending, change, lacking_too, months, of_pipeline, spending
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.leads.written import SEGMENTS
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, joined, mark, sentence

#: Members beyond these are summed up in one.
MOST = 14

_DIMENSIONS = (
    ("source", mark("Cost of a sale by source")),
    ("owner", mark("Cost of a sale by seller")),
    ("segment", mark("Cost of a sale, B2B and B2C")),
)


def members(draft: Draft, pipeline: Pipeline) -> Part:
    """Sources, sellers and segments over the last whole months, each against all together."""
    edition, words = draft.edition, draft.edition.words
    ident, title = answers.anchor(draft, "members", pipeline), words("Cost of a sale by source and by seller")
    if reason := lacking_too(edition, pipeline):
        return Part(ident, title, reason=reason)
    whole = of_pipeline(edition.numbers, pipeline)
    if whole.of_sale is None:
        return Part(
            ident, title, reason=words("Nothing was sold in the last whole months, so there is no cost of a sale.")
        )
    figures = [_figure(draft, pipeline, whole, each) for each in _DIMENSIONS]
    if not any(figures):
        return Part(ident, title, reason=words("No deal has a source or a seller: export both columns."))
    return Part(ident, title, tuple(figures), notes=tuple(_notes(edition)), tables=("monthly",))


def _figure(draft: Draft, pipeline: Pipeline, whole: Spending, dimension: tuple[str, str]) -> Figure | None:
    edition, words = draft.edition, draft.edition.words
    name, title = dimension
    found = _spendings(edition, pipeline, name)
    if not any(each != UNNAMED for each in found):
        return None
    if name == "segment":
        found = {each if each == UNNAMED else words(SEGMENTS[each]): spent for each, spent in found.items()}
    rows = _rows(edition, found)
    return draft.figure(
        "cost_members",
        (*rows, _row(None, whole)),
        _finding(edition, rows, whole),
        ident=answers.anchor(draft, f"members-{name}", pipeline),
        title=words(title),
    )


def _spendings(edition: Edition, pipeline: Pipeline, dimension: str) -> dict[str, Spending]:
    """Per member that closed a deal; those that took most money first."""
    wanted = set(months(edition.numbers))
    rows: dict[str, list[Row]] = {}
    for row in edition.numbers.table("monthly", pipeline=pipeline.name, dimension=dimension):
        if row["month"] in wanted:
            rows.setdefault(row["member"], []).append(row)
    found = {member: spending(each) for member, each in rows.items()}
    ranked = sorted(found.items(), key=lambda item: (-item[1].cost, item[0]))
    return {member: each for member, each in ranked if each.closed}


def _row(member: str | None, spent: Spending) -> Row:
    low, high = spent.range or (None, None)
    return {
        "member": member,
        "cost": spent.cost,
        "won": spent.won,
        "lost": spent.lost,
        "cost_of_sale": spent.of_sale,
        "low": low,
        "high": high,
    }


def _rows(edition: Edition, found: dict[str, Spending]) -> list[Row]:
    """The cheapest sale first, those without a sale last; then what is not recorded, and all beyond the first."""
    words, rest = edition.words, list(found.values())[MOST:]
    named = {member: each for member, each in list(found.items())[:MOST] if member != UNNAMED}
    ranked = sorted(named.items(), key=lambda item: (item[1].of_sale is None, item[1].of_sale or 0.0, item[0]))
    rows = [_row(member, each) for member, each in ranked]
    if UNNAMED in list(found)[:MOST]:
        rows.append(_row(words("Not recorded"), found[UNNAMED]))
    return [*rows, _row(words("All others"), _together(rest))] if rest else rows


def _together(found: Sequence[Spending]) -> Spending:
    return Spending(
        sum(each.cost for each in found), sum(each.won for each in found), sum(each.lost for each in found)
    )


def _finding(edition: Edition, rows: Sequence[Row], whole: Spending) -> Markup:
    """Who is dearer or cheaper than all together by more than noise."""
    words = edition.words
    assert whole.of_sale is not None
    apart = [row for row in rows if _apart(row, whole)]
    dear = [row for row in apart if row["low"] is not None and row["low"] > whole.of_sale]
    cheap = [row for row in apart if row["high"] is not None and row["high"] < whole.of_sale]
    value = words.money(whole.of_sale)
    if not dear and not cheap:
        return sentence(words, "All together {value}; what the others differ by is within noise.", value=value)
    told = [
        sentence(words, text, names=joined([_named(edition, row) for row in found], ", "))
        for text, found in ((mark("dearer: {names}"), dear), (mark("cheaper: {names}"), cheap))
        if found
    ]
    return sentence(
        words,
        "All together {value}; beyond noise {told}.",
        value=value,
        told=joined(told, "; "),
    )


def _apart(row: Row, whole: Spending) -> bool:
    """Whether the member's cost of a sale differs from that of all others by more than chance leaves to both.

    A member without a sale or without costs is set against the range of the others.
    """
    mine = Spending(row["cost"], row["won"], row["lost"])
    others = Spending(whole.cost - mine.cost, whole.won - mine.won, whole.lost - mine.lost)
    found = change(mine, others)
    if found is not None:
        return not found.noise
    least, most = others.range or (None, None)
    dearer = most is not None and row["low"] is not None and row["low"] > most
    return bool(dearer or (least is not None and row["high"] is not None and row["high"] < least))


def _named(edition: Edition, row: Row) -> Markup:
    words = edition.words
    value = words("no sale") if row["cost_of_sale"] is None else words.money(row["cost_of_sale"])
    return Markup("{} ({})").format(crm(row["member"]), value)


def _notes(edition: Edition) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "Deals closed in the last {n} whole months. The range is what so few deals leave possible: the cost of a "
        "closed deal over both ends of the win rate's 95% interval. Where it holds the line, the difference is "
        "noise.",
        n=words.number(len(months(edition.numbers))),
    )
    yield sentence(
        words, "Sellers are given different leads, and what the leads had cost is in the cost of their sales."
    )
