"""Playbooks: Markdown with front matter, reviewed in git."""

from __future__ import annotations

from funnelbook.git import commit_of, commit_state, git, git_names
from funnelbook.handbook.directives import DIRECTIVES
from funnelbook.handbook.files import Texts, read_picture
from funnelbook.handbook.git_log import Change, Version
from funnelbook.handbook.history import NEWEST, History, aims_of, read_history, review_due, reviews_of
from funnelbook.handbook.kinds import KINDS
from funnelbook.handbook.links import is_picture, resolve, rewrite_links
from funnelbook.handbook.linting import lint
from funnelbook.handbook.live import fill, pieces, spelt
from funnelbook.handbook.loading import load
from funnelbook.handbook.playbook import (
    Card,
    Catalogue,
    Handbook,
    Heading,
    Link,
    Live,
    Opening,
    Playbook,
    translation,
    translations,
)
from funnelbook.handbook.readers import read_texts, reading
from funnelbook.handbook.reading import read_playbook
from funnelbook.handbook.remembered import Reader, Remembered
from funnelbook.handbook.roles import ROLES
from funnelbook.handbook.shelf import Shelf

__all__ = [
    "DIRECTIVES",
    "KINDS",
    "NEWEST",
    "ROLES",
    "Card",
    "Catalogue",
    "Change",
    "Handbook",
    "Heading",
    "History",
    "Link",
    "Live",
    "Opening",
    "Playbook",
    "Reader",
    "Remembered",
    "Shelf",
    "Texts",
    "Version",
    "aims_of",
    "commit_of",
    "commit_state",
    "fill",
    "git",
    "git_names",
    "is_picture",
    "lint",
    "load",
    "pieces",
    "read_history",
    "read_picture",
    "read_playbook",
    "read_texts",
    "reading",
    "resolve",
    "review_due",
    "reviews_of",
    "rewrite_links",
    "spelt",
    "translation",
    "translations",
]
