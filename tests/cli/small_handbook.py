"""A small handbook in English, of four deals."""

from __future__ import annotations

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
