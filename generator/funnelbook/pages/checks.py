"""What is to be found wrong with playbooks, beside what their reading finds: live places that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.errors import Finding
from funnelbook.pages.edition import Edition

#: What is to be found wrong with a playbook: a function of an edition and a path.
Check = partial[tuple[Finding, ...]]


def checks(edition: Edition) -> Iterator[Check]:
    """Every playbook with live places: what is wrong with them is yet to be found."""
    for each in edition.openings:
        if each.live:
            yield partial(findings, edition, each.path)


def findings(edition: Edition, path: str) -> tuple[Finding, ...]:
    from funnelbook.pages import live  # knows nearly all pages

    return tuple(live.findings(edition, path))
