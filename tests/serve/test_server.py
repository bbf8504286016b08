"""The server answers for this machine only and gives out the site's files and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from funnelbook.errors import UsageError
from funnelbook.publish import store
from funnelbook.publish.manifest import Origin
from funnelbook.serve.access import Where
from serving import Served, ask, check_headers, listening, raw, serving

HOME = b"<html><head><title>h</title></head><body><p>home"
FILES = {
    "index.html": HOME,
    "sub/index.html": HOME,
    "data/funnel.csv": b"a\n",
    "data/x.json": b"[1]",
    "big.js": b"x" * 300_000,
    "pages.js": b"1",
}
RELEASED = {"index.html": b"<p>old", "page.html": b"<p>was", "data/funnel.csv": b"a\n"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    out = folder / "site"
    for place in ("secret.txt", ".env", "fun.toml", "index.html~", ".index.html.swp"):
        (folder / place).write_text("root: secret")
    store.release(RELEASED, out, Origin("v1", "One", "2026-01-01T00:00:00+00:00"))
    (out / "v1" / "link.txt").symlink_to(folder / "secret.txt")
    (out / "v1" / "d").symlink_to("/etc")
    (out / "v1" / "data" / "funnel.csv.gz").symlink_to(folder / "secret.txt")
    (out / "v1" / "page.html").unlink()
    (out / "v1" / "page.html").symlink_to(folder / "secret.txt")
    (folder / "site-secret").mkdir()
    (folder / "site-secret" / "s.txt").write_text("root: secret")
    with serving(FILES, out) as made:
        yield made


@pytest.fixture(scope="module")
def port(served: Served) -> int:
    return served.port


@pytest.mark.parametrize("host", ["127.0.0.1:$P", "localhost:$P", "LOCALHOST:$P"])
def test_our_own_names_are_answered(port: int, host: str) -> None:
    code, _, body = ask(port, "/", host=host)
    assert (code, b"latest/index.html" in body) == (200, True)
    assert ask(port, "/latest/", host=host)[2].endswith(b"<p>home")


@pytest.mark.parametrize(
    "host",
    [
        *(
            "evil.example",
            "evil.example:$P",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "1.2.3.4",
            "::1234",
        ),
        *("evil.example@localhost", "localhost:99999", "localhost.:$P", "LOCALHOST.", "[::1]:$P", "localhost"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/events", "/nothing", "/_serve/client.js"])
def test_other_host_names_are_refused(port: int, host: str, path: str) -> None:
    assert ask(port, path, host=host)[::2] == (403, b"Forbidden")


@pytest.mark.parametrize("lines", ["", "Host: localhost:$P\r\nHost: localhost:$P\r\n", "Host: [\r\n", "Host: \r\n"])
@pytest.mark.parametrize("path", ["/", "/events"])
def test_a_request_with_no_or_two_or_a_broken_host_is_malformed(port: int, lines: str, path: str) -> None:
    code, headers, _ = raw(port, f"GET {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n")
    assert code == 400
    check_headers(headers)


def test_what_a_proxy_would_say_is_ignored(port: int) -> None:
    plain = ask(port, "/latest/")[2]
    assert (
        ask(port, "/latest/", more="X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n")[2] == plain
    )


ORIGINS = [
    *("null", "http://evil.example", "http://127.0.0.1:9999", "http://localhost.evil.example", "not-a-url"),
    *("http://127.0.0.1:$P.evil.example", "http://localhost:notaport", "https://localhost:$P", "http://localhost"),
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_pages_of_others_hear_no_events(port: int, origin: str) -> None:
    for path in ("/events", "/events/test.1/index.html"):
        assert ask(port, path, more=f"Origin: {origin}\r\n")[0] == 403
    for path in ("/", "/latest/data/x.json"):
        assert ask(port, path, more=f"Origin: {origin}\r\n")[0] == 200
    preflight = f"Origin: {origin}\r\nAccess-Control-Request-Method: GET\r\n"
    assert ask(port, "/events", method="OPTIONS", more=preflight)[0] == 405


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_script_element_of_others_hears_no_events(port: int, site: str) -> None:
    assert ask(port, "/events", more=f"Sec-Fetch-Site: {site}\r\n")[0] == 403


def test_an_own_page_hears_events(port: int) -> None:
    with listening(port):
        pass


def test_no_connection_is_upgraded(port: int) -> None:
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    for path in ("/", "/events"):
        assert ask(port, path, more=upgrade)[0] == 400
        assert ask(port, path, more=f"{upgrade}Origin: http://evil.example\r\n")[0] == 400
        theirs = ask(port, path, host="evil.example", more=f"{upgrade}Origin: http://evil.example\r\n")
        assert theirs[0] in {400, 403}


GIVEN_TO_NOBODY = [
    ("/../../etc/passwd", {404}),
    ("/..%2f..%2fetc%2fpasswd", {404}),
    ("/%2e%2e/%2e%2e/etc/passwd", {404}),
    ("/%252e%252e/etc/passwd", {404}),
    ("/....//etc/passwd", {404}),
    ("/.%00./x", {400}),
    ("/..\\secret.txt", {400}),
    ("/..%5csecret.txt", {400}),
    ("/C:/Windows/win.ini", {400}),
    ("/C:%5cWindows", {400}),
    ("//server/share", {400}),
    ("/index.html#/../../secret.txt", {400}),
    ("/../site-secret/s.txt", {404}),
    ("/latest/../../site-secret/s.txt", {404}),
    ("/%2e%2e%2fsite-secret%2fs.txt", {404}),
    ("/v1/link.txt", {404}),
    ("/v1/d/passwd", {404}),
    ("/v1/data/funnel.csv.gz", {404}),
    ("/v1/page.html", {404}),
    ("/index.html%00", {400}),
    ("/index.html%00.png", {400}),
    ("/%ff%fe", {400}),
    ("/%zz", {400}),
    ("/%C0%AE%C0%AE/", {400}),
    ("/fun.toml?raw", {404}),
    ("/.env?import&raw??", {404}),
    ("/templates/base.html.j2?url", {404}),
    ("/.env", {404}),
    ("/.git/config", {404}),
    ("/.git/HEAD", {404}),
    ("/data/export.csv", {404}),
    ("/pyproject.toml", {404}),
    ("/_private/rejects.csv", {404}),
    ("/index.html~", {404}),
    ("/.index.html.swp", {404}),
    ("/.env::$DATA", {404}),
    ("/ENV~1", {404}),
    ("/latest/index.html.", {404}),
    ("/latest/index.html%20", {404}),
    ("/latest/INDEX.HTML", {404}),
    ("//evil.example/..%2f..%2fsub", {400}),
    ("///evil.example/sub", {400}),
    ("/\\evil.example/..%2fsub", {400}),
    ("/%2f%2fevil.example", {404}),
    ("/%2flatest/sub", {404}),
    ("/%0d%0aX-Inj:%201", {400}),
    ("/latest/sub%0d%0aSet-Cookie:a=b", {400}),
    ("/<script>alert(1)</script>", {404}),
    ('/"onmouseover=1', {404}),
    ("/.builds/", {404}),
    ("/.state/versions.json", {404}),
    ("/.funnelbook-site", {404}),
    ("/_serve/problem.html", {404}),
    ("/_serve/../_serve/client.js", {404}),
    ("http://evil.example/", {403}),
    ("*", {403}),
]


@pytest.mark.parametrize(("path", "codes"), GIVEN_TO_NOBODY)
def test_only_files_of_the_site_are_given_out(port: int, path: str, codes: set[int]) -> None:
    code, headers, body = ask(port, path)
    assert code in codes
    assert headers["content-type"].startswith("text/plain")
    assert body in {b"Not Found", b"Bad Request", b"Forbidden"}
    assert not {"location", "x-inj", "set-cookie"} & headers.keys()


@pytest.mark.parametrize(
    "query", ["?test.0", "?raw", "?raw??", "?import&raw??", "?.svg?.wasm?init", "?url", "?inline&import"]
)
def test_a_query_is_ignored(port: int, query: str) -> None:
    assert ask(port, "/latest/index.html" + query)[::2] == ask(port, "/latest/index.html")[::2]


def test_a_page_that_is_open_gets_no_picture_of_a_later_site(tmp_path: Path) -> None:
    files = {
        "index.html": b'<img src="a.svg"><img src="b.svg"><a href="a.svg">',
        "a.svg": b"<svg>1",
        "b.svg": b"<svg>b",
    }
    with serving(files, tmp_path) as served:
        page = ask(served.port, "/latest/")[2]
        assert b'<img src="a.svg?test.1"><img src="b.svg?test.1"><a href="a.svg">' in page
        assert ask(served.port, "/latest/a.svg?test.1")[::2] == (200, b"<svg>1")
        served.show({**files, "a.svg": b"<svg>2"})
        assert ask(served.port, "/latest/a.svg?test.1")[::2] == (410, b"Gone")
        assert ask(served.port, "/latest/a.svg?before.2")[0] == 410
        assert ask(served.port, "/latest/a.svg?test.2")[::2] == (200, b"<svg>2")
        assert ask(served.port, "/latest/b.svg?test.1")[::2] == (200, b"<svg>b")
        assert b'src="a.svg?test.2"><img src="b.svg?test.1"' in ask(served.port, "/latest/")[2]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/latest/sub", "/latest/sub/"),
        ("/latest/sub?x=//evil", "/latest/sub/?x=%2F%2Fevil"),
        ("/latest", "/latest/"),
        ("/v1", "/v1/"),
    ],
)
def test_a_folder_leads_to_its_page(port: int, asked: str, told: str) -> None:
    code, headers, _ = ask(port, asked)
    assert (code, headers["location"]) == (301, told)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "CONNECT", "FOO", "OPTIONS"])
def test_other_methods_are_not_allowed(served: Served, method: str) -> None:
    for path in ("/", "/events"):
        more = "Sec-Fetch-Site: cross-site\r\nContent-Length: 3\r\n"
        code, headers, _ = ask(served.port, path, method=method, more=more)
        assert (code, headers["allow"]) == (405, "GET, HEAD")
    assert served.board.shown.revision == 1


@pytest.mark.parametrize(
    "lines", ["Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "A b: c\r\n", " x\r\n"]
)
def test_a_request_that_two_could_read_apart_is_malformed(port: int, lines: str) -> None:
    assert ask(port, "/", more=lines)[0] == 400


def test_head_gives_the_headers_alone(port: int) -> None:
    whole, told = ask(port, "/latest/big.js"), ask(port, "/latest/big.js", method="HEAD")
    assert (told[0], told[1], told[2]) == (200, whole[1], b"")
    assert whole[1]["content-length"] == "300000"


@pytest.mark.parametrize("spans", ["0-10", "-5", "999999-", ",".join("0-1" for _ in range(1000))])
def test_ranges_are_ignored(port: int, spans: str) -> None:
    assert ask(port, "/latest/big.js", more=f"Range: bytes={spans}\r\n")[::2] == (200, FILES["big.js"])


@pytest.mark.parametrize(
    ("path", "kind", "saved"),
    [("manifest.json", "application/json", True), ("data/funnel.csv", "text/csv", True), ("", "text/html", False)],
)
@pytest.mark.parametrize("version", ["latest", "v1"])
def test_tables_are_saved_and_pages_are_opened(port: int, version: str, path: str, kind: str, saved: bool) -> None:
    code, headers, _ = ask(port, f"/{version}/{path}")
    assert code == 200
    assert headers["content-type"].startswith(kind)
    assert (headers.get("content-disposition") == "attachment") is saved


def test_pages_of_latest_follow_and_those_of_a_release_do_not(port: int) -> None:
    page = ask(port, "/latest/sub/")[2]
    assert re.search(rb'<head><script type="module" src="/_serve/client.js" data-events="/events/test.1/sub/', page)
    assert ask(port, "/v1/")[2] == RELEASED["index.html"]


def test_a_release_made_meanwhile_is_served_and_listed(tmp_path: Path) -> None:
    with serving(FILES, tmp_path / "site") as made:
        assert ask(made.port, "/v2/")[0] == 404
        assert b"v2" not in ask(made.port, "/versions.js")[2]
        store.release(RELEASED, tmp_path / "site", Origin("v2", "Two", "2026-01-01T00:00:00+00:00"))
        assert ask(made.port, "/v2/")[::2] == (200, RELEASED["index.html"])
        for name in ("versions.js", "versions.json", "versions.html"):
            assert b"v2" in ask(made.port, f"/{name}")[2]
        assert b"latest/index.html" in ask(made.port, "/versions.html")[2]


def test_several_requests_go_over_one_connection(port: int) -> None:
    one = "GET /latest/pages.js HTTP/1.1\r\nHost: localhost:$P\r\n"
    assert raw(port, f"{one}\r\n{one}Connection: close\r\n\r\n")[2].count(b"HTTP/1.1 200 OK") == 1


@pytest.mark.parametrize(
    "where",
    [Where("0.0.0.0"), Where("192.0.2.1"), Where(allowed=("evil example",)), Where(allowed=("a:80",)), Where("::")],
)
def test_a_door_that_is_open_needs_a_name(where: Where, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="allow-host"), serving(FILES, tmp_path, where=where):
        pass


def test_further_names_are_answered_when_they_are_allowed(tmp_path: Path) -> None:
    with serving(FILES, tmp_path, where=Where("0.0.0.0", 0, ("office.example",))) as made:
        assert ask(made.port, "/latest/", host="office.example:$P")[0] == 200
        assert ask(made.port, "/latest/", host="0.0.0.0:$P")[0] == 403
        with listening(made.port):
            assert ask(made.port, "/events", more="Origin: http://evil.example\r\n")[0] == 403


def test_a_taken_port_is_named_with_what_to_do(port: int, tmp_path: Path) -> None:
    with (
        pytest.raises(UsageError, match=rf"port {port} .*--port 0"),
        serving(FILES, tmp_path, where=Where(port=port)),
    ):
        pass
