"""Answers of Bitrix24's REST API, as they were saved: deals and leads, their histories, and what their ids mean.

All documents of a folder are read together. The history may also stand beside an export of deals, whose stages bear
names: then the dictionary of stages (`crm.status.list`) is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.model.reading import REFUSED, Bucket
from funnelbook.sources import rules
from funnelbook.sources.aliases import Found
from funnelbook.sources.bitrix import headers
from funnelbook.sources.bitrix.deals import BITRIX_DEALS
from funnelbook.sources.bitrix.documents import METHODS, items, kinds
from funnelbook.sources.bitrix.leads import ENTRY, as_written, lead_entries, lead_rows, lead_stages
from funnelbook.sources.bitrix.names import Names, pipeline_of
from funnelbook.sources.conform import Binding, column, conform
from funnelbook.sources.items import Item, is_text
from funnelbook.sources.reader import Context, JsonFile, Leads, Match, Part, RawFile

_STAGES = ("OWNER_ID", "STAGE_ID", "CREATED_TIME", "CATEGORY_ID", "ID")
_DICTIONARIES = ("stages", "pipelines")


class _Document(Struct, frozen=True):
    """The items of one file by kind, with their rows: the first is row 1. `refused`: row, bucket, problem."""

    file: JsonFile
    rows: Mapping[str, Sequence[tuple[int, Item]]]
    refused: Sequence[tuple[int, Bucket, str]]
    count: int

    @classmethod
    def of(cls, file: JsonFile) -> _Document:
        """Where names of stages stand among deals, only the deals are facts."""
        rows: dict[str, list[tuple[int, Item]]] = {}
        refused: list[tuple[int, Bucket, str]] = []
        count = 0
        for count, (kind, item) in enumerate(items(file.document), 1):
            if not isinstance(item, dict) or not kind:
                refused.append((count, "rejected", "bad-value"))
            elif not is_text(item):
                refused.append((count, "rejected", "encoding"))
            else:
                rows.setdefault(kind, []).append((count, item))
        if any(kind not in _DICTIONARIES for kind in rows):
            found = (row for kind in _DICTIONARIES for row, _ in rows.get(kind, ()))
            refused += ((row, "ignored", "not-needed") for row in found)
        return cls(file, rows, refused, count)

    def items(self, kind: str) -> list[Item]:
        return [item for _, item in self.rows.get(kind, ())]

    def refusals(self) -> pl.DataFrame:
        lines = [(self.file.number, row, bucket, problem, "", True) for row, bucket, problem in self.refused]
        return pl.DataFrame(lines, schema=dict(REFUSED), orient="row")

    def table(self, kind: str, keys: Sequence[str]) -> RawFile:
        """The items of a kind as a table of text with the columns `keys`."""
        found = self.rows[kind]
        columns = {f"c{i}": [_text(item.get(key)) for _, item in found] for i, key in enumerate(keys)}
        frame = pl.DataFrame(
            {"row": [row for row, _ in found], **columns},
            schema={"row": pl.UInt32(), **dict.fromkeys(columns, pl.String())},
        )
        file = self.file
        return RawFile(file.number, file.path, "", file.digest, tuple(keys), frame.lazy(), len(found))


class BitrixApi:
    """Knows documents by the keys of their items; what they are called does not matter."""

    name = "Bitrix24 API"

    def match(self, document: object) -> Match:
        found = kinds(document)
        return Match((), len(found)) if found else Match(tuple(METHODS), 0)

    def read(self, files: Sequence[JsonFile], context: Context) -> Mapping[int, tuple[str, Part]]:
        """Raises `SourceError` when the deals beside the history name their stages and nothing tells the names."""
        documents = [_Document.of(file) for file in files]
        stages, pipelines = ([item for each in documents for item in each.items(kind)] for kind in _DICTIONARIES)
        names = Names.of(stages, pipelines)
        spelling = _Spelling.of(documents, names, context)
        return {each.file.number: _part(each, spelling, context) for each in documents}


class _Spelling(Struct, frozen=True):
    """How stages and pipelines are called: by name where `names` tells them, else by id.

    unnamed: pipelines are left to the deals, since those tell names that no dictionary has.
    """

    names: Names
    unnamed: bool

    @classmethod
    def of(cls, documents: Sequence[_Document], names: Names, context: Context) -> _Spelling:
        ids = {str(item.get("STAGE_ID")) for each in documents for item in each.items("history")}
        told = _told(context)
        if told and not told & ids and ids and not ids <= names.stages.keys():
            asking = next(each for each in documents if "history" in each.rows)
            message = "its stages are ids, the deals beside it name theirs, and nothing tells which is which"
            hint = f"save the answer of {METHODS['stages']} as stages.json in the same folder"
            raise SourceError.one("missing-dictionary", message, hint, place=asking.file.place())
        if told & ids:
            return cls(Names(), unnamed=False)
        return cls(names, unnamed=bool(told) and not names.pipelines)

    def stage(self, told: str) -> str:
        known = self.names.stages.get(told)
        return known.name if known else told

    def spelled(self, raw: RawFile, stage: int, pipeline: int | None) -> RawFile:
        """`raw` with names in its columns of stages and pipelines."""
        cells = raw.frame.select(pl.col(f"c{stage}").unique()).collect().to_series().drop_nulls().to_list()
        stages = {told: self.stage(told) for told in cells}
        changes = [pl.col(f"c{stage}").replace_strict(stages, default=None, return_dtype=pl.String)]
        if pipeline is not None:
            told = pl.col(f"c{pipeline}")
            known = pl.lit(None, dtype=pl.String) if self.unnamed else told.replace(self.names.pipelines)
            changes.append(known.alias(f"c{pipeline}"))
        return replace(raw, frame=raw.frame.with_columns(changes))


def _told(context: Context) -> set[str]:
    """The stages of the exports of deals in the same folder."""
    found: set[str] = set()
    for raw in context.others.get(BITRIX_DEALS.name, ()):
        stage = f"c{headers.DEALS.find(raw.header)['stage'].index}"
        cells = raw.frame.select(pl.col(stage).cast(pl.String).str.strip_chars().unique()).collect()
        found.update(cells[stage].drop_nulls())
    return found


def _part(document: _Document, spelling: _Spelling, context: Context) -> tuple[str, Part]:
    holds = {kind: len(found) for kind, found in sorted(document.rows.items())}
    read = [kind for kind in _PARTS if kind in document.rows]
    parts = [_PARTS[kind](document, spelling, context) for kind in read]
    tables = {name: frame for part in parts for name, frame in part.tables.items()}
    refused = pl.concat([document.refusals(), *(part.refused for part in parts)])
    used = {pipeline_of(stage) for stage, each in spelling.names.stages.items()}
    facts = spelling.names.facts(used) if "stages" in document.rows else ()
    first, *more = dict.fromkeys(_ACCOUNTING[kind] for kind in read) or [""]
    return first, Part(
        tables,
        refused,
        pipelines=facts,
        notes=tuple(note for part in parts for note in part.notes),
        rows=document.count,
        also=tuple(more),
        holds=holds,
        leads=_leads_of(parts, lead_stages(spelling.names.lead_statuses) if "stages" in document.rows else ()),
    )


def _leads_of(parts: Sequence[Part], order: tuple[str, ...]) -> Leads | None:
    """What the several kinds of items of a document tell of leads."""
    told = [part.leads for part in parts if part.leads is not None]
    if not told and not order:
        return None
    rows, entries, links = (
        next((found for each in told if (found := getattr(each, name)) is not None), None)
        for name in ("rows", "entries", "links")
    )
    return Leads(rows, entries, links, order)


def _deals(document: _Document, spelling: _Spelling, context: Context) -> Part:
    keys = tuple(dict.fromkeys(key for item in document.items("deals") for key in item))
    raw = document.table("deals", keys)
    found: Mapping[str, Found] = headers.DEALS.find(keys)
    pipeline = found["pipeline"].index if "pipeline" in found else None
    outcome = {name: each.outcome for name, each in spelling.names.stages.items()}
    spelled = spelling.spelled(raw, found["stage"].index, pipeline)
    if "group" not in found and outcome:
        letters = {"open": "P", "won": "S", "lost": "F"}
        told = {name: letters[each] for name, each in outcome.items()}
        group = pl.col(f"c{found['stage'].index}").replace_strict(told, default=None, return_dtype=pl.String)
        kept = raw.frame.select("row", group.alias(f"c{len(keys)}"))
        joined = spelled.frame.join(kept, on="row", how="left", maintain_order="left")
        spelled = replace(spelled, header=(*keys, "STAGE_SEMANTIC_ID"), frame=joined)
    return BITRIX_DEALS.read(spelled, context)


def _history(document: _Document, spelling: _Spelling, context: Context) -> Part:
    raw = spelling.spelled(
        document.table("history", _STAGES), _STAGES.index("STAGE_ID"), _STAGES.index("CATEGORY_ID")
    )
    rule = rules.alias("Bitrix24")
    bindings: dict[str, Binding] = {
        name: column(index, rule=rule) for index, name in enumerate(("deal_id", "stage", "entered_at", "pipeline"))
    }
    part = conform(raw, "stages", bindings, context)
    return replace(part, tables={"stages": as_written(part.tables["stages"], raw, _STAGES.index("ID"))})


def _leads(document: _Document, spelling: _Spelling, context: Context) -> Part:
    keys = tuple(dict.fromkeys(key for item in document.items("leads") for key in item))
    return lead_rows(document.table("leads", keys), spelling.names.lead_statuses, context)


def _lead_history(document: _Document, spelling: _Spelling, context: Context) -> Part:
    return lead_entries(document.table("lead history", ENTRY), spelling.names.lead_statuses, context)


_PARTS = {"deals": _deals, "history": _history, "leads": _leads, "lead history": _lead_history}
#: The canonical table that the items of a kind become rows of.
_ACCOUNTING = {"deals": "deals", "history": "stages", "leads": "deals", "lead history": "stages"}


def _text(value: object) -> str | None:
    """A scalar as text; whole numbers as they are written. What is nested tells nothing here."""
    if value is None or isinstance(value, dict | list):
        return None
    return str(value)


BITRIX_API = BitrixApi()
