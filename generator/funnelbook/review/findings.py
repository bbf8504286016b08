"""Mistakes that a change brings and mistakes that it mends. Lines move, so they are not compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from funnelbook.errors import Finding


class Difference(Struct, frozen=True):
    """`kept` is how many findings both states have."""

    gained: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    kept: int


def compare(before: Iterable[Finding], after: Iterable[Finding], renamed: Mapping[str, str]) -> Difference:
    """`renamed`: path of a playbook before -> its path now. The same mistake twice in a file counts twice."""
    old = [(_key(each, renamed), each) for each in before]
    new = [(_key(each, {}), each) for each in after]
    gained, fixed = _more(new, old), _more(old, new)
    return Difference(gained, fixed, len(new) - len(gained))


def _key(finding: Finding, renamed: Mapping[str, str]) -> tuple[str, ...]:
    path = finding.place.path
    return renamed.get(path, path), finding.rule, finding.message, finding.severity


def _more(
    ours: Iterable[tuple[tuple[str, ...], Finding]], theirs: Iterable[tuple[tuple[str, ...], Finding]]
) -> tuple[Finding, ...]:
    """Ours that theirs has not, or not so often."""
    left = Counter(key for key, _ in theirs)
    found = []
    for key, finding in ours:
        left[key] -= 1
        if left[key] < 0:
            found.append(finding)
    return tuple(found)
