"""What a site is made of: everything the pages need, in one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field

from funnelbook import __version__
from funnelbook.bundled import bundled
from funnelbook.handbook import Handbook, History
from funnelbook.language import Words
from funnelbook.memory import Memory
from funnelbook.model.published import Firsts
from funnelbook.model.results import Results
from funnelbook.pages.files import Files
from funnelbook.project import Project


class Book(Struct, frozen=True, dict=True):
    """`handbooks` and `words` by language code; the first of the site's languages stands at the root.

    `history` tells who changed a playbook last, and when; `published` what releases said of months that were over.
    """

    project: Project
    results: Results
    handbooks: Mapping[str, Handbook]
    words: Mapping[str, Words]
    memory: Memory
    history: History = field(default_factory=History)
    published: Firsts = field(default_factory=dict)
    version: str = __version__
    known_files: Files | None = None

    @cached_property
    def files(self) -> Files:
        """The files beside the texts; those that are `known` are not read again."""
        return self.known_files or Files(self.project.root)

    @property
    def theme(self) -> tuple[Path, ...]:
        """The theme's folders; a file of an earlier one stands in for its namesake in a later one."""
        return theme_of(self.project)


def theme_of(project: Project) -> tuple[Path, ...]:
    """The project's own `templates/`, when there is one, before the bundled theme."""
    default = bundled("templates")
    own = project.root / "templates"
    return (own, default) if own.is_dir() and own.resolve() != default.resolve() else (default,)
