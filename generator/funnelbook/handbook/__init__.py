"""Playbooks: Markdown with front matter, reviewed in git."""

from __future__ import annotations

from funnelbook.handbook.git import commit_of, git
from funnelbook.handbook.history import Change, History, read_history, review_due, reviews_of
from funnelbook.handbook.kinds import KINDS
from funnelbook.handbook.links import resolve, rewrite_links
from funnelbook.handbook.linting import lint
from funnelbook.handbook.loading import load
from funnelbook.handbook.playbook import Handbook, Heading, Link, Playbook, translation, translations

__all__ = [
    "KINDS",
    "Change",
    "Handbook",
    "Heading",
    "History",
    "Link",
    "Playbook",
    "commit_of",
    "git",
    "lint",
    "load",
    "read_history",
    "resolve",
    "review_due",
    "reviews_of",
    "rewrite_links",
    "translation",
    "translations",
]
