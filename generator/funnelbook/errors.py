"""One family of mistakes: what is wrong, where, what to do.

A mistake never quotes a customer's data: messages name columns, rows, keys and counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from traceback import walk_tb
from typing import Literal

from msgspec import Struct

_PACKAGE = Path(__file__).parent
_MOST_FRAMES = 8

Severity = Literal["error", "warning"]


class Place(Struct, frozen=True, order=True):
    """Where a mistake stands. `line` and `column` count from 1; `row` is a data file's physical row."""

    path: str = ""
    line: int = 0
    column: int = 0
    row: int = 0

    def __str__(self) -> str:
        if self.row:
            return f"{self.path}: row {self.row}"
        parts = [self.path or "funnelbook"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class Finding(Struct, frozen=True, order=True):
    """One mistake: `message` says what is wrong, `hint` what to do, `rule` is its slug."""

    place: Place
    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.place}: {self.message}{hint} ({self.rule})"


def fault(error: BaseException) -> Finding:
    """A mistake of the program itself: where it failed and the way there, innermost first.

    Not the error's words and no variable: they could quote a customer's data.
    """
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    own = [f"{path.name}:{line}" for path, line in frames if path.is_relative_to(_PACKAGE)]
    last = f"{frames[-1][0].name}:{frames[-1][1]}" if frames else "?"
    way = f"; it came by {', '.join(own[::-1][:_MOST_FRAMES])}" if own else ""
    message = f"the program itself failed: {type(error).__name__} at {last}"
    return Finding(Place(), "fault", message, f"please report this{way}")


class FunnelbookError(Exception):
    """A user's mistakes, all at once. Shown without a traceback; the process ends with `exit_code`."""

    exit_code = 1

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(map(str, self.findings)))

    @classmethod
    def one(cls, rule: str, message: str, hint: str = "", *, place: Place | None = None) -> FunnelbookError:
        return cls([Finding(place or Place(), rule, message, hint)])


class ProjectError(FunnelbookError):
    """`funnelbook.toml` is missing, malformed or wrong."""


class SourceError(FunnelbookError):
    """A data file cannot be read as what it claims to be."""


class ContentError(FunnelbookError):
    """A playbook, a template or a link is wrong."""


class ConservationError(FunnelbookError):
    """Numbers that must add up do not: the build stops and the old site stays."""


class PublishError(FunnelbookError):
    """The site could not be written."""


class LockedError(PublishError):
    """Another process is at it; later it may be free."""

    exit_code = 75  # what sysexits.h calls a temporary failure


class UsageError(FunnelbookError):
    """The command line asks for something that does not exist."""

    exit_code = 2
