"""Which pipeline a deal belongs to, and what its stage's name means there: metrics.md, section 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.errors import SourceError
from funnelbook.model.names import Names
from funnelbook.model.pipeline import Pipeline, fold
from funnelbook.model.reading import PipelineFact
from funnelbook.project import Alias, PipelineConfig, Project, StageConfig

#: The pipeline of deals that name none, unless exactly one is declared; also the stage of a pipeline without any.
UNNAMED = "—"
MOST_PIPELINES = 250
MOST_STAGES = 250


class Directory(Struct, frozen=True):
    """Every pipeline by its index, and the name that a deal without a pipeline takes.

    timezone: of the days on which stages were renamed.
    """

    pipelines: tuple[Pipeline, ...]
    default: str
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def indices(self, names: Names) -> pl.Series:
        """Number of a name -> index of the pipeline it means, UInt8; null = none of them."""
        known = {
            fold(name): index
            for index, pipeline in reversed(tuple(enumerate(self.pipelines)))
            for name in (*pipeline.aliases, pipeline.name)
        }
        return pl.Series([known.get(name) for name in names.folded], dtype=pl.UInt8)

    def without_unused(self, names: Names, numbers: pl.Series) -> Directory:
        """Less the pipelines that only the CRM tells of and no name among `numbers` means."""
        used = set(self.indices(names).gather(numbers).to_list())
        kept = [each for index, each in enumerate(self.pipelines) if each.origin == "declared" or index in used]
        return replace(self, pipelines=tuple(kept))

    def codes(self, stages: Names) -> pl.DataFrame:
        """`place` (index of the pipeline x number of names + number of the stage) as row number, `code` UInt8.

        `code` is a position, `WON_CODE`, `LOST_CODE` or null. One more pipeline stands at the end, of which nothing
        is known but the names of closings that mean one anywhere.
        """
        nothing = Pipeline(UNNAMED, (), (), (), 1.0, "inferred")
        each = [pipeline.codes() for pipeline in (*self.pipelines, nothing)]
        codes = pl.Series("code", [of.get(name) for of in each for name in stages.folded], dtype=pl.UInt8)
        return codes.to_frame()

    def code_of(self, pipeline: pl.Expr, stage: pl.Expr, stages: Names, at: pl.Expr) -> pl.Expr:
        """Code of a stage's number in the pipeline of that index (null = in the unknown one).

        at: when the stage was called so, for names that passed from one stage to another; null = it still is.

        An entry of a history is read by its own day, as in a log that wrote the name down when it happened. A dump
        tells stages by id, with the names of the day it was made: of a name that passed on it means the stage that
        has it since, also in entries from before, and no row tells such a dump from a log. The log is taken for
        granted, as its rule needs nothing beside the row and is the same for every CRM; who has dumps alone leaves
        out the dated alias, and every entry is read by the names of today.
        """
        place = pipeline.cast(pl.UInt32).fill_null(len(self.pipelines)) * len(stages.spelled) + stage
        code = pl.lit(self.codes(stages)["code"]).gather(place)
        for index, position, alias in self._renamed():
            if fold(alias.name) in stages.folded:
                named = (pipeline == index) & (stage == stages.number(alias.name))
                code = pl.when(named & self._within(at, alias)).then(pl.lit(position, pl.UInt8)).otherwise(code)
        return code

    def _renamed(self) -> Iterator[tuple[int, int, Alias]]:
        """The index of a pipeline, the position of a stage there, and a name that it had for a time."""
        for index, pipeline in enumerate(self.pipelines):
            for position, stage in enumerate(pipeline.stages, 1):
                yield from ((index, position, alias) for alias in stage.renamed)

    def _within(self, at: pl.Expr, alias: Alias) -> pl.Expr:
        fits = pl.lit(value=True)
        if alias.since is not None:
            fits &= (at >= self._midnight(alias.since)).fill_null(value=True)
        if alias.until is not None:
            fits &= (at < self._midnight(alias.until + timedelta(days=1))).fill_null(value=False)
        return fits

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.timezone).astimezone(UTC)


def known_pipelines(project: Project, facts: Sequence[PipelineFact]) -> Directory:
    """The declared pipelines in the project's order, then those that only the CRM tells of.

    What a CRM calls the closings of a declared pipeline is taken besides the declared names. A deal without a
    pipeline belongs to the only declared one; when none is declared, to the only one told of.
    """
    told = {fold(fact.name): fact for fact in reversed(facts)}
    declared = tuple(_declared(each, told) for each in project.pipelines)
    taken = {fold(name) for each in declared for name in (each.name, *each.aliases)}
    others = tuple(_told(fact) for fact in facts if fold(fact.name) not in taken and told[fold(fact.name)] is fact)
    candidates = declared or others
    default = candidates[0].name if len(candidates) == 1 else UNNAMED
    return Directory((*declared, *others), default, project.site.timezone)


def _declared(config: PipelineConfig, told: Mapping[str, PipelineFact]) -> Pipeline:
    own = Pipeline(
        config.name, config.stages, config.won, config.lost, config.margin, "declared", aliases=config.aliases
    )
    facts = [told[fold(name)] for name in (config.name, *config.aliases) if fold(name) in told]
    known = own.codes()
    won, lost = (
        tuple(name for fact in facts for name in names(fact) if fold(name) not in known)
        for names in (attrgetter("won"), attrgetter("lost"))
    )
    return replace(own, won=(*own.won, *won), lost=(*own.lost, *lost))


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
