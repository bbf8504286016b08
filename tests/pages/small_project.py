"""A project of two pipelines on disk, made by a seed: what the what-if needs, or less of it."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from funnelbook import metrics, project
from funnelbook.handbook import Handbook
from funnelbook.memory import Memory
from funnelbook.pages import Book
from funnelbook.publish.build import read, words_of

HOSTILE = "<img src=x onerror=alert(1)> </script>{stage}"

#: Both told, minutes alone, a cost alone, neither; one may stand elsewhere but not before another.
STAGES = """
[[pipelines]]
name = "New"
won = ["Paid"]
lost = ["Lost"]
margin = 0.5
stages = [
  { name = "Asked", minutes = 20 },
  { name = '%s', minutes = 120, cost = 2600, movable = true },
  { name = "Offered", minutes = 45.5, movable = true },
  { name = "Agreed", cost = 70, movable = true, after = ["Offered"] },
  { name = "Signed" },
]

[[pipelines]]
name = "Again"
won = ["Paid"]
lost = ["Lost"]
stages = [{ name = "Called", minutes = 15 }, { name = "Billed", minutes = 30 }]
"""
BARE = """
[[pipelines]]
name = "New"
won = ["Paid"]
lost = ["Lost"]
stages = [{ name = "Asked" }, { name = '%s' }, { name = "Offered" }, { name = "Agreed" }, { name = "Signed" }]
"""
SITE = """
[site]
title = "Small"
lang = ["en", "ru"]
timezone = "Europe/Moscow"
currency = "RUB"
as_of = 2026-11-02T18:00:00

[metrics]
"""
NAMES = ("Asked", HOSTILE, "Offered", "Agreed", "Signed")


def book(folder: Path, *, bare: bool = False, lost_at: str = "") -> Book:
    """`bare`: no costs, minutes, team, plan and spend, and one pipeline. `lost_at`: every deal is lost there."""
    rate = "" if bare else "hour_rate = 900\n"
    (folder / "content/exports").mkdir(parents=True)
    (folder / "funnelbook.toml").write_text(SITE + rate + (BARE if bare else STAGES) % HOSTILE)
    _deals(folder, bare, lost_at)
    if not bare:
        _write(folder, "plan", ("month", "pipeline", "sales"), [("2026-11", "New", 12), ("2026-11", "Again", 3)])
        _write(
            folder, "spend", ("month", "source", "amount"), [("2026-09", "ads", 54000), ("2026-10", "ads", 9999)]
        )
        people = [("Anna", "seller", 20), ("Boris", "seller", 31), ("Clara", "head", 10)]
        _write(folder, "team", ("person", "role", "hours_per_week"), people)
    loaded = project.load(folder)
    results = metrics.compute(read(loaded), loaded)
    handbooks = {language: Handbook(language) for language in loaded.site.languages}
    return Book(loaded, results, handbooks, words_of(loaded), Memory(None))


def _deals(folder: Path, bare: bool, lost_at: str) -> None:
    rng = random.Random(7)
    rows = []
    for number in range(260):
        pipeline = "New" if bare or number % 4 else "Again"
        names = NAMES if pipeline == "New" else ("Called", "Billed")
        stage = lost_at or next((name for name in names if rng.random() < 0.3), "Paid")
        month, day = rng.choice((8, 9, 10)), rng.randint(1, 25)
        status = "won" if stage == "Paid" else "lost"
        created, closed = f"2026-{month:02d}-{day:02d}T10:00:00", f"2026-{month:02d}-{day + 3:02d}T12:00:00"
        rows.append((f"D{number}", created, closed, pipeline, stage, status, 1000 + number, "ads", "Anna"))
    names = ("deal_id", "created_at", "closed_at", "pipeline", "stage", "status", "value", "source", "owner")
    _write(folder, "deals", names, rows)


def _write(folder: Path, table: str, names: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (folder / f"content/exports/{table}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
