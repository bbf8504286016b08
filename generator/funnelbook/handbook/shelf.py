"""Playbooks that are kept between two readings: a file that did not change is not read, parsed or checked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from funnelbook.errors import ContentError
from funnelbook.handbook.files import TextFile, read_again, read_all
from funnelbook.handbook.mentions import broken_links, unknown_playbooks
from funnelbook.handbook.playbook import Handbook, Playbook
from funnelbook.handbook.remembered import Read, Reader
from funnelbook.handbook.slugs import check_slugs
from funnelbook.project import Language


@dataclass(frozen=True)
class _Shelved:
    """A language's files, in which nothing was wrong, and the handbook that they make."""

    files: tuple[TextFile, ...]
    handbook: Handbook


class Shelf:
    """The handbook of a project in each language. `read` reads a playbook that is not known yet."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._known: dict[tuple[str, str], tuple[str, Read]] = {}
        self._shelved: dict[str, _Shelved] = {}

    def load(self, content: Path, language: str, changed: Iterable[str] | None = None) -> Handbook:
        """As `handbook.load`. `changed` are the files below `content` that may have changed since the last call of
        any language, as paths in the project; None: any.

        What is the same as before is the same object.
        """
        last = self._shelved.get(language)
        same = self._again(last, content, changed) if last and changed is not None else None
        files, findings = (same, []) if same is not None else read_all(content, language, get_args(Language))
        files = sorted(files, key=lambda file: file.path)
        findings = list(findings) if same is not None else [*findings, *check_slugs(file.path for file in files)]
        read = [self._playbook(file, language) for file in files]
        playbooks = [playbook for playbook, _ in read]
        found = [finding for _, each in read for finding in each]
        doubtful = _doubtful(playbooks, last.handbook) if last and same is not None else playbooks
        findings += [*found, *broken_links(doubtful, playbooks, content), *unknown_playbooks(playbooks)]
        errors = [finding for finding in findings if finding.severity == "error"]
        if errors:
            raise ContentError(errors)
        made = Handbook(language, tuple(playbooks), tuple(sorted(findings)), last.handbook if last else None)
        if last and _same(made, last.handbook):
            made = last.handbook
        self._shelved[language] = _Shelved(tuple(files), made)
        return made

    def _again(self, last: _Shelved, content: Path, changed: Iterable[str]) -> list[TextFile] | None:
        """The files, when those that changed are known texts still; else None."""
        paths = set(changed)
        others = {file.path for other in self._shelved.values() for file in other.files}
        if not paths <= others:
            return None
        return read_again(last.files, content, paths)

    def _playbook(self, file: TextFile, language: str) -> Read:
        text, read = self._known.get((language, file.path), ("", None))
        if read is None or text != file.text:
            read = self._read(file, language)
            self._known[language, file.path] = file.text, read
        return read


def _doubtful(playbooks: list[Playbook], last: Handbook) -> list[Playbook]:
    """Those whose links may lead nowhere now: the new ones, or all when one or a heading has come or gone."""
    fresh = [each for each in playbooks if last.by_path(each.path) is not each]
    before = [last.by_path(each.path) for each in fresh]
    outlined = all(old and _outline(old) == _outline(new) for old, new in zip(before, fresh, strict=True))
    return fresh if outlined and len(playbooks) == len(last.playbooks) else playbooks


def _outline(playbook: Playbook) -> list[str]:
    return [each.id for each in playbook.headings]


def _same(made: Handbook, last: Handbook) -> bool:
    return (
        made.warnings == last.warnings
        and len(made.playbooks) == len(last.playbooks)
        and all(one is other for one, other in zip(made.playbooks, last.playbooks, strict=True))
    )
