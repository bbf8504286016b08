"""Names of stages in headers, told by where the deals of the file stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import polars as pl
from msgspec import Struct, field

from funnelbook.model.pipeline import fold
from funnelbook.sources.reader import plain


class Seen(Struct, frozen=True):
    """Where deals stand.

    stages: stage as `plain` reads it -> as the deals spell it. pipelines: their names, folded.
    pipeline_of: stage as spelled -> the only pipeline in which deals stand there.
    """

    stages: Mapping[str, str] = field(default_factory=dict)
    pipelines: frozenset[str] = frozenset()
    pipeline_of: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, deals: pl.DataFrame) -> Seen:
        """deals: `stage`, `pipeline`."""
        pairs = deals.select("stage", "pipeline").unique(maintain_order=True).sort("stage", "pipeline")
        stages = {plain(stage): stage for stage in pairs["stage"].drop_nulls()}
        homes = Counter(stage for stage, _ in pairs.drop_nulls("stage").iter_rows())
        pipeline_of = {stage: home for stage, home in pairs.drop_nulls().iter_rows() if homes[stage] == 1}
        return cls(stages, frozenset(map(fold, pairs["pipeline"].drop_nulls())), pipeline_of)

    def spelled(self, stage: str) -> str:
        """`stage` as the deals spell it, where some stand there."""
        return self.stages.get(plain(stage), stage)

    def labelled(self, label: str, *, always: bool) -> tuple[str, str | None]:
        """Stage and pipeline of `Stage (Pipeline)`.

        What stands in parentheses is a pipeline where deals stand in it. Where none does, it is one only if all
        labels of this kind end in one (`always`) and no deal stands in a stage that is called like all of it.
        """
        stage, pipeline = _split(label)
        known = fold(pipeline) in self.pipelines
        if not pipeline or (not known and (plain(label) in self.stages or not always)):
            return self.spelled(label), None
        return self.spelled(stage), pipeline


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
