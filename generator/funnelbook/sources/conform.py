"""Make a canonical table of a raw one: say which column is which, and every cell is parsed, checked, accounted
for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from funnelbook.errors import Finding, SourceError
from funnelbook.model.pipeline import fold
from funnelbook.model.reading import REFUSED
from funnelbook.model.tables import TABLES
from funnelbook.sources import rules
from funnelbook.sources.cells.dates import UnclearDatesError
from funnelbook.sources.cells.words import folded
from funnelbook.sources.faultless import faultless
from funnelbook.sources.reader import Context, Part, RawFile, Taken
from funnelbook.sources.typed import Column, TextReader, is_native, native, reads_text

_MANGLED = r"^[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+$"


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a canonical column comes from: an expression over `RawFile.frame`, usually `pl.col("c3")`.

    index: the raw column it reads (None = a constant), for what is known of its cells.
    also: further raw columns that the expression reads.
    rule: why these columns (`funnelbook.sources.rules`).
    values: file's value (compared folded) -> ours; "" on either side is an empty cell. Others pass as they are.
    date_format: a strptime pattern, overriding what the column itself tells.
    day_first: what `03/04/2024` means when the column cannot tell; None = an error for `/` and `-`, True for `.`.
    """

    expression: pl.Expr
    index: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    day_first: bool | None = None
    also: tuple[int, ...] = ()
    rule: str = rules.OWN

    @property
    def columns(self) -> tuple[int, ...]:
        return self.also if self.index is None else (self.index, *self.also)


def column(index: int, **options: Any) -> Binding:
    """The binding of raw column `c<index>`; `options` are the other fields of `Binding`."""
    return Binding(pl.col(f"c{index}"), index, **options)


def conform(raw: RawFile, table: str, bindings: Mapping[str, Binding], context: Context) -> Part:
    """`raw` as the canonical `table`. Columns without a binding are null.

    Text cells are trimmed, and empty ones are null. Moments, months, dates, numbers and words are parsed by the
    type the canonical column has (`funnelbook.sources.cells`). A row with any cell that does not parse, or
    without a required one, is rejected with all its problems, the first being primary. What tells a person
    (`contact_id`) is hashed before it is kept anywhere.

    A file whose columns have the right types already (Parquet) stays lazy: one streaming pass looks for problems,
    and when there are none nothing but names and casts stands between the file and who reads the table.
    """
    columns = [Column.of(table, name) for name in TABLES[table].columns() if name not in ("file", "row")]
    bound = raw.frame.select("row", *(binding.expression.alias(name) for name, binding in bindings.items()))
    used = {index for binding in bindings.values() for index in binding.columns}
    unknown = tuple(name for i, name in enumerate(raw.header) if i not in used and name)
    plain = not any(binding.values or binding.index is None for binding in bindings.values())
    ready = faultless(raw, bound, columns, context) if plain else None
    if ready is not None and not _neither(table, ready):
        return Part(
            {table: ready}, raw.refused, notes=raw.notes, unknown=unknown, taken=_taken(table, bindings, {})
        )
    accepted, refused, written = _carefully(raw, table, bindings, (bound, columns), context)
    notes = (f"{name}: {format_}" for name, format_ in written.items() if format_ != "ISO 8601")
    return Part(
        {table: accepted},
        pl.concat([raw.refused, refused]),
        notes=(*raw.notes, *notes),
        unknown=unknown,
        taken=_taken(table, bindings, written),
    )


def _taken(table: str, bindings: Mapping[str, Binding], written: Mapping[str, str]) -> tuple[Taken, ...]:
    return tuple(
        Taken(f"{table}.{name}", binding.columns, binding.rule, written.get(name, ""), binding.index is None)
        for name, binding in bindings.items()
    )


def _neither(table: str, ready: pl.LazyFrame) -> bool:
    """Whether a deal has neither stage nor status, and so says nothing."""
    if table != "deals":
        return False
    nothing = pl.col("status").is_null() & pl.col("stage").is_null()
    return bool(ready.select(nothing.any()).collect(engine="streaming").item())


def _carefully(
    raw: RawFile,
    table: str,
    bindings: Mapping[str, Binding],
    wanted: tuple[pl.LazyFrame, list[Column]],
    context: Context,
) -> tuple[pl.LazyFrame, pl.DataFrame, Mapping[str, str]]:
    """Accepted rows, refused rows, and how each column's dates are written."""
    bound, columns = wanted
    types = bound.collect_schema()
    frame = bound.with_columns(_tidy(name, types[name], binding.values) for name, binding in bindings.items())
    if "contact_id" in bindings:
        frame = frame.with_columns(_person(frame.collect_schema()["contact_id"], context))
    schema = frame.collect_schema()
    _refuse_types(raw, columns, schema)
    written: Mapping[str, str] = {}
    texts = [each for each in columns if each.name in bindings and reads_text(each, schema[each.name])]
    if texts:
        frame, written = _with_parsed(raw, frame.collect(engine="streaming"), texts, bindings, context)
    values = {each.name: _value(each, schema, texts, context) for each in columns}
    problems = _problems(raw, table, columns, bindings, values)
    return *_divide(raw, frame, values, problems), written


def _tidy(name: str, dtype: pl.DataType, values: Mapping[str, str]) -> pl.Expr:
    """Text trimmed, an empty cell null, values mapped."""
    if dtype.is_float():
        return pl.col(name).fill_nan(None)
    if dtype in (pl.Categorical, pl.Enum):
        return pl.col(name).cast(pl.String)
    if dtype != pl.String:
        return pl.col(name)
    text = pl.col(name).str.strip_chars()
    if values:
        ours = {fold(theirs): value for theirs, value in values.items()}
        text = text.fill_null("")
        text = folded(text).replace_strict(ours, default=text, return_dtype=pl.String)
    return text.replace("", None)


def _person(dtype: pl.DataType, context: Context) -> pl.Expr:
    """Hashed, but for what Excel has mangled: its row is rejected."""
    cell = pl.col("contact_id")
    whole = cell.cast(pl.Int64, strict=False) if dtype.is_float() else cell
    text = whole.cast(pl.String)
    return (
        pl.when(text.str.contains(_MANGLED)).then(text).otherwise(context.persons.keyed(text)).alias("contact_id")
    )


def _refuse_types(raw: RawFile, columns: list[Column], schema: pl.Schema) -> None:
    wrong = [
        Finding(
            raw.place(),
            "bad-type",
            f"column {each.name} holds {schema[each.name]}, which cannot be read as {each.dtype}",
            "write it in another type, or as text",
        )
        for each in columns
        if each.name in schema and schema[each.name] != pl.String and not is_native(each, schema[each.name])
    ]
    if wrong:
        raise SourceError(wrong)


def _with_parsed(
    raw: RawFile, frame: pl.DataFrame, texts: list[Column], bindings: Mapping[str, Binding], context: Context
) -> tuple[pl.LazyFrame, Mapping[str, str]]:
    """The frame with a parsed column `=name` beside each column of text that is not text by nature, and how dates
    are written.
    """
    reader, unclear, parsed = TextReader(raw, context), list[Finding](), list[pl.Series]()
    written: dict[str, str] = {}
    for name in (each.name for each in texts if each.is_moment and frame.schema[each.name] == pl.String):
        with _noted(unclear, raw, name):
            reader.learn(name, frame[name], bindings[name].date_format)
    for each in texts if not unclear else ():
        with _noted(unclear, raw, each.name):
            binding = bindings[each.name]
            series, note = reader.read(each, frame[each.name], binding.day_first, binding.date_format)
            parsed.append(series.alias(f"={each.name}"))
            written |= {each.name: note} if note else {}
    if unclear:
        raise SourceError(unclear)
    return frame.with_columns(parsed).lazy(), written


@contextmanager
def _noted(findings: list[Finding], raw: RawFile, name: str) -> Iterator[None]:
    """A column whose dates are unclear is a mistake beside the file's others."""
    try:
        yield
    except UnclearDatesError as error:
        hint = "give the column's date_format in a [[sources]] mapping"
        findings.append(Finding(raw.place(), "unclear-dates", f"column {name}: {error}", hint))


def _value(each: Column, schema: pl.Schema, texts: list[Column], context: Context) -> pl.Expr:
    if each.name not in schema:
        return pl.lit(None, dtype=each.dtype)
    if each in texts:
        return pl.col(f"={each.name}")
    return native(each, schema[each.name], context)


def _problems(
    raw: RawFile, table: str, columns: list[Column], bindings: Mapping[str, Binding], values: Mapping[str, pl.Expr]
) -> dict[str, pl.Expr]:
    """Canonical column -> its problem as text, null where there is none."""
    found = {each.name: _first(_cases(raw, each, bindings.get(each.name), values[each.name])) for each in columns}
    if table == "deals":
        neither = values["status"].is_null() & values["stage"].is_null()
        found["status"] = found["status"].fill_null(_first([(neither, "missing-value")]))
    return found


def _cases(raw: RawFile, each: Column, binding: Binding | None, value: pl.Expr) -> list[tuple[pl.Expr, str]]:
    """What can be wrong with a cell, the first that holds being told."""
    if binding is None:
        return [(pl.lit(value=True), "missing-value")] if each.required else []
    faults = raw.faults.get(binding.index, {}) if binding.index is not None else {}
    cases = [
        (pl.col("row").is_in([row for row, fault in faults.items() if fault == problem]), problem)
        for problem in sorted(set(faults.values()))
    ]
    empty = pl.col(each.name).is_null()
    if each.required:
        cases.append((empty, "missing-value"))
    if not each.is_text:
        cases.append((~empty & value.is_null(), each.problem))
    elif each.name in ("deal_id", "contact_id"):
        cases.append((value.str.contains(_MANGLED), "excel-mangled"))
    return cases + [(~rule, each.problem) for rule in each.rules(value)]


def _first(cases: list[tuple[pl.Expr, str]]) -> pl.Expr:
    """The name of the first case that holds, else null."""
    return pl.coalesce(*(pl.when(case).then(pl.lit(name)) for case, name in cases), pl.lit(None, dtype=pl.String))


def _divide(
    raw: RawFile, frame: pl.LazyFrame, values: Mapping[str, pl.Expr], problems: Mapping[str, pl.Expr]
) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """The accepted rows as the canonical table, and the refused ones."""
    located = [pl.lit(raw.number, dtype=pl.UInt16).alias("file"), pl.col("row")]
    canonical = [*located, *(value.alias(name) for name, value in values.items())]
    wrong = pl.any_horizontal(problem.is_not_null() for problem in problems.values())
    judged = frame.select(pl.len().alias("rows"), pl.col("row").filter(wrong).implode().alias("wrong"))
    rows, refused = judged.collect(engine="streaming").row(0)
    if rows != raw.rows - raw.refused["row"].n_unique():
        message = f"{raw.rows} rows by one count, {rows} by another"
        hint = "save it with another program and try again"
        raise SourceError.one("miscounted", message, hint, place=raw.place())
    if not refused:
        return frame.select(canonical), pl.DataFrame(schema=dict(REFUSED))
    is_refused = pl.col("row").is_in(refused)
    told = frame.filter(is_refused).select("row", **problems).collect(engine="streaming")
    return frame.filter(~is_refused).select(canonical), _refused(raw.number, told)


def _refused(number: int, told: pl.DataFrame) -> pl.DataFrame:
    """One line a problem, by row and by the order of the canonical columns."""
    order = pl.Enum([name for name in told.columns if name != "row"])
    long = (
        told.unpivot(index="row", variable_name="column", value_name="problem")
        .filter(pl.col("problem").is_not_null())
        .sort("row", pl.col("column").cast(order))
        .with_columns(
            file=pl.lit(number, dtype=pl.UInt16),
            bucket=pl.lit("rejected", dtype=REFUSED["bucket"]),
            primary=pl.int_range(pl.len()).over("row") == 0,
        )
    )
    return long.select(*REFUSED)
