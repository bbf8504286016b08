"""What the deals of an export's folder were read from, as a digest: equal seals, equal rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl
from msgspec import Struct

from funnelbook.memory import digest
from funnelbook.project import Project
from funnelbook.sources.accounts import Account
from funnelbook.sources.folders import Folder
from funnelbook.sources.persons import Persons
from funnelbook.sources.reader import Read


class Rules(Struct, frozen=True):
    """What the rows of a file hang on beside it. raw: those of files that are read as they are, no snapshots.
    shared: those of all files.
    """

    raw: str
    shared: str


def rules_of(project: Project, persons: Persons, conversions: Iterable[pl.DataFrame]) -> Rules:
    """What the project says of its files, and which persons are hashed; which leads became which deals, as all
    exports tell it. What its pipelines are called is no rule of the sources alone, and not among them.
    """
    site = project.site
    raw = repr((project.sources, site.timezone.key, site.currency, persons.numbers))
    return Rules(raw, digest(*(each.write_csv() for each in conversions)))


def key_of(persons: Persons) -> str:
    """Tells keys apart, and that there is none: nothing is hashed then."""
    try:
        return digest(persons.path.read_bytes()) if persons.path else ""
    except OSError:
        return ""


def seal_of(folder: Folder, reads: Sequence[Read], accounts: Mapping[Path, Account], rules: Rules, key: str) -> str:
    """Of the rows that `reads` tell, and of which file of the folder tells them. key: as `key_of`, "" = nobody was
    hashed.
    """
    kept = [repr((path.name, sorted((accounts[path].tables or {}).items()))) for path in folder.snapshots]
    raw = [
        # How many rows are refused tells whether leads were joined to the deals: the pipelines decide that.
        repr((each.file.path.name, each.reader, each.file.digest, each.part.refused.height))
        for each in reads[: len(reads) - len(kept)]
    ]
    return digest(str(folder.day), rules.shared, str(len(kept)), *kept, *raw, *((rules.raw, key) if raw else ()))
