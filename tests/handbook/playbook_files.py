"""Laying playbooks for the tests of the handbook, and reading what is said about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook import handbook
from funnelbook.errors import ContentError, Finding
from funnelbook.handbook import Handbook, Playbook

HEAD = "---\ntitle: A page\nkind: note\n---\n"
#: The body begins on this line of a file that begins with HEAD.
FIRST = 5


def lay(folder: Path, files: dict[str, str | bytes]) -> Path:
    """`{"en/a.md": text}` below `folder`/content, which is returned."""
    content = folder / "content"
    for name, text in files.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return content


def read(folder: Path, files: dict[str, str | bytes], language: str = "en") -> Handbook:
    return handbook.load(lay(folder, files), language)


def note(folder: Path, body: str) -> Playbook:
    """The one playbook of the kind `note` with this body."""
    (playbook,) = read(folder, {"en/page.md": HEAD + body}).playbooks
    return playbook


def mistakes(folder: Path, files: dict[str, str | bytes], language: str = "en") -> list[Finding]:
    with pytest.raises(ContentError) as caught:
        read(folder, files, language)
    return list(caught.value.findings)


def told(folder: Path, files: dict[str, str | bytes]) -> list[tuple[int, str]]:
    return [(each.place.line, each.rule) for each in mistakes(folder, files)]
