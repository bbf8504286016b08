"""What is wrong between the playbooks of one language: what they name, and is not there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from funnelbook.errors import Finding, Place
from funnelbook.handbook.links import is_relative, resolve
from funnelbook.handbook.playbook import Link, Playbook
from funnelbook.project import nearest, quoted, suggestion


def broken_links(playbooks: Sequence[Playbook], every: Sequence[Playbook], content: Path) -> list[Finding]:
    """Links of `playbooks` to playbooks (among `every`), headings and pictures that are not there. Pages of the
    site are checked with the site.
    """
    by_path = {each.path: each for each in every}
    return [
        finding
        for playbook in playbooks
        for link in playbook.links
        if (finding := _broken(playbook, link, by_path, content))
    ]


def unknown_playbooks(playbooks: Sequence[Playbook], every: Sequence[Playbook]) -> list[Finding]:
    """`{playbook}` roles of `playbooks` that name no playbook of this language, which `every` are."""
    slugs = {each.slug: None for each in every}
    return [
        Finding(
            live.place,
            "broken-link",
            f"there is no playbook {quoted(live.target)}",
            suggestion(live.target, slugs),
        )
        for playbook in playbooks
        for live in playbook.live
        if live.kind == "playbook" and live.target not in slugs
    ]


def _broken(playbook: Playbook, link: Link, by_path: dict[str, Playbook], content: Path) -> Finding | None:
    path, fragment = resolve(playbook.path, link.target)
    if (target := by_path.get(path)) and not fragment.startswith("#h-"):
        return None
    place = Place(playbook.path, link.line)
    if is_relative(link.target) and not path.startswith(f"{content.name}/"):
        if link.kind == "image" or path.endswith(".md"):
            return Finding(place, "bad-link", "the target lies outside the handbook's content")
        return None
    if link.kind == "image" and path.startswith(f"{content.name}/exports/"):
        return Finding(place, "bad-link", "what lies among the exports is not published")
    if target:
        known = [f"#{heading.id}" for heading in target.headings]
        if fragment not in known:
            near = nearest(fragment, known)
            hint = f"did you mean `{near}`?" if near else ""
            return Finding(place, "broken-link", f"there is no heading {fragment} in {path}", hint)
        return None
    if (link.kind == "image" or path.endswith(".md")) and not (content.parent / path).is_file():
        near = nearest(path, by_path) if link.kind == "link" else None
        hint = f"did you mean `{near}`?" if near else ""
        return Finding(place, "broken-link", f"there is no file {path}", hint)
    return None
