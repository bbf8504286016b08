"""Mistakes of one body, each at its line in the file."""

from __future__ import annotations

from funnelbook.errors import Finding, Place, Severity


class TooComplexError(Exception):
    """Reading on would take longer than a playbook is worth; the finding is in the reports."""


class Reports:
    """`body_line` is the line of the file on which the body begins."""

    def __init__(self, path: str, body_line: int) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self._body_line = body_line

    def line(self, line: int) -> int:
        """A line of the body, from 0, as a line of the file, from 1."""
        return self._body_line + line

    def place(self, line: int, column: int = 0) -> Place:
        """`column` counts from 1, 0 for the whole line."""
        return Place(self._path, self.line(line), column)

    def add(self, line: int, rule: str, message: str, hint: str = "", severity: Severity = "error") -> None:
        self.findings.append(Finding(self.place(line), rule, message, hint, severity))

    def add_at(self, place: Place, rule: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(place, rule, message, hint))

    def too_complex(self, line: int, message: str) -> None:
        self.add(line, "too-complex", message, "simplify it")
        raise TooComplexError
