"""Read a file by a `[[sources]]` mapping of the project file."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

import polars as pl
from msgspec.structs import replace

from funnelbook.errors import Finding, SourceError
from funnelbook.project import Join, SourceMapping
from funnelbook.sources import rules
from funnelbook.sources.conform import Binding, column, conform
from funnelbook.sources.generic import columns
from funnelbook.sources.reader import Context, Part, RawFile
from funnelbook.sources.typed import Column

#: In `columns`: the row number stands for an id that the file does not have.
ROW = "@row"

Opener = Callable[[str], RawFile]


def read_mapped(mapping: SourceMapping, raw: RawFile, context: Context, joined: Opener) -> Part:
    """`raw` as `mapping.table`. Values are mapped after a join; a constant fills a column that nothing else does.

    A mapping that names no columns takes those with canonical names.

    `joined` opens the further file that a join names.

    Raises `SourceError`: a column the file does not have, or has twice; a required column that nothing fills; a
    join whose key repeats, since it would make two rows of one.
    """
    frame, found, notes = raw.frame, _own(mapping, raw), list[str]()
    for number, join in enumerate(mapping.joins):
        other = joined(join.file)
        frame, unmatched = _join(frame, (raw, mapping), join, other, f"j{number}")
        found |= {name: Binding(pl.col(f"j{number}{name}"), rule=rules.JOINED) for name in join.columns}
        if unmatched:
            notes.append(f"rows without a match in a join: {unmatched}")
    constants = {name: value for name, value in mapping.constants.items() if name not in found}
    found |= {name: Binding(pl.lit(value), rule=rules.CONSTANT) for name, value in constants.items()}
    _require(mapping, raw, set(found))
    bindings = {
        name: replace(binding, values=mapping.values.get(name, {}), date_format=mapping.date_format)
        for name, binding in found.items()
        if name in columns(mapping.table)
    }
    wide = replace(raw, frame=frame, notes=(*raw.notes, *notes))
    return conform(wide, mapping.table, bindings, context)


def _own(mapping: SourceMapping, raw: RawFile) -> dict[str, Binding]:
    findings, found = list[Finding](), dict[str, Binding]()
    named = mapping.columns or {name: name for name in columns(mapping.table) if raw.columns(name)}
    for name, header in named.items():
        if header == ROW:
            found[name] = Binding(pl.col("row").cast(pl.String), rule=rules.ROW)
            continue
        indices = column_of(raw, header)
        if len(indices) == 1:
            found[name] = column(indices[0], rule=rules.MAPPED if mapping.columns else rules.OWN)
        else:
            findings.append(_not_one(raw, header, len(indices)))
    if findings:
        raise SourceError(findings)
    return found


def column_of(raw: RawFile, header: str) -> tuple[int, ...]:
    """Columns called exactly so, else those that `plain` cannot tell from it."""
    exact = tuple(i for i, name in enumerate(raw.header) if name == header.strip())
    return exact or raw.columns(header)


def _not_one(raw: RawFile, header: str, times: int) -> Finding:
    if times:
        return Finding(
            raw.place(), "repeated-column", f"column {header} stands in the file {times} times", "rename one"
        )
    near = get_close_matches(header, raw.header, 1)
    hint = f"did you mean {near[0]}?" if near else "look at the file's first row"
    return Finding(raw.place(), "missing-column", f"there is no column {header}", hint)


def _require(mapping: SourceMapping, raw: RawFile, found: set[str]) -> None:
    wanted = [
        name for name in columns(mapping.table) if Column.of(mapping.table, name).required and name not in found
    ]
    if mapping.table == "deals" and not found & {"status", "stage"}:
        wanted.append("status")
    if wanted:
        hint = f"name its column, or a constant; columns.deal_id = {ROW!r} takes the row number"
        message = f"the mapping to {mapping.table} does not say where {', '.join(wanted)} comes from"
        raise SourceError.one("missing-column", message, hint, place=raw.place())


def _join(
    frame: pl.LazyFrame, ours: tuple[RawFile, SourceMapping], join: Join, other: RawFile, prefix: str
) -> tuple[pl.LazyFrame, int]:
    """`frame` with the join's columns as `<prefix><canonical>`, and how many of its rows found no match."""
    raw, mapping = ours
    on = _index(raw, mapping.columns.get(join.on, join.on))
    key = _index(other, join.key)
    taken = [pl.col(f"c{_index(other, header)}").alias(f"{prefix}{name}") for name, header in join.columns.items()]
    their = (
        other.frame.select(_key(f"c{key}").alias(f"{prefix}key"), *taken)
        .filter(pl.col(f"{prefix}key").is_not_null())
        .collect()
    )
    repeated = int((their[f"{prefix}key"].value_counts()["count"] > 1).sum())
    if repeated:
        message = f"{repeated} values of its column {join.key} repeat, so a join would make two rows of one"
        raise SourceError.one("join-fan-out", message, "join on a column without repeats", place=other.place())
    keyed = frame.with_columns(_key(f"c{on}").alias(f"{prefix}key"))
    found = keyed.join(their.lazy(), on=f"{prefix}key", how="left", maintain_order="left")
    known = their[f"{prefix}key"].implode()
    return found, int(
        keyed.select((~pl.col(f"{prefix}key").is_in(known)).fill_null(value=True).sum()).collect().item()
    )


def _index(raw: RawFile, header: str) -> int:
    indices = column_of(raw, header)
    if len(indices) != 1:
        raise SourceError([_not_one(raw, header, len(indices))])
    return indices[0]


def _key(name: str) -> pl.Expr:
    """Keys are compared as trimmed text, so that a number joins the same number written as text."""
    text = pl.col(name).cast(pl.String).str.strip_chars()
    return pl.when(text.str.len_bytes() > 0).then(text)
