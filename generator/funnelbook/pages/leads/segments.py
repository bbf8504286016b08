"""Companies and private buyers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup
from msgspec import Struct

from funnelbook.language import NOTHING
from funnelbook.model.differences import Interval, apart, newcombe, wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.cost.window import Spending
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.leads.members import Member, Side, difference, side
from funnelbook.pages.leads.sources import rates
from funnelbook.pages.leads.written import SEGMENTS, change, part_of, plain_name, with_interval
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, joined, sentence, span, strong
from funnelbook.pages.tiles import signed_share, verdict


class Segment(Struct, frozen=True):
    """A segment's sums, and its row of `sales` (None when nothing was won)."""

    member: Member
    sales: Row | None

    def measured(self, name: str, prefix: str) -> Interval | None:
        """A median of `sales` with its interval."""
        row = self.sales
        if row is None or row[name] is None or row[f"{prefix}_low"] is None:
            return None
        return Interval(row[name], row[f"{prefix}_low"], row[f"{prefix}_high"])

    @property
    def cost(self) -> Interval | None:
        """Cost of a sale with the range that the win rate's interval leaves."""
        spent = Spending(self.member.cost, self.member.won, self.member.lost)
        if spent.of_sale is None or spent.range is None or spent.range[1] is None:
            return None
        return Interval(spent.of_sale, spent.range[0], spent.range[1])


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition = draft.edition
    words = edition.words
    ident, title = answers.anchor(draft, "segments", pipeline), words("B2B and B2C side by side")
    members = side(edition, pipeline, "segment")
    if not members.named:
        return Part(ident, title, reason=label(words, ABSENCES, "no-segments"))
    named = sorted(members.members, key=lambda each: list(SEGMENTS).index(each.name))
    rows = edition.numbers.table("sales", pipeline=pipeline.name, dimension="segment")
    segments = [Segment(each, next((row for row in rows if row["member"] == each.name), None)) for each in named]
    return Part(
        ident,
        title,
        (rates(draft, members, f"{ident}-rates", _left_of(edition, members)),),
        (_grid(edition, members, [each for each in segments if each.member.name != UNNAMED]),),
        notes=tuple(_notes(edition, segments)),
        tables=("monthly", "sales", *(("qualification",) if edition.numbers.has("qualification") else ())),
    )


def _left_of(edition: Edition, members: Side) -> Markup:
    """What each segment leaves after costs; nothing while that is not known."""
    words = edition.words
    if not (members.money and members.priced):
        return Markup("")
    listed = [
        sentence(
            words,
            "{segment} {left} from {sales}",
            segment=plain_name(edition, each.name),
            left=strong(words.money(each.left)),
            sales=words.plural("{n} sale", "{n} sales", each.won),
        )
        for each in sorted(members.named, key=lambda each: each.name)
    ]
    return Markup("{} ").format(sentence(words, "Left after costs: {list}.", list=joined(listed, ", ")))


def _grid(edition: Edition, members: Side, segments: list[Segment]) -> Grid:
    words = edition.words
    both = len(segments) == 2
    heads = [
        Head(words("Figure"), number=False),
        *(Head(plain_name(edition, each.member.name), "segment") for each in segments),
        *([Head(words("Difference"), "noise")] if both else []),
    ]
    made = [
        [name, *cells, *([against] if both else [])] for name, cells, against in _rows(edition, members, segments)
    ]
    return grid(words("The same figures of each segment"), heads, made)


_Line = tuple[str, list[str], str]


def _rows(edition: Edition, members: Side, pair: list[Segment]) -> Iterator[_Line]:
    words = edition.words
    sums = [each.member for each in pair]
    yield words("Leads"), [words.number(each.leads) for each in sums], "—"
    if all(each.qualified is not None for each in sums):
        shares = [part_of(edition, each.qualified or 0, each.leads) for each in sums]
        yield words("Qualified, of leads"), shares, _qualified(edition, pair)
    yield words("Won"), [words.number(each.won) for each in sums], "—"
    rates_ = [with_interval(edition, each.won, each.closed) for each in sums]
    yield words("Win rate"), rates_, _rate(edition, pair)
    if members.money:
        yield words("Revenue"), [words.money(each.revenue) for each in sums], "—"
        yield words("Average sale"), [words.money(each.average_sale) for each in sums], "—"
        yield from _measured(edition, pair, ("median_sale", "median_sale"))
    yield from _measured(edition, pair, ("cycle_median_days", "cycle_median"))
    if members.priced:
        costs = [words.money(each.member.cost_of_sale) for each in pair]
        found = apart(a, b) if len(pair) == 2 and (a := pair[0].cost) and (b := pair[1].cost) else None
        yield words("Cost of sale"), costs, _against(edition, pair, found, "cost")
        yield _intervals(edition, [each.cost for each in pair], money=True)
        if members.money:
            yield (
                words("Left after costs"),
                [words.money(each.left) for each in sums],
                _left(edition, members, pair),
            )
            yield (
                words("The same at both ends of the win rate"),
                [_ends(edition, members, each) for each in sums],
                "—",
            )


def _ends(edition: Edition, members: Side, member: Member) -> str:
    reach = members.left_range(member)
    return NOTHING if reach is None else " … ".join(map(edition.words.money, reach))


def _left(edition: Edition, members: Side, pair: list[Segment]) -> str:
    """What is left of the two, each with the range of its win rate, and whether they differ."""
    known = [(each.member.left, reach) for each in pair if (reach := members.left_range(each.member))]
    if len(known) != 2:
        return edition.words("too few to compare")
    one, other = (Interval(value, *reach) for value, reach in known)
    return verdict(edition.words, apart(one, other).noise)


def _qualified(edition: Edition, pair: list[Segment]) -> str:
    if len(pair) != 2:
        return ""
    shares = [wilson(each.member.qualified or 0, each.member.leads) for each in pair]
    few = min(each.member.leads for each in pair) < edition.book.project.metrics.min_n
    if few or shares[0] is None or shares[1] is None:
        return change(edition, None)
    return change(edition, newcombe(shares[0], shares[1]))


def _rate(edition: Edition, pair: list[Segment]) -> str:
    if len(pair) != 2:
        return ""
    one, other = ((each.member.won, each.member.closed) for each in pair)
    return change(edition, difference(one, other, edition.book.project.metrics.min_n))


def _measured(edition: Edition, pair: list[Segment], columns: tuple[str, str]) -> Iterator[_Line]:
    """A median of each segment and whether the two differ; then their intervals."""
    words, (name, prefix) = edition.words, columns
    money = name == "median_sale"
    write = words.money if money else words.days
    cells = [write(None if each.sales is None else each.sales[name]) for each in pair]
    known = [each.measured(name, prefix) for each in pair]
    found = apart(known[0], known[1]) if len(pair) == 2 and known[0] and known[1] else None
    head = words("Half of the sales are at most") if money else words("Half of the sales take at most")
    yield head, cells, _against(edition, pair, found, name)
    yield _intervals(edition, known, money=money)


def _intervals(edition: Edition, known: Sequence[Interval | None], *, money: bool) -> _Line:
    words = edition.words

    def written(each: Interval | None) -> str:
        if each is None:
            return NOTHING
        return (
            words.money_range(each.low, each.high) if money else span(words.days(each.low), words.days(each.high))
        )

    return words("its 95% interval"), [written(each) for each in known], ""


def _against(edition: Edition, pair: list[Segment], found: Interval | None, what: str) -> str:
    """How much the first lies above the second, in percent of it, and whether that is noise."""
    words = edition.words
    if found is None:
        return words("too few to compare")
    second = pair[1].cost if what == "cost" else pair[1].measured(what, what.removesuffix("_days"))
    base = second.value if second else 0.0
    by = signed_share(words, found.value / base) if base else ""
    return ", ".join(each for each in (by, verdict(words, found.noise)) if each)


def _notes(edition: Edition, segments: list[Segment]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "The last whole months. Ranges are 95% intervals; the difference is B2B against B2C. No company buys: "
        "behind each stands a person with a motive.",
    )
    unnamed = next((each.member for each in segments if each.member.name == UNNAMED), None)
    if unnamed and unnamed.leads:
        yield sentence(
            words,
            "Without a segment: {n} leads, {won} won of {closed} closed.",
            n=words.number(unnamed.leads),
            won=words.number(unnamed.won),
            closed=words.number(unnamed.closed),
        )
