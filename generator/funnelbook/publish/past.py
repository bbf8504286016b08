"""What the releases in the output folder published: read as anybody's files, for they may have been changed since.

A release whose manifest or figures are damaged is left out with a warning, and never stops a build.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from funnelbook.errors import Finding, Place
from funnelbook.model.published import FIGURES, Firsts, Publication, first_of
from funnelbook.publish import listing
from funnelbook.publish.manifest import MANIFEST, DamagedError, entry_of, parse_manifest, read_plainly

_MONTHLY = "data/monthly.json"
_MOST_BYTES = 50_000_000
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
#: A count or a sum beyond it was made up.
_MOST = 1e18


class Past(Struct, frozen=True):
    """`publications` from the oldest; `seals` the SHA-256 of each one's manifest."""

    publications: tuple[Publication, ...] = ()
    seals: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()

    @property
    def firsts(self) -> Firsts | None:
        """What was published first of each month; None without a release."""
        return first_of(self.publications) if self.publications else None


def looked_at(release: Path) -> tuple[Path, ...]:
    """What `read_past` reads of a release: files, and the folders on the way to them. Some may not be there."""
    return (release, release / MANIFEST, release / PurePosixPath(_MONTHLY).parent, release / _MONTHLY)


def read_past(out: Path, before: str = "") -> Past:
    """The releases in `out`; only those older than the release `before`, when that is one of them."""
    names = [each.version for each in listing.releases(out)] if out.is_dir() else []
    if before in names:
        names = names[names.index(before) + 1 :]
    publications, warnings = [], []
    seals: dict[str, str] = {}
    for name in reversed(names):
        try:
            publication, seals[name] = _read(out / name, name)
        except DamagedError as damage:
            hint = f"`funnelbook verify {name}` names its files"
            message = f"the release is not as it was published ({damage}): its figures are not compared"
            warnings.append(Finding(Place(str(out / name)), "damaged", message, hint, "warning"))
        else:
            publications.append(publication)
    return Past(tuple(publications), seals, tuple(warnings))


def _read(folder: Path, name: str) -> tuple[Publication, str]:
    raw = read_plainly(folder, MANIFEST, _MOST_BYTES)
    manifest = parse_manifest(raw)
    origin = manifest.origin
    if origin is None or origin.version != name:
        raise DamagedError(f"{MANIFEST} is another version's")
    entry = manifest.files.get(_MONTHLY)
    if entry is None:
        return Publication(name, origin.title, {}), entry_of(raw).sha256
    content = read_plainly(folder, _MONTHLY, min(entry.size, _MOST_BYTES))
    if entry_of(content) != entry:
        raise DamagedError(f"{_MONTHLY} has changed")
    return Publication(name, origin.title, _closed(content, origin.as_of)), entry_of(raw).sha256


def _closed(content: bytes, as_of: str) -> dict[tuple[str, str], Mapping[str, float | None]]:
    """The rows over all members of the months that were over."""
    try:
        current = datetime.fromisoformat(as_of).strftime("%Y-%m")
        rows = json.loads(content)
        if not isinstance(rows, list):
            raise TypeError("not a list of rows")
        return {
            (_month(row["month"]), _text(row["pipeline"])): {name: _number(row[name]) for name in FIGURES}
            for row in rows
            if row["dimension"] == "all" and row["month"] < current
        }
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise DamagedError(f"{_MONTHLY} cannot be read") from error


def _month(value: object) -> str:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("not a month")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode()  # a lone surrogate is no text
    return value


def _number(value: object) -> float | None:
    if value is None:
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or abs(value) > _MOST
    ):
        raise ValueError("not a number")
    return float(value)
