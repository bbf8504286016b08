"""A TOML text as values, and the mistakes found in it, each at its line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from funnelbook.errors import Finding, Place, Severity
from funnelbook.project.positions import Path, locate

_AT = re.compile(r"^(?P<message>.*?) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.S)
_MOST_SYNTAX_ERRORS = 20
#: The library's time grows with the square of a dotted key's length.
_MOST_DOTS = 1000
_MOST_PROBLEMS = 500


class Problem(Struct, frozen=True):
    """A mistake at a key: `on_value` says which of the two the place is."""

    path: Path
    rule: str
    message: str
    hint: str = ""
    on_value: bool = True
    severity: Severity = "error"


class Entry(Struct, frozen=True):
    """One value of the file and where it stands; mistakes go to the one list that all entries share."""

    value: object
    path: Path = ()
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The nearest key above, for messages."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "the file")

    @property
    def table(self) -> dict[str, Any]:
        """The value, or an empty table when it is something else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def list(self) -> list[Any]:
        """The value, or an empty list when it is something else."""
        return self.value if isinstance(self.value, list) else []

    def child(self, key: str | int) -> Entry:
        """What stands under a key of a table, or at a place of a list; None where nothing stands."""
        inside = self.table.get(key) if isinstance(key, str) else self.list[key]
        return Entry(inside, (*self.path, key), self.problems)

    def report(self, rule: str, message: str, hint: str = "", *, on_value: bool = True) -> None:
        self.problems.append(Problem(self.path, rule, message, hint, on_value))


class Document(Struct, frozen=True):
    """`text` parsed into `values`; `syntax` has the lines that are not TOML and were left out of the values."""

    path: str
    text: str
    values: Mapping[str, object]
    syntax: tuple[Finding, ...]

    def findings(self, problems: list[Problem]) -> list[Finding]:
        """The problems with their lines and columns; beyond a few hundred only their number."""
        if not problems:
            return []
        places = locate(self.text)
        found = [self._finding(problem, places) for problem in problems[:_MOST_PROBLEMS]]
        if rest := len(problems) - len(found):
            found.append(Finding(Place(self.path), "too-many", f"{rest} more mistakes", "mend these first"))
        return found

    def _finding(self, problem: Problem, places: Mapping[Path, tuple[tuple[int, int], tuple[int, int]]]) -> Finding:
        path = problem.path
        while path and path not in places:
            path = path[:-1]
        key, value = places.get(path, ((1, 1), (1, 1)))
        line, column = value if problem.on_value else key
        place = Place(self.path, line, column)
        return Finding(place, problem.rule, problem.message, problem.hint, problem.severity)


def parse(path: str, text: str) -> Document:
    """Reads on after a line that is not TOML, as long as the next mistake is not a mere consequence of it."""
    syntax: list[Finding] = []
    lines = text.split("\n")
    if max(line.count(".") for line in lines) > _MOST_DOTS:
        return Document(path, text, {}, (_too_deep(path, lines),))
    while True:
        try:
            return Document(path, text, tomllib.loads("\n".join(lines)), tuple(syntax))
        except RecursionError:
            syntax.append(_too_deep(path, lines))
            return Document(path, text, {}, tuple(syntax))
        except ValueError as error:
            finding = _syntax(path, str(error))
            line = finding.place.line
            if syntax and line <= syntax[-1].place.line + 1:
                return Document(path, text, {}, tuple(syntax))
            syntax.append(finding)
            if not _can_go_on(lines, line) or len(syntax) == _MOST_SYNTAX_ERRORS:
                return Document(path, text, {}, tuple(syntax))
            lines[line - 1] = ""


def _can_go_on(lines: list[str], line: int) -> bool:
    """A lost header would put the keys below it into another table."""
    return 0 < line <= len(lines) and bool(lines[line - 1].strip()) and not lines[line - 1].lstrip().startswith("[")


def _syntax(path: str, message: str) -> Finding:
    # Only a number of thousands of digits lacks the place, and its message speaks of Python.
    found = _AT.match(message)
    if found is None:
        return Finding(Place(path), "toml-syntax", "a number has too many digits")
    line, column = int(found["line"] or 0), int(found["column"] or 0)
    where = "" if line else " at the end of the file"
    return Finding(Place(path, line, column), "toml-syntax", f"not TOML: {found['message']}{where}")


def _too_deep(path: str, lines: list[str]) -> Finding:
    deepest = max(range(len(lines)), key=lambda number: sum(map(lines[number].count, "[{.")))
    return Finding(Place(path, deepest + 1), "too-deep", "values are nested too deeply", "a few levels are enough")
