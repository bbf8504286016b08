"""Which columns of a HubSpot export hold the date of which stage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from funnelbook.sources.hubspot.headers import CURRENT, STAGE_DATES, Shape
from funnelbook.sources.reader import plain
from funnelbook.sources.stage_dates import StageDate
from funnelbook.sources.stage_names import Seen

_SUFFIX = re.compile(r"_[0-9]+$")
_UUID = re.compile("_".join(rf"[0-9a-f]{{{size}}}" for size in (8, 4, 4, 4, 12)))


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
        stage, pipeline = seen.labelled(name, always=True) if shape.labelled else _identified(name, stems, seen)
        yield StageDate(index, stage, pipeline, shape.name, left.get(name))


def _matches(header: Sequence[str], pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    return [(i, found[1]) for i, name in enumerate(header) if (found := pattern.fullmatch(name))]


def _identified(name: str, stems: Mapping[str, int], seen: Seen) -> tuple[str, str | None]:
    """The id in an internal name, which may carry a number of HubSpot's own behind it, and writes `-` as `_`."""
    stem = _SUFFIX.sub("", name)
    known = next((seen.stages[plain(each)] for each in (name, stem) if plain(each) in seen.stages), None)
    if known is None:
        own = stem if stems[stem] == 1 else name
        return own.replace("_", "-") if _UUID.fullmatch(own.lower()) else own, None
    return known, seen.pipeline_of.get(known)
