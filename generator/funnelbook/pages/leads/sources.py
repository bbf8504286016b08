"""Where the leads that buy come from, in sales and in money left after costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages import answers
from funnelbook.pages.cost.window import months
from funnelbook.pages.edition import Draft, Edition, Figure
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.leads.members import Member, Side, side
from funnelbook.pages.leads.written import change, member_name, part_of, plain_name, window_words, with_interval
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, crm, filled, joined, mark, sentence, strong


def told(edition: Edition, pipeline: Pipeline) -> Markup:
    """Which source brought most, and which took more than it brought."""
    words = edition.words
    sources = side(edition, pipeline, "source")
    window = window_words(edition, len(months(edition.numbers)))
    whole = sources.whole
    if not whole.won:
        return sentence(
            words, "{window} nothing was sold, so no source can be told to bring buyers.", window=window
        )
    sales = words.plural("{n} sale", "{n} sales", whole.won)
    if sources.money:
        sales = words("{sales} for {money}", sales=sales, money=words.money(whole.revenue))
    if not sources.named:
        return sentence(
            words,
            "{window}: {sales}, and nobody recorded where the buyers came from.",
            window=window,
            sales=sales,
        )
    if whole.won < edition.book.project.metrics.min_n:
        return sentence(
            words, "{window}: {sales}, too few to say which source brings buyers.", window=window, sales=sales
        )
    parts = [
        sentence(
            words,
            "{window}: {sales}. {best} brought most: {what}.",
            window=window,
            sales=strong(sales),
            best=strong(crm(sources.named[0].name)),
            what=_brought(edition, sources, sources.named[0]),
        ),
        *_losing(edition, sources),
    ]
    return joined(parts)


def _brought(edition: Edition, sources: Side, member: Member) -> Markup:
    words = edition.words
    sales = words.plural("{n} sale", "{n} sales", member.won)
    if not sources.money:
        return filled(sales)
    if not sources.priced:
        return sentence(words, "{sales} for {money}", sales=sales, money=strong(words.money(member.revenue)))
    kept = member.left >= 0
    return sentence(
        words,
        mark("{sales} for {money}, of which {left} is left after costs")
        if kept
        else mark("{sales} for {money}, and {left} is missing to cover their costs"),
        sales=sales,
        money=words.money(member.revenue),
        left=strong(words.money(abs(member.left))),
    )


def _losing(edition: Edition, sources: Side) -> Iterator[Markup]:
    """The source that cost most beyond what it earned, if there is one, and whether that is chance."""
    words, min_n = edition.words, edition.book.project.metrics.min_n
    losing = [each for each in sources.named if each.left < 0 and each.closed >= min_n]
    if not (losing and sources.money and sources.priced):
        return
    worst = min(losing, key=lambda each: (each.left, each.name))
    yield sentence(
        words,
        "{source} cost more than it earned: {cost} was spent on its deals and {earned} earned, "
        "{missing} too little.",
        source=strong(crm(worst.name)),
        cost=words.money(worst.cost),
        earned=words.money(worst.earned),
        missing=strong(words.money(-worst.left)),
    )
    reach = sources.left_range(worst)
    if reach is not None:
        yield sentence(
            words,
            mark("That is not noise: even at the upper end of its win rate it would not have paid.")
            if reach[1] < 0
            else mark("With so few sales this may be noise."),
        )


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition = draft.edition
    words = edition.words
    ident, title = answers.anchor(draft, "sources", pipeline), words("Where the leads that buy come from")
    sources = side(edition, pipeline, "source")
    if not sources.named:
        return Part(ident, title, reason=label(words, ABSENCES, "no-sources"))
    return Part(
        ident,
        title,
        (_money(draft, sources, ident), rates(draft, sources, f"{ident}-rates")),
        tuple(_grids(edition, sources)),
        notes=tuple(_notes(edition, pipeline, sources)),
        tables=("monthly", "qualification") if edition.numbers.has("qualification") else ("monthly",),
    )


def _money(draft: Draft, sources: Side, ident: str) -> Figure | None:
    """Earned against spent; nothing while either is unknown."""
    words = draft.edition.words
    if not (sources.money and sources.priced):
        return None
    rows = tuple(
        {
            "member": plain_name(draft.edition, each.name),
            "won": each.won,
            "revenue": each.revenue,
            "earned": each.earned,
            "cost": each.cost,
            "left": each.left,
        }
        for each in sources.members
    )
    paying = sum(each.left > 0 for each in sources.named)
    finding = words.plural(
        "{paying} of {n} source earned more than its deals cost.",
        "{paying} of {n} sources earned more than their deals cost.",
        len(sources.named),
        paying=words.number(paying),
    )
    return draft.figure("source_money", rows, finding, ident=f"{ident}-money")


def rates(draft: Draft, members: Side, ident: str, first: Markup | None = None) -> Figure | None:
    """The win rates side by side, and which differ from the others by more than noise; `first` is said before."""
    edition, min_n = draft.edition, draft.edition.book.project.metrics.min_n
    changes = {each.name: members.against_others(each, min_n) for each in members.members}
    rows = tuple(
        {
            "member": plain_name(edition, each.name),
            "won": each.won,
            "lost": each.lost,
            "noise": None if (found := changes[each.name]) is None else found.noise,
        }
        for each in members.members
    )
    finding = _apart(edition, members)
    return draft.figure("member_rates", rows, first + finding if first else finding, ident=ident)


def _apart(edition: Edition, members: Side) -> Markup:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    compared = [(each, members.against_others(each, min_n)) for each in members.members]
    signals = [(each, found) for each, found in compared if found is not None and not found.noise]
    if not any(found for _, found in compared):
        return sentence(words, "There are too few closed deals to compare win rates.")
    if not signals:
        return sentence(words, "No win rate differs from that of the others by more than noise.")
    said = [
        sentence(
            words,
            "{name} ({points})",
            name=member_name(edition, each.name),
            points=change(edition, found).split(",")[0],
        )
        for each, found in signals
    ]
    return sentence(
        words,
        "The win rate differs from that of the others, and that is not noise: {list}.",
        list=joined(said, ", "),
    )


def _grids(edition: Edition, sources: Side) -> Iterator[Grid]:
    """Leads and sales of each source; and, where money is known, what they brought."""
    words = edition.words
    rows: Sequence[Member] = (*sources.members, *([sources.whole] if len(sources.members) > 1 else []))
    names = [words("All sources") if each is sources.whole else member_name(edition, each.name) for each in rows]
    qualifies = sources.whole.qualified is not None
    yield grid(
        words("Leads and sales, sources that bring most first"),
        (
            Head(words("Source"), number=False),
            Head(words("Leads"), "created"),
            *([Head(words("Qualified, of leads"), "qualified-share")] if qualifies else []),
            Head(words("Won"), "won"),
            Head(words("Win rate"), "win-rate"),
            Head(words("Against the others"), "noise"),
        ),
        [[name, *_sales(edition, sources, each)] for name, each in zip(names, rows, strict=True)],
    )
    if not sources.money:
        return
    costly = (
        Head(words("Cost of sale"), "cost-of-sale"),
        Head(words("Left after costs"), "left-after-costs"),
        Head(words("At the least"), "left-after-costs"),
        Head(words("At the most"), "left-after-costs"),
    )
    yield grid(
        words("Money of the same sources"),
        (
            Head(words("Source"), number=False),
            Head(words("Revenue"), "revenue"),
            *(costly if sources.priced else ()),
        ),
        [[name, *_brought_in(edition, sources, each)] for name, each in zip(names, rows, strict=True)],
    )


def _sales(edition: Edition, sources: Side, member: Member) -> Iterator[str]:
    words, min_n = edition.words, edition.book.project.metrics.min_n
    yield words.number(member.leads)
    if sources.whole.qualified is not None:
        yield part_of(edition, member.qualified or 0, member.leads)
    yield words.number(member.won)
    yield with_interval(edition, member.won, member.closed)
    yield "—" if member is sources.whole else change(edition, sources.against_others(member, min_n))


def _brought_in(edition: Edition, sources: Side, member: Member) -> Iterator[str]:
    words, reach = edition.words, sources.left_range(member)
    yield words.money(member.revenue)
    if sources.priced:
        yield words.money(member.cost_of_sale)
        yield words.money(member.left)
        yield from map(words.money, reach or (None, None))


def _notes(edition: Edition, pipeline: Pipeline, sources: Side) -> Iterator[Markup]:
    words, numbers = edition.words, edition.numbers
    window = months(numbers)
    yield sentence(
        words,
        "{first} to {last}. Leads are those created in these months; sales, losses and money are of the deals "
        "closed in them.",
        first=words.month(window[0]).capitalize(),
        last=words.month(window[-1]),
    )
    if sources.money and sources.priced:
        yield sentence(
            words,
            "Left after costs = revenue × margin ({margin}) − what was spent on all deals of the source that "
            "were closed, lost ones too; at the least and at the most: the same at both ends of the 95% interval "
            "of its win rate. Spend on a source that brought no lead is not here.",
            margin=words.share(pipeline.margin),
        )
    if sources.money and not sources.priced:
        yield sentence(
            words, "What is left after costs is not known yet. {reason}", reason=label(words, ABSENCES, "no-costs")
        )
    unnamed = next((each for each in sources.members if each.name == UNNAMED), None)
    if unnamed and unnamed.leads:
        yield sentence(
            words,
            "{n} of {all} leads have no source: nobody can say what brought them.",
            n=words.number(unnamed.leads),
            all=words.number(sources.whole.leads),
        )
