"""1,000 playbooks: built cold, built again, built with one that changed; and how large the site is."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from generators import WORK, Generator, generators
from handbook_text import place
from rows import Row
from timing import Took, median, run

PAGES = 1_000


def rows(runs: int) -> Iterator[Row]:
    """Every run begins with another edition of the text and without a site, and the generators take turns.

    The program's tables and charts, of nine deals, are remembered from before the first run; the others make none.
    """
    took = defaultdict(list)
    makers = generators()
    folders = {name: _prepared(name, maker) for name, maker in makers.items()}
    first = run(makers["program"].command, folders["program"])
    for edition in range(1, runs + 1):
        for name, maker in makers.items():
            _forget(folders[name], maker)
            maker.write(folders[name], PAGES, edition)
        for name, maker in makers.items():
            took[name].append(run(maker.command, folders[name]))
        program, hugo = makers["program"].command, makers["hugo"]
        took["again"].append(run(program, folders["program"]))
        _forget(folders["hugo"], hugo)
        took["hugo"].append(run(hugo.command, folders["hugo"]))
        _change(folders["program"] / f"content/ru/{place(edition)}.md", edition)
        took["changed"].append(run(program, folders["program"]))
    middle = {name: median(each) for name, each in took.items()}
    yield from _times(middle, first)
    yield from _sizes(folders["program"], makers["program"])
    shutil.rmtree(_folder("gone"), ignore_errors=True)


def _times(middle: dict[str, Took], first: Took) -> Iterator[Row]:
    hugo, ours = middle["hugo"], middle["program"]
    yield Row("1,000 playbooks, cold", ours, "Material, pruned", middle["material"], 1 / 5)
    yield Row("1,000 playbooks, cold", ours, "Hugo, minimal theme", hugo, 3)
    yield Row("nothing changed", middle["again"], "Hugo, full build", hugo, 1 / 2)
    yield Row("one playbook changed", middle["changed"], "Hugo, full build", hugo, 1)
    yield Row("first of all, with its charts", first, "Hugo, minimal theme", hugo, None)


def _sizes(folder: Path, maker: Generator) -> Iterator[Row]:
    """The pages' megabytes, and how many times those of half as many pages they are."""
    whole = _html(folder / maker.site / "latest")
    half = _folder("program-half")
    shutil.rmtree(half, ignore_errors=True)
    maker.write(half, PAGES // 2, 1)
    run(maker.command, half)
    yield Row("HTML of 1,000 playbooks, MB", whole, "the limit", 15.0, 1)
    yield Row("HTML, times that of 500", whole / _html(half / maker.site / "latest"), "linear", 2.0, 1.05)


def _html(site: Path) -> float:
    return sum(path.stat().st_size for path in site.rglob("*.html")) / 1e6


def _folder(name: str) -> Path:
    return WORK / "speed" / name


def _prepared(name: str, maker: Generator) -> Path:
    folder = _folder(name)
    shutil.rmtree(folder, ignore_errors=True)
    maker.write(folder, PAGES, 0)
    return folder


def _forget(folder: Path, maker: Generator) -> None:
    """No site and nothing a peer remembers; the program remembers other texts' playbooks alone.

    It is put aside, not removed: some file systems look past the inode of each file that was removed in the last
    minutes whenever they make a file, which would take as long as the build itself.
    """
    gone = _folder("gone")
    gone.mkdir(exist_ok=True)
    for made in filter(Path.exists, (folder / name for name in (maker.site, "resources", ".cache"))):
        made.rename(tempfile.mkdtemp(dir=gone))


def _change(path: Path, edition: int) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\nЕщё одна фраза, {edition}.\n")
