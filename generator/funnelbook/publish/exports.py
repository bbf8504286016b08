"""What the exports say: read, and the tables computed, only as far as that was not done before.

What is remembered is the newest of each kind, by what it was made from. What is heavy is imported where needed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.memory import Memory, digest
from funnelbook.model import stored
from funnelbook.model.handbook_facts import HandbookFacts
from funnelbook.model.results import Results
from funnelbook.packing import packed, packed_if_text, unpacked
from funnelbook.project import Project
from funnelbook.publish import private, rejects
from funnelbook.sources.marks import Marks, imported_marks

if TYPE_CHECKING:
    from funnelbook.model.dataset import Dataset

_COUNTED = ("rows", "accepted", "rejected", "duplicates", "ignored")


class Told(Struct, frozen=True):
    """What is told of the data besides the tables.

    `files`: the name and the table of each, and how many rows were read, accepted, rejected, doubled and ignored.
    `refused`: the digest of the private list of refused rows.
    """

    as_of: datetime
    files: tuple[tuple[str, str, int, int, int, int, int], ...]
    warnings: tuple[Finding, ...]
    refused: str


class Exports(Struct, frozen=True, dict=True):
    """The exports of a project as `seal` tells what they are, config and all; remembered in `memory`, if anywhere.

    `given` is the data set when it was read before. `pieces`: where it is kept what single files
    and exports told.
    """

    project: Project
    seal: str
    memory: Memory | None = None
    given: Dataset | None = None
    pieces: Memory | None = None

    @cached_property
    def dataset(self) -> Dataset:
        """The facts, read. Raises SourceError as `read` does."""
        return self.given or read(self.project, self.pieces)

    @cached_property
    def told(self) -> Told:
        """Raises SourceError as `read` does."""
        kept = unpacked(self._recall("exports", self.seal), Told)
        if kept is not None and kept.refused == _content(_refused(self.project)):
            return kept
        told = _told(self.dataset, self.project)
        self._remember("exports", self.seal, packed_if_text(told))
        return told

    @cached_property
    def marks(self) -> Marks:
        """What of the exports must not be published. Raises SourceError as `read` does, and where the project
        publishes a column that looks personal.
        """
        seal = digest(self.seal, *map(_content, imported_marks(self.project)))
        kept = Marks.from_bytes(self._recall("marks", seal), self.project)
        if kept is not None:
            return kept
        from funnelbook.publish import suspicious
        from funnelbook.sources.private_values import marks_of

        suspicious.refuse(self.dataset, self.project)
        found = marks_of(self.project, self.dataset, self.pieces)
        self._remember("marks", digest(self.seal, *map(_content, imported_marks(self.project))), found.to_bytes())
        return found

    def results(self, facts: HandbookFacts) -> Results:
        """Every table. Raises SourceError as `read` does, and ConservationError."""
        made_from = digest(self.seal, repr(facts))
        kept = stored.from_bytes(self._recall("results", made_from))
        if kept is not None:
            return replace(kept, seal=made_from)
        from funnelbook import metrics

        results = metrics.compute(self.dataset, self.project, facts=facts)
        self._remember("results", made_from, stored.to_bytes(results))
        return replace(results, seal=made_from)

    def _recall(self, what: str, made_from: str) -> bytes | None:
        raw = self.memory.get(self.memory.key(what)) if self.memory else None
        seal, value = unpacked(raw, tuple[str, bytes]) or ("", b"")
        return value if seal == made_from else None

    def _remember(self, what: str, made_from: str, value: bytes | None) -> None:
        if self.memory and value is not None:
            self.memory.put(self.memory.key(what), packed((made_from, value)))


def read(project: Project, memory: Memory | None = None) -> Dataset:
    """The project's exports as a data set; the rows that were not taken go to a private file, unless the project
    is only for reading.

    Exports of a series that `memory` tells of are not read again.
    Raises SourceError when a file cannot be read, or is written to meanwhile, and when no deal was accepted, or no
    row of a file.
    """
    from funnelbook import sources
    from funnelbook.model import assemble
    from funnelbook.sources.pseudonyms import pseudonymous
    from funnelbook.sources.rejected import write_rejected

    before = _tables(project)
    dataset = assemble.assemble(sources.read(project, memory), project, memory)
    if changed := sorted(path for path, _ in _tables(project) ^ before):
        message = "the file was written to while it was being read"
        raise SourceError.one("input-changed", message, "run again", place=Place(changed[0]))
    names = {file.number: str(file.path.relative_to(project.root)) for file in dataset.files}
    if private.is_writable(project.private):  # else `_told` says so
        refused = dataset.refused.join(dataset.replaced, on=["file", "row"], how="left", maintain_order="left")
        private.write_refused(_refused(project), names, refused.iter_rows(named=True))
        for file in dataset.files:
            write_rejected(project, file.path, dataset.refused.filter(file=file.number))
    if dataset.deals.is_empty():
        raise SourceError.one(
            "no-deals",
            "no row of the exports was accepted as a deal",
            rejects.where_listed(project),
            place=Place(str(project.exports)),
        )
    rejects.refuse_empty(dataset, project)
    return pseudonymous(dataset, project)


def _tables(project: Project) -> set[tuple[str, tuple[int, int, int]]]:
    """Parquet among the exports, which is read bit by bit while a data set is made, and what tells of a change."""
    found = {str(path.relative_to(project.root)): path.lstat() for path in project.exports.rglob("*.parquet")}
    return {(name, (each.st_ino, each.st_size, each.st_mtime_ns)) for name, each in found.items()}


def _told(dataset: Dataset, project: Project) -> Told:
    from funnelbook.publish import doubts

    names = {file.label: file.path.name for file in dataset.files}
    totals = [row for row in dataset.quality.iter_rows(named=True) if row["problem"] == "all"]
    files = tuple(
        (names.get(row["file"], row["file"]), row["table"], *(row[count] for count in _COUNTED)) for row in totals
    )
    warnings = (*rejects.lossy(dataset, project), *rejects.unlisted(dataset, project), *doubts.of(dataset, project))
    return Told(dataset.as_of, files, warnings, _content(_refused(project)))


def _refused(project: Project) -> Path:
    return project.private / "refused.csv"


def _content(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
