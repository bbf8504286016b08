"""What must be known to read a number, said where the number stands."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.model.pipeline import Pipeline
from funnelbook.pages.edition import Edition
from funnelbook.pages.labels import ABSENCES, label
from funnelbook.pages.numbers import ALL
from funnelbook.pages.text import crm, filled, sentence


def cohort_notes(edition: Edition, pipeline: Pipeline, cohort: str) -> Iterator[Markup]:
    """Open deals, unknown furthest stages, small numbers, and how the ways were known."""
    words = edition.words
    rows = edition.numbers.rows("funnel", pipeline.name, cohort=cohort)
    still_open = sum(row["open"] or 0 for row in rows)
    if still_open:
        yield filled(
            words.plural(
                "{n} deal is still open, so these shares will change.",
                "{n} deals are still open, so these shares will change.",
                still_open,
            )
        )
    if rows and rows[0]["reached"] < edition.book.project.metrics.min_n:
        yield sentence(words, "So few deals say little: read the counts, not the shares.")
    yield from way_notes(edition, pipeline, cohort)


def way_notes(edition: Edition, pipeline: Pipeline, cohort: str = ALL) -> Iterator[Markup]:
    """How the ways of a cohort's deals are known, and for how many lost deals nobody knows how far they came."""
    words = edition.words
    for row in edition.numbers.rows("ways", pipeline.name, cohort=cohort):
        if row["unknown_lost"]:
            yield filled(
                words.plural(
                    "How far {n} lost deal came is not known: it counts at the first stage, "
                    "and the table gives the bounds of each conversion.",
                    "How far {n} lost deals came is not known: they count at the first stage, "
                    "and the table gives the bounds of each conversion.",
                    row["unknown_lost"],
                )
            )
        if row["basis_snapshots"]:
            yield filled(
                words.plural(
                    "The way of {n} deal is known from successive exports: stages that it passed between two of "
                    "them are not seen.",
                    "The way of {n} deals is known from successive exports: stages that they passed between two of "
                    "them are not seen.",
                    row["basis_snapshots"],
                )
            )
        if row["basis_current"]:
            yield filled(
                words.plural(
                    "{n} deal is known from a single export: its way to where it stands is assumed, "
                    "and its times are not known.",
                    "{n} deals are known from a single export: their way to where they stand is assumed, "
                    "and their times are not known.",
                    row["basis_current"],
                )
            )
    if pipeline.origin == "inferred":
        yield sentence(
            words,
            "Nobody declared the pipeline {pipeline}: its stages and their order were inferred from the deals.",
            pipeline=crm(pipeline.name),
        )


def absence(edition: Edition, table: str) -> Markup | str:
    """Why a table could not be made and what to do about it; "" when it was made."""
    reason = edition.numbers.absent.get(table)
    return label(edition.words, ABSENCES, reason) if reason else ""


def assumed_ways(edition: Edition, pipeline: Pipeline) -> Iterator[Markup]:
    """Said beside movements between stages when no deal's way is known, or no nearer than to the next export."""
    for row in edition.numbers.rows("ways", pipeline.name, cohort=ALL):
        if row["deals"] and row["basis_current"] == row["deals"]:
            yield sentence(
                edition.words,
                "There is no stage history: a deal that was won is taken to have passed every stage, so this table "
                "shows where deals ended and not how they moved.",
            )
    yield from gap_notes(edition, pipeline)


def gap_notes(edition: Edition, *pipelines: Pipeline) -> Iterator[Markup]:
    """Said beside times of moves when some of these pipelines are known from successive exports."""
    ways = [row for each in pipelines for row in edition.numbers.rows("ways", each.name, cohort=ALL)]
    gap = edition.numbers.gap
    if gap and any(row["basis_snapshots"] for row in ways):
        yield sentence(
            edition.words,
            "When deals moved is known from successive exports: a move counts as of the first one that shows it. "
            "Half of these moments are known to within {days} days, all to within {most} days.",
            days=gap[0],
            most=gap[1],
        )
