"""All that was read, as one reading."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from msgspec.structs import replace

from funnelbook.model.reading import PipelineFact, Reading, SourceFile
from funnelbook.model.tables import TABLES
from funnelbook.sources.reader import NO_REFUSED, RawFile, Read


def _labelled(reads: Sequence[Read]) -> list[Read]:
    """Published names: the reader's, and an ordinal. A file's own name may hold a customer's."""
    counts: dict[str, int] = {}
    found = []
    for each in reads:
        counts[each.reader] = counts.get(each.reader, 0) + 1
        found.append(replace(each, file=replace(each.file, label=f"{each.reader} {counts[each.reader]}")))
    return found


def reading_of(reads: Sequence[Read]) -> Reading:
    """Files under their published names, tables with the rows of all of them; the exports are not told apart."""
    reads = _labelled(reads)
    tables = {
        name: pl.concat(frames)
        for name in TABLES
        if (frames := [each.part.tables[name] for each in reads if name in each.part.tables])
    }
    pipelines: dict[PipelineFact, None] = dict.fromkeys(fact for each in reads for fact in each.part.pipelines)
    refused = pl.concat([NO_REFUSED, *(each.part.refused for each in reads)])
    return Reading(
        files=tuple(_source_file(each) for each in reads),
        tables=tables,
        refused=refused.sort("file", "row", maintain_order=True),
        pipelines=tuple(pipelines),
        unknown_columns={each.file.number: each.part.unknown for each in reads if each.part.unknown},
        begun={each.file.number: each.part.begun for each in reads if each.part.begun is not None},
        conversions={each.file.number: told for each in reads if (told := each.part.conversions) is not None},
    )


def _source_file(read: Read) -> SourceFile:
    file, part = read.file, read.part
    rows = part.rows if part.rows is not None else file.rows if isinstance(file, RawFile) else 0
    return SourceFile(
        file.number, file.path, file.label, read.reader, read.table, rows, file.digest, part.notes, part.also,
        tuple(sorted(part.remarks.items())),
    )  # fmt: skip
