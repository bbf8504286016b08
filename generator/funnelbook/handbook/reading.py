"""Reading one playbook: front matter, body, and the sections that its kind must have."""

from __future__ import annotations

from funnelbook.errors import Finding, Place
from funnelbook.handbook.fields import Reading, read_fields
from funnelbook.handbook.files import TextFile
from funnelbook.handbook.front_matter import split
from funnelbook.handbook.kinds import KINDS
from funnelbook.handbook.playbook import Playbook
from funnelbook.handbook.rendering import Source, render
from funnelbook.handbook.slugs import slug_of


def read_playbook(file: TextFile, language: str) -> tuple[Playbook, list[Finding]]:
    """One playbook and what is wrong with it; with errors among the findings the playbook is not fit for use."""
    matter = split(file.path, file.text)
    reading = Reading([*matter.findings])
    fields = read_fields(matter, file.path, language, reading)
    title = str(fields.pop("title", slug_of(file.path)))
    kind = str(fields.pop("kind", "note"))
    body = render(Source(file.path, matter.body, matter.body_line, language, title))
    playbook = Playbook(
        slug=slug_of(file.path),
        path=file.path,
        title=title,
        kind=kind,
        language=language,
        headings=body.headings,
        html=body.html,
        text=body.text,
        summary=body.summary,
        links=body.links,
        body_line=matter.body_line,
        live=body.live,
        seal=file.seal,
        **fields,
    )
    return playbook, [*reading.findings, *body.findings, *_missing_sections(playbook)]


def _missing_sections(playbook: Playbook) -> list[Finding]:
    kind = KINDS.get(playbook.kind)
    place = Place(playbook.path, playbook.body_line)
    return [
        Finding(
            place,
            "missing-section",
            f"a playbook of the kind {playbook.kind} needs the part “{section.title[playbook.language]}”",
            f"add such a heading, or mark the one that stands for it with {{#{section.anchor}}}",
            "warning" if playbook.draft else "error",
        )
        for section in (kind.sections if kind else ())
        if not any(section.matches(each.id, each.text, playbook.language) for each in playbook.headings)
    ]
