"""Files and projects of a test's own, read."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from files_by_hand import Opened, ReadFiles

from funnelbook.model.reading import Reading
from funnelbook.project import Project, Site, SourceMapping
from funnelbook.sources import read
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.reader import RawFile


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Open these bytes as a file."""

    def work(content: bytes, name: str = "file.csv") -> RawFile:
        path = tmp_path / name
        path.write_bytes(content)
        file = open_file(path)
        assert isinstance(file, RawFile)
        return file

    return work


@pytest.fixture
def read_files(tmp_path: Path) -> ReadFiles:
    """Read a project with these exports: name -> text or bytes."""

    def work(files: dict[str, str | bytes], *sources: SourceMapping, zone: str = "Europe/Moscow") -> Reading:
        for name, content in files.items():
            path = tmp_path / "content" / "exports" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(Project(root=tmp_path, site=Site(timezone=ZoneInfo(zone)), sources=sources))

    return work
