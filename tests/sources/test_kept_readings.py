"""Files that were read before are told as they were then, and are not read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from test_kept_snapshots import LOG, MAPPED, months, project, told

from funnelbook.errors import SourceError
from funnelbook.memory import Memory
from funnelbook.project import KEY_NAME, Project
from funnelbook.sources import read, reading

__all__ = ["project"]

DAYS = ("2026-09-20", "2026-09-25", "2026-09-30")


@pytest.fixture
def laid(project: Project, tmp_path: Path) -> Project:
    """Exports of several CRMs, contacts, a dump, a mapped table and a log of changes, laid by hand."""
    for day, files in zip(DAYS, months(tmp_path), strict=True):
        for path in files:
            lay(project, f"{day}/{path.name}", path.read_text(encoding="utf-8"))
    lay(project, "changes.csv", LOG)
    lay(project, "spend.csv", "month,source,amount\n2026-09,ads,5\nnone,ads,5\n")
    return project


def lay(project: Project, name: str, text: str) -> None:
    path = project.exports / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def opened(laid: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[Project], set[str]]:
    """The folders of which files are read, "" = the exports' own; what is told is what a reading of all tells."""
    memory, folders = Memory(laid.root / "memory"), set[str]()
    work = reading.open_file

    def count(path: Path, *arguments: object, **named: object) -> object:
        folders.add(str(path.parent.relative_to(laid.exports)).removeprefix("."))
        return work(path, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "open_file", count)

    def folders_read(project: Project) -> set[str]:
        folders.clear()
        found = read(project, memory)
        these = set(folders)
        assert told(found, project) == told(read(project), project)
        return these

    return folders_read


def test_only_folders_of_which_something_changed_are_read(
    laid: Project, opened: Callable[[Project], set[str]]
) -> None:
    assert opened(laid) == {"", *DAYS}
    assert opened(laid) == set()
    lay(laid, "spend.csv", "month,source,amount\n2026-09,ads,6\n")
    assert opened(laid) == {""}
    lay(laid, "plan.csv", "month,sales\n2026-09,6\n")  # every file behind it has another number
    assert opened(laid) == {""}
    (laid.exports / DAYS[1] / "deals.csv").unlink()
    assert opened(laid) == {DAYS[1]}
    other = replace(MAPPED, constants={"owner": "Anna"})
    assert opened(replace(laid, sources=(other,))) == {"", *DAYS}


def test_what_another_key_hashed_is_read_again(laid: Project, opened: Callable[[Project], set[str]]) -> None:
    assert opened(laid) == {"", *DAYS}
    (laid.private / KEY_NAME).unlink()
    assert opened(laid) == set(DAYS)


def test_a_folder_with_a_mistake_is_read_until_it_has_none(
    laid: Project, opened: Callable[[Project], set[str]]
) -> None:
    assert opened(laid)
    lay(laid, f"{DAYS[0]}/odd.csv", "who,knows\n1,2\n")
    for _ in range(2):
        with pytest.raises(SourceError, match="nobody knows this header"):
            opened(laid)
    (laid.exports / DAYS[0] / "odd.csv").unlink()
    assert opened(laid) == set()
