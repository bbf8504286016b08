"""Dumps of the amoCRM (Kommo) API v4: leads, pipelines, events, users, loss reasons, as the API returns them.

All documents of a folder are read together, as ids of one are names in another. Events and pipelines may also stand
beside a CSV export, which then gives the deals: the ids are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import polars as pl
from msgspec import Struct

from funnelbook.errors import Finding, SourceError
from funnelbook.model.reading import PipelineFact
from funnelbook.sources.amocrm import AMOCRM_DEALS, Columns
from funnelbook.sources.amocrm_api.documents import READ, items, kinds
from funnelbook.sources.amocrm_api.events import BIRTH, CHANGE, Events
from funnelbook.sources.amocrm_api.history import Entry, entries
from funnelbook.sources.amocrm_api.leads import COLUMNS, Lead, Leads, deleted, needs_reasons
from funnelbook.sources.amocrm_api.names import Names, StageKey, is_entry
from funnelbook.sources.files.json import uncollected
from funnelbook.sources.items import Item, Refusals, is_text, table
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import Context, JsonFile, Match, Part

_DICTIONARIES = ("pipelines", "users", "loss_reasons")


class _Document(Struct, frozen=True):
    """The items of one file by kind, with their rows: the first is row 1."""

    file: JsonFile
    rows: Mapping[str, Sequence[tuple[int, Item]]]
    refusals: Refusals
    count: int

    @classmethod
    def of(cls, file: JsonFile) -> _Document:
        """Items of no known kind or with text that is no Unicode are rejected; kinds nobody needs are ignored."""
        rows: dict[str, list[tuple[int, Item]]] = {}
        refusals, count = Refusals(file.number), 0
        clean = is_text(file.document)
        for count, (kind, item) in enumerate(items(file.document), 1):
            if not isinstance(item, dict) or not kind:
                refusals.add(count, "rejected", ("", "bad-value"))
            elif not clean and not is_text(item):
                refusals.add(count, "rejected", ("", "encoding"))
            elif kind not in READ:
                refusals.add(count, "ignored", ("", "not-needed"))
            elif kind in _DICTIONARIES and not is_entry(item):
                refusals.add(count, "rejected", ("", "bad-value"))
            else:
                rows.setdefault(kind, []).append((count, item))
        return cls(file, rows, refusals, count)

    def items(self, kind: str) -> list[Item]:
        return [item for _, item in self.rows.get(kind, ())]


class AmocrmApi:
    """Knows documents by the shape of their items; what they are called does not matter."""

    name = "amoCRM API"

    def match(self, document: object) -> Match:
        found = kinds(document)
        return Match((), len(found)) if found else Match(tuple(READ), 0)

    def read(self, files: Sequence[JsonFile], context: Context) -> Mapping[int, tuple[str, Part]]:
        """Deleted leads and their events are ignored. Raises `SourceError` naming every dictionary to fetch."""
        with uncollected():
            return self._read([_Document.of(file) for file in files], context)

    def _read(self, documents: Sequence[_Document], context: Context) -> Mapping[int, tuple[str, Part]]:
        _check_dictionaries(documents)
        dictionaries = ([item for each in documents for item in each.items(kind)] for kind in _DICTIONARIES)
        names = Names.of(*dictionaries)
        gone = deleted([item for each in documents for item in each.items("leads")])
        leads, events = _leads(documents, names), Events(gone)
        for each in documents:
            events.add(each.rows.get("events", ()), each.refusals)
        standing = {
            number: (file, lead) for file, found in leads.items() for number, lead in found.standing.items()
        }
        history = list(entries(events, standing))
        _refuse_births(documents, events, history)
        facts = names.facts(_stood(events, standing), _seen(context))
        return _parts(documents, leads, (events, history, names), facts, context.persons)


def _check_dictionaries(documents: Sequence[_Document]) -> None:
    """What is missing is told once, at the first file that needs it."""
    there = {kind for each in documents for kind in each.rows}
    needed: dict[str, Callable[[_Document], bool]] = {
        "pipelines": lambda each: bool(each.items("leads") or _changes(each)),
        "users": lambda each: any(lead.get("responsible_user_id") for lead in each.items("leads")),
        "loss_reasons": lambda each: any(needs_reasons(lead) for lead in each.items("leads")),
    }
    findings = []
    for kind, needs in needed.items():
        asking = next((each for each in documents if needs(each)), None) if kind not in there else None
        if asking:
            message = f"its {kind.replace('_', ' ')} are ids, and no file beside it tells their names"
            hint = f"save the answer of GET {READ[kind]} as {kind}.json in the same folder"
            findings.append(Finding(asking.file.place(), "missing-dictionary", message, hint))
    if findings:
        raise SourceError(findings)


def _changes(document: _Document) -> bool:
    return any(event.get("type") in (CHANGE, BIRTH) for event in document.items("events"))


def _leads(documents: Sequence[_Document], names: Names) -> dict[int, Leads]:
    found: dict[int, Leads] = {}
    for each in documents:
        if "leads" in each.rows:
            found[each.file.number] = Leads()
            found[each.file.number].add(each.rows["leads"], names, each.refusals)
    return found


def _refuse_births(documents: Sequence[_Document], events: Events, history: Sequence[Entry]) -> None:
    """`lead_added` of a deal whose first stage nothing tells is no entry."""
    told = {where for *_, where in history}
    refusals = {each.file.number: each.refusals for each in documents}
    for _, where in events.births.values():
        if where not in told:
            refusals[where.file].add(where.row, "ignored", ("stage", "first-stage-unknown"))


def _stood(events: Events, standing: Mapping[int, tuple[int, Lead]]) -> frozenset[StageKey]:
    """Every stage some deal stands or stood in."""
    told = chain.from_iterable((each.before, each.after) for each in events.changes)
    return frozenset(key for key in told if key) | {lead.stage for _, lead in standing.values()}


def _seen(context: Context) -> frozenset[str]:
    """Names of the stages in the deals exports beside the dump."""
    found: set[str] = set()
    for raw in context.others.get(AMOCRM_DEALS.name, ()):
        stage = f"c{Columns.of(raw.header).at['stage'][0]}"
        cells = raw.frame.select(pl.col(stage).cast(pl.String).str.strip_chars().unique()).collect()
        found.update(cells[stage].drop_nulls())
    return frozenset(found)


def _parts(
    documents: Sequence[_Document],
    leads: Mapping[int, Leads],
    told: tuple[Events, Sequence[Entry], Names],
    facts: tuple[PipelineFact, ...],
    persons: Persons,
) -> dict[int, tuple[str, Part]]:
    """History and activities are one table each, in the part of the first file that holds events."""
    parts: dict[int, tuple[str, Part]] = {}
    shared = _shared(*told)
    for each in documents:
        number = each.file.number
        tables = {"deals": _deals(number, leads[number], persons)} if number in leads else {}
        if "events" in each.rows:
            tables |= shared
            shared = {}
        accounting, also = _accounting(each)
        known = facts if "pipelines" in each.rows else ()
        holds = {kind: len(found) for kind, found in sorted(each.rows.items())}
        part = Part(tables, each.refusals.frame(), pipelines=known, rows=each.count, also=also, holds=holds)
        parts[number] = (accounting, part)
    return parts


def _accounting(document: _Document) -> tuple[str, tuple[str, ...]]:
    """The tables that account for the rows. Where leads and events share a file a lead's row may be in both."""
    if "leads" in document.rows and "events" in document.rows:
        return "", ()
    if "events" in document.rows:
        return "stages", ("activities",)
    return ("deals", ()) if "leads" in document.rows else ("", ())


def _deals(number: int, leads: Leads, persons: Persons) -> pl.LazyFrame:
    columns = (
        dict(zip(COLUMNS, zip(*leads.rows, strict=True), strict=True)) if leads.rows else dict.fromkeys(COLUMNS, ())
    )
    deals = table("deals", {"file": (number,) * len(leads.rows), **columns})
    return deals.with_columns(persons.keyed(pl.col("contact_id")))


def _shared(events: Events, history: Sequence[Entry], names: Names) -> dict[str, pl.LazyFrame]:
    stages: dict[str, Sequence[object]] = {
        "file": [where.file for *_, where in history],
        "row": [where.row for *_, where in history],
        "deal_id": [str(lead) for lead, *_ in history],
        "stage": [names.stage(key) for _, _, key, _ in history],
        "entered_at": [at for _, at, *_ in history],
        "pipeline": [names.pipeline(key[0]) for _, _, key, _ in history],
    }
    activities: dict[str, Sequence[object]] = {
        "file": [each.where.file for each in events.activities],
        "row": [each.where.row for each in events.activities],
        "deal_id": [str(each.lead) for each in events.activities],
        "at": [each.at for each in events.activities],
        "kind": [each.kind for each in events.activities],
    }
    tables = {"stages": table("stages", stages)} if history else {}
    return tables | ({"activities": table("activities", activities)} if events.activities else {})


AMOCRM_API = AmocrmApi()
