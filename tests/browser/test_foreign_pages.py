"""A page of somebody else, open in the same browser, gets nothing from the server of a handbook in the making."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from serving import Served, serving

FILES = {
    "index.html": b"<!DOCTYPE html><title>handbook</title><p id=secret>secret</p>",
    "own.js": b"window.stolen = true",
    "data/x.json": b'{"secret": 1}',
    "pic.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
}
#: How a page of evil.example tries to get at what stands below `root`: what each try came to.
TRIES = """async (root) => {
  const loaded = (name, address) => new Promise((done) => {
    const made = Object.assign(document.createElement(name), { src: root + address });
    made.onload = () => done(true);
    made.onerror = () => done(false);
    document.body.append(made);
  });
  const fetched = (mode) => fetch(root + "data/x.json", { mode }).then(() => true, () => false);
  const found = {
    script: await loaded("script", "own.js"),
    data: await loaded("script", "data/x.json"),
    picture: await loaded("img", "pic.svg"),
    fetch: await fetched("no-cors"),
    read: await fetched("cors"),
  };
  await loaded("iframe", "index.html");
  return { ...found, stolen: window.stolen === true };
}"""


class _Anybody(BaseHTTPRequestHandler):
    """A careless server: the same files for whoever asks, and an empty page for the rest."""

    def do_GET(self) -> None:
        path = self.path.removeprefix("/latest/")
        self.send_response(200)
        kinds = {"html": "text/html", "svg": "image/svg+xml", "js": "text/javascript", "json": "text/javascript"}
        self.send_header("Content-Type", kinds.get(path.rpartition(".")[2], "text/html"))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(
            {**FILES, "data/x.json": b"({})"}.get(path, b"<!DOCTYPE html><title>evil</title><p>evil</p>")
        )

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def careless() -> Iterator[int]:
    """The port of a server that refuses nothing."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Anybody)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def evil(browser: Browser, careless: int) -> Iterator[Page]:
    """A page of evil.example, whose name has been led to this machine."""
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    misled = browser.browser_type.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", rules])
    page = misled.new_context().new_page()
    page.goto(f"http://evil.example:{careless}/")
    yield page
    misled.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(FILES, tmp_path) as made:
        yield made


def framed(page: Page, root: str) -> list[str]:
    """What stands in the frames that show something of `root`."""
    shown = [each for each in page.frames if each.url.startswith(root)]
    return [each.inner_text("body") for each in shown]


def test_a_page_of_another_site_gets_no_script_data_or_picture_and_shows_no_frame(
    evil: Page, served: Served, careless: int
) -> None:
    root = f"http://127.0.0.1:{served.port}/latest/"
    assert not any(evil.evaluate(TRIES, root).values())
    assert framed(evil, root) == []
    careless_root = f"http://127.0.0.1:{careless}/latest/"  # the tries work where nobody refuses
    assert all(evil.evaluate(TRIES, careless_root).values())
    assert framed(evil, careless_root) == ["secret"]


def test_a_foreign_name_that_leads_here_is_refused(evil: Page, served: Served) -> None:
    opened = evil.context.new_page()
    answer = opened.goto(f"http://evil.example:{served.port}/latest/")
    assert answer is not None
    assert answer.status == 403
    assert "secret" not in opened.content()
    opened.close()
