"""How fast the program is beside its peers, in one run: what the README's table of speeds is made of.

    python benchmarks/speed.py [building] [months] [live] [reading] [help] [--runs 3]
    python benchmarks/speed.py --profile

`building` builds 1,000 playbooks of 4 KB as the program, Hugo (a minimal theme) and MkDocs with Material (pruned
navigation, its search) do, in turn: cold, with nothing changed, with one changed; and weighs the HTML. `months`
draws the pages of 36 months. `live` saves playbooks while they are served and open in Chromium. `reading` reads
large exports as the program and bare libraries do. `help` asks for the help. Times are medians; of builds, readings
and help those of whole processes, from start to end. Every generator reads the very same Markdown, its title in a
front matter. `--profile` tells instead what the program's main process spends a cold build on. The peers come from
PyPI (`generators.PEERS`).

Ends with 1 when a limit is not met.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator

import building
import helping
import live
import months
import reading
from generators import WORK, write_program
from rows import Row, show

PARTS: dict[str, Callable[[int], Iterable[Row]]] = {
    "building": building.rows,
    "months": months.rows,
    "live": live.rows,
    "reading": reading.rows,
    "help": lambda runs: helping.rows(),
}


def main() -> None:
    options = _options()
    if options.profile:
        profile()
        return
    if not show(_rows(options.parts or list(PARTS), options.runs)):
        sys.exit(1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all when none is named")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="what the program's own time goes into")
    return parser.parse_args()


def _rows(parts: list[str], runs: int) -> Iterator[Row]:
    return itertools.chain.from_iterable(PARTS[part](runs) for part in parts)


def profile() -> None:
    from funnelbook import project
    from funnelbook.publish.build import build
    from funnelbook.publish.observer import Silent

    root = WORK / "speed/profiled"
    shutil.rmtree(root, ignore_errors=True)
    write_program(root, building.PAGES, 0)
    with cProfile.Profile() as profiler:
        build(project.load(root), root / "site", Silent())
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
