"""A series that goes on from where it stood tells what one tells that is read from its beginning."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from funnelbook.memory import Memory
from funnelbook.model import series
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.project import Alias, PersonConfig, PipelineConfig, Project, Site, SourceMapping, StageConfig
from funnelbook.sources import read

DAYS = ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30")
HEADER = "deal_id,created_at,stage,status,closed_at,value,currency,owner,pipeline,contact_id\n"
MOSCOW, VLADIVOSTOK = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Vladivostok")
ASKED, MET = StageConfig("Asked"), StageConfig("Met", aliases=("Visited",))
SALES = PipelineConfig("Sales", (ASKED, MET), ("Paid",), ("Refused",))
PLAIN = Project(Path(), site=Site(timezone=MOSCOW, currency="EUR"), pipelines=(SALES,))
RENAMED = replace(SALES, stages=(replace(ASKED, renamed=(Alias("Met", until=date(2026, 3, 15)),)), MET))
ANNA = PersonConfig("Anna", (Alias("Boris", until=date(2026, 1, 20)),))
MAPPED = SourceMapping("deals.csv", "deals", {"deal_id": "deal_id", "created_at": "created_at", "stage": "stage"})
#: Projects of which the same exports tell something else than of `PLAIN`, each for another reason.
OTHERS = (
    replace(PLAIN, pipelines=(RENAMED,)),
    replace(PLAIN, pipelines=(replace(SALES, stages=(ASKED, StageConfig("Met"))),)),
    replace(PLAIN, pipelines=(replace(SALES, stages=(MET, ASKED)),)),
    replace(PLAIN, pipelines=(SALES, PipelineConfig("Service", (StageConfig("Visited"),)))),
    replace(PLAIN, people=(ANNA,)),
    replace(PLAIN, site=replace(PLAIN.site, as_of=datetime(2026, 3, 1, tzinfo=UTC))),
    replace(PLAIN, site=replace(PLAIN.site, timezone=VLADIVOSTOK)),
    replace(PLAIN, sources=(MAPPED,)),
    replace(PLAIN, sources=(replace(MAPPED, constants={"owner": "Clara"}),)),
)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(("1", "2", "3", "4", "x")),
        st.sampled_from(("2026-01-05 10:00", "2026-01-31 20:00", "2026-03-20 23:30")),
        st.sampled_from(("Asked", "Met", "Visited", "Paid", "Refused", "?")),
        st.sampled_from(("", "", "open", "won")),
        st.sampled_from(("", "2026-02-10 12:00", "2026-05-01 01:00")),
        st.sampled_from(("", "100", "200")),
        st.sampled_from(("", "USD")),
        st.sampled_from(("Anna", "Boris", "anna ")),
        st.sampled_from(("", "Sales", "Service")),
        st.sampled_from(("", "a", "b")),
    ),
    min_size=1,
    max_size=5,
)


@dataclass
class Folder:
    """A project's exports and settings, and how they are changed."""

    root: Path
    project: Project = PLAIN
    exports: dict[str, str] = field(default_factory=dict)

    def lay(self) -> Project:
        project = replace(self.project, root=self.root)
        shutil.rmtree(project.exports, ignore_errors=True)
        for name, text in self.exports.items():
            path = project.exports / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return project


def export(rows: list[tuple[str, ...]]) -> str:
    return HEADER + "".join(f"{','.join(row)}\n" for row in rows)


Step = tuple[str, object, str | None]
STEPS = st.one_of(
    st.tuples(st.just("lay"), st.sampled_from([f"{day}/deals.csv" for day in DAYS]), ROWS.map(export)),
    st.tuples(st.just("next"), st.none(), ROWS.map(export)),
    st.tuples(st.just("remove"), st.sampled_from([f"{day}/deals.csv" for day in DAYS]), st.none()),
    st.tuples(st.just("lay"), st.just("spend.csv"), st.just("month,source,amount\n2026-01,ads,5\n")),
    st.tuples(st.just("lay"), st.just("deals.csv"), ROWS.map(export)),
    st.tuples(st.just("settle"), st.sampled_from((PLAIN, *OTHERS)), st.none()),
)


def follow(folder: Folder, step: Step) -> None:
    what, name, text = step
    if what == "settle":
        assert isinstance(name, Project)
        folder.project = name
    elif what == "remove":
        folder.exports.pop(str(name), None)
    else:
        following = next((day for day in DAYS if day > max((*folder.exports, ""))[:10]), DAYS[-1])
        folder.exports[str(name or f"{following}/deals.csv")] = text or ""


def told(data: Dataset) -> Mapping[str, object]:
    frames = {name: getattr(data, name) for name in Dataset.__slots__}
    return {name: each.to_dicts() if isinstance(each, pl.DataFrame) else each for name, each in frames.items()}


def stands(folder: Folder, steps: Iterable[Step]) -> None:
    """After each step, what goes on from checkpoints tells what is read from the beginning."""
    memory = Memory(folder.root / "memory")
    for step in (("settle", PLAIN, None), *steps):
        follow(folder, step)
        project = folder.lay()
        if folder.exports:
            kept = assemble(read(project, memory), project, memory)
            assert told(kept) == told(assemble(read(project), project))


QUICK = settings(deadline=None, max_examples=3, phases=(Phase.generate,))


@QUICK
@given(st.lists(STEPS, min_size=5, max_size=7))
def test_what_is_kept_changes_nothing(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        stands(Folder(Path(name), exports={f"{day}/deals.csv": FIRST for day in DAYS[:3]}), steps)


@pytest.mark.patient
@settings(QUICK, max_examples=60)
@given(st.lists(STEPS, min_size=6, max_size=14))
def test_what_is_kept_changes_nothing_through_many_steps(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        stands(Folder(Path(name), exports={f"{day}/deals.csv": FIRST for day in DAYS[:3]}), steps)


def test_what_was_kept_under_other_settings_is_not_taken(tmp_path: Path) -> None:
    exports = {f"{DAYS[0]}/deals.csv": FIRST, f"{DAYS[2]}/deals.csv": NEXT}
    turns = [each for other in OTHERS for each in (other, PLAIN)] + list(OTHERS[-2:])
    stands(Folder(tmp_path, exports=exports), [("settle", each, None) for each in turns])


FIRST = export(
    [
        ("1", "2026-01-05 10:00", "Met", "", "", "100", "", "Boris", "Sales", "a"),
        ("2", "2026-01-05 10:00", "Visited", "", "", "100", "", "Anna", "Sales", "b"),
    ]
)
NEXT = export(
    [
        ("1", "2026-01-05 10:00", "Visited", "", "", "100", "", "Anna", "Sales", "a"),
        ("2", "2026-01-05 10:00", "Asked", "", "", "100", "", "Anna", "Sales", "b"),
        ("3", "2026-03-20 23:30", "Visited", "", "", "100", "", "Boris", "", "c"),
    ]
)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days of the exports whose rows are read from now on."""
    days: list[date] = []
    work = series.taken_at

    def count(rows: pl.DataFrame, day: date, zone: ZoneInfo, after: datetime | None) -> datetime:
        days.append(day)
        return work(rows, day, zone, after)

    monkeypatch.setattr(series, "taken_at", count)
    return days


@pytest.fixture
def kept(tmp_path: Path) -> Folder:
    return Folder(tmp_path, exports={f"{day}/deals.csv": FIRST for day in DAYS[:4]})


@pytest.fixture
def days_read(tmp_path: Path, kept: Folder, taken: list[date]) -> Iterator[Callable[[], int]]:
    """How many exports are read of what the folder holds now."""

    def count() -> int:
        taken.clear()
        project = kept.lay()
        memory = Memory(tmp_path / "memory")
        assemble(read(project, memory), project, memory)
        return len(taken)

    assert count() == 4
    return count


def test_a_new_export_is_read_alone(kept: Folder, days_read: Callable[[], int]) -> None:
    assert days_read() == 0
    kept.exports[f"{DAYS[4]}/deals.csv"] = NEXT
    assert days_read() == 1
    kept.exports["spend.csv"] = "month,source,amount\n2026-01,ads,5\n"
    assert days_read() == 0
    kept.exports[f"{DAYS[4]}/deals.csv"] = FIRST
    assert days_read() == 1
    del kept.exports[f"{DAYS[4]}/deals.csv"]
    assert days_read() == 0
    kept.exports[f"{DAYS[1]}/deals.csv"] = NEXT
    assert days_read() == 4


def test_settings_that_say_nothing_of_exports_read_none(kept: Folder, days_read: Callable[[], int]) -> None:
    kept.project = replace(PLAIN, site=replace(PLAIN.site, title="Doors"), pipelines=(replace(SALES, margin=0.5),))
    assert days_read() == 0
    kept.project = replace(PLAIN, people=(ANNA,))
    assert days_read() == 4


def test_a_checkpoint_that_is_spoiled_is_none(tmp_path: Path, kept: Folder, days_read: Callable[[], int]) -> None:
    for path in (tmp_path / "memory").rglob("*"):
        if path.is_file() and path.stat().st_size > 1000:
            path.write_bytes(path.read_bytes()[:-1])
    assert days_read() == 4
    assert days_read() == 0


def test_two_checkpoints_are_kept(tmp_path: Path, kept: Folder, days_read: Callable[[], int]) -> None:
    for day in DAYS[4:]:
        kept.exports[f"{day}/deals.csv"] = NEXT
        assert days_read() == 1
    remembered = [path for path in (tmp_path / "memory").rglob("*") if path.is_file()]
    assert len(remembered) == 3 + len(kept.exports)  # which ones, and what each folder was read as
