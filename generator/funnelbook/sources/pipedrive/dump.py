"""Dumps of Pipedrive's API: what `GET /v1/deals/{id}/flow` tells, beside an export that holds the deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from msgspec import Struct

from funnelbook.errors import Finding, SourceError
from funnelbook.sources.beginnings import BEGUN
from funnelbook.sources.files.json import uncollected
from funnelbook.sources.items import Refusals, is_text, table
from funnelbook.sources.pipedrive.changes import Changes, Entry, Where
from funnelbook.sources.pipedrive.documents import Page, is_flow, pages
from funnelbook.sources.reader import Context, JsonFile, Match, Part


class _Document(Struct, frozen=True):
    file: JsonFile
    pages: tuple[Page, ...]
    refusals: Refusals

    @property
    def count(self) -> int:
        return sum(len(page.items) for page in self.pages)


class PipedriveFlow:
    """Knows documents by the shape of their items; what they are called does not matter."""

    name = "Pipedrive flow"

    def match(self, document: object) -> Match:
        return Match((), 1) if is_flow(document) else Match(("/v1/deals/{id}/flow",), 0)

    def read(self, files: Sequence[JsonFile], context: Context) -> Mapping[int, tuple[str, Part]]:
        """Rows are items. Raises `SourceError` when a page goes on and no file has what follows: without the oldest
        changes nobody knows where a deal began.
        """
        with uncollected():
            documents = [_Document(file, tuple(pages(file.document)), Refusals(file.number)) for file in files]
            _check_pages(documents)
            changes = Changes()
            for each in documents:
                _add(each, changes)
            return _parts(documents, changes)


def _add(document: _Document, changes: Changes) -> None:
    row = 0
    clean = is_text(document.file.document)
    for page in document.pages:
        backwards = _is_newest_first(page)
        for item in page.items:
            row += 1
            if not isinstance(item, dict) or not isinstance(item.get("object"), str):
                document.refusals.add(row, "rejected", ("", "bad-value"))
            elif not clean and not is_text(item):
                document.refusals.add(row, "rejected", ("", "encoding"))
            elif verdict := changes.add(item, Where(document.file.number, row), -row if backwards else row):
                document.refusals.add(row, verdict[0], verdict[1])


def _is_newest_first(page: Page) -> bool:
    """How the API sorts."""
    times = [
        each["timestamp"]
        for each in page.items
        if isinstance(each, dict) and isinstance(each.get("timestamp"), str)
    ]
    return len(times) > 1 and times[0] >= times[-1]


def _check_pages(documents: Sequence[_Document]) -> None:
    starts = {(deal, page.start) for each in documents for page in each.pages for deal in page.deals()}
    findings = [
        Finding(
            each.file.place(),
            "missing-page",
            f"its changes go on at {page.following}, and no file beside it has those",
            f"fetch /v1/deals/{{id}}/flow?start={page.following} too",
        )
        for each in documents
        for page in each.pages
        if page.following is not None and not any((deal, page.following) in starts for deal in page.deals())
    ]
    if findings:
        raise SourceError(findings)


def _parts(documents: Sequence[_Document], changes: Changes) -> dict[int, tuple[str, Part]]:
    """The beginnings are told in the part of the first file."""
    entries: dict[int, list[Entry]] = {}
    for entry in changes.entries():
        entries.setdefault(entry.where.file, []).append(entry)
    begun = pl.DataFrame(list(changes.beginnings()), schema=_MICROSECONDS, orient="row").cast(BEGUN)
    parts = {}
    for number, each in enumerate(documents):
        own = each.file.number
        part = Part(
            {"stages": _stages(entries.get(own, []))},
            each.refusals.frame(),
            rows=each.count,
            remarks={"bulk-edit": changes.bulk[own]} if own in changes.bulk else {},
            begun=None if number else begun,
            holds={"changes of stage": len(entries.get(own, []))},
        )
        parts[own] = ("stages", part)
    return parts


_MICROSECONDS = {name: pl.Int64 if kind.is_temporal() else kind for name, kind in BEGUN.items()}


def _stages(entries: Sequence[Entry]) -> pl.LazyFrame:
    columns: dict[str, Sequence[object]] = {
        "file": [each.where.file for each in entries],
        "row": [each.where.row for each in entries],
        "deal_id": [each.deal for each in entries],
        "stage": [each.stage for each in entries],
        "entered_at": [each.at for each in entries],
        "pipeline": [each.pipeline for each in entries],
    }
    return table("stages", columns)


PIPEDRIVE_FLOW = PipedriveFlow()
