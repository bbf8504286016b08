"""Playbooks read by every core, while this process does something else.

    texts = read_texts(project.content, languages)
    with reading(texts, remembered) as read:
        …                                        imports, data, numbers
        Shelf(read, texts).load(content, language)

The processes that help are started before anything heavy is imported: then they are copies of a small process, and
begin at once. What they read is what this one would have read, to the byte.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from funnelbook import pickling  # noqa: F401 -- live places hold frozen mappings
from funnelbook.handbook.files import TextFile, Texts, read_all
from funnelbook.handbook.reading import read_playbook
from funnelbook.handbook.remembered import Read, Reader, Remembered
from funnelbook.project import Language

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: Fewer files are read sooner by one process than others take to start.
_WORTH_IT = 100
#: Files that a process takes at a time.
_PORTION = 16
_LONGEST_WAIT = 5

_Work = Sequence[tuple[TextFile, str]]


@contextmanager
def reading(texts: Mapping[str, Texts], known: Remembered) -> Iterator[Reader]:
    """A reader of the texts of each language, which others begin to read now as far as they are not `known`; what
    was read is known to the next one.

    A file that has changed by the time it is asked for is read anew.
    """
    work = [(file, language) for language, (files, _) in texts.items() for file in files]
    with _sharing([each for each in work if known.get(*each) is None]) as read:
        yield known.reader(read)
    known.keep()


@contextmanager
def _sharing(work: _Work) -> Iterator[Reader]:
    if cores() < 2 or len(work) < _WORTH_IT:
        yield read_playbook
        return
    from multiprocessing import get_context

    context = get_context("fork" if _may_fork() else "spawn")
    share = _Share(work, context.Value("i", 0))
    helpers = [_started(context, share) for _ in range(cores() - 1)]
    try:
        yield _Shared(share, [helper for helper in helpers if helper]).read
    finally:
        for helper in helpers:
            if helper:
                helper.end()


def cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def read_texts(content: Path, languages: Sequence[str]) -> dict[str, Texts]:
    """What lies below `content` now, in each of the languages."""
    return {each: read_all(content, each, get_args(Language)) for each in languages}


def _may_fork() -> bool:
    """A copy of a process with other threads may hang; Polars has them as soon as it is imported."""
    return sys.platform == "linux" and threading.active_count() == 1 and "polars" not in sys.modules


@dataclass
class _Share:
    """What there is to read, and how much of it somebody took."""

    work: _Work
    taken: Any

    def portions(self) -> Iterator[tuple[int, _Work]]:
        """Portions that nobody else has, until there are none."""
        lock = self.taken.get_lock()
        while lock.acquire(timeout=_LONGEST_WAIT):  # one that was killed may have kept it
            begin = self.taken.value
            self.taken.value = begin + _PORTION
            lock.release()
            if begin >= len(self.work):
                return
            yield begin, self.work[begin : begin + _PORTION]


@dataclass
class _Helper:
    process: Any
    answer: Connection

    def end(self) -> None:
        self.process.terminate()
        self.process.join()
        self.answer.close()


def _started(context: Any, share: _Share) -> _Helper | None:
    """None on a system that starts no processes."""
    answer, told = context.Pipe(duplex=False)
    try:
        process = context.Process(target=_help, args=(share, told), daemon=True)
        process.start()
    except OSError:
        return None
    told.close()
    return _Helper(process, answer)


def _help(share: _Share, told: Connection) -> None:
    """Works until nothing is left, and only then tells all of it: nobody listens before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the one that started this
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    found = [
        (begin, pickle.dumps([read_playbook(*each) for each in portion])) for begin, portion in share.portions()
    ]
    told.send(found)


@dataclass
class _Shared:
    """What all processes read, put together when it is asked for."""

    share: _Share
    helpers: list[_Helper]
    _found: dict[tuple[str, str], tuple[str, Read]] = field(default_factory=dict)
    _ended: bool = False

    def read(self, file: TextFile, language: str) -> Read:
        if not self._ended:
            self._ended = True
            self._end()
        text, found = self._found.get((language, file.path), (None, None))
        return found if found and text == file.text else read_playbook(file, language)

    def _end(self) -> None:
        for begin, portion in self.share.portions():
            self._keep(begin, [read_playbook(*each) for each in portion])
        for helper in self.helpers:
            try:
                for begin, read in helper.answer.recv():
                    self._keep(begin, pickle.loads(read))  # noqa: S301 -- this program's own process wrote it
            except (EOFError, OSError):  # it was ended: what it had is read here
                continue

    def _keep(self, begin: int, read: list[Read]) -> None:
        for (file, language), each in zip(self.share.work[begin:], read, strict=False):
            self._found[language, file.path] = file.text, each
