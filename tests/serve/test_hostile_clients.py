"""Clients that send too much, too slowly, or never read: others are answered, and nothing grows."""

from __future__ import annotations

import hashlib
import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from funnelbook.serve.server import Limits
from peak_memory import grown, needs_linux
from serving import Served, ask, check_headers, listening, raw, serving

FILES = {"index.html": b"home", "big.js": bytes(range(256)) * 80_000}


pytestmark = needs_linux


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(FILES, tmp_path, limits=Limits(request=1, piece=5, sign=1, connections=120)) as made:
        yield made


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
    with grown() as most:
        for _ in range(3):
            found, headers, _ = raw(served.port, request_text)
            assert found == code
            check_headers(headers)
        assert most() < 10_000_000 + 2 * len(request_text)
    assert ask(served.port, "/latest/")[0] == 200


def test_slow_and_silent_clients_stop_nobody_and_are_closed(served: Served) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(opened(served.port)) for _ in range(50)]
        slow = [stack.enter_context(opened(served.port)) for _ in range(50)]
        ends = time.monotonic() + 2
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


def test_nobody_waits_for_a_request_longer_than_half_a_minute() -> None:
    """That who says nothing is closed by then is tried above."""
    assert Limits().request <= 30


def test_a_newcomer_takes_the_place_of_the_slowest(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(opened(served.port)).sendall(b"GET / HT")
        assert ask(served.port, "/latest/")[0] == 200


@pytest.mark.slow
def test_a_slow_download_ends_with_the_bytes_it_began_with(tmp_path: Path) -> None:
    """A kilobyte at a time of 50 MB, while other versions come; then the rest at once."""
    big = random.Random(1).randbytes(50_000_000)
    with serving({"index.html": b"home", "big.js": big}, tmp_path) as served, opened(served.port) as connection:
        connection.sendall(f"GET /latest/big.js HTTP/1.0\r\nHost: localhost:{served.port}\r\n\r\n".encode())
        got = connection.recv(1000)
        for number in range(3):
            served.show({"index.html": b"home", "big.js": bytes([number]) * 50_000_000})
            began = time.monotonic()
            assert ask(served.port, "/latest/")[0] == 200
            assert time.monotonic() - began < 1
            time.sleep(0.3)
            got += connection.recv(1000)
        got += b"".join(iter(lambda: connection.recv(1_000_000), b""))
    body = got.partition(b"\r\n\r\n")[2]
    assert hashlib.sha256(body).digest() == hashlib.sha256(big).digest()


def test_a_download_that_is_too_slow_is_cut_and_never_mixed(tmp_path: Path) -> None:
    big = random.Random(2).randbytes(50_000_000)
    with (
        serving({"index.html": b"home", "big.js": big}, tmp_path, limits=Limits(piece=0.5)) as served,
        opened(served.port) as connection,
    ):
        connection.sendall(f"GET /latest/big.js HTTP/1.0\r\nHost: localhost:{served.port}\r\n\r\n".encode())
        got = connection.recv(1000)
        served.show({"index.html": b"home", "big.js": b"x" * 50_000_000})
        time.sleep(1.2)  # nothing is taken meanwhile: a piece had half a second
        with suppress(ConnectionResetError):
            got += b"".join(iter(lambda: connection.recv(1_000_000), b""))
    body = got.partition(b"\r\n\r\n")[2]
    assert len(body) < len(big)
    assert big.startswith(body)


def test_two_hundred_pages_that_never_read_cost_nothing_and_are_dropped(tmp_path: Path) -> None:
    """A minute's changes in a few seconds; as many are heard as the cap allows."""
    page = b"x" * 400_000
    with serving(FILES, tmp_path, limits=Limits(sign=1, connections=300)) as made, ExitStack() as stack:
        silent = [
            stack.enter_context(listening(made.port, "/events/test.1/index.html", read=False)) for _ in range(200)
        ]
        answers = [connection.recv(12) for connection in silent]
        assert sorted(answers) == [b"HTTP/1.1 200"] * 64 + [b"HTTP/1.1 503"] * 136
        assert made.server.listeners == 64
        number, ends = 0, time.monotonic() + 30
        with grown() as most:
            while number < 60 or (made.server.listeners and time.monotonic() < ends):
                number += 1
                made.show({"index.html": page + str(number).encode()})
                time.sleep(0.05)
            assert most() < 50_000_000
        assert not made.server.listeners, f"some still hear after {number} changes"
        assert ask(made.port, "/latest/")[0] == 200
