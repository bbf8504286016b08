"""What is private is told alike whether files were searched before or not; what stands is not searched again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import pytest
from msgspec.structs import replace

from funnelbook.memory import Memory
from funnelbook.model.assemble import assemble
from funnelbook.project import KEY_NAME, Privacy, PrivacyException, Project, Site
from funnelbook.sources import private_values, read
from funnelbook.sources.imports import apply_import, plan_import

HEADER = "deal_id,created_at,stage,status,closed_at,value,Phone,Note\n"
DEALS = HEADER + "1,2026-01-05,Asked,open,,5,+7 916 111-22-33,ring +7 495 000-11-22\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(root=tmp_path / "handbook", site=Site(timezone=ZoneInfo("Europe/Moscow")))
    lay(project, "deals.csv", DEALS)
    return project


def lay(project: Project, name: str, text: str) -> None:
    project.exports.mkdir(parents=True, exist_ok=True)
    (project.exports / name).write_text(text, encoding="utf-8")


def keep(project: Project, name: str, text: str) -> None:
    """As a snapshot."""
    path = project.root.parent / name
    path.write_text(text, encoding="utf-8")
    apply_import(plan_import(project, [path]))


@pytest.fixture
def searched(project: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[[Project], list[str]]:
    """Which files and tables are searched for the marks, which are those of a search of everything."""
    memory, names = Memory(project.root / "memory"), list[str]()
    for name in ("_gather", "_contacts"):
        work = getattr(private_values, name)

        def count(*told: object, work: Callable[..., object] = work) -> object:
            names.extend(each.name for each in told if isinstance(each, Path))
            return work(*told)

        monkeypatch.setattr(private_values, name, count)

    def search(project: Project) -> list[str]:
        data = assemble(read(project), project)
        names.clear()
        found = private_values.marks_of(project, data, memory)
        told = list(names)
        assert found.sorted == private_values.marks_of(project, data).sorted
        assert found
        return told

    return search


def test_only_what_is_new_is_searched(project: Project, searched: Callable[[Project], list[str]]) -> None:
    assert searched(project) == ["deals.csv"]
    assert searched(project) == []
    lay(project, "more.csv", DEALS.replace("111-22-33", "111-22-44").replace("\n1,", "\n2,"))
    assert searched(project) == ["more.csv"]
    keep(project, "amocrm_export_leads_2026-09-25.csv", samples.RUSSIAN_B)
    assert searched(project) == ["snapshot-01.deals.parquet"]
    keep(project, "amocrm_export_leads_2026-10-25.csv", samples.RUSSIAN_B.replace("\n", "\n\n", 1))
    assert searched(project) == ["snapshot-01.deals.parquet"]
    (project.exports / "more.csv").unlink()
    assert searched(project) == []


def test_what_may_be_published_is_searched_anew(project: Project, searched: Callable[[Project], list[str]]) -> None:
    assert searched(project) == ["deals.csv"]
    let = replace(project, privacy=Privacy(exceptions=(PrivacyException("ours", column="Note"),)))
    assert searched(let) == ["deals.csv"]
    (project.private / KEY_NAME).unlink()
    assert searched(let) == ["deals.csv"]


def test_a_snapshot_that_is_gone_tells_nothing_more(
    project: Project, searched: Callable[[Project], list[str]]
) -> None:
    keep(project, "amocrm_export_leads_2026-09-25.csv", samples.RUSSIAN_B)
    keep(project, "amocrm_export_leads_2026-10-25.csv", samples.RUSSIAN_B.replace("7", "6"))
    searched(project)
    for path in (project.exports / "2026-10-25").iterdir():
        path.unlink()
    (project.exports / "2026-10-25").rmdir()
    assert searched(project) == ["snapshot-01.deals.parquet"]
