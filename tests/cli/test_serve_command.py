"""`funnelbook serve` as a user runs it: it survives what is wrong, ends when told to, writes nothing into site/."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from served_handbook import serve
from small_handbook import CONFIG, PLAYBOOK

from commands import run
from drawn import take_back
from serving import heard_until, listening

#: A socket's state, as Linux writes it.
_LISTENS = "0A"


def test_what_is_saved_is_served_and_nothing_is_written_into_the_site(handbook: Callable[..., Path]) -> None:
    folder = handbook()
    with serve(folder) as serving:
        serving.until("/latest/playbooks/note.html", lambda code, body: code == 200)
        note = folder / "content/en/note.md"
        note.write_text(PLAYBOOK.replace("within an hour", "within a day"))
        body = serving.until("/latest/playbooks/note.html", lambda code, body: "within a day" in body)[1]
        events = re.findall('data-events="([^"]+)"', body)[0]
        with listening(serving.port, events) as page, ThreadPoolExecutor(1) as pool:
            page.settimeout(60)
            heard = pool.submit(heard_until, page, b"nothing.md")
            note.write_text(PLAYBOOK.replace("(other.md)", "(nothing.md)"))
            while not heard.done():
                began = time.monotonic()
                assert serving.get("/latest/playbooks/note.html")[0] == 200
                assert time.monotonic() - began < 1
            assert b"event: error\n" in heard.result()
        code, body = serving.get("/latest/playbooks/note.html")
        assert (code, "within a day" in body) == (200, True), "the last good page"
        note.write_text(PLAYBOOK.replace("within an hour", "within a week"))
        serving.until("/latest/playbooks/note.html", lambda code, body: "within a week" in body)
        code, seconds, told = serving.end(signal.SIGTERM)
        assert (code, seconds < 2) == (0, True)
        assert "nothing.md" in told
        assert "mended" in told
    assert not (folder / "site").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_at_once_in_the_middle_of_a_build(handbook: Callable[..., Path], how: signal.Signals) -> None:
    with serve(take_back(handbook())) as serving:
        time.sleep(0.3)
        code, seconds, told = serving.end(how)
        assert (code, seconds < 2) == (0, True), told
        assert "Traceback" not in told
        assert is_gone(serving.process.pid)


def is_gone(group: int) -> bool:
    """Whether no process of the group is left, once the system has collected those that ended."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_first_build_that_fails_is_told_on_every_path_and_mended(handbook: Callable[..., Path]) -> None:
    folder = handbook(**{"funnelbook.toml": CONFIG.replace("Europe/Moscow", "</pre><script>x")})
    with serve(folder) as serving:
        body = serving.until("/latest/", lambda code, body: "cannot be built" in body)[1]
        assert "&lt;/pre&gt;&lt;script&gt;x" in body
        assert "<script>x" not in body
        assert "funnelbook.toml:4:" in body
        assert serving.get("/nothing")[0] == 503
        (folder / "funnelbook.toml").write_text(CONFIG)
        serving.until("/latest/", lambda code, body: code == 200)


def doors(process: int) -> set[str]:
    """The addresses, `host:port`, that the process listens to, as Linux tells of each of its sockets."""
    own = {path.readlink().name for path in Path(f"/proc/{process}/fd").iterdir()}
    found = set()
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and f"socket:[{fields[9]}]" in own:
                host, _, port = fields[1].partition(":")
                words = [bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8)]
                found.add(f"{socket.inet_ntop(family, b''.join(words))}:{int(port, 16)}")
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what a process listens to")
def test_only_this_machine_is_let_in(handbook: Callable[..., Path]) -> None:
    with serve(handbook()) as serving:
        assert doors(serving.process.pid) == {f"127.0.0.1:{serving.port}"}


def test_a_taken_port_and_an_open_door_are_refused(handbook: Callable[..., Path]) -> None:
    folder = handbook()
    with serve(folder) as serving:
        ended = run("serve", "--project", folder, "--port", serving.port)
        assert (ended.code, f"port {serving.port}" in ended.err, "--port 0" in ended.err) == (2, True, True)
    ended = run("serve", "--project", folder, "--host", "0.0.0.0")
    assert (ended.code, "--allow-host" in ended.err) == (2, True)


@pytest.mark.parametrize("wanted", ["/_serve", "/events", "localhost", "127.0.0.1", "EventSource", "client.js"])
def test_a_build_knows_nothing_of_the_server(built: Path, wanted: str) -> None:
    files = [path for path in (built / "site").rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if wanted.encode() in path.read_bytes()] == []
