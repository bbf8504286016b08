"""Warnings of what the data leave in doubt: prices that cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator

from funnelbook.errors import Finding, Place
from funnelbook.model.dataset import Dataset
from funnelbook.project import Project


def of(dataset: Dataset, project: Project) -> tuple[Finding, ...]:
    """Every doubt, told at the folder of exports."""
    exports = Place(str(project.exports.relative_to(project.root)))
    return tuple(_without_rate(dataset, exports))


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
