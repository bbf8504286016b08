"""The theme: templates that always escape, each mistake in them told with its place; the site's assets."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct, field

from funnelbook.bundled import bundled
from funnelbook.errors import ContentError, Finding, Place
from funnelbook.memory import digest
from funnelbook.pages.compiling import ShippedTemplates
from funnelbook.project import is_left_over, is_lock

#: What a template's code may raise when its author made a mistake.
MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)

_NAME = re.compile(r"[A-Za-z0-9_/.-]+")
_SUFFIXES = {".html", ".svg", ".xml", ".txt"}

#: A statement that needs another template, and one that says by a plain text which.
_NEEDS = re.compile(r"\{%[-+]?\s*(?:extends|include|import|from)\b(.*?)[-+]?%\}", re.S)
_PLAINLY = re.compile(
    r"""\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*(?:(?:import|as)\s[\w\s,]*|ignore\s+missing\s*)?(?:with(?:out)?\s+context\s*)?"""
)

#: rule -> what is forbidden in a template, and why.
_FORBIDDEN = {
    "template-safe-filter": (re.compile(r"\|\s*safe\b"), "`|safe` switches escaping off"),
    "template-markup": (re.compile(r"\bMarkup\s*\("), "`Markup(…)` switches escaping off"),
    "template-autoescape": (re.compile(r"\bautoescape\b"), "escaping is always on"),
    "template-unquoted-attribute": (re.compile(r"=\{\{"), "an attribute's value needs quotes"),
    "template-tojson-in-attribute": (re.compile(r"\"[^\"<>]*\|\s*tojson[^\"<>]*\""), "`|tojson` stands in quotes"),
    "template-inline-script": (
        re.compile(r"<script(?![^>]*\bsrc=)", re.I),
        "the site's policy forbids inline scripts",
    ),
    "template-inline-style": (re.compile(r"<style\b|\sstyle=", re.I), "the site's policy forbids inline styles"),
    "template-handler": (re.compile(r"\son[a-z]+=", re.I), "the site's policy forbids inline handlers"),
    "template-raw-url": (
        re.compile(r"\b(?:href|src)=[\"']\{\{(?!\s*(?:link|asset|anchor|switch)\()"),
        "a link is written with `link(…)`, `asset(…)` or `anchor(…)`",
    ),
}


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox; what templates may reach of a kind of object is decided once: by its type and the name alone.
    So is what they may call: by the function.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._decided: dict[tuple[type, str], bool] = {}
        self._plain: dict[object, bool] = {}

    def call(self, context: Context, called: Any, /, *args: Any, **named: Any) -> Any:
        """Jinja asks each time what may be called and whether it wants the context; a page calls sixty times."""
        kind = type(called)
        what = called.__func__ if kind is MethodType else called if kind is FunctionType else kind.__call__
        if what not in self._plain:
            self._plain[what] = type(what) is FunctionType and self._is_plain(called, what)
        if not self._plain[what]:
            return super().call(context, called, *args, **named)
        if named:
            named.pop("_loop_vars", None)
            named.pop("_block_vars", None)
        return called(*args, **named)

    def _is_plain(self, called: Any, what: FunctionType) -> bool:
        return self.is_safe_callable(called) and not any(hasattr(each, "jinja_pass_arg") for each in (called, what))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        key = (type(obj), attr)
        if key not in self._decided:
            self._decided[key] = super().is_safe_attribute(obj, attr, value)
        return self._decided[key]


class Theme(Struct, frozen=True, eq=False, dict=True):
    """The templates of some folders, ready to render."""

    folders: tuple[Path, ...]
    files: Mapping[str, tuple[Path, bytes]]
    environment: Environment
    _sources: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _shared: dict[tuple[str, tuple[Hashable, ...]], str] = field(default_factory=dict)

    @cached_property
    def seal(self) -> str:
        """The digest of every file of it, and of where it lies."""
        parts = ((name, str(path), raw) for name, (path, raw) in sorted(self.files.items()))
        return digest(*(part for each in parts for part in each))

    def render(self, template: str, context: dict[str, object]) -> str:
        """The template's text. Raises ContentError with the template's file and line."""
        try:
            return self.environment.get_template(template).render(context)
        except MISTAKES as error:
            place = self._place(error)
            if place is None:
                raise
            raise ContentError(
                [Finding(place, "template", _message(error), "mend the template or remove it to use the default")]
            ) from error

    def shared(self, template: str, context: Mapping[str, object], *told: Hashable) -> str:
        """The template's text, rendered once for all pages that are `told` the same."""
        if (template, told) not in self._shared:
            self._shared[template, told] = self.render(template, dict(context))
        return self._shared[template, told]

    def sources(self, template: str) -> tuple[tuple[str, str], ...]:
        """The template and all that it extends, includes or imports: name and digest.

        Where a name is only known as the page is rendered, that may be any file of the theme.
        """
        if template not in self._sources:
            self._sources[template] = self._followed(template)
        return self._sources[template]

    def _followed(self, template: str) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        todo = [template]
        while todo:
            name = todo.pop()
            if name in found:
                continue
            if name not in self.files:
                found[name] = ""
                continue
            path, raw = self.files[name]
            found[name] = digest(str(path), raw)
            todo += self._named(raw)
        return tuple(sorted(found.items()))

    def _named(self, raw: bytes) -> Iterable[str]:
        """What stands in a comment is named too: that makes a page anew once too often."""
        needs = [_PLAINLY.fullmatch(each) for each in _NEEDS.findall(raw.decode(errors="replace"))]
        return self.files if None in needs else [each[1] or each[2] for each in needs if each]

    def _place(self, error: BaseException) -> Place | None:
        """The line of a template that `error` came out of; None when the program's own code is at fault."""
        if isinstance(error, TemplateSyntaxError):
            return Place(error.filename or error.name or "templates", error.lineno)
        frames = traceback.extract_tb(error.__traceback__)
        inside = [
            frame for frame in frames if any(Path(frame.filename).is_relative_to(each) for each in self.folders)
        ]
        if not inside:
            return Place("templates") if isinstance(error, TemplateError) else None
        return Place(inside[-1].filename, inside[-1].lineno or 0)


def _message(error: BaseException) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"the template cannot be rendered: {text}"


def open_theme(folders: Sequence[Path]) -> Theme:
    """The theme of `folders`, the first before the later ones; the same one as long as no file of it differs.

    Raises ContentError with every mistake found.
    """
    findings = [finding for folder in folders for finding in _lint_links(folder)]
    if findings:
        raise ContentError([*findings, *_lint(folders)])
    return _opened(tuple(folders), tuple(_read(folders).items()))


@lru_cache(maxsize=4)
def _opened(folders: tuple[Path, ...], files: tuple[tuple[str, tuple[Path, bytes]], ...]) -> Theme:
    findings = _lint(folders)
    if findings:
        raise ContentError(findings)
    named = dict(files)
    environment = _Environment(
        loader=FunctionLoader(lambda name: _source(named, name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=ShippedTemplates(Path(__file__).read_text(encoding="utf-8")),
    )
    return Theme(folders, named, environment)


def _lint(folders: Sequence[Path]) -> list[Finding]:
    return [finding for folder in folders for finding in lint(folder)]


def _read(folders: Sequence[Path]) -> dict[str, tuple[Path, bytes]]:
    """Every file of the theme by its name, whole: what is rendered is one state of the disk."""
    return {
        path.relative_to(folder).as_posix(): (path, path.read_bytes())
        for folder in reversed(folders)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _source(files: Mapping[str, tuple[Path, bytes]], name: str) -> tuple[str, str, Callable[[], bool]] | None:
    if name not in files:
        return None
    path, raw = files[name]
    return raw.decode("utf-8"), str(path), lambda: True


def lint(folder: Path) -> Iterator[Finding]:
    """Names of templates that could escape the theme, and what switches escaping or the site's policy off."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.suffix not in _SUFFIXES or name.startswith("assets/"):
            continue
        if not _NAME.fullmatch(name) and not is_left_over(path.name):
            yield Finding(Place(str(path)), "template-name", "a template's name holds letters, digits, - _ . only")
        yield from _lint_text(path)


def _lint_links(folder: Path) -> Iterator[Finding]:
    """Links and special files of a project's own theme: they would publish what lies outside the project."""
    if folder == bundled("templates"):
        return  # an installer may lay links
    for path in (folder, *sorted(folder.rglob("*"))):
        if path.is_symlink() and is_lock(path.name):
            continue  # nobody reads it
        if path.is_symlink():
            yield Finding(
                Place(str(path)), "symlink", "symbolic links are not followed", "put the file itself here"
            )
        elif not path.is_file() and not path.is_dir():
            yield Finding(Place(str(path)), "not-a-file", "not a regular file", "remove it from the theme")


def _lint_text(path: Path) -> Iterator[Finding]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        yield Finding(Place(str(path)), "encoding", "the template is not UTF-8", "save it as UTF-8")
        return
    for number, line in enumerate(text.splitlines(), 1):
        for rule, (pattern, why) in _FORBIDDEN.items():
            found = pattern.search(line)
            if found:
                yield Finding(Place(str(path), number, found.start() + 1), rule, why)


def read_assets(folders: Sequence[Path]) -> dict[str, bytes]:
    """`assets/<name>` -> content, sorted; a file of an earlier folder stands in for its namesake."""
    found: dict[str, bytes] = {}
    for folder in reversed(folders):
        for path in (folder / "assets").rglob("*"):
            name = path.relative_to(folder / "assets")
            if path.is_file() and not any(map(is_left_over, name.parts)):
                found[f"assets/{name.as_posix()}"] = path.read_bytes()
    return dict(sorted(found.items()))
