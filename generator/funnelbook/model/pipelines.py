"""Which pipeline a deal belongs to, and what its stage's name means there: metrics.md, section 1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from funnelbook.errors import SourceError
from funnelbook.model.names import Names
from funnelbook.model.pipeline import Pipeline, fold
from funnelbook.model.reading import PipelineFact
from funnelbook.project import Project, StageConfig

#: The pipeline of deals that name none, unless exactly one is declared; also the stage of a pipeline without any.
UNNAMED = "—"
MOST_PIPELINES = 250
MOST_STAGES = 250


@dataclass(frozen=True, slots=True)
class Directory:
    """Every pipeline by its index, and the name that a deal without a pipeline takes."""

    pipelines: tuple[Pipeline, ...]
    default: str

    def indices(self, names: Names) -> pl.Series:
        """Number of a name -> index of the pipeline it means, UInt8; null = none of them."""
        known = {
            fold(name): index
            for index, pipeline in reversed(tuple(enumerate(self.pipelines)))
            for name in (*pipeline.aliases, pipeline.name)
        }
        return pl.Series([known.get(name) for name in names.folded], dtype=pl.UInt8)

    def codes(self, stages: Names) -> pl.DataFrame:
        """`place` (index of the pipeline x number of names + number of the stage) as row number, `code` UInt8.

        `code` is a position, `WON_CODE`, `LOST_CODE` or null. One more pipeline stands at the end, of which nothing
        is known but the names of closings that mean one anywhere.
        """
        nothing = Pipeline(UNNAMED, (), (), (), 1.0, "inferred")
        each = [pipeline.codes() for pipeline in (*self.pipelines, nothing)]
        codes = pl.Series("code", [of.get(name) for of in each for name in stages.folded], dtype=pl.UInt8)
        return codes.to_frame()

    def code_of(self, pipeline: pl.Expr, stage: pl.Expr, stages: Names) -> pl.Expr:
        """Code of a stage's number in the pipeline of that index (null = in the unknown one)."""
        place = pipeline.cast(pl.UInt32).fill_null(len(self.pipelines)) * len(stages.spelled) + stage
        return pl.lit(self.codes(stages)["code"]).gather(place)


def known_pipelines(project: Project, facts: Sequence[PipelineFact]) -> Directory:
    """The declared pipelines in the project's order, then those that only the CRM tells of.

    A deal without a pipeline belongs to the only declared one; when none is declared, to the only one told of.
    """
    declared = tuple(
        Pipeline(each.name, each.stages, each.won, each.lost, each.margin, "declared", each.aliases)
        for each in project.pipelines
    )
    taken = {fold(name) for each in declared for name in (each.name, *each.aliases)}
    told: dict[str, Pipeline] = {}
    for fact in facts:
        if fold(fact.name) not in taken:
            told[fold(fact.name)] = _told(fact)
    candidates = declared or tuple(told.values())
    default = candidates[0].name if len(candidates) == 1 else UNNAMED
    return Directory((*declared, *told.values()), default)


def _told(fact: PipelineFact) -> Pipeline:
    return Pipeline(fact.name, open_stages(fact.stages), fact.won, fact.lost, 1.0, "told")


def open_stages(names: Iterable[str]) -> tuple[StageConfig, ...]:
    """Stages of which only the name is known. Every deal stands somewhere: without any name the stage is `—`."""
    return tuple(StageConfig(name) for name in names) or (StageConfig(UNNAMED),)


def check_sizes(pipelines: Sequence[Pipeline]) -> None:
    """Raises SourceError when so many pipelines or stages come out that the column must hold something else."""
    if len(pipelines) > MOST_PIPELINES:
        raise SourceError.one(
            "too-many-pipelines",
            f"the data name {len(pipelines)} pipelines, and {MOST_PIPELINES} are the most",
            "check which column is read as `pipeline`",
        )
    for index, pipeline in enumerate(pipelines, 1):
        if pipeline.k > MOST_STAGES:
            raise SourceError.one(
                "too-many-stages",
                f"pipeline number {index} has {pipeline.k} stages, and {MOST_STAGES} are the most",
                "check which column is read as `stage`, or declare the pipeline",
            )
