"""A pipeline: ordered open stages and the names of its closings, declared, told by the CRM, or inferred."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from funnelbook.project import StageConfig

Origin = Literal["declared", "told", "inferred"]

#: Stage codes in a deal's history: open stages are their positions 1..k, closings stand above every position.
WON_CODE = 254
LOST_CODE = 255


def fold(name: str) -> str:
    """How names are compared: trimmed, NFC, case folded (metrics.md, section 1)."""
    return unicodedata.normalize("NFC", name.strip()).casefold()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`stages[i]` stands at position i + 1; won stands at position `won_position` = k + 1; lost has none."""

    name: str
    stages: tuple[StageConfig, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    margin: float
    origin: Origin

    @property
    def k(self) -> int:
        return len(self.stages)

    @property
    def won_position(self) -> int:
        return self.k + 1

    @property
    def qualifying_position(self) -> int | None:
        """Position of the stage that qualifies a lead; None when no stage is declared to."""
        return next((i for i, stage in enumerate(self.stages, 1) if stage.qualifies), None)

    def codes(self) -> dict[str, int]:
        """Folded name or alias -> position, `WON_CODE` or `LOST_CODE`."""
        found = {fold(name): LOST_CODE for name in self.lost}
        found |= {fold(name): WON_CODE for name in self.won}
        for position, stage in enumerate(self.stages, 1):
            found |= {fold(name): position for name in (stage.name, *stage.aliases)}
        return found
