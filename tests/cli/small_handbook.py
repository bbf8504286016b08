"""A small handbook, and the command run on it as a user would."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import drawn

CONFIG = """[site]
title = "Windows"
lang = "en"
timezone = "Europe/Moscow"
currency = "EUR"

[[pipelines]]
name = "main"
won = ["won"]
lost = ["lost"]

[[pipelines.stages]]
name = "Request received"

[[pipelines.stages]]
name = "Offer sent"
qualifies = true
"""
DEALS = """deal_id,created_at,stage,status,closed_at,value,owner,source,loss_reason
1,2026-01-05 10:00:00,won,won,2026-01-20 10:00:00,1000,Anna,site,
2,2026-01-06 10:00:00,lost,lost,2026-02-01 10:00:00,500,Anna,ads,too expensive
3,2026-02-02 10:00:00,Offer sent,open,,700,Boris,site,
4,2026-02-03 10:00:00,lost,lost,2026-02-10 10:00:00,,Boris,,spam
"""
STAGES = """deal_id,stage,entered_at
1,Request received,2026-01-05 10:00:00
1,Offer sent,2026-01-10 10:00:00
2,Request received,2026-01-06 10:00:00
3,Request received,2026-02-02 10:00:00
3,Offer sent,2026-02-20 10:00:00
4,Request received,2026-02-03 10:00:00
"""
PLAYBOOK = """---
title: Note to self
kind: note
cause: price_value
owner: Head of sales
---

Ring back within an hour. See [another](other.md).
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def run(*arguments: object, cwd: Path | None = None) -> Ended:
    """`funnelbook …` as a user runs it, in a process of its own."""
    command = [sys.executable, "-m", "funnelbook", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def lay(folder: Path, **files: str) -> Path:
    """A handbook in `folder`; further or other files as `path with __ for /` = text.

    Its charts may be drawn already: see `drawn`.
    """
    standing = {
        "funnelbook.toml": CONFIG,
        "content/exports/deals.csv": DEALS,
        "content/exports/stages.csv": STAGES,
        "content/en/note.md": PLAYBOOK,
        "content/en/other.md": PLAYBOOK.replace("Note to self", "Other").replace("other.md", "note.md"),
    }
    for name, text in {**standing, **{name.replace("__", "/"): text for name, text in files.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return drawn.lend(folder)
