"""A handbook in a git repository of its own, changed and committed as a team would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from commands import Ended, run_here

IGNORED = "/.funnelbook/\n/site/\n"


class Repository:
    """`root` is the handbook's folder; the branch `main` holds it as it was laid."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, feed: bytes | None = None) -> str:
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        for who in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{who}_NAME": "Anna", f"GIT_{who}_EMAIL": "anna@example.com"}
            env[f"GIT_{who}_DATE"] = "2026-03-01T10:00:00+00:00"
        command = ["git", "-c", "protocol.file.allow=always", "-c", "init.defaultBranch=main", *arguments]
        done = subprocess.run(command, cwd=self.root, env=env, input=feed, capture_output=True, check=True)
        return done.stdout.decode()

    def begin(self) -> Repository:
        self.git("init", "-q")
        (self.root / ".gitignore").write_text(IGNORED)
        return self.commit()

    def commit(self) -> Repository:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self

    def write(self, path: str, text: str | bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode() if isinstance(text, str) else text)

    def swap(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def review(self, *arguments: str) -> Ended:
        return run_here("review", *arguments, cwd=self.root)

    @property
    def page(self) -> str:
        return (self.root / ".funnelbook/review/index.html").read_text(encoding="utf-8")
