"""What is wrong, as a reader of the page sees it: the place in words, and the lines around it.

Lines are shown of the project file, of Markdown and of templates. A data file's lines hold customers and are never
shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, to_builtins

from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place
from funnelbook.pages.text import legible

_MOST = 20
_AROUND = 1
_BEFORE, _AFTER = 60, 120
_MOST_BYTES = 2_000_000


class Line(Struct, frozen=True):
    """A line of the source, in three pieces; `mark` is the sign that the mistake begins at."""

    number: int
    text: str
    mark: str = ""
    rest: str = ""


class Mistake(Struct, frozen=True):
    """All texts are fit to be read: no control sign is left in them."""

    place: str
    message: str
    hint: str
    rule: str
    excerpt: tuple[Line, ...] = ()


def told(mistake: Mistake) -> dict[str, object]:
    """As JSON holds it."""
    found: dict[str, object] = to_builtins(mistake)
    return found


def mistakes_of(findings: Sequence[Finding], root: Path) -> tuple[Mistake, ...]:
    """What the findings of the project in `root` say; after the first twenty, how many more there are."""
    made = [_mistake(finding, root) for finding in findings[:_MOST]]
    if len(findings) > _MOST:
        rest = len(findings) - _MOST
        made.append(Mistake("funnelbook", f"{rest} more mistakes", "the terminal lists them all", "more"))
    return tuple(made)


def _mistake(finding: Finding, root: Path) -> Mistake:
    place, source = finding.place, _source(finding.place.path, root)
    if source is not None and source.is_relative_to(root):
        place = Place(source.relative_to(root).as_posix(), place.line, place.column, place.row)
    excerpt = tuple(_excerpt(source, place)) if source is not None and place.line else ()
    return Mistake(_shown(str(place)), _shown(finding.message), _shown(finding.hint), _shown(finding.rule), excerpt)


def _shown(text: str) -> str:
    """As UTF-8 can hold it, for a file's name may have bytes that are no text; control signs made visible."""
    return legible(text.encode(errors="surrogateescape").decode(errors="replace"))


def _source(path: str, root: Path) -> Path | None:
    """The file of a place, when its lines may be shown. Playbooks are named from the folder `content`."""
    if not path or "\0" in path:
        return None
    for folder in (root, root / "content"):
        found = folder / path
        try:
            real = found.resolve()
            if real.is_file() and _may_be_shown(real, root.resolve()):
                return found
        except OSError:
            continue
    return None


def _may_be_shown(path: Path, root: Path) -> bool:
    content = root / "content"
    playbook = (
        path.suffix == ".md" and path.is_relative_to(content) and not path.is_relative_to(content / "exports")
    )
    themes = (root / "templates", bundled("templates").resolve())
    template = path.suffix in {".html", ".svg", ".xml", ".txt"} and any(map(path.is_relative_to, themes))
    return playbook or template or path == root / "funnelbook.toml"


def _excerpt(source: Path, place: Place) -> Iterator[Line]:
    try:
        with source.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", errors="replace")
    except OSError:
        return
    lines = text.splitlines()
    for number in range(max(1, place.line - _AROUND), min(len(lines), place.line + _AROUND) + 1):
        column = place.column if number == place.line else 0
        yield _line(number, lines[number - 1], column)


def _line(number: int, text: str, column: int) -> Line:
    """The line, of a long one the part around the column."""
    start = max(0, column - 1 - _BEFORE)
    end = max(start, column - 1) + _AFTER
    before, after = "…" if start else "", "…" if end < len(text) else ""
    if not column:
        return Line(number, legible(text[:end]) + after)
    at = column - 1
    return Line(
        number, before + legible(text[start:at]), legible(text[at : at + 1]), legible(text[at + 1 : end]) + after
    )
