"""Slugs: a playbook's file name without `.md` is its address, so it must be safe on every system and in every URL.

The rule: small Latin letters, digits and single hyphens, at most 80 signs, no name that Windows reserves. Names are
not transliterated, for the file's name also ties a playbook to its translation; the hint offers a Latin spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from funnelbook.errors import Finding, Place
from funnelbook.project import fold, quoted

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 80
_WINDOWS = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
#: `index` is the list of the playbooks itself.
_TAKEN = {"index"}
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SPELT = "a,b,v,g,d,e,e,zh,z,i,y,k,l,m,n,o,p,r,s,t,u,f,kh,ts,ch,sh,sch,,y,,e,yu,ya"
_LATIN = dict(zip(_CYRILLIC, _SPELT.split(","), strict=True))


def slug_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def check_slugs(paths: Iterable[str]) -> list[Finding]:
    """Unsafe names, and two files with one slug (told for both)."""
    findings: list[Finding] = []
    by_slug: dict[str, list[str]] = {}
    for path in paths:
        slug = slug_of(path)
        by_slug.setdefault(fold(slug), []).append(path)
        if wrong := _wrong(slug):
            hint = f"rename it to {_suggested(slug)}.md"
            findings.append(Finding(Place(path), "bad-slug", f"the file's name {quoted(slug)} {wrong}", hint))
    for same in by_slug.values():
        for path in same if len(same) > 1 else ():
            others = ", ".join(other for other in same if other != path)
            findings.append(
                Finding(Place(path), "duplicate-slug", f"it has the same name as {others}", "rename one of them")
            )
    return findings


def _wrong(slug: str) -> str | None:
    if len(slug) > _LONGEST:
        return f"is longer than {_LONGEST} signs"
    if not _SLUG.fullmatch(slug):
        return "may hold only small Latin letters, digits and hyphens between them"
    if slug in _WINDOWS:
        return "is reserved by Windows"
    return "is the name of the list of playbooks" if slug in _TAKEN else None


def _suggested(slug: str) -> str:
    latin = "".join(_LATIN.get(sign, sign) for sign in fold(slug))
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST].strip("-")
    return name if name and _wrong(name) is None else f"{name or 'playbook'}-page"[-_LONGEST:]
