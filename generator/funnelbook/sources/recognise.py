"""Tell what a file is from its header."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache

from funnelbook.errors import SourceError
from funnelbook.sources.amocrm import AMOCRM_DEALS
from funnelbook.sources.amocrm_api import AMOCRM_API
from funnelbook.sources.bitrix import BITRIX_API, BITRIX_DEALS, BITRIX_LEADS
from funnelbook.sources.changes import STAGE_CHANGES
from funnelbook.sources.contacts import AMOCRM_CONTACTS
from funnelbook.sources.files.json_table import as_table
from funnelbook.sources.generic import GENERIC
from funnelbook.sources.hubspot import HUBSPOT_DEALS
from funnelbook.sources.pipedrive import PIPEDRIVE_DEALS, PIPEDRIVE_FLOW
from funnelbook.sources.reader import DumpReader, JsonFile, Match, RawFile, Reader, plain
from funnelbook.sources.salesforce import SALESFORCE_DEALS, SALESFORCE_HISTORIES
from funnelbook.sources.wide import STAGE_DATES

#: Every kind of table file this program knows: one line a reader.
READERS: tuple[Reader, ...] = (
    *GENERIC,
    STAGE_CHANGES,
    STAGE_DATES,
    AMOCRM_DEALS,
    AMOCRM_CONTACTS,
    HUBSPOT_DEALS,
    PIPEDRIVE_DEALS,
    BITRIX_DEALS,
    BITRIX_LEADS,
    SALESFORCE_DEALS,
    *SALESFORCE_HISTORIES,
)

#: Every kind of API dump: one line a reader.
DUMP_READERS: tuple[DumpReader, ...] = (AMOCRM_API, BITRIX_API, PIPEDRIVE_FLOW)

#: How many of the nearest readers an error names.
_NEAREST = 3
#: How alike two names must be for one to be taken for a slip in the other (`difflib`).
_NEAR = 0.8


@lru_cache(maxsize=64)
def _matches(header: tuple[str, ...]) -> tuple[tuple[Reader, Match], ...]:
    """How well each reader fits; the exports of all months have one header, which is looked at once."""
    return tuple((reader, reader.match(header)) for reader in READERS)


def recognise(raw: RawFile) -> Reader:
    """The only reader that knows this header: of those that miss nothing, the one that knows most of its names.

    Raises `SourceError` when none does (with the nearest readers and the names they miss) or two do equally well.
    """
    matches = _matches(raw.header)
    sure = [(reader, match.known) for reader, match in matches if match.sure]
    if not sure:
        raise SourceError.one("unknown-file", *_unknown(matches, raw.header), place=raw.place())
    best = max(known for _, known in sure)
    candidates = [reader for reader, known in sure if known == best]
    if len(candidates) > 1:
        names = " or ".join(reader.name for reader in candidates)
        hint = "say which in a [[sources]] mapping"
        raise SourceError.one("ambiguous-file", f"its header fits {names}", hint, place=raw.place())
    return candidates[0]


def tabled(file: RawFile | JsonFile) -> RawFile | JsonFile:
    """A JSON document as the table that it is, unless a reader of dumps knows it or nobody knows its keys."""
    if isinstance(file, RawFile) or any(reader.match(file.document).sure for reader in DUMP_READERS):
        return file
    return as_table(file, known) or file


def recognise_dump(file: JsonFile, readers: Sequence[DumpReader] = DUMP_READERS) -> DumpReader:
    """The only reader that knows this document. Raises `SourceError` when none does, or several do."""
    found = [reader for reader in readers if reader.match(file.document).sure]
    if len(found) == 1:
        return found[0]
    if found:
        names = " and ".join(reader.name for reader in found)
        hint = "save the answers of one system in one file"
        raise SourceError.one("ambiguous-file", f"it holds items of {names}", hint, place=file.place())
    names = ", ".join(reader.name for reader in readers)
    hint = f"answers of these are read: {names}; and tables, as a list of objects"
    raise SourceError.one("unknown-file", "nobody knows this JSON document", hint, place=file.place())


def told(raw: RawFile, reader: str) -> str:
    """Why `raw` was taken for a file of `reader`, beside the reader that fits next best."""
    matches = {each.name: match for each, match in _matches(raw.header)}
    others = {name: match for name, match in matches.items() if name != reader}
    name, nearest = min(others.items(), key=lambda each: (len(each[1].missing), -each[1].known, each[0]))
    lacks = f"lacks {nearest.lacking}" if nearest.missing else f"knows only {nearest.known} of its names"
    known = f"{matches[reader].known} names that are known"
    return f"its header has all that {reader} must have, and {known}; the next best, {name}, {lacks}"


def known(header: Sequence[str]) -> bool:
    """Whether any reader knows this header: a row above it that none does is no header."""
    return any(match.sure for _, match in _matches(tuple(header)))


def _unknown(matches: Sequence[tuple[Reader, Match]], header: Sequence[str]) -> tuple[str, str]:
    """Message and hint: the readers that miss the fewest names come first."""
    nearest = sorted(matches, key=lambda each: (len(each[1].missing), -each[1].known, each[0].name))[:_NEAREST]
    told = "; ".join(f"{reader.name} lacks {match.lacking}" for reader, match in nearest)
    missing = [name for _, match in nearest for name in match.missing]
    mapping = "map its columns in [[sources]] of funnelbook.toml; `funnelbook import --explain` drafts that"
    return f"nobody knows this header ({told})", "; ".join([*_alike(missing, header), mapping])


def _alike(missing: Sequence[str], header: Sequence[str]) -> list[str]:
    """Names of the header that nearly are one that is missing."""
    written = {plain(name): name for name in reversed(header)}
    near = {name: get_close_matches(plain(name), written, 1, _NEAR) for name in dict.fromkeys(missing)}
    return [f"is {written[found[0]]} its {name}?" for name, found in near.items() if found]
