"""The theme and the starter handbook: inside an installed wheel, or in the checkout beside the package."""

from __future__ import annotations

from pathlib import Path

from funnelbook.errors import FunnelbookError

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """The path of a shipped file or folder: `templates`, `content`, `starter` or `funnelbook.toml`."""
    for root in (_PACKAGE / "_bundled", _PACKAGE.parents[1]):
        if (root / name).exists():
            return root / name
    raise FunnelbookError.one("incomplete-install", f"the program's own {name} is missing", "install it again")
