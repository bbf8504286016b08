"""Which deal a row is about. Reports often lack the id, and opportunities may share a name.

A report lists every opportunity once. So two rows of one name are two deals: to take them for one would lose a
sale, and to drop the report would lose all. Without an id a deal is its account, name and day of creation, as far
as the report has them, and the how-manyth of those it is; what stands for that is a keyed hash, the same in every
export that lists them in the same order. A history by names is joined to deals by the columns both have; what more
than one deal answers to is rejected, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.sources.cells.words import folded
from funnelbook.sources.fields import Fields
from funnelbook.sources.reader import Context, RawFile
from funnelbook.sources.salesforce import headers
from funnelbook.sources.salesforce.footers import without_footers

DEALS = "Salesforce opportunities"
_TELLING = ("account", "name", "created_at")
_BETWEEN = "\x1f"
#: An id has 15 characters, case told apart; where case may be lost three more are added, which tell nothing new.
_NUMBERS = r"^(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})\b"
_LONG = r"^[A-Za-z0-9]{15}[A-Z0-5]{3}$"


def fields_of(raw: RawFile) -> Fields:
    """The fields of a file of opportunities, a report or the object."""
    known = headers.OBJECT if headers.OBJECT.match(raw.header).sure else headers.REPORT
    return Fields.of(raw, known)


def opened(raw: RawFile) -> RawFile:
    """A file of opportunities without its footers."""
    return without_footers(raw, fields_of(raw).indices("stage", "closed_at"))


def ids(fields: Fields) -> pl.Expr:
    """The ids of a file in their short form."""
    told = fields.words("deal_id")
    return pl.when(told.str.contains(_LONG)).then(told.str.head(15)).otherwise(told)


def deal_ids(fields: Fields, context: Context) -> pl.Expr:
    """Of each row of a file of opportunities, its footers gone: the id, else what stands for one."""
    if "deal_id" in fields:
        return ids(fields)
    key = _key(fields, [name for name in _TELLING if name in fields])
    number = pl.int_range(pl.len()).over(key).cast(pl.String)
    named = fields.words("name").is_not_null()
    return pl.when(named).then(context.persons.keyed(pl.concat_str(key, number, separator=_BETWEEN)))


def alike(raw: RawFile) -> int:
    """How many deals of a file without ids nothing tells from another one."""
    fields = fields_of(raw)
    if "deal_id" in fields:
        return 0
    key = _key(fields, [name for name in _TELLING if name in fields])
    named = raw.frame.filter(fields.words("name").is_not_null())
    return int(named.select(key.is_duplicated().sum()).collect().item())


def known_deals(history: Fields, context: Context) -> pl.DataFrame | None:
    """`key`, which `key_of` gives for rows of the history too, and `deal_id`, null where several deals share it.

    None: the history's own ids are those of the deals.
    """
    deals = [opened(raw) for raw in context.others.get(DEALS, ())]
    found = [fields_of(raw) for raw in deals]
    if "deal_id" in history and all("deal_id" in fields for fields in found):
        return None
    common = shared(history, found)
    rows = [
        raw.frame.select(key=_key(fields, common), deal_id=deal_ids(fields, context)).drop_nulls("deal_id")
        for raw, fields in zip(deals, found, strict=True)
    ]
    none = pl.LazyFrame(schema={"key": pl.String(), "deal_id": pl.String()})
    one = pl.when(pl.col("deal_id").n_unique() == 1).then(pl.col("deal_id").first())
    return pl.concat([none, *rows]).group_by("key", maintain_order=True).agg(deal_id=one).collect()


def shared(history: Fields, deals: Sequence[Fields]) -> list[str]:
    """The columns that tell a deal in the history and in every file of deals."""
    return [name for name in _TELLING if name in history and all(name in fields for fields in deals)]


def key_of(history: Fields, context: Context) -> pl.Expr:
    deals = [fields_of(raw) for raw in context.others.get(DEALS, ())]
    return _key(history, shared(history, deals))


def _key(fields: Fields, names: Sequence[str]) -> pl.Expr:
    cells = [(_day if name == "created_at" else folded)(fields.words(name)).fill_null("") for name in names]
    return pl.concat_str(*cells, separator=_BETWEEN) if cells else pl.lit("")


def _day(told: pl.Expr) -> pl.Expr:
    """A day whatever the order of its numbers: one export may be CSV and the next a workbook with true dates."""
    numbers = told.str.extract(_NUMBERS).str.extract_all(r"\d+")
    plain = numbers.list.eval(pl.element().cast(pl.Int64).sort().cast(pl.String)).list.join("-")
    return pl.when(told.str.contains(_NUMBERS)).then(plain).otherwise(folded(told))
