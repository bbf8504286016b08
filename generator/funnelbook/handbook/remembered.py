"""Playbooks that were read before, in this process or another: each is known by its language, path and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from funnelbook.errors import Finding
from funnelbook.handbook.files import TextFile
from funnelbook.handbook.playbook import Playbook
from funnelbook.memory import Memory, digest
from funnelbook.packing import packed_if_text, unpacked

Read = tuple[Playbook, list[Finding]]
#: A file and its language -> the playbook and what is wrong with it.
Reader = Callable[[TextFile, str], Read]
#: path -> what was read.
_Shelf = dict[str, Read]


class Remembered:
    """The playbooks of some languages as a memory has them, one value a language.

    Whose text is what it was need not be read again: reading depends on nothing else but the program.
    """

    def __init__(self, memory: Memory, languages: Sequence[str]) -> None:
        self._memory = memory
        self.languages = tuple(languages)
        self._before: Mapping[str, _Shelf] = {each: self._recalled(each) for each in languages}
        self._now: dict[str, _Shelf] = {each: {} for each in languages}

    def get(self, file: TextFile, language: str) -> Read | None:
        read = self._before[language].get(file.path)
        return read if read and read[0].seal == digest(file.text) else None

    def reader(self, read: Reader) -> Reader:
        """`read`, asked for what is not known alone."""

        def known(file: TextFile, language: str) -> Read:
            found = self.get(file, language) or read(file, language)
            self._now[language][file.path] = found
            return found

        return known

    def keep(self) -> None:
        """Remembers what was asked for since, and nothing else."""
        for language, shelf in self._now.items():
            written = None if _seals(shelf) == _seals(self._before[language]) else packed_if_text(shelf)
            if written is not None:
                self._memory.put(self._key(language), written)

    def _recalled(self, language: str) -> _Shelf:
        return unpacked(self._memory.get(self._key(language)), _Shelf) or {}

    def _key(self, language: str) -> str:
        return self._memory.key("playbooks", language)


def _seals(shelf: _Shelf) -> dict[str, str]:
    return {path: playbook.seal for path, (playbook, _) in shelf.items()}
