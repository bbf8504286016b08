"""Read every export of a project."""

from __future__ import annotations

from funnelbook.memory import Memory
from funnelbook.model.reading import Reading
from funnelbook.project import Project


def read(project: Project, memory: Memory | None = None) -> Reading:
    """All files of `content/exports` as canonical tables.

    Files directly in the folder are read as they are; folders named `YYYY-MM-DD` hold successive exports, whose deals
    carry that export's `snapshot` (`funnelbook.sources.snapshots.stamp(deals, day, context)`). A file that a
    `[[sources]]` mapping names is read by it alone, once a mapping.

    Raises one `SourceError` with the mistakes of all files.
    """
    raise NotImplementedError
