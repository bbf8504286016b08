"""How long the history of 1,000 playbooks takes in a repository of 5,000 commits, first and remembered.

    python benchmarks/history.py [FILES] [COMMITS]

Each commit changes one to three files. CPU is that of this program and of the git it asks.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from funnelbook.handbook import NEWEST, read_history
from funnelbook.handbook.word_diff import changes
from funnelbook.memory import Memory

#: Common words first, as in any text.
WORDS = [f"слово{number}" for number in range(3_000)]
WEIGHTS = [1 / (number + 1) for number in range(3_000)]


def commits(files: int, count: int, draw: random.Random) -> Iterator[str]:
    """A stream for `git fast-import`: all files, then commits that change a few words of a few."""
    texts = [draw.choices(WORDS, WEIGHTS, k=400) for _ in range(files)]
    for number in range(count):
        changed = range(files) if number == 0 else draw.sample(range(files), draw.randint(1, 3))
        when = f"Author{number % 7} <a@example.com> {1_600_000_000 + number * 3_600} +0300"
        subject = f"Change {number}"
        yield f"commit refs/heads/main\nauthor {when}\ncommitter {when}\ndata {len(subject)}\n{subject}\n"
        for each in changed:
            for _ in range(5):
                texts[each][draw.randrange(400)] = draw.choice(WORDS)
            text = "\n".join(" ".join(texts[each][at : at + 12]) for at in range(0, 400, 12)) + f"\n{number}\n"
            yield f"M 100644 inline content/ru/playbook-{each}.md\ndata {len(text.encode())}\n{text}\n"


def cpu() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def timed(name: str, root: Path, memory: Memory) -> None:
    before, begun = cpu(), time.perf_counter()
    history = read_history(root, memory=memory)
    known = sum(len(history.versions(path)) for path in history)
    print(
        f"{name:12} {cpu() - before:5.2f} s of CPU, {time.perf_counter() - begun:5.2f} s: "
        f"{len(history)} files, {known} versions, {len(history.texts)} texts"
    )


def main() -> None:
    files, count = (int(each) for each in [*sys.argv[1:], "1000", "5000"][:2])
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
        stream = "".join(commits(files, count, random.Random(1))).encode()
        subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=stream, check=True)
        memory = Memory(root / ".funnelbook")
        timed("first", root, memory)
        timed("remembered", root, memory)
        history = read_history(root, memory=memory)
        before = cpu()
        newest = [each for path in history for each in history.versions(path)[:NEWEST] if each.before]
        for each in newest:
            changes(history.texts[each.before], history.texts[each.blob])
        print(f"{'word diffs':12} {cpu() - before:5.2f} s of CPU: {len(newest)} versions")


if __name__ == "__main__":
    main()
