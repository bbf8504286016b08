"""Make a canonical table of a raw one: say which column is which, and every cell is parsed, checked, accounted
for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

import polars as pl
from msgspec import Struct, field

from funnelbook.errors import Finding, SourceError
from funnelbook.model.pipeline import fold
from funnelbook.sources import rules
from funnelbook.sources.cells.dates import UnclearDatesError
from funnelbook.sources.cells.words import folded
from funnelbook.sources.divided import Problems, divided
from funnelbook.sources.faultless import faultless
from funnelbook.sources.reader import Context, Part, RawFile, Taken
from funnelbook.sources.tallies import Tallies, tallied
from funnelbook.sources.threads import in_turn, side_by_side
from funnelbook.sources.typed import Column, Parsed, TextReader, is_native, native, reads_text, reads_words

_Result = TypeVar("_Result")
#: Rows that are made ready at a time: `_ROWS` of a file with more than `_MANY`; a shorter one is divided among the
#: threads, into parts of `_FEW` at least.
_ROWS, _MANY, _FEW = 40_000, 200_000, 10_000
MANGLED = r"^[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+$"


class Binding(Struct, frozen=True):
    """Where a canonical column comes from: an expression over `RawFile.frame`, usually `pl.col("c3")`.

    index: the raw column it reads (None = a constant), for what is known of its cells.
    also: further raw columns that the expression reads.
    rule: why these columns (`funnelbook.sources.rules`).
    tidy: the expression makes of each row by itself text that is trimmed already, null where it is empty.
    values: file's value (compared folded) -> ours; "" on either side is an empty cell. Others pass as they are.
    date_format: a strptime pattern, overriding what the column itself tells.
    day_first: what `03/04/2024` means when the column cannot tell; None = an error for `/` and `-`, True for `.`.
    tallies: what is told of the rows by number alone.
    """

    expression: pl.Expr
    index: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    day_first: bool | None = None
    also: tuple[int, ...] = ()
    rule: str = rules.OWN
    tidy: bool = False
    tallies: Tallies = field(default_factory=dict)

    @property
    def columns(self) -> tuple[int, ...]:
        return self.also if self.index is None else (self.index, *self.also)

    @property
    def by_row(self) -> bool:
        """Whether a cell is known to depend on no other row."""
        told = self.expression.meta
        return self.tidy or told.is_column() or told.is_literal()


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
    columns = Column.all_of(table)
    bound = raw.frame.select("row", *(binding.expression.alias(name) for name, binding in bindings.items()))
    used = {index for binding in bindings.values() for index in binding.columns}
    unknown = tuple(name for i, name in enumerate(raw.header) if i not in used and name)
    plain = not any(binding.values or binding.index is None for binding in bindings.values())
    ready = faultless(raw, bound, columns, context) if plain else None
    if ready is not None and not _neither(table, ready):
        return Part(
            {table: ready}, raw.refused, notes=raw.notes, unknown=unknown, taken=_taken(table, bindings, {})
        )
    accepted, refused, written, told = _carefully(raw, table, bindings, columns, context)
    notes = (f"{name}: {format_}" for name, format_ in written.items() if format_ != "ISO 8601")
    return Part(
        {table: accepted},
        pl.concat([raw.refused, refused]),
        notes=(*raw.notes, *notes, *told),
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
    columns: Sequence[Column],
    context: Context,
) -> tuple[pl.LazyFrame, pl.DataFrame, Mapping[str, str], tuple[str, ...]]:
    """Accepted rows, refused rows, how each column's dates are written, and the notes of tallies."""
    prepared = partial(_prepared, bindings=bindings, context=context)
    frame = prepared(raw.frame)
    schema = frame.collect_schema()
    _refuse_types(raw, columns, schema)
    written: Mapping[str, str] = {}
    texts = [each for each in columns if each.name in bindings and reads_text(each, schema[each.name])]
    if texts:
        texts += [each for each in columns if each.name in bindings and reads_words(each, schema[each.name])]
        frame, written = _with_parsed(raw, _collected(raw, bindings, prepared), texts, bindings, context)
    notes = tallied(frame, {note: pl.col(note) for note in _tallies(bindings)})
    values = {each.name: _value(each, schema, texts, context) for each in columns}
    if texts:
        frame = frame.with_columns(value.alias(f"={name}") for name, value in values.items()).collect().lazy()
        values = {name: pl.col(f"={name}") for name in values}
    problems = _problems(raw, table, columns, bindings, values)
    accepted, refused = divided(raw, frame, values, problems)
    return accepted.collect().lazy() if texts else accepted, refused, written, notes


def _prepared(cells: pl.LazyFrame, bindings: Mapping[str, Binding], context: Context) -> pl.LazyFrame:
    """Raw columns under canonical names, tidy, and persons hashed: side by side, each from its raw cells."""
    types = cells.select(binding.expression.alias(name) for name, binding in bindings.items()).collect_schema()
    named = {name: _tidy(binding, types[name]) for name, binding in bindings.items()}
    if "contact_id" in named:
        named["contact_id"] = _person(named["contact_id"], types["contact_id"], context)
    return cells.select("row", **named, **_tallies(bindings))


def _collected(
    raw: RawFile, bindings: Mapping[str, Binding], prepared: Callable[[pl.LazyFrame], pl.LazyFrame]
) -> pl.DataFrame:
    """All rows; those that do not depend on one another some at a time, by several threads, so that the raw text of
    a long file does not fill memory.
    """
    if not all(binding.by_row for binding in bindings.values()):
        return prepared(raw.frame).collect(engine="streaming")
    read = [*(binding.expression for binding in bindings.values()), *_tallies(bindings).values()]
    names = {name for expression in read for name in expression.meta.root_names()}
    batches = _batches(raw.frame.select("row", *sorted(names)), raw.rows)
    found = in_turn(lambda batch: prepared(batch.rechunk().lazy()).collect(engine="in-memory"), batches)
    return pl.concat(found) if found else prepared(raw.frame).collect()


def _batches(cells: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    if rows > _MANY:
        return cells.collect_batches(chunk_size=_ROWS, maintain_order=True)
    return cells.collect().iter_slices(max(_FEW, -(-rows // pl.thread_pool_size())))


def _tallies(bindings: Mapping[str, Binding]) -> dict[str, pl.Expr]:
    return {note: rows for binding in bindings.values() for note, rows in binding.tallies.items()}


def _tidy(binding: Binding, dtype: pl.DataType) -> pl.Expr:
    """Text trimmed, an empty cell null, values mapped."""
    cell = binding.expression
    if dtype.is_float():
        return cell.fill_nan(None)
    if dtype in (pl.Categorical, pl.Enum):
        cell = cell.cast(pl.String)
    elif dtype != pl.String or (binding.tidy and not binding.values):
        return cell
    text = cell.str.strip_chars()
    if binding.values:
        ours = {fold(theirs): value for theirs, value in binding.values.items()}
        text = text.fill_null("")
        text = folded(text).replace_strict(ours, default=text, return_dtype=pl.String)
    return text.replace("", None)


def _person(cell: pl.Expr, dtype: pl.DataType, context: Context) -> pl.Expr:
    """Hashed, but for what Excel has mangled: its row is rejected."""
    whole = cell.cast(pl.Int64, strict=False) if dtype.is_float() else cell
    return context.persons.keyed(whole.cast(pl.String), but=MANGLED)


def _refuse_types(raw: RawFile, columns: Sequence[Column], schema: pl.Schema) -> None:
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
    raw: RawFile, frame: pl.DataFrame, texts: Sequence[Column], bindings: Mapping[str, Binding], context: Context
) -> tuple[pl.LazyFrame, Mapping[str, str]]:
    """The frame with a parsed column `=name` beside each column of text that is not text by nature, and how dates
    are written.
    """
    reader = TextReader(raw, context)

    def learn(each: Column) -> None:
        reader.learn(each.name, frame[each.name], bindings[each.name].date_format)

    def read(each: Column) -> Parsed:
        binding = bindings[each.name]
        return reader.read(each, frame[each.name], binding.day_first, binding.date_format)

    _of_each(raw, learn, [each for each in texts if each.is_moment and frame.schema[each.name] == pl.String])
    found = dict(zip((each.name for each in texts), _of_each(raw, read, texts), strict=True))
    parsed = [series.alias(f"={name}") for name, (series, _) in found.items()]
    # Of what is parsed nothing is asked any more but which cells were empty.
    filled = [pl.when(pl.col(name).is_not_null()).then(pl.lit(value=True)).alias(name) for name in found]
    whole = frame.with_columns(*parsed, *filled)
    return whole.lazy(), {name: written for name, (_, written) in found.items() if written}


def _of_each(raw: RawFile, work: Callable[[Column], _Result], columns: Sequence[Column]) -> list[_Result]:
    """`work` of each column. Those whose dates are unclear are one `SourceError`, a finding each."""
    unclear: dict[str, Finding] = {}

    def done(each: Column) -> _Result | None:
        try:
            return work(each)
        except UnclearDatesError as error:
            hint = "give the column's date_format in a [[sources]] mapping"
            message = f"column {each.name}: {error}"
            unclear[each.name] = Finding(raw.place(), "unclear-dates", message, hint)
            return None

    results = side_by_side(done, columns)
    if unclear:
        raise SourceError([unclear[each.name] for each in columns if each.name in unclear])
    return cast("list[_Result]", results)


def _value(each: Column, schema: pl.Schema, texts: Sequence[Column], context: Context) -> pl.Expr:
    if each.name not in schema:
        return pl.lit(None, dtype=each.dtype)
    if each in texts:
        return pl.col(f"={each.name}")
    return native(each, schema[each.name], context)


def _problems(
    raw: RawFile,
    table: str,
    columns: Sequence[Column],
    bindings: Mapping[str, Binding],
    values: Mapping[str, pl.Expr],
) -> Problems:
    found = {each.name: _cases(raw, each, bindings.get(each.name), values[each.name]) for each in columns}
    if table == "deals":
        found["status"].append((values["status"].is_null() & values["stage"].is_null(), "missing-value"))
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
        cases.append((value.str.contains(MANGLED), "excel-mangled"))
    return cases + [(~rule, each.problem) for rule in each.rules(value)]
