"""A build that remembers what other processes found out publishes what one without a memory does, to the byte."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_kept_follows import BODIES, CHARTS, CONFIGS, EXPORTS, QUICK, STEPS, TEMPLATES, Step, clean, lay, put

from funnelbook import handbook, metrics, sources
from funnelbook import memory as memory_module
from funnelbook.contents import Contents
from funnelbook.errors import FunnelbookError
from funnelbook.handbook import Remembered, read_texts, reading
from funnelbook.memory import Memory, digest
from funnelbook.model import series
from funnelbook.pages import Page, edition
from funnelbook.project import load
from funnelbook.publish import build, drawing, unchanged
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.known import Known
from funnelbook.publish.observer import Silent

OTHER = "---\ntitle: Other\nkind: note\ncause: price_value\nowner: Head of sales\n---\n\nRing up.\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are remembered in one place by all, and drawn by this process."""
    monkeypatch.setattr(drawing, "draw_ahead", lambda *_: None)
    monkeypatch.setattr(build, "memory_of", lambda _: Memory(CHARTS))


def built(folder: Path) -> object:
    """What readers see after a build as a new process does it, or what is wrong."""
    try:
        project = load(folder)
        memory = unchanged.memory_of(project)
        contents = Contents(memory, ".md")
        unchanged.state_of(project, folder / "site", contents)
        texts = read_texts(project.content, project.site.languages, contents)
        with reading(texts, Remembered(memory, project.site.languages)) as read:
            done = build.build(project, folder / "site", Silent(), Known(read, memory, texts))
    except FunnelbookError as error:
        return error.findings
    return seen(folder), done.made.warnings


def seen(folder: Path) -> dict[str, bytes]:
    latest = folder / "site/latest"
    files = {path.relative_to(latest).as_posix(): path for path in latest.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "manifest.json"}


def expected(folder: Path) -> object:
    try:
        made = clean(folder)
    except FunnelbookError as error:
        return error.findings
    return dict(made.files), made.warnings


def remembered(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / ".funnelbook/cache").rglob("*") if path.is_file())


def follows(folder: Path, steps: list[Step]) -> None:
    lay(folder)
    assert built(folder) == expected(folder)
    for step in steps:
        step(folder)
        assert built(folder) == expected(folder)


@settings(QUICK, max_examples=2)
@given(st.lists(STEPS, min_size=4, max_size=6))
def test_a_build_that_remembers_is_a_clean_one(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follows(Path(folder).resolve(), steps)


@pytest.mark.patient
@settings(QUICK, max_examples=12)
@given(st.lists(STEPS, min_size=6, max_size=14))
def test_a_build_that_remembers_is_a_clean_one_through_many_changes(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follows(Path(folder).resolve(), steps)


def harm(path: Path, draw: Random) -> None:
    """One byte turned, an end cut off, the file gone, or nothing of it."""
    raw = path.read_bytes()
    at, how = draw.randrange(max(len(raw), 1)), draw.choice(("keep", "cut", "turn", "remove"))
    path.unlink()  # another build may share the file
    if how == "turn" and raw:
        raw = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
    if how != "remove":
        path.write_bytes(raw[:at] if how == "cut" else raw)


@QUICK
@given(st.integers(0, 2**32), st.booleans())
def test_what_is_damaged_or_gone_is_made_anew(seed: int, published: bool) -> None:
    """In the memory, or in the folder of the build that readers see."""
    draw = Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = lay(Path(name).resolve())
        built(folder)
        put(folder, "content/en/note.md", f"---\ntitle: Note\nkind: note\n---\n\n{BODIES[0]}\n")
        shown = (folder / "site/latest").resolve()
        files = [each for each in shown.rglob("*") if each.is_file()] if published else remembered(folder)
        for path in sorted(files):
            harm(path, draw)
        assert built(folder) == expected(folder)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[[], dict[str, int]]:
    """How often exports were read, tables computed and playbooks read since it was asked for last."""
    counts = {"exports": 0, "tables": 0, "playbooks": 0}

    def counting(owner: object, name: str, what: str) -> None:
        work = getattr(owner, name)

        def count(*arguments: object, **named: object) -> object:
            counts[what] += 1
            return work(*arguments, **named)

        monkeypatch.setattr(owner, name, count)

    counting(sources, "read", "exports")
    counting(metrics, "compute", "tables")
    counting(handbook.readers, "read_playbook", "playbooks")

    def since() -> dict[str, int]:
        told = dict(counts)
        counts.update(dict.fromkeys(counts, 0))
        return told

    return since


def test_neither_data_for_prose_nor_prose_for_data(tmp_path: Path, counted: Callable[[], dict[str, int]]) -> None:
    folder = lay(tmp_path / "handbook")
    built(folder)
    assert counted() == {"exports": 1, "tables": 1, "playbooks": 2}
    put(folder, "content/en/note.md", f"---\ntitle: Note\nkind: note\n---\n\n{BODIES[0]}\n")
    built(folder)
    assert counted() == {"exports": 0, "tables": 0, "playbooks": 1}
    put(folder, "content/exports/deals.csv", EXPORTS[1])
    built(folder)
    assert counted() == {"exports": 1, "tables": 1, "playbooks": 0}
    (folder / ".funnelbook/refused.csv").unlink()
    built(folder)
    assert counted()["exports"] == 1
    assert (folder / ".funnelbook/refused.csv").is_file()
    put(folder, "funnelbook.toml", CONFIGS[3])
    assert built(folder) == expected(folder)


def test_what_another_program_remembered_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: Callable[[], dict[str, int]]
) -> None:
    folder = lay(tmp_path / "handbook")
    built(folder)
    counted()
    monkeypatch.setattr(unchanged, "program", lambda: "another")
    assert built(folder) == expected(folder)
    assert min(counted().values()) >= 1


def test_a_memory_that_came_with_a_clone_is_left_alone(
    tmp_path: Path, counted: Callable[[], dict[str, int]]
) -> None:
    folder = lay(tmp_path / "handbook")
    built(folder)
    for arguments in (["init", "-q"], ["add", "-f", ".funnelbook"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    before = {path: path.read_bytes() for path in remembered(folder)}
    counted()
    assert built(folder) == expected(folder)
    assert min(counted().values()) >= 1
    assert {path: path.read_bytes() for path in remembered(folder)} == before


def pages_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of pages that are rendered from now on."""
    made: list[str] = []
    render = edition.Draft.page

    def count(draft: edition.Draft, *arguments: Any, **context: Any) -> Page:
        made.append(draft.address)
        return render(draft, *arguments, **context)

    monkeypatch.setattr(edition.Draft, "page", count)
    return made


def test_only_what_is_answered_otherwise_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lay(tmp_path / "handbook")
    built(folder)
    made = pages_made(monkeypatch)
    put(folder, "content/en/other.md", OTHER + "\nAnd a second paragraph.\n")
    assert built(folder)
    assert set(made) == {"playbooks/other.html", "playbooks/index.html"}
    made.clear()
    put(folder, "content/en/other.md", OTHER + "\nAnd another paragraph.\n")
    assert built(folder)
    assert made == ["playbooks/other.html"]
    made.clear()
    put(folder, "templates/glossary.html", TEMPLATES[0])
    built(folder)
    assert made == ["glossary.html"]
    made.clear()
    (folder / "site/latest/losses.html").resolve().write_bytes(b"by hand")
    put(folder, "content/en/other.md", OTHER)
    assert built(folder) == expected(folder)
    assert "losses.html" in made
    made.clear()
    put(folder, "funnelbook.toml", CONFIGS[1])
    built(folder)
    assert len(made) > 10


#: A second pipeline, and exports of both: in the last one a deal of the second is new.
SERVICE = '\n[[pipelines]]\nname = "service"\n\n[[pipelines.stages]]\nname = "Called"\n'
BOTH = "".join(
    f"{line},{'pipeline' if line.startswith('deal_id') else 'main'}\n" for line in EXPORTS[0].splitlines()
)
CALLED = "7,2026-01-07 10:00:00,Called,open,,700,Boris,site,,service\n"
CALLED_AGAIN = "8,2026-03-20 10:00:00,Called,open,,700,Boris,site,,service\n"


@pytest.mark.slow
def test_a_new_export_makes_the_pages_whose_numbers_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: Callable[[], dict[str, int]]
) -> None:
    """In a new process, and in a site that is kept in memory. The new export alone is read."""
    folder = lay(tmp_path / "handbook")
    (folder / "content/exports/deals.csv").unlink()
    put(folder, "funnelbook.toml", CONFIGS[0].replace("[site]", "[site]\nas_of = 2026-04-01T00:00:00Z") + SERVICE)
    for day in ("2026-02-28", "2026-03-31"):
        put(folder, f"content/exports/{day}/deals.csv", BOTH + CALLED)
    kept = KeptSite(folder, Silent(), Memory(CHARTS))
    kept.make()
    assert built(folder)
    counted()
    made, read = pages_made(monkeypatch), days_read(monkeypatch)
    changed = put(folder, "content/exports/2026-04-30/deals.csv", BOTH + CALLED + CALLED_AGAIN)
    assert built(folder)
    assert read == [date(2026, 4, 30)]
    assert counted() == {"exports": 1, "tables": 1, "playbooks": 0}
    by_process = set(made)
    made.clear()
    kept.make(frozenset(map(str, changed)))
    for moved in (by_process, set(made)):
        assert {"2026-03/pipeline-2.html", "pipelines/2/index.html", "data/index.html"} <= moved
        assert not moved & {"2026-01/index.html", "2026-02/index.html", "pipelines/1/index.html", "glossary.html"}


def days_read(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days of the exports that are read from now on."""
    days: list[date] = []
    work = series.taken_at

    def count(rows: Any, day: date, *arguments: Any) -> datetime:
        days.append(day)
        return work(rows, day, *arguments)

    monkeypatch.setattr(series, "taken_at", count)
    return days


def test_a_memory_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MOST", 10)
    for number in range(30):
        Memory(tmp_path).put(digest(str(number)), b"value")
        os.utime(next(tmp_path.glob(f"*/{digest(str(number))[:2]}/{digest(str(number))[2:]}")), (number, number))
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) <= 11
    assert Memory(tmp_path).get(digest("29")) == b"value"
    assert Memory(tmp_path).get(digest("0")) is None


def test_another_program_forgets_all_of_it(tmp_path: Path) -> None:
    for program in ("one" * 30, "another" * 10):
        memory = Memory(tmp_path, program)
        assert memory.get(digest("key")) is None
        memory.put(digest("key"), b"value")
        assert memory.get(digest("key")) == b"value"
    assert list(tmp_path.iterdir()) == [memory.folder]
