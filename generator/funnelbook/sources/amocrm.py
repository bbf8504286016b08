"""amoCRM and Kommo deals exports: both header generations, in Russian, Portuguese, Spanish and English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Literal

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from funnelbook.model.pipeline import fold
from funnelbook.sources import amocrm_headers as headers
from funnelbook.sources import rules
from funnelbook.sources.cells.distinct import by_distinct, distinctly
from funnelbook.sources.cells.words import folded, spellings
from funnelbook.sources.conform import Binding, conform
from funnelbook.sources.contacts import CONTACTS, person, person_of_deal, personal, rounded
from funnelbook.sources.reader import Context, Match, Part, RawFile, plain

_NOT_CLOSED = f"(?i)^(?:{'|'.join(map(re.escape, headers.NOT_CLOSED))})$"
_REQUIRED = ("deal_id", "created_at", "stage")
_DATES = ("created_at", "closed_at", "next_task_at")


#: The cells of a column. What is asked of each is made once: for a short column that takes longer than the answer.
_TEXT = pl.col("text")
_TRIMMED = _TEXT.str.strip_chars()
_QUOTED = _TEXT.str.starts_with("'").any()
_UNQUOTED = _TEXT.str.strip_prefix("'").str.strip_chars()


def _listed(column: str) -> pl.Expr:
    return pl.when(folded(_TEXT).is_in(list(spellings(column)))).then(_TEXT)


#: What is read of columns that an account fills as it likes: a deal is not rejected for the rest of such a cell.
_OWN: Mapping[str, pl.Expr] = {
    "next_task_at": _TEXT.str.extract(r"(\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?)"),
    "list_price": _TEXT.str.extract(r"^([\d\s.,\u00a0\u202f]*\d)\D*$"),
    "segment": _listed("segment"),
    "temperature": _listed("temperature"),
}


class Columns(Struct, frozen=True):
    """Which column of a header is what.

    at: canonical name -> indices, the one to read first standing first.
    rules: canonical name -> why the first of them is it.
    currency: told by the sign behind the budget; "" = not told.
    language: of most of the names; "" = of none.
    """

    at: Mapping[str, tuple[int, ...]]
    rules: Mapping[str, str]
    currency: str = ""
    language: str = ""

    @classmethod
    @lru_cache(maxsize=64)
    def of(cls, header: tuple[str, ...]) -> Columns:
        """Names repeat in these exports: one is the contact's field, the other the deal's.

        Of a system field the first column counts. Of `source` the last does, as the deal's own fields stand behind
        those of its contact. The further ones are read where the first is empty, for source and loss reason alone.
        """
        names = [_deal_name(name) for name in header]
        found = {field: list(_places(names, field)) for field in headers.DEALS}
        told = {field: places for field, places in found.items() if places}
        priced = [sign for name in header if (sign := _currency(name)) is not None]
        return cls(
            {field: tuple(index for index, _ in places) for field, places in told.items()},
            {field: _rule(field, names[places[0][0]], places[0][1]) for field, places in told.items()},
            priced[0] if priced else "",
            _most(headers.language(field, places[0][1]) for field, places in told.items()),
        )


def _most(languages: Iterable[str]) -> str:
    counts = Counter(language for language in languages if language)
    return max(counts, key=lambda language: (counts[language], language), default="")


def _places(names: Sequence[str], field: str) -> Iterator[tuple[int, str]]:
    """Each column that is `field`, with the alias that tells so."""
    for alias in headers.DEALS[field]:
        found = [i for i, name in enumerate(names) if name == plain(alias) or _is_priced(field, name, alias)]
        yield from ((index, alias) for index in (reversed(found) if field == "source" else found))


def _rule(field: str, name: str, alias: str) -> str:
    rule = rules.alias("amoCRM", headers.language(field, alias))
    sign = _sign(name, alias) if field == "value" else ""
    return rules.signed(rule, sign, headers.CURRENCY_SIGNS[sign]) if sign else rule


def _deal_name(name: str) -> str:
    """`plain`, without the suffix that says a field is the deal's own."""
    found = plain(name)
    for suffix in headers.OF_DEAL:
        found = found.removesuffix(suffix).rstrip()
    return found


def _is_priced(field: str, name: str, alias: str) -> bool:
    return field == "value" and name.startswith(plain(alias)) and _sign(name, alias) in headers.CURRENCY_SIGNS


def _sign(name: str, alias: str) -> str:
    return name.removeprefix(plain(alias)).strip(" ,:()")


def _currency(name: str) -> str | None:
    """The currency that a header of a budget tells, "" when its sign is that of several; None for other headers."""
    found = _deal_name(name)
    aliases = (alias for alias in headers.DEALS["value"] if _is_priced("value", found, alias))
    return next((headers.CURRENCY_SIGNS[_sign(found, alias)] for alias in aliases), None)


class AmocrmDeals:
    """One deal a row. Names, phones and notes are never read, but for telling that two deals are of one person."""

    name = "amoCRM deals"
    table: Literal["deals"] = "deals"

    def match(self, header: Sequence[str]) -> Match:
        columns = Columns.of(tuple(header))
        marks = {plain(mark) for mark in headers.DEAL_MARKS}
        marked = sum(_deal_name(name) in marks for name in header)
        missing = tuple(headers.named(field, columns.language) for field in _REQUIRED if field not in columns.at)
        return Match(missing if marked else (*missing, headers.DEAL_MARKS[0]), len(columns.at) + marked)

    def read(self, raw: RawFile, context: Context) -> Part:
        """Status is told by the names of the system's closing stages alone; other names are left to the project."""
        columns = Columns.of(raw.header)
        part = conform(raw, "deals", _bindings(raw, columns, context), context)
        return replace(part, notes=(*part.notes, *_notes(raw, columns)))


def _bindings(raw: RawFile, columns: Columns, context: Context) -> dict[str, Binding]:
    schema = raw.frame.collect_schema()
    bindings = {
        field: replace(_binding(field, indices, schema), rule=columns.rules[field])
        for field, indices in columns.at.items()
    }
    stages = bindings["stage"].columns
    bindings["status"] = Binding(_status(f"c{stages[0]}"), also=stages, rule=rules.told_by("the stage"), tidy=True)
    if columns.currency:
        price = bindings["value"].columns
        bindings["currency"] = Binding(pl.lit(columns.currency), also=price, rule=rules.told_by("the header"))
    owner = person(raw)
    known = context.others.get(CONTACTS, ())
    if known:
        owner = pl.coalesce(owner, person_of_deal(bindings["deal_id"].expression, known))
    bindings["contact_id"] = Binding(
        owner, also=personal(raw.header), rule=rules.PERSON, tidy=True, tallies=rounded(raw)
    )
    return bindings


_CLOSINGS = {fold(name): "won" for name in headers.WON} | {fold(name): "lost" for name in headers.LOST}


def _status(stage: str) -> pl.Expr:
    """Won or lost where the stage is a closing of the system's, else null."""
    return by_distinct(pl.col(stage).cast(pl.String), _closing, pl.String(), held=True)


def _closing(stages: pl.Series) -> pl.Series:
    told = _told(stages, field="stage")
    return pl.Series([_CLOSINGS.get(fold(stage)) if stage else None for stage in told], dtype=pl.String)


def _binding(field: str, indices: tuple[int, ...], schema: pl.Schema) -> Binding:
    first, *more = indices if field in ("source", "loss_reason") else indices[:1]
    cells = [_cell(field, f"c{index}", schema) for index in (first, *more)]
    day_first = True if field in _DATES else None
    texts = all(schema[f"c{index}"] == pl.String for index in (first, *more))
    return Binding(pl.coalesce(cells), index=first, also=tuple(more), day_first=day_first, tidy=texts)


def _cell(field: str, name: str, schema: pl.Schema) -> pl.Expr:
    """Text without the apostrophe that keeps spreadsheets from computing it; null where it only says "none"."""
    column = pl.col(name)
    if schema[name] != pl.String:
        return column.cast(pl.String) if field in ("source", "loss_reason") else column
    return by_distinct(column, partial(_told, field=field), pl.String(), cheap=field not in _OWN, held=True)


def _told(cells: pl.Series, field: str) -> pl.Series:
    texts = cells.to_frame("text").select_seq(_TRIMMED)
    if texts.select_seq(_QUOTED).item():
        texts = texts.select_seq(_UNQUOTED)
    if field in _OWN:
        texts = texts.select_seq(_OWN[field])
    text = texts.to_series()
    if field == "closed_at":
        text = text.set(_is_not_closed(text), None)
    return text.set(text == "", None)


def _is_not_closed(texts: pl.Series) -> pl.Series:
    """Most texts are dates, and told from the words by their first sign."""
    words = (~texts.is_between("0", ":", closed="left")).arg_true()
    found = words.filter(distinctly(texts.gather(words), lambda told: told.str.contains(_NOT_CLOSED)))
    return pl.Series([False]).new_from_index(0, texts.len()).scatter(found, values=True)


def _notes(raw: RawFile, columns: Columns) -> Iterator[str]:
    if columns.currency:
        yield f"currency {columns.currency}"
    repeated = {
        field
        for field, indices in columns.at.items()
        if len({_deal_name(raw.header[i]) for i in indices}) < len(indices)
    }
    yield from (f"repeated column: {field}" for field in sorted(repeated))


AMOCRM_DEALS = AmocrmDeals()
