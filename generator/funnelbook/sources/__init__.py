"""Files of any CRM become canonical tables; every physical row is accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from funnelbook.memory import Memory
    from funnelbook.model.reading import Reading
    from funnelbook.project import Project

__all__ = ["read"]


def read(project: Project, memory: Memory | None = None) -> Reading:
    """As `funnelbook.sources.reading.read`, which is imported only now: it takes time, and may not be needed."""
    from funnelbook.sources import reading

    return reading.read(project, memory)
