"""Persons behind deals: told apart by phone and e-mail, never named.

A deals export has no contact id. Two deals are of one person when the first phone of their contacts is the same,
or when, without a phone, the first e-mail is; a name alone tells no person. The phone is hashed as soon as it is
read (`funnelbook.sources.persons`): the hash is counted and compared, and never published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import polars as pl

from funnelbook.model.reading import REFUSED
from funnelbook.sources import amocrm_headers as headers
from funnelbook.sources import rules
from funnelbook.sources.cells.phones import called
from funnelbook.sources.cells.words import folded
from funnelbook.sources.conform import MANGLED
from funnelbook.sources.reader import Context, Match, Part, RawFile, Taken, plain
from funnelbook.sources.tallies import Tallies, tallied

CONTACTS = "amoCRM contacts"
_ROUNDED = "phones like 8.49E+10, which a spreadsheet rounded and which tell nobody"
_EMAIL = r"([^\s,;'\"<>@:]+@[^\s,;'\"<>@]+\.[^\s,;'\"<>@]+)"


def person(raw: RawFile) -> pl.Expr:
    """What tells the person in each row of `raw.frame`, alike however it is written; null without phone and e-mail.

    Meant to be hashed before anything else is done with it.
    """
    schema = raw.frame.collect_schema()
    phones, emails = (tuple(_columns(raw.header, names)) for names in (headers.PHONES, headers.EMAILS))
    if not phones and not emails:
        return pl.lit(None, dtype=pl.String)
    cells = pl.struct(_text(f"c{i}", schema) for i in (*phones, *emails))
    return cells.map_batches(partial(_told, phones=len(phones)), return_dtype=pl.String)


def _told(cells: pl.Series, phones: int) -> pl.Series:
    """The first phone or address in each row's cells, of which so many may be `phones`."""
    told = pl.Series([None], dtype=pl.String).new_from_index(0, cells.len())
    for number, column in enumerate(cells.struct.unnest().get_columns()):
        left = (told.is_null() & column.is_not_null()).arg_true()
        read = called if number < phones else _emails
        told = read(column) if left.len() == cells.len() else told.scatter(left, read(column.gather(left)))
    return told


def _text(name: str, schema: pl.Schema) -> pl.Expr:
    """A workbook may hold a phone as a number."""
    column = pl.col(name)
    whole = column.cast(pl.Int64, strict=False) if schema[name].is_float() else column
    return whole.cast(pl.String)


def rounded(raw: RawFile) -> Tallies:
    """The phones that tell nobody any more, because a spreadsheet rounded them."""
    schema = raw.frame.collect_schema()
    cells = [pl.col(f"c{i}") for i in _columns(raw.header, headers.PHONES) if schema[f"c{i}"] == pl.String]
    found = [cell.str.contains(MANGLED) for cell in cells]
    return {_ROUNDED: pl.sum_horizontal(found)} if found else {}


def personal(header: Sequence[str]) -> tuple[int, ...]:
    """The columns that `person` reads."""
    return (*_columns(header, headers.PHONES), *_columns(header, headers.EMAILS))


def _columns(header: Sequence[str], names: Sequence[str]) -> Iterator[int]:
    plains = [_contact_name(name) for name in header]
    for name in names:
        yield from (i for i, found in enumerate(plains) if found == plain(name))


def _contact_name(name: str) -> str:
    found = plain(name)
    for suffix in headers.OF_CONTACT:
        found = found.removesuffix(suffix).rstrip()
    return found


def _emails(cells: pl.Series) -> pl.Series:
    return cells.str.extract(_EMAIL).str.to_lowercase().str.strip_chars_end(".")


class AmocrmContacts:
    """One contact or company a row. Serves deals that have no phone of their own; its rows become no fact."""

    name = CONTACTS
    table: Literal["contacts"] = "contacts"

    def match(self, header: Sequence[str]) -> Match:
        plains = {plain(name) for name in header}
        wanted = {"ID": headers.CONTACT_ID, headers.CONTACT_DEALS[0]: headers.CONTACT_DEALS}
        missing = tuple(name for name, names in wanted.items() if plains.isdisjoint(map(plain, names)))
        marks = {plain(name) for name in (*headers.CONTACT_MARKS, *headers.PHONES, *headers.EMAILS)}
        marked = len(plains & marks)
        return Match(missing if marked else (*missing, headers.CONTACT_MARKS[0]), 2 - len(missing) + marked)

    def read(self, raw: RawFile, context: Context) -> Part:
        """Every row is ignored and counted: a contact is no deal."""
        rows = raw.frame.select("row").collect()["row"]
        ignored = pl.DataFrame(
            {
                "row": rows,
                "file": raw.number,
                "bucket": "ignored",
                "problem": "contact",
                "column": "",
                "primary": True,
            }
        )
        refused = pl.concat(
            [raw.refused, ignored.select(pl.col(name).cast(kind) for name, kind in REFUSED.items())]
        )
        note = "contacts tell only which deals are of one person"
        notes = (*raw.notes, note, *tallied(raw.frame, rounded(raw)))
        return Part({}, refused, notes=notes, taken=(_persons(raw),))


def _persons(raw: RawFile) -> Taken:
    names = (headers.CONTACT_DEALS, headers.CONTACT_ID, headers.CONTACT_TYPE)
    columns = (index for each in names for index in raw.columns(*each)[:1])
    return Taken("deals.contact_id", (*columns, *personal(raw.header)), rules.PERSON, follows=True)


def person_of_deal(deal_id: pl.Expr, contacts: Sequence[RawFile]) -> pl.Expr:
    """The person of each deal that a contact names by id; a contact's deals listed by title tell nothing.

    Of several contacts of a deal the first counts. A contact without phone and e-mail is a person by its own id.
    """
    known = (
        pl.concat([_deals_of(raw) for raw in contacts]).unique("deal", keep="first", maintain_order=True).collect()
    )
    text = deal_id.cast(pl.String).str.strip_chars()
    return text.replace_strict(known["deal"], known["person"], default=None, return_dtype=pl.String)


def _deals_of(raw: RawFile) -> pl.LazyFrame:
    """deal, person: one row a deal that a contact of `raw` refers to."""
    (deals, *_), (own, *_) = raw.columns(*headers.CONTACT_DEALS), raw.columns(*headers.CONTACT_ID)
    kinds = raw.columns(*headers.CONTACT_TYPE)
    itself = pl.concat_str(pl.lit("contact "), _text(f"c{own}", raw.frame.collect_schema()))
    people = ~folded(pl.col(f"c{kinds[0]}").cast(pl.String)).is_in(headers.COMPANY) if kinds else pl.lit(value=True)
    return (
        raw.frame.filter(people.fill_null(value=True))
        .select(deal=_deal_ids(pl.col(f"c{deals}").cast(pl.String)), person=pl.coalesce(person(raw), itself))
        .explode("deal")
        .drop_nulls("deal")
    )


def _deal_ids(cell: pl.Expr) -> pl.Expr:
    """`Lead #17, Lead #18` and `17, 18` give ids; titles, which may hold any digits, give none."""
    listed = cell.str.contains(r"^\s*(?:\d+(?:\.0)?\s*[,;\n]?\s*)+$") | cell.str.contains(r"#\d+")
    marked = cell.str.extract_all(r"#\d+").list.eval(pl.element().str.strip_prefix("#"))
    bare = cell.str.replace_all(r"\.0\b", "").str.extract_all(r"\d+")
    return pl.when(listed & cell.str.contains("#")).then(marked).when(listed).then(bare)


AMOCRM_CONTACTS = AmocrmContacts()
