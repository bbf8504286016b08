"""Playbooks read by every core, while this process does something else.

    texts = read_texts(project.content, languages)
    with reading(texts, remembered) as read:
        …                                        imports, data, numbers
        Shelf(read, texts).load(content, language)

The processes that help are started before anything heavy is imported: then they are copies of a small process, and
begin at once. What they read is what this one would have read, to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import get_args

from msgspec import Struct

from funnelbook import pickling  # noqa: F401 -- live places hold frozen mappings
from funnelbook.contents import Contents
from funnelbook.handbook.files import TextFile, Texts, read_all
from funnelbook.handbook.reading import read_playbook
from funnelbook.handbook.remembered import Read, Reader, Remembered
from funnelbook.packing import packed_if_text, unpacked
from funnelbook.project import Language
from funnelbook.sharing import cores, shared

#: Fewer files are read sooner by one process than others take to start.
_WORTH_IT = 100

_Text = tuple[TextFile, str]


@contextmanager
def reading(texts: Mapping[str, Texts], known: Remembered) -> Iterator[Reader]:
    """A reader of the texts of each language, which others begin to read now as far as they are not `known`; what
    was read is known to the next one.

    A file that has changed by the time it is asked for is read anew.
    """
    work = [(file, language) for language, (files, _) in texts.items() for file in files]
    with _sharing([each for each in work if known.get(*each) is None], known) as read:
        yield known.reader(read)
    known.keep()


@contextmanager
def _sharing(work: Sequence[_Text], known: Remembered) -> Iterator[Reader]:
    if cores() < 2 or len(work) < _WORTH_IT:
        yield read_playbook
        return
    with shared(work, _Packed.of) as read:
        yield _Shared(work, read, known).read


def read_texts(content: Path, languages: Sequence[str], contents: Contents | None = None) -> dict[str, Texts]:
    """What lies below `content` now, in each of the languages; what `contents` knows is not read."""
    return {each: read_all(content, each, get_args(Language), contents) for each in languages}


class _Packed(Struct, frozen=True):
    """What was read, and the same packed as it will be remembered; packed alone it goes from process to process.

    `raw` is None for what cannot be packed.
    """

    raw: bytes | None
    read: Read | None

    @classmethod
    def of(cls, text: _Text) -> _Packed:
        read = read_playbook(*text)
        return cls(packed_if_text(read), read)

    def __reduce__(self) -> tuple[object, ...]:
        return _Packed, (self.raw, self.read if self.raw is None else None)

    def unpacked(self) -> Read | None:
        return self.read or unpacked(self.raw, Read)  # type: ignore[arg-type]  # as in `remembered`


class _Shared(Struct, dict=True):
    """What all processes read, put together when it is asked for; `known` is to remember it as it was packed."""

    work: Sequence[_Text]
    end: Callable[[], Mapping[int, _Packed]]
    known: Remembered

    def read(self, file: TextFile, language: str) -> Read:
        seal, found = self._found.get((language, file.path), (None, None))
        return found if found and seal == file.seal else read_playbook(file, language)

    @cached_property
    def _found(self) -> dict[tuple[str, str], tuple[str, Read]]:
        """What one that was ended had is missing, and read here."""
        found = {}
        for place, packed in self.end().items():
            (file, language), read = self.work[place], packed.unpacked()
            if read is not None:
                found[language, file.path] = file.seal, read
                self.known.keep_packed(language, file, packed.raw)
        return found
