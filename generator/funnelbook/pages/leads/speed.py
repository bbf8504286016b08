"""Does it pay to answer in time: what became of leads that were answered in time and later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.leads.members import difference
from funnelbook.pages.leads.written import change, part_of, with_interval
from funnelbook.pages.text import crm, mark, sentence, strong

ANSWERS = {"in_target": mark("In time"), "later": mark("Later"), "never": mark("Never")}


def rows_of(edition: Edition, pipeline: Pipeline) -> Mapping[str, Row]:
    """The pipeline's rows of `answered` by their answer."""
    return {str(row["answer"]): row for row in edition.numbers.rows("answered", pipeline.name)}


def grids(edition: Edition) -> Iterator[Grid]:
    """Win rates by answer, of each pipeline; nothing without activities."""
    words, pipelines = edition.words, edition.numbers.pipelines
    made: list[list[str | Markup]] = []
    for pipeline in pipelines:
        for answer, row in rows_of(edition, pipeline).items():
            name = words(ANSWERS[answer])
            closed = row["won"] + row["lost"]
            cells: list[str | Markup] = [words.number(row["leads"]), words.number(row["won"])]
            cells.append(with_interval(edition, row["won"], closed))
            cells += [words.money(row["revenue"])] if edition.numbers.money_told() else []
            made.append(
                [Markup("{}: {}").format(crm(pipeline.name), name.lower()) if len(pipelines) > 1 else name, *cells]
            )
    if not made:
        return
    heads = [
        Head(words("Answered"), "answered", number=False),
        Head(words("Leads"), "created"),
        Head(words("Won"), "won"),
        Head(words("Win rate"), "win-rate"),
        *([Head(words("Revenue"), "revenue")] if edition.numbers.money_told() else []),
    ]
    yield grid(words("What became of the leads, by when they were answered"), heads, made)


def notes(edition: Edition) -> Iterator[Markup]:
    """Whether those answered in time buy more often, in each pipeline; and what that would be in money."""
    words, pipelines = edition.words, edition.numbers.pipelines
    for pipeline in pipelines:
        told = _compared(edition, rows_of(edition, pipeline))
        if told:
            yield Markup("{}. {}").format(crm(pipeline.name), told) if len(pipelines) > 1 else told
    if edition.numbers.has("answered"):
        yield sentence(
            words,
            "It is a comparison and no proof: leads that are answered late also come at other hours. Those never "
            "answered are not compared, for a deal closed at once had no time for an answer.",
        )


def _compared(edition: Edition, rows: Mapping[str, Row]) -> Markup | None:
    words = edition.words
    if "in_target" not in rows or "later" not in rows:
        return None
    fast, slow = rows["in_target"], rows["later"]
    sides = [(row["won"], row["won"] + row["lost"]) for row in (fast, slow)]
    if not any(closed for _, closed in sides):
        return sentence(words, "No lead that was answered has been closed yet.")
    found = difference(sides[0], sides[1], edition.book.project.metrics.min_n)
    values = {
        "fast": part_of(edition, *sides[0]),
        "slow": part_of(edition, *sides[1]),
        "change": change(edition, found),
    }
    if found is None or found.noise or found.value <= 0:
        return sentence(words, "Won of the closed: answered in time {fast}, later {slow}: {change}.", **values)
    more = found.value * sides[1][1]
    sales = words.plural("{n} more sale", "{n} more sales", round(more))
    if fast["won"] and fast["revenue"]:
        sales = words("{sales} for {money}", sales=sales, money=words.money(more * fast["revenue"] / fast["won"]))
    return sentence(
        words,
        "Won of the closed: answered in time {fast}, later {slow}: {change}. At the first rate the late ones "
        "would be about {sales}.",
        sales=strong(sales),
        **values,
    )
