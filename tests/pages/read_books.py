"""Books read from exports: a project file and deals, through reading and computing as a build does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from funnelbook import metrics, project
from funnelbook.handbook import Handbook
from funnelbook.memory import Memory
from funnelbook.pages import Book
from funnelbook.publish import build
from funnelbook.publish.exports import read

HEAD = """[site]
title = "Costs"
lang = ["en", "ru"]
currency = "EUR"
as_of = 2024-04-15T12:00:00
"""


@dataclass(frozen=True)
class Deals:
    """So many equal deals, created on a day of a month and closed five days later, unless open.

    `stage` is the last one they stood at.
    """

    count: int
    month: str
    status: str
    stage: str
    source: str = "ads"
    owner: str = "Anna"
    value: float | None = None
    pipeline: str = "main"
    reason: str = ""
    contact: str = ""
    day: int = 3
    segment: str = ""


def pipeline(name: str, stages: Sequence[str], more: str = "") -> str:
    """`stages` are lines of the project file after a stage's `[[pipelines.stages]]`."""
    told = "".join(f"\n[[pipelines.stages]]\n{stage}\n" for stage in stages)
    return f'\n[[pipelines]]\nname = "{name}"\nwon = ["won"]\nlost = ["lost"]\n{more}\n{told}'


def book(root: Path, config: str, deals: Iterable[Deals], spend: str = "") -> Book:
    """A book in English and Russian; no stage history, so that a won deal stood at every stage."""
    exports = root / "content/exports"
    exports.mkdir(parents=True)
    (root / "funnelbook.toml").write_text(HEAD + config, encoding="utf-8")
    lines = [line for group in deals for line in _lines(group)]
    head = "deal_id,created_at,stage,status,closed_at,value,owner,source,pipeline,loss_reason,contact_id,segment"
    numbered = [f"{number},{line}" for number, line in enumerate(lines)]
    (exports / "deals.csv").write_text("\n".join([head, *numbered]) + "\n", encoding="utf-8")
    if spend:
        (exports / "spend.csv").write_text("month,source,amount\n" + spend, encoding="utf-8")
    loaded = project.load(root)
    results = metrics.compute(read(loaded), loaded)
    handbooks = {code: Handbook(code) for code in loaded.site.languages}
    return Book(loaded, results, handbooks, build.words_of(loaded), Memory(None))


def _lines(group: Deals) -> list[str]:
    closed = "" if group.status == "open" else f"{group.month}-{group.day + 5:02d} 10:00:00"
    value = "" if group.value is None else str(group.value)
    stage = "won" if group.status == "won" else group.stage
    line = f"{group.month}-{group.day:02d} 10:00:00,{stage},{group.status},{closed},{value}"
    told = (group.owner, group.source, group.pipeline, group.reason, group.contact, group.segment)
    return [",".join([line, *told])] * group.count
