"""Playbooks written into a handbook of a test, and the pages that come of them."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from hostile_handbook import site_of

from commands import run_here

CANARY = "ZQcanaryx7"
DEALS = "content/exports/deals.csv"
NOTE = "---\ntitle: Note\nkind: note\n---\n\n{}\n"


def write(book: Path, path: str, content: str | bytes) -> None:
    target = book / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)


def built(book: Path) -> Path:
    ended = run_here("build", "-q", "--project", book)
    assert ended.code == 0, ended.text
    return site_of(book)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
