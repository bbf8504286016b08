"""Ids of an amoCRM account become names: pipelines and their stages, users, loss reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from funnelbook.model.reading import PipelineFact
from funnelbook.sources.items import Item, is_text

#: The closing stages bear these ids in every pipeline, so a stage is known by pipeline and status together.
WON_ID, LOST_ID = 142, 143

StageKey = tuple[int, int]


class Names(Struct, frozen=True):
    """What the dictionaries of a dump say. A name that stands twice is told apart by its id.

    stages: by (pipeline id, status id). order: open stages of a pipeline, as the account sorts them.
    incoming: the stage where the system puts what nobody has accepted yet («Неразобранное»).
    """

    pipelines: Mapping[int, str] = field(default_factory=dict)
    stages: Mapping[StageKey, str] = field(default_factory=dict)
    order: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    incoming: frozenset[StageKey] = frozenset()
    users: Mapping[int, str] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pipelines: Iterable[Item], users: Iterable[Item], reasons: Iterable[Item]) -> Names:
        ranked = sorted(_unique(pipelines).values(), key=_rank)
        statuses = {each["id"]: _statuses(each) for each in ranked}
        return cls(
            pipelines=_named(ranked),
            stages={
                (pipeline, status): name
                for pipeline, found in statuses.items()
                for status, name in _named(found).items()
            },
            order={
                pipeline: tuple(each["id"] for each in found if each["id"] not in (WON_ID, LOST_ID))
                for pipeline, found in statuses.items()
            },
            incoming=frozenset(
                (pipeline, each["id"])
                for pipeline, found in statuses.items()
                for each in found
                if each.get("type") == 1
            ),
            users=_named(_unique(users).values()),
            reasons=_named(_unique(reasons).values()),
        )

    def pipeline(self, pipeline: int) -> str:
        return self.pipelines.get(pipeline, f"#{pipeline}")

    def stage(self, key: StageKey) -> str:
        """A stage deleted since bears its id: it is no stage of the pipeline, but it is not dropped unseen."""
        return self.stages.get(key, f"#{key[1]}")

    def user(self, user: int) -> str:
        """Users who were removed from the account are not in its list any more."""
        return self.users.get(user, f"#{user}")

    def facts(self, stood: frozenset[StageKey], seen: frozenset[str] = frozenset()) -> tuple[PipelineFact, ...]:
        """The pipelines in the account's order.

        The incoming stage is position 1 only where a deal stood there (`stood`, or by name `seen`): where leads are
        made by hand or the stage is switched off, nobody passes it, and it would only show as skipped by all.
        """
        return tuple(self._fact(pipeline, stood, seen) for pipeline in self.pipelines)

    def _fact(self, pipeline: int, stood: frozenset[StageKey], seen: frozenset[str]) -> PipelineFact:
        keys = [(pipeline, status) for status in self.order[pipeline]]
        kept = [key for key in keys if key not in self.incoming or key in stood or self.stages[key] in seen]
        return PipelineFact(
            self.pipelines[pipeline],
            tuple(self.stages[key] for key in kept),
            won=self._closing(pipeline, WON_ID),
            lost=self._closing(pipeline, LOST_ID),
        )

    def _closing(self, pipeline: int, status: int) -> tuple[str, ...]:
        return (self.stages[pipeline, status],) if (pipeline, status) in self.stages else ()


def _unique(items: Iterable[Item]) -> dict[int, Item]:
    """By id, the last of overlapping pages."""
    return {each["id"]: each for each in items if is_entry(each)}


def is_entry(item: Item) -> bool:
    """Has an id and a name that is text a file can hold."""
    number, name = item.get("id"), item.get("name")
    return isinstance(number, int) and isinstance(name, str) and is_text(name)


def _rank(item: Item) -> tuple[float, int]:
    sort = item.get("sort")
    return (sort if isinstance(sort, int | float) else 0, item["id"])


def _statuses(pipeline: Item) -> list[Item]:
    embedded = pipeline.get("_embedded")
    found = embedded.get("statuses") if isinstance(embedded, dict) else None
    statuses = (
        [each for each in found if isinstance(each, dict) and is_entry(each)] if isinstance(found, list) else []
    )
    return sorted(statuses, key=_rank)


def _named(items: Iterable[Item] | Sequence[Item]) -> dict[int, str]:
    """Id -> name, trimmed; the second of two that read alike gets its id behind it."""
    named: dict[int, str] = {}
    taken: set[str] = set()
    for item in items:
        name = item["name"].strip() or f"#{item['id']}"
        if name.casefold() in taken:
            name = f"{name} (#{item['id']})"
        taken.add(name.casefold())
        named[item["id"]] = name
    return named
