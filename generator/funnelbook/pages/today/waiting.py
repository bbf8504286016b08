"""Deals and leads that wait: drifting, without an answer, not worth it, without a next step."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from funnelbook.language import NOTHING
from funnelbook.model.results import Row
from funnelbook.pages.comebacks.drifting import stages_figure
from funnelbook.pages.edition import Draft
from funnelbook.pages.grid import Head, grid
from funnelbook.pages.honesty import absence, gap_notes
from funnelbook.pages.numbers import ALL
from funnelbook.pages.parts import Part
from funnelbook.pages.text import crm, sentence, strong
from funnelbook.pages.today.duty import Duty, deals_grid, owner_name, owners, summed, tables_of


def drifting(draft: Draft) -> Duty:
    """Open deals that nobody has touched for longer than their stage allows."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title, rows = words("Drifting deals"), numbers.table("drift")
    if not rows:
        return _nothing(
            draft, "drifting", title, "drift", words("No deal drifts: every open one was touched in time.")
        )
    value, oldest = summed(rows, "value"), max(row["oldest_days"] for row in rows)
    texts = {"deals": strong(_deals(draft, rows)), "oldest": words.days(oldest)}
    call = (
        sentence(
            words,
            "{deals} for {money}; the longest untouched for {oldest}. Today each gets a next step or a refusal.",
            money=strong(words.money(value)),
            **texts,
        )
        if value
        else sentence(
            words, "{deals}; the longest untouched for {oldest}. Today each gets a next step or a refusal.", **texts
        )
    )
    limit = draft.edition.book.project.metrics.drift_days
    note = (
        words("A deal drifts when nobody has touched it for longer than {days}.", days=words.days(limit))
        if limit is not None
        else words(
            "A deal drifts when it lies longer than nine of ten deals did at its stage, and at least two weeks."
        )
    )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Deals"), "drift"),
        Head(words("Value of the deals")),
        Head(words("Longest untouched"), "drift"),
    ]
    made = [
        [owner_name(draft, owner), *_drift_cells(draft, [row for row in rows if row["owner"] == owner])]
        for owner in owners(draft, rows)
    ]
    part = Part(
        "drifting",
        title,
        tuple(stages_figure(draft, each, f"drift-{numbers.ordinal(each.name)}") for each in numbers.pipelines),
        (grid(words("By seller"), heads, made), *deals_grid(draft, "drifting")),
        (note, *_blind(draft), *gap_notes(draft.edition, *numbers.pipelines)),
        tables_of(draft, "drift", "entries"),
    )
    return Duty(part, call, value)


def _blind(draft: Draft) -> Iterator[str]:
    """Said when nothing but the creation can be a touch."""
    edition = draft.edition
    ways = edition.numbers.table("ways", cohort=ALL)
    if "response_by_hour" in edition.numbers.absent and all(row["basis_current"] == row["deals"] for row in ways):
        yield edition.words(
            "The data hold neither calls nor a stage history: a deal counts as untouched since it was created."
        )


def _drift_cells(draft: Draft, rows: list[Row]) -> list[str]:
    words = draft.edition.words
    return [
        words.number(summed(rows, "deals")),
        words.money(summed(rows, "value")),
        words.days(max(row["oldest_days"] for row in rows)),
    ]


def unanswered(draft: Draft) -> Duty:
    """Leads that wait for a first answer."""
    words, edition = draft.edition.words, draft.edition
    title, rows = words("Leads without an answer"), edition.numbers.table("unanswered")
    if not rows:
        said = words("Every open lead has had an answer.")
        return _nothing(draft, "unanswered", title, "unanswered", said)
    target = words.minutes(edition.book.project.metrics.answer_target_minutes)
    deals, overdue = int(summed(rows, "deals") or 0), int(summed(rows, "overdue") or 0)
    call = sentence(
        words,
        "{deals}, {overdue} longer than {target}; the longest for {oldest}. Call them first.",
        deals=strong(words.plural("{n} lead waits for a first answer", "{n} leads wait for a first answer", deals)),
        overdue=words.number(overdue),
        target=target,
        oldest=words.minutes(60 * max(row["oldest_hours"] for row in rows)),
    )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Leads"), "unanswered"),
        Head(words("Past the target"), "response"),
        Head(words("Longest wait"), "unanswered"),
    ]
    made = [
        [
            owner_name(draft, row["owner"]),
            words.number(row["deals"]),
            words.number(row["overdue"]),
            words.minutes(60 * row["oldest_hours"]),
        ]
        for row in rows
    ]
    grids = (grid(words("By seller"), heads, made), *deals_grid(draft, "unanswered"))
    notes = tuple(_answer_notes(draft, rows))
    return Duty(Part("unanswered", title, grids=grids, notes=notes, tables=tables_of(draft, "unanswered")), call)


def _answer_notes(draft: Draft, rows: tuple[Row, ...]) -> Iterator[str]:
    words = draft.edition.words
    moved = int(summed(rows, "moved") or 0)
    if rows[0]["basis"] == "entries":
        yield words("The data hold no calls or letters: a move to a later stage counts as the answer.")
        yield from gap_notes(draft.edition, *draft.edition.numbers.pipelines)
    elif moved:
        yield words.plural(
            "{n} of them has left the first stage all the same: its answer was probably given and not recorded.",
            "{n} of them have left the first stage all the same: their answers were probably given and not "
            "recorded.",
            moved,
        )


def unworthy(draft: Draft) -> Duty:
    """Open deals whose value does not pay what they still cost on average."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title, rows = words("Deals not worth pursuing"), numbers.table("unworthy")
    if not rows:
        least = [row["least_margin"] for row in numbers.table("worth")]
        said = (
            words("In the last twelve months no deal was won, so nobody knows the chance of a sale.")
            if least and all(each is None for each in least)
            else words("No open deal is known to cost more than it brings.")
        )
        return _nothing(draft, "unworthy", title, "unworthy", said)
    value = summed(rows, "value")
    call = sentence(
        words,
        "{deals} for {money}: on average each will cost more than it brings. "
        "Refuse by the script, or raise the price.",
        deals=strong(_deals(draft, rows)),
        money=strong(words.money(value)),
    )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Stage"), "stage", number=False),
        Head(words("Deals"), "least-value"),
        Head(words("Value of the deals")),
        Head(words("Worth it from"), "least-value"),
    ]
    made = [
        [
            owner_name(draft, row["owner"]),
            crm(row["stage"]),
            words.number(row["deals"]),
            words.money(row["value"]),
            words.money(row["least_value"]),
        ]
        for owner in owners(draft, rows)
        for row in rows
        if row["owner"] == owner
    ]
    note = words("Deals without a value cannot be judged and are not here.")
    grids = (grid(words("By seller"), heads, made), *deals_grid(draft, "unworthy"))
    part = Part("unworthy", title, grids=grids, notes=(note,), tables=tables_of(draft, "unworthy", "worth"))
    return Duty(part, call, value)


def next_steps(draft: Draft) -> Duty:
    """Open deals for which nobody has planned anything."""
    words, numbers = draft.edition.words, draft.edition.numbers
    title = words("Open deals without a next step")
    whole, rows = numbers.table("leads", dimension=ALL), numbers.table("leads", dimension="owner")
    still_open, planned = (int(summed(whole, column) or 0) for column in ("open", "with_next_step"))
    if not still_open:
        return _nothing(draft, "next-steps", title, "leads", words("No deal is open."))
    if not planned:
        reason = words("No open deal has a next task: export the date of the next task (column next_task_at).")
        return Duty(Part("next-steps", title, reason=reason))
    if planned == still_open:
        said = words("Every open deal has a next step.")
        return _nothing(draft, "next-steps", title, "leads", said)
    call = sentence(
        words,
        "{n} of {all} open deals have no next step. Ask each owner: what comes next, and when?",
        n=strong(words.number(still_open - planned)),
        all=words.number(still_open),
    )
    heads = [
        Head(words("Seller"), number=False),
        Head(words("Open deals"), "open"),
        Head(words("Without a next step"), "next-step"),
        Head(words("Share")),
    ]
    made = []
    for owner in sorted({row["member"] for row in rows}, key=lambda name: (name == "—", name)):
        mine = [row for row in rows if row["member"] == owner]
        has, done = (int(summed(mine, column) or 0) for column in ("open", "with_next_step"))
        if has:
            shares = words.share((has - done) / has) if has >= draft.edition.book.project.metrics.min_n else NOTHING
            made.append([owner_name(draft, owner), words.number(has), words.number(has - done), shares])
    grids = (grid(words("By seller"), heads, made), *deals_grid(draft, "no_next_step"))
    return Duty(Part("next-steps", title, grids=grids, tables=tables_of(draft, "leads")), call)


def _deals(draft: Draft, rows: tuple[Row, ...]) -> str:
    return draft.edition.words.plural("{n} deal", "{n} deals", summed(rows, "deals") or 0)


def _nothing(draft: Draft, ident: str, title: str, table: str, said: str) -> Duty:
    """Nothing to do, or no table to tell by."""
    reason: Markup | str = absence(draft.edition, table)
    return Duty(Part(ident, title, reason=reason) if reason else Part(ident, title, said=said))
