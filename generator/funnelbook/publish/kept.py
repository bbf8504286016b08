"""A site in memory that follows its project: what the server of a handbook in the making shows."""

from __future__ import annotations

from pathlib import Path

from funnelbook.model.published import first_of
from funnelbook.project import load
from funnelbook.publish import build
from funnelbook.publish.build import Made
from funnelbook.publish.observer import Observer
from funnelbook.publish.past import read_past


class KeptSite:
    """A site in memory that follows its project: what did not change is not made again.

    `folder` is the project's, its releases those in `site/`. Nothing is published.
    """

    def __init__(self, folder: Path, observer: Observer) -> None:
        self._folder = folder
        self._observer = observer

    def make(self, changed: frozenset[Path] | None = None) -> Made:
        """The site as the project is now: the files that a clean build gives, byte for byte.

        `changed` are the absolute paths of the files that may differ from what they were at the last call, all of
        them; None: any may. Raises FunnelbookError with every mistake at once; once it is mended, the next call
        makes the site.
        """
        past = read_past(self._folder / "site")
        published = first_of(past.publications) if past.publications else None
        return build.make(load(self._folder), self._observer, published)
