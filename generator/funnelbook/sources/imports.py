"""Bring an export into the project as a dated snapshot: first say what it is, then keep what is needed of it."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from msgspec.structs import replace

from funnelbook import unfinished
from funnelbook.errors import Finding, Place, SourceError
from funnelbook.model.reading import Reading, SourceFile
from funnelbook.project import Project
from funnelbook.sources.accounts import Account
from funnelbook.sources.comparing import Export, compared
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.folders import Folder, listed
from funnelbook.sources.import_report import Arrival, Comparison, ImportReport
from funnelbook.sources.kept import next_numbers, snapshot_of, write_snapshots
from funnelbook.sources.mistakes import Mistakes
from funnelbook.sources.reading import accounts_of, read_folder

#: Tables that stand for all time: their files lie beside the dated folders, so that no month is counted twice.
_TIMELESS = frozenset({"spend", "plan", "team", "rates"})
#: Files without facts of their own: they tell something of others.
_SERVING = frozenset({"contacts", ""})
#: amoCRM, Kommo and Bitrix24 write the day of the export into the name of its file.
_DATED_NAME = re.compile(
    r"^(?:(?:amocrm|kommo)_export_\w+?_(?P<day>\d{4}-\d{2}-\d{2})|DEAL_(?P<digits>\d{8})_)", re.IGNORECASE
)
#: Times that date an export, by table: those of the first table that it has.
_MOMENTS: Mapping[str, Mapping[str, pl.Expr]] = {
    "deals": {"created_at": pl.lit(value=True), "closed_at": pl.col("status").ne_missing("open")},
    "stages": {"entered_at": pl.lit(value=True)},
    "activities": {"at": pl.lit(value=True)},
}
_YEAR = timedelta(days=366)


def plan_import(project: Project, files: Sequence[Path]) -> ImportReport:
    """What the files are, what of them is new, and where they belong. Writes nothing into the exports.

    They are read together, as one export. It is dated by the day that the CRM wrote into the file's name, else by
    its newest created_at or closed_at (without deals, by its newest stage entry or activity). Files of the tables
    that are no snapshot (spend, plan, team, rates) go beside the dated folders.

    Two imports of one day are one export, of which the later import's rows count. An export that is older than the
    newest takes its place among the others.

    Raises `SourceError` with every mistake in the files; `same-name` when two share a name; `no-day` when nothing
    in them has a time; `would-overwrite` when another file of that name is there already; `persons-key` when the
    key is not the one of the snapshots that are kept.
    """
    _check_names(files)
    found = listed(project.exports)
    kept = _accounts(project, found)
    reading = read_folder(project, Folder(None, tuple(sorted(files))), kept)
    day = _day(reading, project.site.timezone)
    there = _there(found, kept, {path.stat().st_size for path in files})
    arrivals = tuple(_arrivals(reading, project, day, there))
    news = any(each.snapshot for each in arrivals) and "deals" in reading.tables
    report = ImportReport(arrivals, day, _compared(project, reading, day, found) if news else None)
    _check_targets(report)
    return report


def refuse_losses(report: ImportReport, share: float) -> None:
    """Raises `SourceError` for each file that lost more than `share` of its rows, and for each that lost all."""
    lost = [each for each in report.arrivals if each.rejected > share * each.rows or each.rejected == each.rows > 0]
    if lost:
        hint = "look with --explain at how its columns are read"
        told = ((each, f"{each.rejected:,} of {each.rows:,} rows were rejected") for each in lost)
        raise SourceError(Finding(Place(str(each.path)), "many-rejected", text, hint) for each, text in told)


def apply_import(report: ImportReport) -> None:
    """Brings every file to its place, each at once and readable by the owner only; what is there already stays.

    What killed imports left half written there is removed.

    Raises `SourceError` when a file is no longer the one that was planned, or another one took its place, before
    anything is copied.
    """
    _check_targets(report)
    for folder in {each.target.parent for each in report.arrivals}:
        unfinished.sweep(folder)
    coming = {each.target: each for each in report.arrivals if each.present is None}
    for each in coming.values():
        _check_unchanged(each)
    write_snapshots({target: each.snapshot for target, each in coming.items() if each.snapshot})
    for each in coming.values():
        if each.snapshot is None:
            _copy(each)


def _check_names(files: Sequence[Path]) -> None:
    names = Counter(path.name for path in files)
    places = Counter(path.resolve() for path in files)
    again = {place.name for place, times in places.items() if times > 1}
    named = Finding(Place(), "same-name", "the file is named twice", "name it once")
    alike = Finding(Place(), "same-name", "two of the files have one name", "rename one of them")
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise SourceError(replace(named if name in again else alike, place=Place(name)) for name in twice)


def _day(reading: Reading, zone: ZoneInfo) -> date | None:
    """The local day of the export; None when all of its files are timeless."""
    named = [each for file in reading.files if (each := _day_of_name(file.path))]
    if named:
        return max(named)
    moment = next((found for name in _MOMENTS if (found := _newest(reading, name))), None)
    if moment is not None:
        return moment.astimezone(zone).date()
    if all(file.table in _TIMELESS for file in reading.files):
        return None
    hint = "copy the file into the folder of its day, content/exports/YYYY-MM-DD"
    raise SourceError.one("no-day", "nothing in the files tells the day of the export", hint)


def _newest(reading: Reading, name: str) -> datetime | None:
    """The newest moment in the table that is no slip: more than a year beyond 99 % of them, a year was mistyped."""
    if name not in reading.tables:
        return None
    rows = reading.tables[name]
    columns = [rows.select(moment=pl.col(column).filter(keep)) for column, keep in _MOMENTS[name].items()]
    moments = pl.concat(columns).collect()["moment"].drop_nulls()
    most = moments.quantile(0.99, interpolation="higher")
    if not isinstance(most, datetime):
        return None
    newest = moments.filter(moments <= most + _YEAR).max()
    return newest if isinstance(newest, datetime) else None


def _day_of_name(path: Path) -> date | None:
    found = _DATED_NAME.match(path.name)
    try:
        return date.fromisoformat(found["day"] or found["digits"]) if found else None
    except ValueError:
        return None


def _arrivals(reading: Reading, project: Project, day: date | None, there: Mapping[str, Path]) -> list[Arrival]:
    """What becomes of each file: timeless tables are copied, of all others a snapshot is kept.

    What is there already stays. But where a file is new that tells something of others (contacts, names of an API's
    ids), these are kept once more, as it makes them tell more.
    """
    dated = {file.path for file in reading.files if file.table not in _TIMELESS}
    serving = any(file.table in _SERVING and file.digest not in there for file in reading.files)
    found = []
    for file in reading.files:
        present = None if serving and file.path in dated else there.get(file.digest)
        found.append(_arrival(file, reading, project.exports / file.path.name, present))
    coming = [place for place, each in enumerate(found) if each.present is None and each.path in dated]
    folder = project.exports / day.isoformat() if day else project.exports
    told = reading.pipelines
    for place, target in zip(coming, next_numbers(folder, len(coming)), strict=True):
        kept = snapshot_of(reading.files[place], reading, project, told)
        found[place] = replace(found[place], target=target, snapshot=kept)
        told = ()
    return found


def _arrival(file: SourceFile, reading: Reading, target: Path, present: Path | None) -> Arrival:
    refused = reading.refused.filter("primary", pl.col("file") == file.number)["bucket"].to_list()
    counts = [refused.count(bucket) for bucket in ("rejected", "duplicate", "ignored")]
    return Arrival(
        path=file.path,
        target=target,
        present=present,
        reader=file.reader,
        digest=file.digest,
        rows=file.rows,
        accepted=file.rows - sum(counts),
        rejected=counts[0],
        duplicates=counts[1],
        ignored=counts[2],
        unknown_columns=reading.unknown_columns.get(file.number, ()),
    )


def _accounts(project: Project, found: Sequence[Folder]) -> dict[Path, Account]:
    mistakes = Mistakes(project.root)
    kept = accounts_of(found, mistakes)
    mistakes.report()
    return kept


def _there(found: Sequence[Folder], kept: Mapping[Path, Account], sizes: Collection[int]) -> dict[str, Path]:
    """What was imported, or lies there: digest of a file -> where. Only files of these sizes are looked at."""
    raw = [path for folder in found for path in folder.paths if path.is_file() and not path.is_symlink()]
    alike = {sniff(path).digest: path for path in raw if path.stat().st_size in sizes}
    return {account.digest: path for path, account in kept.items()} | alike


def _compared(project: Project, reading: Reading, day: date | None, found: Sequence[Folder]) -> Comparison:
    """Against the newest export that is not later than this one."""
    earlier = [each for each in found if each.day and day and each.day <= day and each.files]
    if not earlier:
        return compared(project, Export(day, reading), None)
    before = read_folder(project, earlier[-1], _accounts(project, found))
    return compared(project, Export(day, reading), Export(earlier[-1].day, before))


def _check_targets(report: ImportReport) -> None:
    """Nothing is ever overwritten: an export is evidence."""
    taken = [
        each
        for each in report.arrivals
        if each.present is None
        and (each.target.exists() or each.target.is_symlink() or each.target.parent.is_symlink())
    ]
    if taken:
        message = "another file of this name is there already"
        hint = "rename the one you import, or remove the other"
        raise SourceError(Finding(Place(str(each.target)), "would-overwrite", message, hint) for each in taken)


def _check_unchanged(each: Arrival) -> None:
    if sniff(each.path).digest != each.digest:
        raise SourceError.one(
            "input-changed",
            "the file has changed since it was looked at",
            "import it again",
            place=Place(str(each.path)),
        )


def _copy(each: Arrival) -> None:
    """The name appears with the whole content: what is unfinished is no export, and a rename is atomic."""
    each.target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, partial = unfinished.begin(each.target.parent)
    try:
        with os.fdopen(handle, "wb") as copy, each.path.open("rb") as original:
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        partial.rename(each.target)
    finally:
        partial.unlink(missing_ok=True)
