"""The last look before anything is published: no text of the site may tell what only private columns hold.

Every text file of the site is searched for phones, addresses and names that the exports have of customers. A hit
that stands in a playbook, in the project file or in a template is told there; another at the page that shows it.
What was searched and found clean is not searched again: in a site that is kept, and from one build to the next.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct, field

from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place, PublishError
from funnelbook.memory import Memory
from funnelbook.project import NAME, Project
from funnelbook.sources.marks import Marks

if TYPE_CHECKING:
    from funnelbook.sources.telling import Kind, Told

_RULE = "private-value"
_BINARY = (
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".pdf", ".zip", ".gz",
)  # fmt: skip
_WHAT: Mapping[Kind, str] = {"phone": "a phone", "e-mail": "an e-mail address", "name": "a name"}
_HINT = (
    "take it out; where it may be published, say so, and why, under [[privacy.exceptions]] of funnelbook.toml "
    "(value or column, and reason)"
)
#: Mistakes that are told one by one.
_MOST = 50
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_LOWER = re.compile(r"(?<![^\W_])[a-zа-яё]{3,}(?![^\W_])")
#: What parts the texts of a file: tags, quotes, cells.
_BETWEEN = {"svg": "<", "js": '"', "json": '"'}
_WRAPPED = re.compile(r"\n(?=[^\s<])")
_DIGEST = 16


class Searched(Struct, frozen=True):
    """Files in which nothing private was found, path -> content, and the marks that were looked for."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    marks: Marks | None = None


class _Hit(Struct, frozen=True):
    kind: Kind
    pages: list[str]


def search(
    project: Project,
    files: Mapping[str, bytes],
    marks: Marks,
    memory: Memory | None = None,
    last: Searched | None = None,
) -> Searched:
    """Raises `PublishError` with every place of the site's sources, else of the site, that tells a private value.

    No message quotes it. `last` is what the search of this site found before; `memory`: where other processes left
    what they found.
    """
    if last is not None and last.marks is marks and last.files is files:
        return last
    before = last.files if last is not None and last.marks is marks else {}
    fresh = {path: each for path, each in files.items() if before.get(path) != each} if marks else {}
    if fresh:
        clean = _clean(memory, marks)
        digests = {path: _digest(content) for path, content in fresh.items()}
        if doubtful := {path: files[path] for path, each in digests.items() if each not in clean}:
            if hits := _hits(doubtful, marks):
                raise PublishError(_findings(project, hits))
            _remember(memory, marks, clean.union(digests.values()) if before else digests.values())
    return Searched(files, marks)


def seal_of(marks: Marks | None) -> str:
    """Tells marks again; "" for none."""
    return _digest(marks.to_bytes()).hex() if marks is not None else ""


def _clean(memory: Memory | None, marks: Marks) -> frozenset[bytes]:
    """The digests of files in which none of the marks was found."""
    raw = memory.get(memory.key("searched")) if memory else None
    if raw is None or raw[:_DIGEST] != _digest(marks.to_bytes()):
        return frozenset()
    return frozenset(raw[start : start + _DIGEST] for start in range(_DIGEST, len(raw), _DIGEST))


def _remember(memory: Memory | None, marks: Marks, digests: Iterable[bytes]) -> None:
    if memory is not None:
        memory.put(memory.key("searched"), b"".join([_digest(marks.to_bytes()), *sorted(digests)]))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()


def _hits(files: Mapping[str, bytes], marks: Marks) -> dict[str, _Hit]:
    """Key -> its kind, and the files that tell it. A line that many pages share is looked at once."""
    from funnelbook.sources.telling import telling_ones, told_in  # only here: hardly any file is new

    known: dict[str, bool] = {}
    pieces = {path: _pieces(path, each) for path, each in sorted(files.items()) if not path.endswith(_BINARY)}
    telling = {}
    for piece in telling_ones(set().union(*pieces.values())):
        if found := [each for each in told_in(piece) if _held(each, marks, known)]:
            telling[piece] = found
    hits: dict[str, _Hit] = {}
    for path, own in pieces.items() if telling else ():
        for told in (told for piece in sorted(own & telling.keys()) for told in telling[piece]):
            for key in (key for key in told.keys if known[key]):
                hit = hits.setdefault(key, _Hit(told.kind, []))
                if path not in hit.pages:
                    hit.pages.append(path)
    return hits


def _pieces(path: str, content: bytes) -> set[str]:
    """What of a file is looked at by itself, so that what many files share is looked at once.

    In HTML a line break is a space, but before a tag: a playbook's lines may break within a name.
    """
    text, form = content.decode(errors="replace"), path.rsplit(".", 1)[-1]
    if form == "html":
        return set(_WRAPPED.sub(" ", legible(text)).split("\n"))
    pieces = set(text.split(_BETWEEN.get(form, "\n")))
    return {legible(each) for each in pieces}


def _held(told: Told, marks: Marks, known: dict[str, bool]) -> bool:
    for key in told.keys:
        if key not in known:
            known[key] = marks.hold(key) and not (told.kind == "name" and _is_ordinary(key))
    return any(known[key] for key in told.keys)


def legible(text: str) -> str:
    """The text with entities, percent signs and escapes undone."""
    if "&" in text:
        text = html.unescape(text)
    if "%" in text and _PERCENT.search(text):
        text = unquote(text)
    return _ESCAPE.sub(_sign, text) if "\\u" in text else text


def _sign(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if sign.isprintable() else " "  # a half of a pair is no text


def _is_ordinary(key: str) -> bool:
    """Whether all words of a name are words of the language: a CRM calls somebody without a name "New Contact"."""
    return set(key.split()) <= _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    """Words that the program's own texts, the starter handbook's among them, write in lower case."""
    from funnelbook.sources.telling import stems_of

    folder = bundled("content")
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.md"))]
    texts += [path.read_text(encoding="utf-8") for path in sorted((bundled("templates") / "locales").glob("*.po"))]
    return frozenset(stems_of(word for text in texts for word in set(_LOWER.findall(text))))


def _findings(project: Project, hits: Mapping[str, _Hit]) -> list[Finding]:
    from funnelbook.sources.telling import told_in

    placed: dict[str, list[Finding]] = {}
    for path in _sources(project):
        text = path.read_text(encoding="utf-8", errors="replace")
        for told in told_in(text):
            if key := next((key for key in told.keys if key in hits), ""):
                placed.setdefault(key, []).append(_in_source(project, path, text, told))
    found = [finding for key in hits for finding in placed.get(key) or [_on_page(hits[key])]]
    found = sorted(set(found))
    if more := found[_MOST:]:
        found = [*found[:_MOST], Finding(Place(), _RULE, f"{len(more)} more places tell private values", _HINT)]
    return found


def _sources(project: Project) -> Iterator[Path]:
    """What a person writes of a site."""
    yield project.root / NAME
    for folder, pattern in ((project.content, "*.md"), (project.root / "templates", "*")):
        for path in sorted(folder.rglob(pattern)):
            plain = path.is_file() and not path.is_symlink() and not path.name.endswith(_BINARY)
            if plain and not path.is_relative_to(project.exports):
                yield path


def _in_source(project: Project, path: Path, text: str, told: Told) -> Finding:
    before = text[: told.start]
    line, column = before.count("\n") + 1, told.start - (before.rfind("\n") + 1) + 1
    message = f"{_WHAT[told.kind]} stands here that only a private column of the exports holds"
    return Finding(Place(path.relative_to(project.root).as_posix(), line, column), _RULE, message, _HINT)


def _on_page(hit: _Hit) -> Finding:
    first, others = hit.pages[0], len(hit.pages) - 1
    more = f", as {others} other files" if others else ""
    message = f"the site would tell {_WHAT[hit.kind]} here{more} that only a private column of the exports holds"
    hint = f"it stands in the published columns, or in a commit (a playbook as it was, or a message); {_HINT}"
    return Finding(Place(first), _RULE, message, hint)
