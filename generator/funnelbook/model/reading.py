"""What the sources hand over: canonical tables, and an account of every physical row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import polars as pl
from msgspec import Struct, field

Bucket = Literal["rejected", "duplicate", "ignored"]

#: One row a physical row that did not become a fact. `problem` is a slug; `column` the canonical column or "".
#: A row with several problems has several lines here, the first being the primary one (`primary` true).
REFUSED: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "file": pl.UInt16(),
        "row": pl.UInt32(),
        "bucket": pl.Enum(["rejected", "duplicate", "ignored"]),
        "problem": pl.String(),
        "column": pl.String(),
        "primary": pl.Boolean(),
    }
)


class PipelineFact(Struct, frozen=True):
    """A pipeline as a CRM's own dump describes it: open stages in order, names of its closings."""

    name: str
    stages: tuple[str, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]


class SourceFile(Struct, frozen=True):
    """One file as it was read. `label` is what may be published (a file's name may hold a customer's).

    `rows` counts physical data rows; `notes` say what was assumed (an encoding, a date format). Each row is
    accounted for by `table`, or by one of `also` where a file holds several kinds of rows (events of a CRM).
    remarks: what is odd about accepted rows, by slug, and how many have it.
    """

    number: int
    path: Path
    label: str
    reader: str
    table: str
    rows: int
    digest: str
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    remarks: tuple[tuple[str, int], ...] = ()


class Export(Struct, frozen=True):
    """The deals of one export.

    day: of its dated folder; None: it is of no folder, and what its rows say of a `snapshot` stands.
    first: the number of its folder's first file. seal: alike for exports of the same rows, those of the same file
    in a file of the same place among the folder's; "" = not told.
    """

    deals: pl.LazyFrame
    day: date | None = None
    first: int = 0
    seal: str = ""


class Reading(Struct, frozen=True):
    """All sources of a project. `tables` has a frame for each canonical table that any file fed.

    begun: what the log in a file tells of where deals began (`sources.beginnings.BEGUN`), by the file's number.
    conversions: which deal each lead became, by the file's number (`sources.reader.LINKS`).
    exports: the frame `deals` export by export, oldest first, those of no series before; empty = not told apart.
        When those of a dated folder were taken is not told yet: their `snapshot` is null.
    """

    files: tuple[SourceFile, ...]
    tables: Mapping[str, pl.LazyFrame]
    refused: pl.DataFrame
    pipelines: tuple[PipelineFact, ...] = ()
    unknown_columns: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    exports: tuple[Export, ...] = ()
    begun: Mapping[int, pl.DataFrame] = field(default_factory=dict)
    conversions: Mapping[int, pl.DataFrame] = field(default_factory=dict)
