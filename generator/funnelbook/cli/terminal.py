"""What the command line prints: findings, progress and tables."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import click
from msgspec import Struct, field, to_builtins

from funnelbook.errors import Finding
from funnelbook.publish.observer import Step

_CONTROL = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != 10}

#: What JSON leaves as it is and a terminal may obey.
_AFTER_ASCII = {code: f"\\u{code:04x}" for code in range(127, 160)}


def clean(text: str) -> str:
    """Control characters as `\\x1b`, so that nothing in a file's name or text can drive the terminal."""
    return writable(text).translate(_CONTROL)


def writable(text: str) -> str:
    """As UTF-8 can hold it: a file's name may have bytes that are no text."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def show_findings(findings: Sequence[Finding], style: str = "text") -> None:
    """Findings as `file:line:column: message (rule)` on stderr, or as JSON or GitHub annotations on stdout."""
    if style == "json":
        told = json.dumps(to_builtins(findings), ensure_ascii=False, indent=1)
        click.echo(writable(told).translate(_AFTER_ASCII))
    elif style == "github":
        for finding in findings:
            click.echo(clean(_annotation(finding)))
    else:
        for finding in findings:
            kind = "warning: " if finding.severity == "warning" else ""
            click.echo(clean(kind + str(finding)), err=True)


def _annotation(finding: Finding) -> str:
    place = finding.place
    parts = {"file": place.path, "line": place.line or place.row, "col": place.column, "title": finding.rule}
    named = ",".join(f"{key}={_escaped(str(value), ',:')}" for key, value in parts.items() if value)
    text = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    return f"::{finding.severity} {named}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    for sign in "%\r\n" + more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


class PhaseTime(Struct):
    """A phase's wall and processor seconds."""

    name: str
    seconds: float
    cpu: float


class Terminal(Struct):
    """Shows a bar a phase on a terminal, one line a phase otherwise. `times` keeps what each phase took."""

    quiet: bool = False
    times: list[PhaseTime] = field(default_factory=list)

    @contextmanager
    def phase(self, name: str) -> Iterator[Step]:
        wall, cpu = time.perf_counter(), time.process_time()
        count = 0

        def keep(done: int, total: int) -> None:
            nonlocal count
            count = done

        if sys.stderr.isatty() and not self.quiet:
            with _bar(name) as step:
                yield step
        else:
            yield keep
        took = PhaseTime(name, time.perf_counter() - wall, time.process_time() - cpu)
        self.times.append(took)
        if not self.quiet and not sys.stderr.isatty():
            counted = f"{count:>7} " if count else " " * 8
            click.echo(f"{name:<10}{counted}{took.seconds:6.1f} s", err=True)


#: The phase whose bar is drawn by its steps: a thread that draws it would keep the process from being copied.
_STEPPED = "pages"
#: Seconds between two drawings.
_REFRESH = 0.1


@contextmanager
def _bar(name: str) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    by_itself = name != _STEPPED
    with Progress(*columns, console=Console(stderr=True), auto_refresh=by_itself) as progress:
        task = progress.add_task(name, total=None)
        shown = 0.0

        def step(done: int, total: int) -> None:
            nonlocal shown
            due = not by_itself and time.monotonic() - shown > _REFRESH
            progress.update(task, completed=done, total=total, refresh=due)
            shown = time.monotonic() if due else shown

        yield step
        progress.update(task, total=progress.tasks[0].completed or 1, completed=progress.tasks[0].completed or 1)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0) -> None:
    """A table on stdout; the last `numbers` columns are aligned to the right. In a pipe, nothing is cut off."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=400)
    cells = [["" if value is None else clean(str(value)) for value in row] for row in rows]
    longest = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    first = max(12, console.width - sum(longest[1:]) - len(columns))  # names give way to numbers, never the reverse
    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    for place, column in enumerate(columns):
        right = place >= len(columns) - numbers
        width = min(longest[place], first) if place == 0 else longest[place]
        table.add_column(column, justify="right" if right else "left", no_wrap=True, width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)
