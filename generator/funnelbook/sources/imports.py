"""Bring an export into the project as a dated snapshot: first say what it is, then copy it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.model.reading import Reading, SourceFile
from funnelbook.model.tables import TABLES
from funnelbook.project import Project
from funnelbook.sources.files.bytes import sniff
from funnelbook.sources.folders import Folder, folders
from funnelbook.sources.import_report import Arrival, Comparison, ImportReport
from funnelbook.sources.reading import read_folder

#: Tables that stand for all time: their files lie beside the dated folders, so that no month is counted twice.
_TIMELESS = frozenset({"spend", "plan", "team", "rates"})
#: amoCRM and Kommo write the day of the export into the name of its file.
_DATED_NAME = re.compile(r"^(?:amocrm|kommo)_export_\w+?_(\d{4}-\d{2}-\d{2})", re.IGNORECASE)
#: Times that date an export, by table: those of the first table that it has.
_MOMENTS: Mapping[str, Mapping[str, pl.Expr]] = {
    "deals": {"created_at": pl.lit(value=True), "closed_at": pl.col("status").ne_missing("open")},
    "stages": {"entered_at": pl.lit(value=True)},
    "activities": {"at": pl.lit(value=True)},
}
_YEAR = timedelta(days=366)
#: A deal has changed when one of these has.
_TELLING = tuple(name for name in TABLES["deals"].columns() if name not in ("file", "row", "snapshot", "deal_id"))


def plan_import(project: Project, files: Sequence[Path]) -> ImportReport:
    """What the files are, what of them is new, and where they belong. Writes nothing into the exports.

    They are read together, as one export. It is dated by the day that amoCRM wrote into the file's name, else by
    its newest created_at or closed_at (without deals, by its newest stage entry or activity). Files of the tables
    that are no snapshot (spend, plan, team, rates) go beside the dated folders.

    Raises `SourceError` with every mistake in the files; `same-name` when two share a name; `no-day` when nothing
    in them has a time; `would-overwrite` when another file of that name is there already.
    """
    _check_names(files)
    reading = read_folder(project, Folder(None, tuple(sorted(files))))
    day = _day(reading, project.site.timezone)
    arrivals = tuple(_arrival(file, reading, project, day) for file in reading.files)
    comparison = _compared(project, reading) if "deals" in reading.tables else None
    report = ImportReport(arrivals, day, comparison)
    _check_targets(report)
    return report


def apply_import(report: ImportReport) -> None:
    """Copies every file to its place, each at once and readable by the owner only; what is there already stays.

    Raises `SourceError` when a file is no longer the one that was planned, or another one took its place, before
    anything is copied.
    """
    _check_targets(report)
    coming = {each.target: each for each in report.arrivals if each.present is None}
    for each in coming.values():
        _check_unchanged(each)
    for each in coming.values():
        _copy(each)


def _check_names(files: Sequence[Path]) -> None:
    names = [path.name for path in files]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = "two of the files have one name"
        raise SourceError(Finding(Place(name), "same-name", message, "rename one of them") for name in twice)


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
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _arrival(file: SourceFile, reading: Reading, project: Project, day: date | None) -> Arrival:
    refused = reading.refused.filter("primary", pl.col("file") == file.number)["bucket"].to_list()
    counts = [refused.count(bucket) for bucket in ("rejected", "duplicate", "ignored")]
    folder = project.exports if day is None or file.table in _TIMELESS else project.exports / day.isoformat()
    return Arrival(
        path=file.path,
        target=folder / file.path.name,
        present=_present(project, file),
        reader=file.reader,
        digest=file.digest,
        rows=file.rows,
        accepted=file.rows - sum(counts),
        rejected=counts[0],
        duplicates=counts[1],
        ignored=counts[2],
        unknown_columns=reading.unknown_columns.get(file.number, ()),
    )


def _present(project: Project, file: SourceFile) -> Path | None:
    """Where the exports have the same bytes already."""
    size = file.path.stat().st_size
    alike = (path for path in _exports(project) if path.stat().st_size == size)
    return next((path for path in alike if sniff(path).digest == file.digest), None)


def _exports(project: Project) -> Iterator[Path]:
    if project.exports.is_dir():
        yield from sorted(path for path in project.exports.rglob("*") if path.is_file() and not path.is_symlink())


def _compared(project: Project, reading: Reading) -> Comparison:
    """Against the newest dated export of the project."""
    now = _facts(reading)
    dated = [each for each in folders(project.exports) if each.day] if any(_exports(project)) else []
    if not dated:
        return Comparison(None, now.height, 0, 0, ())
    before = _facts(read_folder(project, dated[-1]))
    both = now.join(before, on="deal_id", suffix="_before")
    changed = both.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in _TELLING))
    vanished = before.join(now, on="deal_id", how="anti")["deal_id"].sort().to_list()
    return Comparison(dated[-1].day, now.height - both.height, changed.height, len(vanished), tuple(vanished))


def _facts(reading: Reading) -> pl.DataFrame:
    """The last row of each deal."""
    if "deals" not in reading.tables:
        return TABLES["deals"].create_empty().select("deal_id", *_TELLING)
    rows = reading.tables["deals"].collect().sort("file", "row")
    return rows.unique("deal_id", keep="last").select(pl.col("deal_id").cast(pl.String), *_TELLING)


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
    """The name appears with the whole content: dot files are no exports, and a rename is atomic."""
    each.target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=each.target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as copy, each.path.open("rb") as original:
            shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        partial.rename(each.target)
    finally:
        partial.unlink(missing_ok=True)
