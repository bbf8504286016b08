"""A page of the site."""

from __future__ import annotations

from functools import partial

from msgspec import Struct


class Page(Struct, frozen=True):
    """`path` is relative to the site's root, with `/`, and ends in a file name.

    One whose path does not end in `.html` is no page to read, but a file that is made as pages are.
    `links` are what it points at inside the site, `path` or `path#anchor` from the root; `anchors` its own ids.
    `files` are further files that belong to the page (its charts), path -> bytes.
    """

    path: str
    title: str
    content: bytes
    links: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    anchors: frozenset[str] = frozenset()

    @property
    def html(self) -> str:
        """The content as text."""
        return self.content.decode()

    @property
    def every_file(self) -> tuple[tuple[str, bytes], ...]:
        """The page's further files and itself."""
        return (*self.files, (self.path, self.content))


#: A page that waits to be made: `func` of an edition and of what else tells which page it is.
Task = partial[Page]


class Undrawn(partial[Page]):
    """A task whose page has no charts, so that nothing of it can be drawn ahead."""
