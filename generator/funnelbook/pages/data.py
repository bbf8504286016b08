"""What was read, what was not taken and why, what the numbers can say, and every table to download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.results import Row
from funnelbook.pages.edition import Edition
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import gap_notes, way_notes
from funnelbook.pages.labels import BASES, PROBLEMS, label, note
from funnelbook.pages.numbers import ALL
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import crm, mark, sentence, strong

#: What each table holds, in the order of the list of downloads.
TABLES = {
    "monthly": mark("What happened in each month"),
    "funnel": mark("How the deals of each month of creation passed the stages"),
    "entries": mark("Entries and exits of each stage by month"),
    "losses": mark("Losses by month, stage, cause and reason"),
    "ways": mark("How the way of the deals is known"),
    "by_age": mark("Deals won by a certain age"),
    "eventual": mark("The chance of a sale by days since creation"),
    "cost": mark("Spending by month, source, owner and stage"),
    "tasks": mark("The three funnel tasks by month"),
    "worth": mark("What a deal is worth at each stage"),
    "chances": mark("The deals that chances are counted over, and what a stage asks of the buyer"),
    "order": mark("The cheapest order of the stages"),
    "leaks": mark("Leaks by month and stage, in money"),
    "plan": mark("Plan, fact and forecast"),
    "capacity": mark("Hours needed and available, by owner and month"),
    "capacity_plan": mark("How many leads and sellers the plan needs"),
    "work": mark("What a lead takes of our time and money at each stage"),
    "staffing": mark("Sellers and their hours by month"),
    "ramp": mark("The first months of each seller"),
    "sellers": mark("Win rates of the sellers, with limits of noise"),
    "roles": mark("Deals in the hands of each role"),
    "repeat_buyers": mark("Buyers who came with another deal, by role"),
    "leads": mark("Leads by month and source: how complete, how warm"),
    "temperature": mark("What became of hot, warm and cold leads"),
    "qualification": mark("Qualified leads by month and source, and the power of the questions"),
    "sales": mark("How large the sales are and how long they take, by source, seller and segment"),
    "waves": mark("Easy, hard and returned sales by month, with their money"),
    "answered": mark("What became of leads answered in time, later and never"),
    "response_by_hour": mark("First response by weekday and hour"),
    "drift": mark("Open deals that nobody has touched for long"),
    "comebacks": mark("Buyers who came back after a loss"),
    "comeback_intervals": mark("How sure the shares of come-backs are, and how soon buyers return"),
    "comeback_sales": mark("What was sold to buyers who had left before"),
    "price_value": mark("Losses for price and value by stage and source"),
    "prices": mark("Win rate and price losses by the deal's price"),
    "effects": mark("What changed after a playbook"),
    "mistakes": mark("The eight mistakes"),
    "unanswered": mark("Leads that wait for a first answer"),
    "unworthy": mark("Open deals that are not worth pursuing"),
    "urgent": mark("The deals behind today's list"),
    "restated": mark("Figures that came out otherwise when they were first published"),
    "quality": mark("What was read and what was not taken"),
    "exports": mark("What each export of a series brought"),
}

_REFUSED = ("rejected", "duplicates", "ignored")
_COUNTS = ("rows", "accepted", *_REFUSED)
#: What an export brought, beside its rows.
_BROUGHT = ("new", "moved", "repriced", "reassigned", "vanished", "merged", "entries")


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words, numbers = edition.words, edition.numbers
    draft = edition.draft("data/index.html")
    quality = numbers.table("quality")
    names = [*(name for name in TABLES if numbers.has(name)), *sorted(set(numbers.names) - set(TABLES))]
    return draft.page(
        "data.html",
        words("Data"),
        words(
            "What was read, what was rejected and why, what the numbers can and cannot say, and "
            "every table to download."
        ),
        answer=answer(words, quality),
        files=files_grid(edition, quality),
        problems=problems_grid(edition, quality),
        remarks=remarks_grid(edition, quality),
        exports=exports_grid(edition),
        moved=tuple(gap_notes(edition, *numbers.pipelines)),
        basis=basis_grid(edition),
        assumed=[note(words, each) for each in numbers.notes],
        limits=[each for pipeline in edition.numbers.pipelines for each in way_notes(edition, pipeline)],
        several=len(edition.numbers.pipelines) > 1,
        min_n=words.number(edition.book.project.metrics.min_n),
        downloads=[
            (
                name,
                words(TABLES[name]) if name in TABLES else name,
                words.plural("{n} row", "{n} rows", numbers.count(name)),
            )
            for name in names
        ],
        absent=sorted(numbers.absent),
    )


def answer(words: Words, quality: tuple[Row, ...]) -> Markup | None:
    """How many rows were read and what became of them, over all files."""
    read = [row for row in quality if row["problem"] == ALL]
    counts = {key: sum(row[key] for row in read) for key in _COUNTS}
    if not counts["rows"]:
        return None
    rows = strong(words.plural("{n} row", "{n} rows", counts["rows"]))
    files = words.plural("{n} file", "{n} files", len(read))
    if counts["accepted"] == counts["rows"]:
        return sentence(words, "{rows} in all ({files}), each of them accepted.", rows=rows, files=files)
    told = {key: words.number(count) for key, count in counts.items()}
    told |= {"rows": rows, "files": files, "accepted": strong(told["accepted"])}
    return sentence(
        words,
        "{rows} in all ({files}): {accepted} accepted, {rejected} rejected, {duplicates} duplicates, "
        "{ignored} ignored.",
        **told,
    )


def files_grid(edition: Edition, quality: tuple[Row, ...]) -> Grid | None:
    """Per file: rows = accepted + rejected + duplicates + ignored."""
    words = edition.words
    rows = [row for row in quality if row["problem"] == ALL]
    if not rows:
        return None
    heads = (
        Head(words("File"), number=False),
        Head(words("Rows"), "row"),
        Head(words("Accepted"), "row"),
        Head(words("Rejected"), "row"),
        Head(words("Duplicates"), "row"),
        Head(words("Ignored"), "row"),
    )
    made = [[crm(row["file"]), *(words.number(row[key]) for key in _COUNTS)] for row in rows]
    return grid(words("Files that were read"), heads, made)


def exports_grid(edition: Edition) -> Grid | None:
    """Per export of a series: rows = deals + rejected + left out, and what differs from the export before."""
    words = edition.words
    if not (rows := edition.numbers.table("exports")):
        return None
    heads = (
        Head(words("As of"), number=False),
        Head(words("Rows"), "row"),
        Head(words("Deals"), "deal"),
        Head(words("Rejected"), "row"),
        Head(words("Left out"), "exports"),
        Head(words("New"), "exports"),
        Head(words("Moved"), "exports"),
        Head(words("Repriced"), "exports"),
        Head(words("Reassigned"), "exports"),
        Head(words("Vanished"), "exports"),
        Head(words("Merged"), "exports"),
        Head(words("Moments not known"), "exports"),
    )
    made = [
        [
            words.date(date.fromisoformat(row["as_of"])),
            *(words.number(row[key]) for key in ("rows", "deals", "rejected", "left_out", *_BROUGHT)),
        ]
        for row in rows
    ]
    return grid(words("The exports, the oldest first"), heads, made)


def problems_grid(edition: Edition, quality: tuple[Row, ...]) -> Grid | None:
    """Rows that became no fact, by problem; the file when only one has it."""
    words = edition.words
    rows = [row for row in quality if row["problem"] != ALL and any(row[key] for key in _REFUSED)]
    if not rows:
        return None
    heads = [Head(words("Problem"), number=False), Head(words("File"), number=False)]
    heads += [Head(words("Rejected"), "row"), Head(words("Duplicates"), "row"), Head(words("Ignored"), "row")]
    return grid(words("Rows that did not become facts"), heads, _by_problem(words, rows, _REFUSED))


def remarks_grid(edition: Edition, quality: tuple[Row, ...]) -> Grid | None:
    """Rows that were accepted although something about them is odd."""
    words = edition.words
    rows = [row for row in quality if row["problem"] != ALL and row["accepted"]]
    if not rows:
        return None
    heads = [Head(words("Remark"), number=False), Head(words("File"), number=False), Head(words("Rows"), "row")]
    return grid(words("Rows that were accepted with a remark"), heads, _by_problem(words, rows, ("accepted",)))


def _by_problem(words: Words, rows: Sequence[Row], counts: Sequence[str]) -> list[list[str | Markup]]:
    """A line a problem, in the order of their first file."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["problem"], []).append(row)
    return [
        [
            label(words, PROBLEMS, problem),
            crm(same[0]["file"]) if len(same) == 1 else words.plural("{n} file", "{n} files", len(same)),
            *(words.number(sum(row[key] for row in same)) for key in counts),
        ]
        for problem, same in found.items()
    ]


def basis_grid(edition: Edition) -> Grid:
    """For each pipeline, how its deals' ways are known."""
    words = edition.words
    heads = (
        Head(words("Pipeline"), number=False),
        Head(words("Deals"), "deal"),
        *(Head(words(name), "basis") for name in BASES.values()),
        Head(words("Skipped a stage"), "skipped"),
        Head(words("Moved back"), "way"),
        Head(words("Reopened"), "way"),
        Head(words("Lost, stage unknown"), "bounds"),
    )
    keys = ("deals", *(f"basis_{code}" for code in BASES), "skipping", "moved_back", "reopened", "unknown_lost")
    rows = [
        [crm(pipeline.name), *(words.number(row[key]) for key in keys)]
        for pipeline in edition.numbers.pipelines
        for row in edition.numbers.rows("ways", pipeline.name, cohort=ALL)
    ]
    return grid(words("How the way of the deals is known"), heads, rows)
