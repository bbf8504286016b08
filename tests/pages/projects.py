"""Books read from a project's files, for pages whose numbers come from many tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import books
from msgspec.structs import replace

from funnelbook.pages import Book
from funnelbook.project import load
from funnelbook.publish.build import results_of

Table = Sequence[Mapping[str, object]]


def read(root: Path, config: str, **tables: Table) -> Book:
    """The book of a project whose funnelbook.toml is `config` and whose exports are generic tables."""
    (root / "funnelbook.toml").write_text(config, encoding="utf-8")
    exports = root / "content" / "exports"
    exports.mkdir(parents=True)
    for name, rows in tables.items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        with (exports / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, heads)
            writer.writeheader()
            writer.writerows(rows)
    project = load(root)
    return replace(books.book(results_of(project), root), project=project)
