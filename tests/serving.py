"""A server of a site in memory on a thread of its own, and requests as bytes over a socket."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent
from funnelbook.publish.showing import cover_of
from funnelbook.serve.access import Where
from funnelbook.serve.addresses import Addresses, Releases
from funnelbook.serve.board import Board
from funnelbook.serve.server import Limits, Server
from funnelbook.serve.session import Session, Voice
from funnelbook.serve.watching import Watch


@dataclass(frozen=True)
class Served:
    """What a test does with a server: shows other files on the board, asks at the port."""

    board: Board
    server: Server

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def show(self, files: Mapping[str, bytes]) -> None:
        self.board.show(self.board.shown.made(files))


@contextmanager
def serving(
    files: Mapping[str, bytes] | None,
    out: Path,
    *,
    limits: Limits | None = None,
    where: Where | None = None,
    session: str = "test",
) -> Iterator[Served]:
    """`files` are the last good site, None before the first; `out` is the folder of the releases."""
    board = Board(session)
    if files is not None:
        board.show(board.shown.made(files))
    server = Server(board, Addresses(Releases(out, lambda: cover_of(out))), limits)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(where or Where()), loop).result(10)
    try:
        yield Served(board, server)
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def following(folder: Path, tell: Callable[[str], None] = print) -> Iterator[Served]:
    """The project in `folder`, served while it is edited, from its first build on. `tell` hears of the watching."""
    with serving(None, folder / "site") as served, Watch(folder, [folder / "site"], tell) as watch:
        session = Session(folder, KeptSite(folder, Silent()), served.board, Voice(print, print))
        session.first()
        thread = threading.Thread(target=session.follow, args=(watch.changes(),), daemon=True)
        thread.start()
        yield served
        watch.stop()
        thread.join(30)


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def holding() -> str:
    """The same by their names, for whoever wonders what did not go away."""
    descriptors = sorted(_leads_to(each) for each in Path("/proc/self/fd").iterdir())
    return f"{descriptors}, {sorted(each.name for each in threading.enumerate())}"


def _leads_to(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # that of this very listing
        return "closed"


def memory() -> int:
    """Kilobytes of this process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1])


async def _end(server: Server) -> None:
    server.stop()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def files_of(folder: Path) -> dict[str, bytes]:
    """A built site's files, by their paths."""
    paths = [path for path in sorted(folder.resolve().rglob("*")) if path.is_file()]
    return {path.relative_to(folder.resolve()).as_posix(): path.read_bytes() for path in paths}


def raw(port: int, request: str | bytes, *, seconds: float = 5) -> tuple[int, dict[str, str], bytes]:
    """Bytes over a socket, so that no client tidies the path; `$P` stands for the port."""
    sent = request.replace("$P", str(port)).encode("latin-1") if isinstance(request, str) else request
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def ask(
    port: int, path: str = "/", *, host: str = "127.0.0.1:$P", method: str = "GET", more: str = ""
) -> tuple[int, dict[str, str], bytes]:
    """A request that ends its connection; the answer's headers are those that every answer must bear."""
    request = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"
    code, headers, body = raw(port, request)
    check_headers(headers)
    return code, headers, body


def check_headers(headers: Mapping[str, str]) -> None:
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert not any(name.startswith("access-control") for name in headers)


@contextmanager
def listening(port: int, path: str = "/events", *, read: bool = True) -> Iterator[socket.socket]:
    """A connection that hears events; its first bytes are taken unless it never reads."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        if read:
            heard_until(connection, b"connected\n\n")
        yield connection


def heard_until(connection: socket.socket, end: bytes) -> bytes:
    """What comes until `end` has."""
    heard = b""
    while end not in heard:
        more = connection.recv(65536)
        assert more, f"the connection ended before {end!r}: {heard[-200:]!r}"
        heard += more
    return heard
