"""Names as what they mean: a stage, a pipeline or a person that was renamed is still the same one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from funnelbook.model.names import Names
from funnelbook.model.people import owners_of
from funnelbook.model.pipeline import FIRST_CLOSING
from funnelbook.model.pipelines import Directory
from funnelbook.project import PersonConfig

#: Numbers of names that mean nothing declared stand above every index of a pipeline and every code.
_NAMES_FROM = 2**16


class Meanings:
    """Tells by number what the names of deals mean. Numbers stay the same from one export to the next.

    pipelines, stages: the names that were met.
    """

    def __init__(self, known: Directory, people: Sequence[PersonConfig] = ()) -> None:
        self._known = known
        self._people = people
        self._owners = Names()
        self._currencies = Names()
        self.pipelines = Names()
        self.stages = Names()

    @property
    def timezone(self) -> ZoneInfo:
        """Of the days on which things were called so."""
        return self._known.timezone

    @property
    def seal(self) -> str:
        """What the meanings hang on: what pipelines, stages, closings and people are called, and when."""
        pipelines = [
            (each.name, each.aliases, sorted(each.codes().items()), [stage.renamed for stage in each.stages])
            for each in self._known.pipelines
        ]
        return repr((pipelines, self._known.default, self._known.timezone.key, self._people))

    @property
    def met(self) -> tuple[tuple[str, ...], ...]:
        """The names that were met, each kind by number."""
        return tuple(tuple(each.spelled) for each in self._names)

    def meet(self, met: Iterable[Iterable[str]]) -> None:
        """As if those names had been met, and nothing else: see `met`."""
        self.pipelines, self.stages, self._owners, self._currencies = (Names(each) for each in met)

    @property
    def _names(self) -> tuple[Names, ...]:
        return self.pipelines, self.stages, self._owners, self._currencies

    def of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """UInt32 columns, a row a deal: `pipeline_name` and `stage_name` number the names; `pipeline`, `stage`,
        `owner` and `currency` are alike where they mean the same. `code` as in `Directory.code_of`.

        A deal that names no pipeline is of the default one. Closings mean the same only under one name. A stage is
        called so when the export was taken (`snapshot`; null = today), a person when the deal was created.
        """
        pipeline, stage = self.pipelines.encode(rows["pipeline"]), self.stages.encode(rows["stage"])
        own_name = pipeline.fill_null(self.pipelines.number(self._known.default))
        own = self._known.indices(self.pipelines).gather(own_name)
        names = rows.select("snapshot", pipeline_name=pipeline, stage_name=stage, own_name=own_name, own=own)
        code = self._known.code_of(pl.col("own"), pl.col("stage_name"), self.stages, pl.col("snapshot"))
        owners = owners_of(rows, self._people, self._known.timezone)
        return names.with_columns(code=code).select(
            "pipeline_name",
            "stage_name",
            "code",
            pipeline=pl.coalesce(pl.col("own").cast(pl.UInt32), pl.col("own_name") + _NAMES_FROM),
            stage=pl.when(pl.col("code") < FIRST_CLOSING)
            .then(pl.col("code").cast(pl.UInt32))
            .otherwise(pl.col("stage_name") + _NAMES_FROM),
            owner=self._owners.encode(owners),
            currency=self._currencies.encode(rows["currency"]),
        )
