"""`funnelbook …` run on a handbook as a user would."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from funnelbook.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def run(
    *arguments: object, cwd: Path | None = None, env: Mapping[str, str] | None = None, umask: int = -1
) -> Ended:
    """In a process of its own. No mistake of a user's ends in a traceback."""
    command = [sys.executable, "-m", "funnelbook", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=env, umask=umask)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode != 70, done.stderr
    return Ended(done.returncode, done.stdout, done.stderr)


def run_here(*arguments: object, cwd: Path | None = None) -> Ended:
    """The same in this process: nothing is imported again, and what draws need not start again."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with (
        chdir(cwd or Path.cwd()),
        patch.object(sys, "argv", ["funnelbook", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    told, complained = (each.buffer.getvalue().decode() for each in (out, err))
    assert isinstance(ended.value.code, int)
    assert "Traceback" not in complained, complained
    assert ended.value.code != 70, complained
    return Ended(ended.value.code, told, complained)
