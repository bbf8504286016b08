"""The texts of a data set that a site publishes: the values of its dimensions."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from msgspec import Struct

from funnelbook.model.dataset import Dataset
from funnelbook.model.names import categories

#: Canonical column of `deals` -> what it is called in `Dataset.deals`: those whose texts a CRM's users may write.
WRITTEN = {"owner": "owner", "source": "source", "loss_reason": "reason"}
#: Fewer filled cells than these may well be all different.
_FEWEST = 50
_MOST_DISTINCT = 0.5
_MOST_PERSONAL = 0.05
#: An address; a phone with a plus or a Russian one without it. A number alone may be an id.
_PERSONAL = (
    r"[^\s@]+@[^\s@]+\.[^\s@]+|\+\d[\d ()\-]{8,}\d"
    r"|(?:^|\D)[78][ (\-]*\d{3}[ )\-]*\d{3}[ \-]*\d{2}[ \-]*\d{2}(?:\D|$)"
)


class Suspicion(Struct, frozen=True):
    """A published column of `deals` that seems to hold free text or contacts.

    filled: deals with a value; distinct: how many different ones; personal: deals whose value has a phone or an
    address in it.
    """

    column: str
    filled: int
    distinct: int
    personal: int


def published_texts(dataset: Dataset) -> Iterator[str]:
    """Every owner, source, reason, person, pipeline and stage that pages may name."""
    for name in WRITTEN.values():
        yield from categories(dataset.deals[name])
    for frame, columns in ((dataset.plan, ("owner",)), (dataset.team, ("person",)), (dataset.spend, ("source",))):
        for name in columns:
            yield from frame[name].cast(pl.String).drop_nulls().unique(maintain_order=True)
    for pipeline in dataset.pipelines:
        yield from (pipeline.name, *pipeline.aliases, *pipeline.won, *pipeline.lost)
        for stage in pipeline.stages:
            yield from (stage.name, *stage.aliases)


def suspicions(dataset: Dataset) -> Iterator[Suspicion]:
    """Columns with more than half distinct values, or phones or addresses in more than 5 % of them.

    Of at least fifty deals with a value: in a small file everything may be different.
    """
    for column, name in WRITTEN.items():
        values = dataset.deals[name].cast(pl.String).drop_nulls()
        filled, distinct = values.len(), values.n_unique()
        personal = int(values.str.contains(_PERSONAL).sum())
        if filled >= _FEWEST and (distinct > _MOST_DISTINCT * filled or personal > _MOST_PERSONAL * filled):
            yield Suspicion(column, filled, distinct, personal)
