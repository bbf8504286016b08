"""Warnings of what the data leave in doubt: prices that cannot be compared, people who may be one."""

from __future__ import annotations

from collections.abc import Iterator

from funnelbook.errors import Finding, Place
from funnelbook.model.dataset import Dataset
from funnelbook.model.names import categories
from funnelbook.project import Project, quoted
from funnelbook.publish.alike import alike

#: Pairs of names that are told; of more their number.
_MOST_PAIRS = 5


def of(dataset: Dataset, project: Project) -> tuple[Finding, ...]:
    """Every doubt, told at the folder of exports."""
    exports = Place(str(project.exports.relative_to(project.root)))
    return (*_without_rate(dataset, exports), *_alike_owners(dataset, exports))


def _without_rate(dataset: Dataset, exports: Place) -> Iterator[Finding]:
    for note in dataset.notes:
        if note.rule == "without-rate":
            told = dict(note.params)
            first, last = told["first"], told["last"]
            when = f"in {first}" if first == last else f"from {first} to {last}"
            aim = dataset.currency or "the site's currency"
            hint = f"add a table `rates` to the exports: columns date, currency, rate (one unit in {aim})"
            if not dataset.currency:
                hint = f"name the site's `currency` in funnelbook.toml; then {hint}"
            yield Finding(
                exports,
                "without-rate",
                f"{told['deals']} deals have a price in {told['currencies']} and no rate to {aim} {when}: "
                "no sum of money holds them",
                hint,
                "warning",
            )


def _alike_owners(dataset: Dataset, exports: Place) -> Iterator[Finding]:
    """The site shows owners by name, so that a warning may."""
    pairs = alike(categories(dataset.deals["owner"]))
    if not pairs:
        return
    shown = "; ".join(f"{quoted(one)} and {quoted(other)}" for one, other in pairs[:_MOST_PAIRS])
    more = f"; and {len(pairs) - _MOST_PAIRS} more" if len(pairs) > _MOST_PAIRS else ""
    yield Finding(
        exports,
        "alike-owners",
        f"owners whose names differ by a letter or in the order of words are counted apart: {shown}{more}",
        "if they are one person, say so in funnelbook.toml: `aliases` of that person under [[people]]",
        "warning",
    )
