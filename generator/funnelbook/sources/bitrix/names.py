"""What the ids of Bitrix24 mean: names of stages and pipelines, and which stages close a deal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.model.pipeline import fold
from funnelbook.model.reading import PipelineFact
from funnelbook.sources.bitrix import headers
from funnelbook.sources.items import Item

_ENTITY = re.compile(r"DEAL_STAGE(?:_(\d+))?")
_LEAD_ENTITY = "STATUS"


class Stage(Struct, frozen=True):
    """`outcome`: open, won or lost."""

    pipeline: str
    name: str
    sort: int
    outcome: str


class Names(Struct, frozen=True):
    """Stages, names of pipelines, and statuses of leads, each by id; empty where no dictionary was saved."""

    stages: Mapping[str, Stage] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    lead_statuses: Mapping[str, Stage] = field(default_factory=dict)

    @classmethod
    def of(cls, stages: Iterable[Item], pipelines: Iterable[Item]) -> Names:
        told = list(stages)
        known = {str(each["STATUS_ID"]): found for each in told if (found := _stage(each)) is not None}
        leads = {str(each["STATUS_ID"]): found for each in told if (found := _lead_status(each)) is not None}
        named = {}
        for each in pipelines:
            lowered = {str(key).lower(): value for key, value in each.items()}
            if isinstance(lowered.get("name"), str) and lowered["name"].strip():
                named[str(lowered["id"])] = lowered["name"].strip()
        return cls(known, named, leads)

    def pipeline(self, number: str) -> str:
        return self.pipelines.get(number, number)

    def facts(self, used: Collection[str]) -> tuple[PipelineFact, ...]:
        """Pipelines by number, of those `used`: open stages in the account's order, then the closings."""
        numbers = sorted({each.pipeline for each in self.stages.values()} & set(used), key=int)
        return tuple(self._fact(number) for number in numbers)

    def _fact(self, number: str) -> PipelineFact:
        own = sorted((each for each in self.stages.values() if each.pipeline == number), key=lambda each: each.sort)

        def named(outcome: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(each.name for each in own if each.outcome == outcome))

        return PipelineFact(self.pipeline(number), named("open"), named("won"), named("lost"))


def pipeline_of(stage: str) -> str:
    """The number that the id of a stage begins with, `0` for the first pipeline."""
    found = re.match(headers.PREFIX, stage)
    return found[1] if found else "0"


def _stage(item: Item) -> Stage | None:
    """A deal's stage; None for the entries of other dictionaries."""
    entity = _ENTITY.fullmatch(str(item["ENTITY_ID"]))
    return _entry(item, entity[1] or "0") if entity else None


def _lead_status(item: Item) -> Stage | None:
    """A status of leads; older dictionaries do not tell which of them close one."""
    found = _entry(item, "") if item["ENTITY_ID"] == _LEAD_ENTITY else None
    closing = headers.LEAD_CLOSINGS.get(fold(str(item["STATUS_ID"])))
    return replace(found, outcome=closing) if found and closing else found


def _entry(item: Item, pipeline: str) -> Stage | None:
    """An entry of a dictionary of stages; None for one without a name."""
    name, sort = item.get("NAME"), str(item.get("SORT", ""))
    if not isinstance(name, str) or not name.strip():
        return None
    extra = item.get("EXTRA")
    told = item.get("SEMANTICS") or (extra.get("SEMANTICS") if isinstance(extra, dict) else None)
    outcome = headers.SEMANTICS.get(str(told or "P")[:1].upper(), "open")
    return Stage(pipeline, name.strip(), int(sort) if sort.isascii() and sort.isdigit() else 0, outcome)
