"""A pipeline: ordered open stages and the names of its closings, declared, told by the CRM, or inferred."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from funnelbook.project import StageConfig
from funnelbook.project import fold as fold  # re-exported: sources, metrics and charts compare names the same way

Origin = Literal["declared", "told", "inferred"]

#: Stage codes in a deal's history: open stages are their positions 1..k, closings stand above every position.
WON_CODE = 254
LOST_CODE = 255
#: Codes from here on are closings, not positions.
FIRST_CLOSING = WON_CODE

#: Names that mean a closing in any pipeline unless it has a stage of that name: plain words, and what amoCRM,
#: Kommo, Bitrix24 and HubSpot call their own closings.
WON_NAMES = (
    "won", "closed won", "closedwon", "closed - won", "closed – won", "успешно реализовано", "сделка успешна",
    "выиграно", "выиграна", "fechado - ganho", "fechado – ganho", "venda ganha", "logrado con éxito",
    "cerrado - ganado", "venta ganada",
)  # fmt: skip
LOST_NAMES = (
    "lost", "lose", "closed lost", "closedlost", "closed - lost", "closed – lost", "закрыто и не реализовано",
    "сделка провалена", "проиграно", "проиграна", "fechado - perdido", "fechado – perdido", "venda perdida",
    "venta perdida", "venta perdido", "ventas perdidos", "cerrado - perdido",
)  # fmt: skip
_SYSTEM_CODES = {fold(name): LOST_CODE for name in LOST_NAMES} | {fold(name): WON_CODE for name in WON_NAMES}


class Pipeline(Struct, frozen=True):
    """`stages[i]` stands at position i + 1; won stands at position `won_position` = k + 1; lost has none.

    There is at least one stage. `aliases` are further names of the pipeline in the data.
    """

    name: str
    stages: tuple[StageConfig, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    margin: float
    origin: Origin
    aliases: tuple[str, ...] = ()

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
        """Folded name or alias -> position, `WON_CODE` or `LOST_CODE`; `WON_NAMES` and `LOST_NAMES` among them."""
        found = _SYSTEM_CODES | {fold(name): LOST_CODE for name in self.lost}
        found |= {fold(name): WON_CODE for name in self.won}
        for position, stage in enumerate(self.stages, 1):
            found |= {fold(name): position for name in (stage.name, *stage.aliases)}
        return found
