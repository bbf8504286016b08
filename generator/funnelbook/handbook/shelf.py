"""Playbooks that are kept between two readings: a file that did not change is not read, parsed or checked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import is_
from pathlib import Path
from typing import get_args

from msgspec import Struct

from funnelbook.errors import ContentError, Finding
from funnelbook.handbook.files import TextFile, Texts, read_again, read_all
from funnelbook.handbook.mentions import broken_links, unknown_playbooks
from funnelbook.handbook.playbook import Handbook, Playbook
from funnelbook.handbook.remembered import Read, Reader
from funnelbook.handbook.slugs import check_slugs
from funnelbook.project import Language

_Findings = Mapping[str, Sequence[Finding]]


class _Shelved(Struct, frozen=True):
    """A language's files by path, what is to be said of each that is not in order, and the handbook they make."""

    files: Mapping[str, TextFile]
    told: _Findings
    handbook: Handbook


class Shelf:
    """The handbook of a project in each language. `read` reads a playbook that is not known yet.

    `texts` are what the first loading of a language finds, where its files were read before. Without `drafts` a
    playbook that is one is as good as not there, mistakes and all.
    """

    def __init__(self, read: Reader, texts: Mapping[str, Texts] | None = None, *, drafts: bool = False) -> None:
        self._read = read
        self._texts = dict(texts or {})
        self._drafts = drafts
        self._known: dict[tuple[str, str], tuple[str, Read]] = {}
        self._shelved: dict[str, _Shelved] = {}

    def read_with(self, read: Reader) -> None:
        """What is not known yet is read by `read` from now on."""
        self._read = read

    def keep(self, languages: Iterable[str]) -> None:
        """Forgets the files of other languages: what changes among them while they are not loaded, nobody tells."""
        self._shelved = {each: self._shelved[each] for each in languages if each in self._shelved}

    def load(self, content: Path, language: str, changed: Iterable[str] | None = None) -> Handbook:
        """As `handbook.load`. `changed` are the files below `content` that may have changed since the last call of
        any language that is kept, as paths in the project; None: any.

        What is the same as before is the same object.
        """
        last = self._shelved.get(language)
        fresh = self._fresh(last, content, changed) if last and changed is not None else None
        if last is None or fresh is None:
            shelved = self._anew(content, language, last)
        else:
            shelved = self._edited(last, fresh, content) if fresh else last
        self._shelved[language] = shelved
        return shelved.handbook

    def _fresh(self, last: _Shelved, content: Path, changed: Iterable[str]) -> dict[str, TextFile] | None:
        """The files that say something else; None when those that changed are not known texts all."""
        paths = set(changed)
        if any(all(path not in each.files for each in self._shelved.values()) for path in paths):
            return None
        files = read_again(sorted(paths & last.files.keys()), content)
        return None if files is None else {each.path: each for each in files if each != last.files[each.path]}

    def _anew(self, content: Path, language: str, last: _Shelved | None) -> _Shelved:
        """Every file that is there."""
        given = self._texts.pop(language) if language in self._texts else None
        found, findings = given or read_all(content, language, get_args(Language))
        files = {file.path: file for file in sorted(found, key=lambda file: file.path)}
        playbooks, told = self._shown(*self._playbooks(files, language, last))
        _refuse([*findings, *check_slugs(files)], told, _between(playbooks, playbooks, content))
        return _shelved(language, files, told, playbooks, last)

    def _edited(self, last: _Shelved, fresh: Mapping[str, TextFile], content: Path) -> _Shelved:
        """The same files, of which the `fresh` say something else."""
        before = last.handbook
        again, told = self._playbooks(fresh, before.language, last)
        if any(each.draft != (before.by_path(each.path) is None) for each in again) and not self._drafts:
            return self._anew(content, before.language, last)
        again, told = self._shown(again, told)
        by_path = {each.path: each for each in again}
        playbooks = [by_path.get(each.path, each) for each in before.playbooks]
        outlined = all(_outline(each) == _outline(before.whole(each.path)) for each in again)
        left = {path: each for path, each in last.told.items() if path not in fresh}
        _refuse([], told, _between(again if outlined else playbooks, playbooks, content))
        return _shelved(before.language, {**last.files, **fresh}, {**left, **told}, playbooks, last)

    def _playbooks(
        self, files: Mapping[str, TextFile], language: str, last: _Shelved | None
    ) -> tuple[list[Playbook], _Findings]:
        """The files as playbooks, and what is to be said of each that is not in order."""
        read = {path: self._playbook(file, language) for path, file in files.items()}
        for path, (playbook, _) in read.items():
            before = last.handbook.by_path(path) if last else None
            if before is not None and before is not playbook:
                playbook.follow(before)
        return [playbook for playbook, _ in read.values()], {path: each for path, (_, each) in read.items() if each}

    def _shown(self, playbooks: list[Playbook], told: _Findings) -> tuple[list[Playbook], _Findings]:
        """Without drafts, where there are to be none."""
        hidden = {each.path for each in playbooks if each.draft and not self._drafts}
        shown = [each for each in playbooks if each.path not in hidden]
        return shown, {path: each for path, each in told.items() if path not in hidden}

    def _playbook(self, file: TextFile, language: str) -> Read:
        seal, read = self._known.get((language, file.path), ("", None))
        if read is None or seal != file.seal:
            read = self._read(file, language)
            self._known[language, file.path] = file.seal, read
        return read


def _between(playbooks: Sequence[Playbook], every: Sequence[Playbook], content: Path) -> list[Finding]:
    """What `playbooks` name and is not there, neither among `every` nor on the disk."""
    return [*broken_links(playbooks, every, content), *unknown_playbooks(playbooks, every)]


def _refuse(files: list[Finding], told: _Findings, between: list[Finding]) -> None:
    """Raises ContentError with every error among the findings."""
    findings = [*files, *chain.from_iterable(told.values()), *between]
    if errors := [finding for finding in findings if finding.severity == "error"]:
        raise ContentError(errors)


def _shelved(
    language: str,
    files: Mapping[str, TextFile],
    told: _Findings,
    playbooks: Sequence[Playbook],
    last: _Shelved | None,
) -> _Shelved:
    """The handbook of files that hold no error; that of before when nothing is said otherwise."""
    before = last.handbook if last else None
    made = Handbook(language, tuple(playbooks), tuple(sorted(chain.from_iterable(told.values()))))
    if before:
        made.follow(before)
    return _Shelved(files, told, before if before and _same(made, before) else made)


def _outline(playbook: Playbook) -> list[str]:
    return [each.id for each in playbook.headings]


def _same(made: Handbook, last: Handbook) -> bool:
    return (
        made.warnings == last.warnings
        and len(made.playbooks) == len(last.playbooks)
        and all(map(is_, made.playbooks, last.playbooks))
    )
