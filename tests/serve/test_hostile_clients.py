"""Clients that send too much, too slowly, or never read: others are answered, and nothing grows."""

from __future__ import annotations

import hashlib
import random
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from funnelbook.serve.server import Limits
from serving import Served, ask, check_headers, listening, raw, serving

FILES = {"index.html": b"home", "big.js": bytes(range(256)) * 80_000}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(FILES, tmp_path, limits=Limits(request=2, piece=5, sign=1, connections=120)) as made:
        yield made


def memory() -> int:
    """The most bytes that the process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def held() -> int:
    """The bytes that the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def opened(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        ("GET /" + "a" * 100_000 + " HTTP/1.1\r\nHost: localhost:$P\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\n" + "".join(f"A{number}: b\r\n" for number in range(1000)) + "\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: localhost:$P\r\nA: " + "b" * 1_000_000 + "\r\n\r\n", 431),
        ("POST / HTTP/1.1\r\nHost: localhost:$P\r\nContent-Length: 9000000\r\n\r\n" + "b" * 500_000, 405),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/3.0\r\nHost: localhost:$P\r\n\r\n", 400),
        ("GET /\x80 HTTP/1.1\r\nHost: localhost:$P\r\n\r\n", 400),
    ],
)
def test_what_is_too_long_or_nonsense_is_told_so(served: Served, request_text: str, code: int) -> None:
    before = memory()
    for _ in range(3):
        found, headers, _ = raw(served.port, request_text)
        assert found == code
        check_headers(headers)
    assert memory() - before < 10_000_000 + 2 * len(request_text)
    assert ask(served.port, "/latest/")[0] == 200


def test_slow_and_silent_clients_stop_nobody_and_are_closed(served: Served) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(opened(served.port)) for _ in range(50)]
        slow = [stack.enter_context(opened(served.port)) for _ in range(50)]
        ends = time.monotonic() + 4
        while time.monotonic() < ends:
            for each in slow:
                try:
                    each.sendall(b"G")
                except OSError:
                    continue
            began = time.monotonic()
            assert ask(served.port, "/latest/")[0] == 200
            assert time.monotonic() - began < 1
            time.sleep(0.2)
        for each in silent:
            each.settimeout(2)
            assert each.recv(1) == b""


@pytest.mark.slow
def test_who_says_nothing_is_closed_within_half_a_minute(tmp_path: Path) -> None:
    with serving(FILES, tmp_path) as served, opened(served.port) as silent:
        silent.settimeout(30)
        assert silent.recv(1) == b""


def test_a_newcomer_takes_the_place_of_the_slowest(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(opened(served.port)).sendall(b"GET / HT")
        assert ask(served.port, "/latest/")[0] == 200


@pytest.mark.slow
def test_a_slow_download_ends_with_the_bytes_it_began_with(tmp_path: Path) -> None:
    """A kilobyte a second of 50 MB, while other versions come; then the rest at once."""
    big = random.Random(1).randbytes(50_000_000)
    with serving({"index.html": b"home", "big.js": big}, tmp_path) as served, opened(served.port) as connection:
        connection.sendall(f"GET /latest/big.js HTTP/1.0\r\nHost: localhost:{served.port}\r\n\r\n".encode())
        got = connection.recv(1000)
        for number in range(5):
            served.show({"index.html": b"home", "big.js": bytes([number]) * 50_000_000})
            began = time.monotonic()
            assert ask(served.port, "/latest/")[0] == 200
            assert time.monotonic() - began < 1
            time.sleep(1)
            got += connection.recv(1000)
        got += b"".join(iter(lambda: connection.recv(1_000_000), b""))
    body = got.partition(b"\r\n\r\n")[2]
    assert hashlib.sha256(body).digest() == hashlib.sha256(big).digest()


def test_a_download_that_is_too_slow_is_cut_and_never_mixed(tmp_path: Path) -> None:
    big = random.Random(2).randbytes(50_000_000)
    with (
        serving({"index.html": b"home", "big.js": big}, tmp_path, limits=Limits(piece=1)) as served,
        opened(served.port) as connection,
    ):
        connection.sendall(f"GET /latest/big.js HTTP/1.0\r\nHost: localhost:{served.port}\r\n\r\n".encode())
        got = connection.recv(1000)
        served.show({"index.html": b"home", "big.js": b"x" * 50_000_000})
        time.sleep(2.5)  # nothing is taken meanwhile: a piece had a second
        with suppress(ConnectionResetError):
            got += b"".join(iter(lambda: connection.recv(1_000_000), b""))
    body = got.partition(b"\r\n\r\n")[2]
    assert len(body) < len(big)
    assert big.startswith(body)


def test_pages_that_never_read_cost_nothing_and_are_dropped(served: Served) -> None:
    page = b"x" * 400_000
    with ExitStack() as stack:
        for _ in range(64):
            stack.enter_context(listening(served.port, "/events/test.1/index.html", read=False))
        while served.server.listeners < 64:
            time.sleep(0.02)
        assert ask(served.port, "/events")[0] == 503
        before = memory()
        dropped = threading.Event()
        ends = time.monotonic() + 30
        number = 0
        while time.monotonic() < ends and not dropped.is_set():
            number += 1
            served.show({"index.html": page + str(number).encode()})
            time.sleep(0.1)
            if served.server.listeners == 0:
                dropped.set()
        assert dropped.is_set(), f"{served.server.listeners} still hear after {number} changes"
        assert memory() - before < 50_000_000
    assert ask(served.port, "/latest/")[0] == 200


@pytest.mark.slow
def test_two_hundred_pages_that_never_read_and_a_change_a_second(tmp_path: Path) -> None:
    """A minute's changes in six seconds; as many are heard as the cap allows, and those that go are forgotten."""
    with serving({**FILES, "index.html": b"y" * 100_000}, tmp_path) as made:
        with ExitStack() as stack:
            before = held()
            silent = [
                stack.enter_context(listening(made.port, "/events/test.1/index.html", read=False))
                for _ in range(200)
            ]
            for number in range(60):
                made.show({"index.html": b"y" * 100_000 + str(number).encode()})
                time.sleep(0.1)
            assert made.server.listeners == 64
            assert held() - before < 50_000_000
            answers = [connection.recv(12) for connection in silent]
            assert sorted(answers) == [b"HTTP/1.1 200"] * 64 + [b"HTTP/1.1 503"] * 136
        until = time.monotonic() + 30
        while made.server.listeners and time.monotonic() < until:
            time.sleep(0.05)
        assert made.server.listeners == 0
        assert ask(made.port, "/latest/")[0] == 200
