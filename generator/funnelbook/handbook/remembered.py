"""Playbooks that were read before, in this process or another: each by its language, path and its text's seal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from funnelbook.errors import Finding
from funnelbook.handbook.files import TextFile
from funnelbook.handbook.playbook import Playbook
from funnelbook.memory import Memory
from funnelbook.packing import packed_if_text, unpacked

Read = tuple[Playbook, list[Finding]]
#: A file and its language -> the playbook and what is wrong with it.
Reader = Callable[[TextFile, str], Read]
#: path -> the seal of the text, and what was read of it: unpacked when it is asked for, and packed once.
_Shelf = dict[str, tuple[str, msgspec.Raw]]


class Remembered:
    """The playbooks of some languages as a memory has them, one value a language.

    Whose text is what it was need not be read again: reading depends on nothing else but the program.
    """

    def __init__(self, memory: Memory, languages: Sequence[str]) -> None:
        self._memory = memory
        self.languages = tuple(languages)
        self._before: dict[str, _Shelf] = {each: self._recalled(each) for each in languages}
        self._now: dict[str, dict[str, Read]] = {each: {} for each in languages}
        self._asked: dict[tuple[str, str], tuple[TextFile, Read | None]] = {}
        self._fresh: dict[str, _Shelf] = {each: {} for each in languages}

    def get(self, file: TextFile, language: str) -> Read | None:
        asked, read = self._asked.get((language, file.path), (None, None))
        if asked is not file:
            read, before = None, self._before.get(language, {}).get(file.path)
            if before and before[0] == file.seal:
                read = unpacked(before[1], Read)  # type: ignore[arg-type]  # mypy takes a tuple's alias for no type
            self._asked[language, file.path] = file, read
        return read

    def reader(self, read: Reader) -> Reader:
        """`read`, asked for what is not known alone."""

        def known(file: TextFile, language: str) -> Read:
            found = self.get(file, language) or read(file, language)
            self._now.setdefault(language, {})[file.path] = found
            return found

        return known

    def keep_packed(self, language: str, file: TextFile, raw: bytes | None) -> None:
        """Spares `keep` the packing of what was read of the file: it is `raw`, if it can be packed."""
        if raw is not None:
            self._fresh.setdefault(language, {})[file.path] = file.seal, msgspec.Raw(raw)

    def keep(self) -> None:
        """Remembers what was asked for since, and nothing else."""
        for language, now in self._now.items():
            before = self._before.get(language, {})
            seals = {path: playbook.seal for path, (playbook, _) in now.items()}
            if seals != {path: seal for path, (seal, _) in before.items()}:
                known = [*before.items(), *self._fresh.get(language, {}).items()]
                again = {path: each for path, each in known if each[0] == seals.get(path)}
                self._before[language] = {
                    **again,
                    **_packed({path: now[path] for path in seals.keys() - again.keys()}),
                }
                self._put(language, self._before[language])

    def _put(self, language: str, shelf: _Shelf) -> None:
        written = packed_if_text(dict(sorted(shelf.items())))
        if written is not None:
            self._memory.put(self._key(language), written)

    def _recalled(self, language: str) -> _Shelf:
        return unpacked(self._memory.get(self._key(language)), _Shelf) or {}

    def _key(self, language: str) -> str:
        return self._memory.key("playbooks", language)


def _packed(shelf: Mapping[str, Read]) -> _Shelf:
    """Without those whose file has a name that is no text."""
    packed = ((path, read[0].seal, packed_if_text(read)) for path, read in shelf.items())
    return {path: (seal, msgspec.Raw(raw)) for path, seal, raw in packed if raw is not None}
