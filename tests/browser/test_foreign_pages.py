"""A page of somebody else, open in the same browser, gets nothing of a handbook that is served on this machine."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from serving import Served, serving

FILES = {
    "index.html": b"<!doctype html><title>Home</title><p>ours</p>",
    "data/x.json": b"window.taken = 1",
    "x.js": b"window.taken = 1",
    "x.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>',
}
PAGE = b"<!doctype html><title>Theirs</title><body>"
TRY = """(home) => {
  const put = (name, address) => new Promise((done) => {
    const element = document.createElement(name);
    element.onload = () => done("loaded");
    element.onerror = () => done("refused");
    element.src = home + address;
    document.body.append(element);
  });
  const got = (mode) => fetch(home + "data/x.json", { mode }).then(() => "loaded", () => "refused");
  return Promise.all([put("script", "x.js"), put("script", "data/x.json"), put("img", "x.svg"),
    got("no-cors"), got("cors")]);
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(FILES, tmp_path_factory.mktemp("foreign")) as made:
        yield made


@pytest.fixture(scope="module")
def theirs() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://evil.example:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_scripts_pictures_and_fetches_of_a_foreign_page_are_refused(
    browser: Browser, served: Served, theirs: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(theirs)
        assert page.evaluate(TRY, f"{served.url}latest/") == ["refused"] * 5
        assert page.evaluate("window.taken") is None


def test_no_foreign_page_frames_ours(browser: Browser, served: Served, theirs: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(theirs)
        page.evaluate(
            "(home) => new Promise((done) => { const frame = document.createElement('iframe');"
            " frame.onload = done; frame.src = home; document.body.append(frame); })",
            f"{served.url}latest/index.html",
        )
        (frame,) = [each for each in page.frames if each is not page.main_frame]
        assert "ours" not in frame.content()
        own = context.new_page()
        own.goto(f"{served.url}latest/index.html")
        assert own.locator("p").inner_text() == "ours"
