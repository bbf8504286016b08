"""Who lies beyond chance, and what share of each person's deals we would bet on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.answers import anchor
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.labels import ROLES, VERDICTS, label
from funnelbook.pages.parts import Part
from funnelbook.pages.sellers.team import Team, counted, is_silent, newest, team_of
from funnelbook.pages.text import crm, joined, mark, sentence, span, strong


def nobody(edition: Edition) -> Markup | str:
    """Why there is nobody to tell of."""
    if not edition.numbers.pipelines:
        return edition.words("There are no deals yet.")
    return absence(edition, "sellers") or edition.words("Nobody closed a deal in the last twelve months.")


def without_deals(draft: Draft) -> tuple[Part, ...]:
    """The sections of a pipeline in a book that has none, so that they can be linked to."""
    words, reason = draft.edition.words, nobody(draft.edition)
    titles = {
        "funnel-plot": words("Who sells better or worse than chance explains"),
        "shrunk": words("What to expect of the next deals"),
        "roles": words("Whose hands the deals are in"),
    }
    return tuple(Part(ident, title, reason=reason) for ident, title in titles.items())


def parts(draft: Draft, pipeline: Pipeline) -> tuple[Part, Part]:
    edition, words = draft.edition, draft.edition.words
    team = team_of(edition, pipeline)
    ident, bets = anchor(draft, "funnel-plot", pipeline), anchor(draft, "shrunk", pipeline)
    titles = words("Who sells better or worse than chance explains"), words("What to expect of the next deals")
    if not team.rows:
        reason = nobody(edition)
        return Part(ident, titles[0], reason=reason), Part(bets, titles[1], reason=reason)
    plot = draft.figure("sellers", team.rows, verdict(edition, team), ident=ident)
    estimates = draft.figure("shrunk", team.rows, _bet(edition, team), ident=bets)
    return (
        Part(ident, titles[0], (plot,), notes=tuple(_plot_notes(edition, team)), tables=("sellers",)),
        Part(
            bets,
            titles[1],
            (estimates,),
            (_table(edition, team),),
            notes=tuple(_bet_notes(edition, team)),
            tables=("sellers",),
        ),
    )


def verdict(edition: Edition, team: Team) -> Markup:
    """Who is beyond the 99.8 % limits, or that nobody is."""
    words = edition.words
    if len(team.rows) == 1:
        (row,) = team.rows
        return sentence(
            words,
            "Only {name} closed deals in the last twelve months, {counts} won: there is nobody to compare with.",
            name=crm(row["owner"]),
            counts=counted(row).counts(words),
        )
    if not team.comparable:
        return sentence(
            words,
            "{n} of the {all} closed deals were won: win rates tell nobody apart.",
            n=words.number(team.count.n),
            all=words.number(team.count.whole),
        )
    mean = words.share(team.mean)
    if not team.below and not team.above:
        return sentence(
            words,
            "Nobody differs from the team by more than noise: {n} are within the limits around {mean}.",
            n=words.plural("all {n} people", "all {n} people", len(team.rows)),
            mean=mean,
        )
    told = []
    if team.below:
        told.append(
            sentence(
                words,
                "Worse than the team, and not noise: {names}, against {mean} of all together.",
                names=_names(edition, team.below),
                mean=mean,
            )
        )
    if team.above:
        told.append(
            sentence(
                words,
                "Better than the team, and not noise: {names}, against {mean} of all together.",
                names=_names(edition, team.above),
                mean=mean,
            )
        )
    told.append(_others(edition, team))
    return joined(told)


def _names(edition: Edition, rows: Sequence[Row]) -> Markup:
    """Each with the share and its counts."""
    each = [
        Markup("{}\u00a0— {}").format(strong(crm(row["owner"])), counted(row).counted(edition.words, edition.min_n))
        for row in rows
    ]
    return joined(each, ", ")


def _others(edition: Edition, team: Team) -> Markup:
    words = edition.words
    others = len(team.rows) - len(team.below) - len(team.above)
    if not others:
        return Markup()
    people = words.plural("The other {n} person", "The other {n} people", others)
    if team.below:
        return sentence(words, "{people}: differences within noise.", people=people)
    return sentence(words, "Nobody is worse beyond noise. {people}: differences within noise.", people=people)


def worth(edition: Edition, team: Team) -> Iterator[Markup]:
    """What a person beyond chance brings a year against the mean of all, in sales and money."""
    words = edition.words
    for row in (*team.below, *team.above):
        found = team.beyond(row)
        texts: dict[str, object] = {
            "name": strong(crm(row["owner"])),
            "sales": words.plural("{n} sale", "{n} sales", round(found.value)),
            "range": span(words.number(found.low), words.number(found.high)),
        }
        if team.sale is not None:
            texts["money"] = strong(words.money(found.value * team.sale))
        text = _WORTH[row["verdict"], team.sale is not None]
        yield sentence(words, text, **texts)


def needing_a_look(edition: Edition, team: Team) -> Iterator[Markup]:
    """Those under the 95 % limits who still get deals: help is likeliest to be needed there."""
    words, last = edition.words, newest(edition)
    low = [
        row for row in team.doubtful if row["win_rate"] < team.mean and not is_silent(edition, row["owner"], last)
    ]
    if low and team.comparable:
        yield sentence(
            words,
            "Look first into the deals of {names}: low, though it may still be noise.",
            names=_names(edition, low),
        )


#: By verdict, and by whether sales have prices.
_WORTH = {
    ("below", True): mark(
        "By a cautious estimate {name} brings {sales} a year ({range}), about {money} of revenue, less than the "
        "same "
        "deals at the mean of all. How much of it is skill and how much the leads, the numbers do not tell."
    ),
    ("below", False): mark(
        "By a cautious estimate {name} brings {sales} a year ({range}) less than the same deals at the mean of "
        "all. "
        "How much of it is skill and how much the leads, the numbers do not tell."
    ),
    ("above", True): mark(
        "By a cautious estimate {name} brings {sales} a year ({range}), about {money} of revenue, more than the "
        "same "
        "deals at the mean of all: find out what is done otherwise, and whether the leads were easier."
    ),
    ("above", False): mark(
        "By a cautious estimate {name} brings {sales} a year ({range}) more than the same deals at the mean of "
        "all: "
        "find out what is done otherwise, and whether the leads were easier."
    ),
}


def _plot_notes(edition: Edition, team: Team) -> Iterator[Markup | str]:
    words = edition.words
    if team.comparable:
        yield words(
            "Deals closed in the twelve months before the day of the data. The limits show how far chance alone "
            "throws the share of somebody who sells exactly like the team: the fewer deals, the farther."
        )
    if team.comparable and team.doubtful:
        yield sentence(
            words,
            "Outside the 95% limits, inside those of 99.8%: {names}. Of {n} about {chance} lie there by chance "
            "alone: "
            "look into their deals, but do not judge by this.",
            names=_names(edition, team.doubtful),
            n=words.plural("{n} person", "{n} people", len(team.rows)),
            chance=words.number(0.05 * len(team.rows), 1),
        )


def _bet(edition: Edition, team: Team) -> Markup:
    words = edition.words
    values = sorted(row["shrunk"] for row in team.rows)
    if values[0] == values[-1]:
        return sentence(
            words,
            "The differences are within noise: of the next deals we expect a win rate of {share} for everybody.",
            share=strong(words.share(values[0])),
        )
    return sentence(
        words,
        "Of the next deals we expect win rates of {range}, by seller; over the last year they were {raw}.",
        range=strong(span(words.share(values[0]), words.share(values[-1]))),
        raw=span(*(words.share(end(row["win_rate"] for row in team.rows)) for end in (min, max))),
    )


def _bet_notes(edition: Edition, team: Team) -> Iterator[Markup | str]:
    words = edition.words
    yield words(
        "Small numbers are drawn to the team's mean, the more so the fewer deals there are: "
        "three wins of four say little, three hundred of four hundred much."
    )
    last = newest(edition)
    for row in team.rows:
        owner = row["owner"]
        if is_silent(edition, owner, last) and last.get(owner):
            yield sentence(
                words,
                "{name} has had no new deal since {month}: counted are the deals closed until then and after.",
                name=crm(owner),
                month=words.month(last[owner]),
            )


def _table(edition: Edition, team: Team) -> Grid:
    """Everybody in the order of the names: no ranking."""
    words = edition.words
    heads = (
        Head(words("Seller"), number=False),
        Head(words("Role"), "role", number=False),
        Head(words("Closed"), "lost"),
        Head(words("Won"), "won"),
        Head(words("Win rate"), "win-rate"),
        Head(words("Expected"), "shrunk"),
        Head(words("Limits of 99.8%"), "limits"),
        Head(words("Verdict"), "limits", number=False),
    )
    doubtful = {row["owner"] for row in team.doubtful}
    rows = [
        [
            crm(row["owner"]),
            label(words, ROLES, row["role"]),
            words.number(row["closed"]),
            words.number(row["won"]),
            NOTHING if row["closed"] < edition.min_n else words.share(row["win_rate"]),
            _estimate(edition, row),
            span(words.share(row["limit998_low"]), words.share(row["limit998_high"])),
            _verdict(edition, team, "doubtful" if row["owner"] in doubtful else row["verdict"]),
        ]
        for row in team.rows
    ]
    return grid(words("Everybody by name: this is no ranking"), heads, rows)


def _verdict(edition: Edition, team: Team, code: str) -> Markup | str:
    words = edition.words
    return label(words, VERDICTS, code) if team.comparable else words("nothing to compare with")


def _estimate(edition: Edition, row: Row) -> str:
    words = edition.words
    ends = span(words.share(row["shrunk_low"]), words.share(row["shrunk_high"]))
    return words("{share} ({range})", share=words.share(row["shrunk"]), range=ends)
