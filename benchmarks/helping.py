"""What `funnelbook --help` costs beside the command line library alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from generators import WORK
from rows import Row
from timing import median, run

_PAIRS = 15
#: As many commands as the program has, each with a line of help, and nothing behind them.
_LIBRARY = """
import click
group = click.Group("library", help="A versioned sales handbook.")
for number in range(14):
    group.add_command(click.Command(f"command-{number}", help="What it does, in a line of words."))
group(["--help"])
"""


def rows() -> Iterator[Row]:
    WORK.mkdir(exist_ok=True)
    commands = {"ours": (sys.executable, "-m", "funnelbook", "--help"), "library": (sys.executable, "-c", _LIBRARY)}
    for command in commands.values():
        run(command, WORK)
    pairs = [{name: run(command, WORK) for name, command in commands.items()} for _ in range(_PAIRS)]
    ours, library = (median(pair[name] for pair in pairs) for name in commands)
    yield Row("funnelbook --help", ours, "click alone", library, 1.5)
