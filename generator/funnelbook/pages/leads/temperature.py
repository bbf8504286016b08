"""Hot, warm and cold: who cannot buy today can buy tomorrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import answers
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import absence
from funnelbook.pages.leads.members import difference
from funnelbook.pages.leads.written import change, part_of, with_interval
from funnelbook.pages.numbers import total
from funnelbook.pages.parts import Part
from funnelbook.pages.text import UNNAMED, mark, sentence, strong

NAMES = {"hot": mark("Hot"), "warm": mark("Warm"), "cold": mark("Cold"), UNNAMED: mark("Not recorded")}


def told(edition: Edition) -> Markup | None:
    """The cold pool of all pipelines, and what it brought later; nothing without cold leads."""
    words = edition.words
    cold = edition.numbers.table("temperature", temperature="cold")
    if not cold:
        return None
    pool = words.plural("{n} cold lead is open now", "{n} cold leads are open now", int(total(cold, "open")))
    if cold[0]["won_later"] is None:
        return sentence(words, "{pool}.", pool=strong(pool))
    later, won = int(total(cold, "won_later")), int(total(cold, "won"))
    values = {
        "pool": strong(pool),
        "later": words.number(later),
        "won": words.plural("{n} sale to cold leads", "{n} sales to cold leads", won),
        "days": words.days(cold[0]["easy_days"]),
    }
    if not edition.numbers.money_told() or not total(cold, "won_later"):
        return sentence(words, "{pool}; of {won} so far, {later} came after more than {days}.", **values)
    return sentence(
        words,
        "{pool}; of {won} so far, {later} came after more than {days} and brought {money}.",
        money=strong(words.money(total(cold, "revenue_later"))),
        **values,
    )


def part(draft: Draft, pipeline: Pipeline) -> Part:
    edition = draft.edition
    words = edition.words
    ident, title = answers.anchor(draft, "temperature", pipeline), words("Hot, warm and cold leads")
    rows = edition.numbers.rows("temperature", pipeline.name)
    if not any(row["temperature"] != UNNAMED for row in rows):
        reason = absence(edition, "temperature") or words("No lead of this pipeline has a temperature.")
        return Part(ident, title, reason=reason)
    drawn = tuple(
        {
            "member": _name(edition, row),
            "won": row["won"],
            "lost": row["lost"],
            "noise": _noise(edition, row, rows),
        }
        for row in rows
    )
    figure = draft.figure("member_rates", drawn, _finding(edition, rows), ident=ident)
    return Part(
        ident,
        title,
        (figure,),
        tuple(_grids(edition, rows)),
        notes=tuple(_notes(edition, rows)),
        tables=("temperature",),
    )


def _name(edition: Edition, row: Row) -> str:
    code = row["temperature"]
    return edition.words(NAMES[code])


def _noise(edition: Edition, row: Row, rows: Sequence[Row]) -> bool | None:
    """Against all other temperatures together."""
    won, closed = total(rows, "won"), total(rows, "won") + total(rows, "lost")
    mine = (row["won"], row["won"] + row["lost"])
    found = difference(mine, (int(won) - mine[0], int(closed) - mine[1]), edition.book.project.metrics.min_n)
    return None if found is None else found.noise


def _finding(edition: Edition, rows: Sequence[Row]) -> Markup:
    """Hot against cold: does the temperature tell who buys."""
    words = edition.words
    sides = {row["temperature"]: (row["won"], row["won"] + row["lost"]) for row in rows}
    if "hot" not in sides or "cold" not in sides:
        return sentence(words, "Only some temperatures were recorded, so hot and cold cannot be compared.")
    if not (sides["hot"][1] or sides["cold"][1]):
        return sentence(words, "No hot or cold lead has been closed yet.")
    found = difference(sides["hot"], sides["cold"], edition.book.project.metrics.min_n)
    values = {"hot": part_of(edition, *sides["hot"]), "cold": part_of(edition, *sides["cold"])}
    if found is None:
        return sentence(words, "Won of the closed: hot {hot}, cold {cold}: too few to compare.", **values)
    text = (
        mark(
            "Won of the closed: hot {hot}, cold {cold}. The difference is noise: nothing shows that the mark tells "
            "who buys."
        )
        if found.noise
        else mark("Won of the closed: hot {hot}, cold {cold}, {change}.")
    )
    return sentence(words, text, **values, **({} if found.noise else {"change": change(edition, found)}))


def _grids(edition: Edition, rows: Sequence[Row]) -> Iterator[Grid]:
    """What became of the leads; and, where any sale had a price, what they brought."""
    words = edition.words
    yield grid(
        words("What became of the leads, by temperature"),
        (
            Head(words("Temperature"), "temperature", number=False),
            Head(words("Leads"), "created"),
            Head(words("Open now"), "open"),
            Head(words("Won"), "won"),
            Head(words("Won later"), "won-later"),
            Head(words("Lost"), "lost"),
            Head(words("Win rate"), "win-rate"),
        ),
        [
            [
                _name(edition, row),
                *(words.number(row[column]) for column in ("leads", "open", "won", "won_later", "lost")),
                with_interval(edition, row["won"], row["won"] + row["lost"]),
            ]
            for row in rows
        ],
    )
    if edition.numbers.money_told():
        yield grid(
            words("What they brought"),
            (
                Head(words("Temperature"), "temperature", number=False),
                Head(words("Revenue"), "revenue"),
                Head(words("Of it later"), "won-later"),
                Head(words("Open now, value"), "open"),
            ),
            [
                [
                    _name(edition, row),
                    *(words.money(row[column]) for column in ("revenue", "revenue_later", "open_value")),
                ]
                for row in rows
            ],
        )


def _notes(edition: Edition, rows: Sequence[Row]) -> Iterator[Markup]:
    words = edition.words
    yield sentence(
        words,
        "All leads of the data, by the temperature that is recorded now: a lead that warmed up counts as warm.",
    )
    days = rows[0]["easy_days"]
    if days is not None:
        yield sentence(
            words,
            "Won later: more than {days} after the lead came in, which is longer than an easy sale takes.",
            days=words.days(days),
        )
