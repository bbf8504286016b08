"""What earlier releases published is read as anybody's files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from funnelbook.publish.manifest import MANIFEST, Origin
from funnelbook.publish.past import read_past
from funnelbook.publish.store import release

FIGURES = {"created": 4, "won": 1, "lost": 2, "revenue": 1000.0, "win_rate": 0.25, "cost_of_sale": None}


def row(month: str, pipeline: object = "main", **more: object) -> dict[str, object]:
    return {"month": month, "pipeline": pipeline, "dimension": "all", **FIGURES, **more}


def lay(out: Path, name: str, rows: object, as_of: str = "2026-03-01T00:00:00+03:00") -> None:
    text = rows if isinstance(rows, str) else json.dumps(rows)
    release({"index.html": b"", "data/monthly.json": text.encode()}, out, Origin(name, name.upper(), as_of))


def months(out: Path, before: str = "") -> list[tuple[str, Sequence[tuple[str, str]]]]:
    return [(each.version, sorted(each.figures)) for each in read_past(out, before).publications]


def test_only_months_that_were_over_at_the_releases_own_time_count(tmp_path: Path) -> None:
    rows = [row("2026-01"), row("2026-02"), row("2026-03"), row("2026-01", dimension="owner")]
    lay(tmp_path, "a", rows, "2026-02-28T23:59:59+03:00")
    lay(tmp_path, "b", rows, "2026-03-01T00:00:00+03:00")
    assert months(tmp_path) == [("a", [("2026-01", "main")]), ("b", [("2026-01", "main"), ("2026-02", "main")])]
    figures: Mapping[str, float | None] = read_past(tmp_path).publications[0].figures["2026-01", "main"]
    assert figures == FIGURES


def test_a_release_that_is_made_again_reads_those_before_it_only(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        lay(tmp_path, name, [row("2026-01")])
    assert [version for version, _ in months(tmp_path, "b")] == ["a"]
    assert [version for version, _ in months(tmp_path, "new")] == ["a", "b", "c"]
    assert sorted(read_past(tmp_path, "b").seals) == ["a"]


def test_nothing_is_read_where_there_is_no_site(tmp_path: Path) -> None:
    assert read_past(tmp_path / "none").publications == ()


@pytest.mark.parametrize(
    "rows",
    [
        "", "{}", "3", "[1]", "[" * 100_000, '[{"month": "2026-01"}]', [row("2025-13")], [row("0")],
        [row("2026-01", pipeline=3)],
        [row("2026-01", won="1")], [row("2026-01", won=True)],
        "[" + json.dumps(row("2026-01", won="X")).replace('"X"', "NaN") + "]",
        "[" + json.dumps(row("2026-01", won="X")).replace('"X"', "1" + "0" * 400) + "]",
        [row("2026-01", "\ud800")], "\0",
    ],
)  # fmt: skip
def test_figures_that_no_build_wrote_are_a_warning(tmp_path: Path, rows: object) -> None:
    lay(tmp_path, "a", rows)
    lay(tmp_path, "b", [row("2026-01")])
    found = read_past(tmp_path)
    assert [each.version for each in found.publications] == ["b"]
    (warning,) = found.warnings
    assert (warning.severity, warning.rule) == ("warning", "damaged")
    assert "funnelbook verify a" in warning.hint


def _forged(folder: Path) -> None:
    (folder / "data/monthly.json").write_text(json.dumps([row("2026-01", won=9)]))


def _linked(folder: Path) -> None:
    (folder / "data/monthly.json").unlink()
    (folder / "data/monthly.json").symlink_to("/dev/zero")


def _gone(folder: Path) -> None:
    (folder / "data/monthly.json").unlink()


def _fifo(folder: Path) -> None:
    (folder / "data/monthly.json").unlink()
    os.mkfifo(folder / "data/monthly.json")


def _manifest_of_another(folder: Path) -> None:
    (folder / MANIFEST).write_text((folder / MANIFEST).read_text().replace('"version": "a"', '"version": "b"'))


def _no_moment(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text.replace("2026-03-01T00", "sometime"))


@pytest.mark.parametrize("damage", [_forged, _linked, _gone, _fifo, _manifest_of_another, _no_moment])
def test_a_damaged_release_is_left_out_with_a_warning(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    lay(tmp_path, "a", [row("2026-01")])
    damage(tmp_path / "a")
    found = read_past(tmp_path)
    assert found.publications == ()
    assert found.seals == {}
    assert [each.severity for each in found.warnings] == ["warning"]
