"""Where a review's page is written: a folder that holds nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from funnelbook.errors import Place, PublishError

_MARKER = ".funnelbook-review"


def claim(out: Path) -> None:
    """Makes `out` a folder for a review. Raises PublishError when it holds anything that is not one."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise PublishError.one("foreign-output", "the output folder is a link or a file", place=Place(str(out)))
    if out.exists() and any(out.iterdir()) and not (out / _MARKER).exists():
        raise PublishError.one(
            "foreign-output",
            "the output folder holds files that funnelbook did not write",
            "name an empty or a new folder with --out",
            place=Place(str(out)),
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / _MARKER).touch()


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Writes every file (path -> content); each is replaced in one step."""
    claim(out)
    for path, content in sorted(files.items()):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.new")
        fresh.write_bytes(content)
        fresh.replace(target)
