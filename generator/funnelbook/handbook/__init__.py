"""Playbooks: Markdown with front matter, reviewed in git."""

from __future__ import annotations

from funnelbook.handbook.kinds import KINDS
from funnelbook.handbook.links import resolve, rewrite_links
from funnelbook.handbook.linting import lint
from funnelbook.handbook.loading import load
from funnelbook.handbook.playbook import Handbook, Heading, Link, Playbook, translation, translations

__all__ = [
    "KINDS",
    "Handbook",
    "Heading",
    "Link",
    "Playbook",
    "lint",
    "load",
    "resolve",
    "rewrite_links",
    "translation",
    "translations",
]
