"""Which columns of a HubSpot export hold the date of which stage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from funnelbook.model.pipeline import fold
from funnelbook.sources.hubspot_headers import CURRENT, STAGE_DATES, Shape
from funnelbook.sources.reader import plain
from funnelbook.sources.stage_dates import StageDate

_SUFFIX = re.compile(r"_[0-9]+$")
_UUID = re.compile("_".join(rf"[0-9a-f]{{{size}}}" for size in (8, 4, 4, 4, 12)))


@dataclass(frozen=True, slots=True)
class Seen:
    """Where the deals of a file stand.

    stages: stage as `plain` reads it -> as the deals spell it. pipelines: their names, folded.
    pipeline_of: stage as spelled -> the only pipeline in which deals stand there.
    """

    stages: Mapping[str, str]
    pipelines: frozenset[str]
    pipeline_of: Mapping[str, str]

    @classmethod
    def of(cls, deals: pl.DataFrame) -> Seen:
        """deals: `stage`, `pipeline`."""
        pairs = deals.select("stage", "pipeline").unique(maintain_order=True).sort("stage", "pipeline")
        stages = {plain(stage): stage for stage in pairs["stage"].drop_nulls()}
        homes = Counter(stage for stage, _ in pairs.drop_nulls("stage").iter_rows())
        pipeline_of = {stage: home for stage, home in pairs.drop_nulls().iter_rows() if homes[stage] == 1}
        return cls(stages, frozenset(map(fold, pairs["pipeline"].drop_nulls())), pipeline_of)


def is_stage_date(name: str) -> bool:
    return any(shape.entered.fullmatch(name) for shape in STAGE_DATES)


def stage_dates(header: Sequence[str], seen: Seen) -> tuple[StageDate, ...]:
    """The columns by generation, those of the stages by name before that of the current stage."""
    found = [each for shape in STAGE_DATES for each in _of_shape(header, shape, seen)]
    return tuple(sorted(found, key=lambda each: each.stage is None))


def _of_shape(header: Sequence[str], shape: Shape, seen: Seen) -> Iterator[StageDate]:
    entered, left = _matches(header, shape.entered), {name: i for i, name in _matches(header, shape.left)}
    stems = Counter(_SUFFIX.sub("", name) for name in {name for _, name in entered})
    for index, name in entered:
        if plain(name) == CURRENT:
            yield StageDate(index, None, None, shape.name)
            continue
        stage, pipeline = _labelled(name, seen) if shape.labelled else _identified(name, stems, seen)
        yield StageDate(index, stage, pipeline, shape.name, left.get(name))


def _matches(header: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    return [(i, found[1]) for i, name in enumerate(header) if (found := pattern.fullmatch(name))]


def _labelled(label: str, seen: Seen) -> tuple[str, str | None]:
    """`Stage (Pipeline)`, unless deals stand in a stage that is called so with its parentheses."""
    stage, pipeline = _split(label)
    whole = plain(label) in seen.stages and fold(pipeline) not in seen.pipelines
    if not pipeline or whole:
        return seen.stages.get(plain(label), label), None
    return seen.stages.get(plain(stage), stage), pipeline


def _split(label: str) -> tuple[str, str]:
    """What stands before the last parentheses and what inside of them, which may hold further ones."""
    depth = 0
    for place in range(len(label) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(label[place], 0)
        if depth == 0:
            break
    inside = label[place + 1 : -1].strip() if label.endswith(")") and depth == 0 else ""
    stage = label[:place].strip()
    return (stage, inside) if stage and inside else (label, "")


def _identified(name: str, stems: Mapping[str, int], seen: Seen) -> tuple[str, str | None]:
    """The id in an internal name, which may carry a number of HubSpot's own behind it, and writes `-` as `_`."""
    stem = _SUFFIX.sub("", name)
    known = next((seen.stages[plain(each)] for each in (name, stem) if plain(each) in seen.stages), None)
    if known is None:
        own = stem if stems[stem] == 1 else name
        return own.replace("_", "-") if _UUID.fullmatch(own.lower()) else own, None
    return known, seen.pipeline_of.get(known)
