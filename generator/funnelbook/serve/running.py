"""`funnelbook serve` from its start to its end: the server on this thread's loop, the work behind it on another."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import secrets
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from funnelbook import project
from funnelbook.charts import engine
from funnelbook.errors import FunnelbookError
from funnelbook.publish.build import cover_of
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.listing import Cover
from funnelbook.publish.observer import Observer
from funnelbook.serve.access import Where
from funnelbook.serve.addresses import Addresses, Releases
from funnelbook.serve.board import Board
from funnelbook.serve.server import Server
from funnelbook.serve.session import FirstTime, Session, Voice
from funnelbook.serve.watching import Watch

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
#: Seconds after which a thread that works gives way to one that has something to say: a page must not wait longer.
_GIVES_WAY = 0.001
#: What is being made when the end is asked for gets so many seconds.
_GRACE = 0.5


def serve(folder: Path, where: Where, observer: Observer, voice: Voice) -> None:
    """Serves the project in `folder` while it is edited, until interrupted or ended. Raises UsageError."""
    sys.setswitchinterval(_GIVES_WAY)
    root = folder.absolute()
    board = Board(secrets.token_hex(4))
    watch = Watch(root, [root / "site"], voice.tell)
    work = threading.Thread(target=_work, args=(root, watch, board, observer, voice), daemon=True)
    server = Server(board, Addresses(Releases(root / "site", lambda: _cover(root))))
    with suppress(KeyboardInterrupt):
        asyncio.run(_until_ended(server, where, work, voice))
    watch.stop()
    work.join(_GRACE)
    if work.is_alive():
        _leave()


async def _until_ended(server: Server, where: Where, work: threading.Thread, voice: Voice) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _SIGNALS:
        with suppress(NotImplementedError, AttributeError, RuntimeError):  # not on every system
            loop.add_signal_handler(getattr(signal, name), ended.set)
    await server.start(where)
    voice.tell(f"Serving http://{_shown(where.host)}:{server.port}/ (Ctrl+C ends it)")
    work.start()
    await ended.wait()
    server.stop()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _work(root: Path, watch: Watch, board: Board, observer: Observer, voice: Voice) -> None:
    """Files are watched from before the first build on: what changes during it is made after it."""
    telling = FirstTime(observer)
    site = KeptSite(root, telling, readers=board)
    session = Session(root, site, board, voice)
    if hasattr(signal, "pthread_sigmask"):  # what is started here never hears of Ctrl+C: it is ended by us
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    with engine.apart(), watch:
        if session.first():
            voice.tell("The site is there; what is saved shows in the open pages.")
        gc.freeze()  # the site stays: nobody need look through all of it for garbage after each few saves
        telling.done()
        session.follow(watch.changes(site.settle))


def _cover(root: Path) -> Cover:
    try:
        return cover_of(project.load(root))
    except FunnelbookError:
        return Cover()


def _leave() -> None:
    """Ends at once, in the middle of a build: nothing of it lies on the disk but what is whole."""
    for child in multiprocessing.active_children():
        child.terminate()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
