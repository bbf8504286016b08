"""The mistakes of a commit's state, remembered: they never change, and to look for them makes all its pages.

The key holds everything that they are told from: the files, the commit (for who changed a playbook, and when), and
the program's own sources and theme.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import funnelbook
from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place
from funnelbook.memory import Memory, digest
from funnelbook.review.states import State


def key_of(state: State) -> str | None:
    """None for the working tree, whose history may change below its files."""
    if state.commit is None:
        return None
    private = state.root / ".funnelbook"
    files = (path for path in sorted(state.root.rglob("*")) if path.is_file() and not path.is_relative_to(private))
    return digest("review", _program(), state.commit, *_hashed(files, state.root))


@cache
def _program() -> str:
    package = Path(funnelbook.__file__).parent
    theme = bundled("templates")
    sources = (path for path in sorted(package.rglob("*.py")))
    shown = (path for path in sorted(theme.rglob("*")) if path.is_file())
    return digest(*_hashed(sources, package), *_hashed(shown, theme))


def _hashed(paths: Iterable[Path], root: Path) -> Iterable[str]:
    for path in paths:
        yield path.relative_to(root).as_posix()
        with path.open("rb") as file:
            yield hashlib.file_digest(file, "sha256").hexdigest()


def recall(memory: Memory, key: str | None) -> tuple[Finding, ...] | None:
    """None when nothing is remembered."""
    raw = memory.get(key) if key else None
    if raw is None:
        return None
    return tuple(
        Finding(Place(*place), rule, message, hint, severity)
        for place, rule, message, hint, severity in json.loads(raw)
    )


def remember(memory: Memory, key: str | None, findings: Iterable[Finding]) -> None:
    if key:
        told = [
            ((each.place.path, each.place.line, each.place.column, each.place.row),
             each.rule, each.message, each.hint, each.severity)
            for each in findings
        ]  # fmt: skip
        memory.put(key, json.dumps(told).encode())
