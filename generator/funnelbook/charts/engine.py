"""vl-convert: in this process, or in one of its own while `apart` is open.

It carries a JavaScript engine, which takes more than a hundred megabytes and never gives them back. So a process
that stays, as a server does, leaves it to another that ends.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

from funnelbook.charts.fonts import leave_out_the_machines

_T = TypeVar("_T")
#: Seconds for which the process waits for more to do: reading and drawing take turns in a build.
_IDLE = 5.0


def converted(spec: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """A Vega-Lite specification as a Vega specification and as an SVG document."""
    import vl_convert

    leave_out_the_machines()
    vega = vl_convert.vegalite_to_vega(spec)
    return vega, vl_convert.vega_to_svg(vega)


def version() -> str:
    """Of Vega."""
    import vl_convert

    return vl_convert.get_vega_version()


def bundled(snippet: str) -> str:
    """The script and all that it imports of vl-convert's own modules, as one."""
    import vl_convert

    return vl_convert.javascript_bundle(snippet)


def done(work: Callable[..., _T], *given: object) -> _T:
    """What `converted` or `bundled` makes of what is given. Raises what that raises."""
    return _apart.done(work, given) if _apart else work(*given)


@contextmanager
def apart() -> Iterator[None]:
    """While it is open, `done` is done by another process, which is started when there is something to do."""
    global _apart  # noqa: PLW0603 -- the process's own
    _apart = _Apart()
    try:
        yield
    finally:
        _apart.end()
        _apart = None


class _Apart:
    """A process that is started anew whenever it is not there. One thread asks at a time."""

    def __init__(self) -> None:
        self._pipe: Connection | None = None
        self._process: Any = None

    def done(self, work: Callable[..., _T], given: tuple[object, ...]) -> _T:
        """Does it here when the system starts no process, and when one was ended in the middle of it."""
        for _ in range(2):  # the one that is there may have waited long enough, and go just now
            try:
                pipe = self._pipe or self._started()
                pipe.send((work, given))
                found = pipe.recv()
            except (EOFError, OSError):
                self.end()
                continue
            if isinstance(found, Exception):
                raise found
            return cast(_T, found)
        return work(*given)

    def end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            self._process.join()
        self._pipe = None

    def _started(self) -> Connection:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        with theirs:
            self._process = context.Process(target=_work, args=(theirs,), daemon=True)
            try:
                self._process.start()
            except BaseException:
                ours.close()
                raise
        self._pipe = ours
        return ours


_apart: _Apart | None = None


def _work(pipe: Connection) -> None:
    """Ends when there has been nothing to do for a while, and when nobody holds the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the one that asks
    while pipe.poll(_IDLE):
        try:
            work, given = pipe.recv()
        except EOFError:
            return
        try:
            found = work(*given)
        except Exception as error:
            found = error
        pipe.send(found)
