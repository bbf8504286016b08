"""What an import would do, or did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct

from funnelbook.sources.kept import Snapshot

_SHOWN = 20


class Arrival(Struct, frozen=True):
    """One file. `present`: where the exports have the same bytes already, so that there is nothing to do.

    rows = accepted + rejected + duplicates + ignored, as far as the file alone can tell. snapshot: what is kept of
    it; None = the file itself is.
    """

    path: Path
    target: Path
    present: Path | None
    reader: str
    digest: str
    rows: int
    accepted: int
    rejected: int
    duplicates: int
    ignored: int
    unknown_columns: tuple[str, ...] = ()
    snapshot: Snapshot | None = None


class Comparison(Struct, frozen=True):
    """Deals of the import against those of the export before it; `day` None = there is none, all are new.

    changed: deals of both that differ in any fact; in pipeline, stage or status (moved), a price (repriced), the
    owner (reassigned). vanished: ids that only the earlier export has; merged: those among them whose person has
    another deal now.
    """

    day: date | None
    new: int
    changed: int
    vanished: int
    vanished_ids: tuple[str, ...]
    moved: int = 0
    repriced: int = 0
    reassigned: int = 0
    merged: int = 0


class ImportReport(Struct, frozen=True):
    """`day` is the dated folder of the export, None for files of no day; `comparison` is None without deals.

    As text: a paragraph a file, then the comparison. Names of files and ids of deals, no cell's value beside.
    """

    arrivals: tuple[Arrival, ...]
    day: date | None
    comparison: Comparison | None

    def __str__(self) -> str:
        return "\n".join([*map(_told, self.arrivals), *_compared(self.comparison)])


def _told(each: Arrival) -> str:
    where = f"already there as {each.present}" if each.present else f"goes to {each.target}"
    counts = (("rejected", each.rejected), ("duplicate", each.duplicates), ("ignored", each.ignored))
    others = "".join(f", {count:,} {name}" for name, count in counts if count)
    lines = [
        f"{each.path.name}: {each.reader}, {where}",
        f"  {each.rows:,} rows: {each.accepted:,} accepted{others}",
    ]
    if each.unknown_columns:
        lines.append(f"  {len(each.unknown_columns)} columns are not read, and never published")
    return "\n".join(lines)


def _compared(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    if comparison.day is None:
        yield f"{comparison.new:,} deals, the first export of a series"
        return
    counts = f"{comparison.new:,} new, {comparison.changed:,} changed, {comparison.vanished:,} vanished"
    yield f"against {comparison.day}: {counts}"
    told = (("stage", comparison.moved), ("price", comparison.repriced), ("owner", comparison.reassigned))
    if any(count for _, count in told):
        yield "  changed: " + ", ".join(f"{count:,} in {what}" for what, count in told if count)
    if comparison.vanished_ids:
        more = " …" if comparison.vanished > _SHOWN else ""
        yield f"  vanished: {', '.join(comparison.vanished_ids[:_SHOWN])}{more}"
    if comparison.merged:
        yield f"  {comparison.merged:,} of the vanished may have been merged: the same person has another deal now"
