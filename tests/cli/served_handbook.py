"""`funnelbook serve` in a process of its own, asked as a browser does."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Serving:
    """A running `serve`."""

    process: subprocess.Popen[str]
    port: int

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def until(self, path: str, wanted: Callable[[int, str], bool]) -> tuple[int, str]:
        """The answer, once it is as wanted."""
        found = (0, "")
        for _ in range(600):
            found = self.get(path)
            if wanted(*found):
                return found
            time.sleep(0.1)
        raise AssertionError(f"{path} stays {found}")

    def end(self, how: signal.Signals) -> tuple[int, float, str]:
        began = time.monotonic()
        self.process.send_signal(how)
        told = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - began, "".join(told)


@contextmanager
def serve(folder: Path, *options: str, before: Sequence[str] = ()) -> Iterator[Serving]:
    """In a process that `before` begins."""
    program = [*before, sys.executable, "-u", "-m", "funnelbook"]
    command = [*program, "serve", "--project", str(folder), "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout
        address = re.search(r"http://.*:(\d+)/", process.stdout.readline())
        assert address, process.communicate(timeout=20)
        yield Serving(process, int(address[1]))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
