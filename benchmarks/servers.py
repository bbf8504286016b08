"""`funnelbook serve` and `hugo server` as they run: asked for a page, and what they cost in CPU."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generators import hugo

_POLL = 0.002
_CALM = 0.5
_LONGEST = 60.0
_TICK = os.sysconf("SC_CLK_TCK")
_EVENTS = re.compile(r'data-events="([^"]+)"')


@dataclass(frozen=True)
class Server:
    """A server on this machine; `address` is where it shows the page of a file, `name` who it is."""

    name: str
    port: int
    process: int
    address: Callable[[str], str]

    def page(self, path: str) -> str:
        """The text of the page at an address; "" while there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        try:
            return _asked(connection, path)
        finally:
            connection.close()

    def until(self, path: str, text: str) -> float:
        """Asks for the page until the text stands in it; when that was, as `time.time`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_LONGEST)
        end = time.time() + _LONGEST
        try:
            while time.time() < end:
                if text in _asked(connection, path):
                    return time.time()
                time.sleep(_POLL)
        finally:
            connection.close()
        sys.exit(f"{self.name} never showed a change of {path}")

    def cpu(self) -> float:
        """Seconds of CPU that the process has taken so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def rest(self) -> None:
        """Waits until the process has next to nothing to do."""
        before, now = -1.0, self.cpu()
        while now - before > _CALM / 10:
            time.sleep(_CALM)
            before, now = now, self.cpu()

    def hearing(self, path: str, text: str) -> Callable[[], float]:
        """Listens as an open page does; the function waits for the event that tells the text, and returns when."""
        events = _EVENTS.search(self.page(path))
        assert events is not None
        connection = socket.create_connection(("127.0.0.1", self.port), _LONGEST)
        connection.sendall(f"GET {events[1]} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        heard: list[float] = []
        thread = threading.Thread(target=_hear, args=(connection, text.encode(), heard), daemon=True)
        thread.start()

        def wait() -> float:
            thread.join(_LONGEST)
            connection.close()
            return heard[0]

        return wait


def _hear(connection: socket.socket, text: bytes, heard: list[float]) -> None:
    read = b""
    while text not in read:
        more = connection.recv(65_536)
        if not more:
            return
        read += more
    heard.append(time.time())


def _asked(connection: http.client.HTTPConnection, path: str) -> str:
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", path)
        return connection.getresponse().read().decode(errors="replace")
    connection.close()
    return ""


@contextmanager
def serving_program(folder: Path) -> Iterator[Server]:
    """From its first build on, which may draw charts for minutes."""
    command = (sys.executable, "-m", "funnelbook", "serve", "--port", "0")
    with _running(command, folder) as process:
        port = 0
        for line in process.stdout or ():
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                port = int(found[1])
            if "The site is there" in line:
                break
        yield Server("program", port, process.pid, lambda slug: f"/latest/playbooks/{slug.split('/')[-1]}.html")


@contextmanager
def serving_hugo(folder: Path) -> Iterator[Server]:
    """As it comes, with its own reloading of open pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with _running((str(hugo()), "server", "--port", str(port), "--bind", "127.0.0.1"), folder) as process:
        for line in process.stdout or ():
            if "Web Server is available" in line:
                break
        yield Server("hugo", port, process.pid, lambda place: f"/{place}/")


@contextmanager
def _running(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
