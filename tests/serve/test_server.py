"""The server answers for this machine only and gives out the build's files and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from funnelbook.publish import store
from funnelbook.serve.server import make_server

FILES = {
    "data/leads.csv": b"leads\n1\n",
    "index.html": b"<p>home",
    "2026-10/index.html": b"<p>month",
    "data/funnel.csv": b"a\n",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("serve")
    (folder / "secret.txt").write_text("root: secret")
    store.publish(FILES, folder / "site")
    (folder / "site" / "latest" / "link.txt").symlink_to(folder / "secret.txt")
    server = make_server(folder / "site", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def raw(port: int, request: str) -> tuple[int, dict[str, str], bytes]:
    """Bytes over a socket, so that no client tidies the path."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request.replace("$P", str(port)).encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    return int(lines[0].split()[1]), headers, body


def get(port: int, path: str, host: str = "127.0.0.1:$P", method: str = "GET", more: str = "") -> tuple[int, bytes]:
    code, headers, body = raw(port, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert not any(name.startswith("access-control") for name in headers)
    return code, body


@pytest.mark.parametrize("host", ["127.0.0.1:$P", "localhost:$P", "LOCALHOST:$P"])
def test_our_own_names_are_answered(port: int, host: str) -> None:
    assert get(port, "/latest/", host) == (200, b"<p>home")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:$P", "localhost.evil.example", "127.0.0.1.evil.example", "1.2.3.4", "::1234"],
)
def test_other_host_names_are_refused(port: int, host: str) -> None:
    assert get(port, "/", host)[0] == 403


@pytest.mark.parametrize("lines", ["", "Host: localhost:$P\r\nHost: localhost:$P\r\n", "Host: [\r\n", "Host: \r\n"])
def test_a_request_with_no_or_two_or_a_broken_host_is_malformed(port: int, lines: str) -> None:
    assert raw(port, f"GET / HTTP/1.1\r\n{lines}Connection: close\r\n\r\n")[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%252e%252e/etc/passwd",
        "/....//etc/passwd",
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "//server/share",
        "/index.html%00.png",
        "/%ff%fe",
        "/%C0%AE%C0%AE/",
        "/%0d%0aX-Inj:%201",
        "/index.html#/../../secret.txt",
        "/link.txt",
        "/latest/link.txt",
        "/latest/../secret.txt",
        "/.builds/",
        "/.state/versions.json",
        "/.funnelbook-site",
        "/.env",
        "/.git/config",
        "/INDEX.HTML",
        "/<script>alert(1)</script>",
        "http://evil.example/",
    ],
)
def test_only_files_of_the_build_are_given_out(port: int, path: str) -> None:
    code, body = get(port, path)
    assert code in {400, 403, 404}
    assert b"root:" not in body
    assert b"script" not in body


def test_a_query_is_ignored(port: int) -> None:
    assert get(port, "/latest/index.html?raw??") == (200, b"<p>home")


def test_a_folder_leads_to_its_page(port: int) -> None:
    code, headers, _ = raw(port, "GET /latest/2026-10 HTTP/1.1\r\nHost: localhost:$P\r\nConnection: close\r\n\r\n")
    assert (code, headers["location"]) == (301, "/latest/2026-10/")
    assert get(port, "/latest/2026-10/") == (200, b"<p>month")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "FOO"])
def test_other_methods_are_not_allowed(port: int, method: str) -> None:
    code, headers, _ = raw(port, f"{method} / HTTP/1.1\r\nHost: localhost:$P\r\nConnection: close\r\n\r\n")
    assert code == 405
    assert headers["allow"] == "GET, HEAD"


def test_head_gives_the_headers_alone(port: int) -> None:
    code, headers, body = raw(port, "HEAD /latest/ HTTP/1.1\r\nHost: localhost:$P\r\nConnection: close\r\n\r\n")
    assert (code, headers["content-length"], body) == (200, "7", b"")


@pytest.mark.parametrize(
    ("path", "kind", "saved"),
    [("manifest.json", "application/json", True), ("data/leads.csv", "text/csv", True), ("", "text/html", False)],
)
def test_tables_are_saved_and_pages_are_opened(port: int, path: str, kind: str, saved: bool) -> None:
    code, headers, _ = raw(port, f"GET /latest/{path} HTTP/1.1\r\nHost: localhost:$P\r\nConnection: close\r\n\r\n")
    assert code == 200
    assert headers["content-type"].startswith(kind)
    assert (headers.get("content-disposition") == "attachment") is saved
