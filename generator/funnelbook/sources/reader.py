"""What a reader is: it knows one kind of file, and turns it into canonical tables and an account of every row.

Two kinds of files come in. A *table* (CSV, XLSX, Parquet) is a `RawFile` and belongs to exactly one `Reader`. A
JSON document is a `JsonFile`; all documents of one folder that a `DumpReader` knows are read together, because an
API dump spreads one fact over several files (a status id here, its name there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct, field

from funnelbook.errors import Place
from funnelbook.model.pipeline import fold
from funnelbook.model.reading import REFUSED, PipelineFact
from funnelbook.sources.persons import Persons

#: Slug -> what it says on the data page is the site's business; here they are only named.
#: ragged-row, repeated-header, malformed, blank-row, preamble, missing-value, bad-date, bad-number, bad-amount,
#: bad-value, excel-error, formula-without-value, excel-mangled.
NO_REFUSED = pl.DataFrame(schema=dict(REFUSED))
#: Which lead a deal came of.
LINKS = pl.Schema({"deal_id": pl.String(), "lead": pl.String()})


class RawFile(Struct, frozen=True):
    """A table file as it stands, before anybody knows what its columns mean.

    header: the names as in the file, trimmed, BOM removed; they may repeat.
    frame: `row` UInt32 and one column a header name, `c0` … `cN`; String, or the file's own type where it has types
        (XLSX, Parquet). Only rows that are whole stand in it; the others are in `refused`, blank ones among them.
    rows: how many data rows the file has, refused and blank ones included, and what stands above a header that is
        not the first row with text.
    row: the header is the row it stands in (row 1, unless something comes first). In CSV a record counts as one
        row however many lines its quoted text takes.
    lone: row -> the only text of a row that is refused as ragged: the last lines of a report are of that kind.
    faults: column index -> row -> excel-error or formula-without-value.
    serial_day_zero: the day that Excel's serial number 0 stands for; None for a file without serials. In such a
    file a
        column of mixed cells is text, with its true dates written `YYYY-MM-DD HH:MM:SS`.
    notes: what was assumed (an encoding), in words fit for publishing.
    form: how the file is written, in words for `import --explain`.
    """

    number: int
    path: Path
    label: str
    digest: str
    header: tuple[str, ...]
    frame: pl.LazyFrame
    rows: int
    refused: pl.DataFrame = field(default_factory=NO_REFUSED.clone)
    faults: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    serial_day_zero: date | None = None
    notes: tuple[str, ...] = ()
    form: str = ""
    lone: Mapping[int, str] = field(default_factory=dict)

    def place(self, row: int = 0) -> Place:
        return Place(str(self.path), row=row)

    def columns(self, *names: str) -> tuple[int, ...]:
        """Indices of the columns with any of these names, compared as `plain` does, in the file's order."""
        wanted = {plain(name) for name in names}
        return tuple(i for i, name in enumerate(self.header) if plain(name) in wanted)


class JsonFile(Struct, frozen=True):
    """A JSON document, parsed. Its rows are counted by the reader that knows what a row is."""

    number: int
    path: Path
    label: str
    digest: str
    document: object
    notes: tuple[str, ...] = ()

    def place(self, row: int = 0) -> Place:
        return Place(str(self.path), row=row)


class Context(Struct, frozen=True):
    """What a reader may know beside its own file.

    day: the dated folder the file lies in, None for one that is not part of a series of exports.
    others: reader name -> the table files of the same folder that it knows (a deals reader may want the contacts).
    persons: hashes what tells a person; `conform` does it with `contact_id`.
    """

    timezone: ZoneInfo
    currency: str = ""
    day: date | None = None
    others: Mapping[str, tuple[RawFile, ...]] = field(default_factory=dict)
    persons: Persons = field(default_factory=Persons)


class Taken(Struct, frozen=True):
    """What one canonical column was taken from: a line of `import --explain`.

    target: table and column, `deals.created_at`.
    columns: indices in `RawFile.header`, the one that is read first standing first; none = a constant.
    rule: why these columns, in the words of `funnelbook.sources.rules`.
    written: how its dates are written, "" for other columns and where the file has types.
    follows: the value only follows from these columns (won or lost from the stage); no cell is read for it.
    """

    target: str
    columns: tuple[int, ...]
    rule: str
    written: str = ""
    follows: bool = False


class Leads(Struct, frozen=True):
    """What a file tells of leads, before they are joined to the deals (`funnelbook.sources.leads`).

    rows: as the canonical `deals`, by the lead's id; status won = converted, the stage as `leads.stage_of` has it.
    entries: as `stages`; neither the conversion nor a stage of the deal stands here. links: as `LINKS`.
    order: the stages of open leads, in the account's order.
    """

    rows: pl.DataFrame | None = None
    entries: pl.DataFrame | None = None
    links: pl.DataFrame | None = None
    order: tuple[str, ...] = ()


class Part(Struct, frozen=True):
    """What one reader made of one file.

    tables: canonical name -> frame with exactly the columns of `model.tables`, `file` and `row` included. The
        reader's own `table` accounts for the file's rows: rows = rows there + refused rows. Further tables (a stage
        history told by a deals row) are derived and not counted.
    refused: the file's own refusals (`RawFile.refused`) and the reader's, in the schema `REFUSED`.
    rows: None = `RawFile.rows`; a `DumpReader` says it here.
    unknown: header names that were not read.
    also: further tables that account for rows, each row by one table (events of a CRM are of several kinds).
    taken: what every canonical column that the file fills was taken from; `conform` tells its own.
    holds: what a document holds: kind of item -> how many.
    begun: what it tells of where deals began, in the schema `funnelbook.sources.beginnings.BEGUN`.
    remarks: what is odd about accepted rows, by slug -> how many; shown on the data page.
    leads: what it tells of leads; their rows are in none of `tables` yet.
    conversions: which deals leads became, as `LINKS`.
    """

    tables: Mapping[str, pl.LazyFrame]
    refused: pl.DataFrame
    pipelines: tuple[PipelineFact, ...] = ()
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    rows: int | None = None
    also: tuple[str, ...] = ()
    taken: tuple[Taken, ...] = ()
    holds: Mapping[str, int] = field(default_factory=dict)
    begun: pl.DataFrame | None = None
    remarks: Mapping[str, int] = field(default_factory=dict)
    leads: Leads | None = None
    conversions: pl.DataFrame | None = None


class Read(Struct, frozen=True):
    """One file read into one table. A file that several mappings name is read, and counted, once for each."""

    file: RawFile | JsonFile
    reader: str
    table: str
    part: Part


class Match(Struct, frozen=True):
    """How well a header fits a reader: `missing` lists what it lacks (none = recognised).

    Of several readers that recognise a file, the one with most `known` names wins; a tie is an error.
    """

    missing: tuple[str, ...]
    known: int

    @property
    def sure(self) -> bool:
        return not self.missing

    @property
    def lacking(self) -> str:
        """The missing names; one header may be missing for two columns."""
        return ", ".join(dict.fromkeys(self.missing))


class Reader(Protocol):
    """Knows one kind of table file by its header."""

    @property
    def name(self) -> str:
        """Published in labels: "deals", "amoCRM deals"."""

    @property
    def table(
        self,
    ) -> Literal["deals", "stages", "activities", "spend", "plan", "team", "rates", "contacts", "stage_dates"]:
        """The table that accounts for the file's rows. `contacts` serves other readers and is no table of its own;
        of `stage_dates`, each row of which tells several entries, all `stages` are derived.
        """

    def match(self, header: Sequence[str]) -> Match: ...

    def read(self, raw: RawFile, context: Context) -> Part: ...


class DumpReader(Protocol):
    """Knows a set of JSON documents of one folder."""

    @property
    def name(self) -> str: ...

    def match(self, document: object) -> Match: ...

    def read(self, files: Sequence[JsonFile], context: Context) -> Mapping[int, tuple[str, Part]]:
        """File number -> the table that accounts for its rows ("" = none), and the part."""


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """How header names are compared: folded, ё as е, any run of spaces, `_` and `-` as one space."""
    folded = fold(name.replace("\ufeff", "")).replace("ё", "е")
    return " ".join(folded.replace("_", " ").replace("-", " ").split())
