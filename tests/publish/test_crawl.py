"""A published site is a folder: whoever opens or serves it, at whatever address, finds where every link leads."""

from __future__ import annotations

import functools
import http.server
import re
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from funnelbook import project
from funnelbook.publish.build import Wanted, build, release
from funnelbook.publish.observer import Silent

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import CONFIG, DEALS, lay

NAMING = {"href", "src", "srcset", "data-specs", "data-runtime"}
OUTSIDE = {"http", "https", "mailto", "data"}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in NAMING and value is not None]
        self.anchors |= {value for name, value in attrs if name == "id" and value}


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the site lies at `reports/funnel`: two releases, a later build, two languages."""
    config = CONFIG.replace('lang = "en"', 'lang = ["en", "ru"]')
    folder = lay(tmp_path_factory.mktemp("crawled") / "handbook", **{"funnelbook.toml": config})
    (folder / "content/en/look here.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "content/en/third.md").write_text(
        "---\ntitle: Third\nkind: note\n---\n\n![A look](<look here.png>) [Other](other.md)\n\n"
        "```{chart} win_rate\n```\n"
    )
    out = folder.parent / "reports" / "funnel"
    release(project.load(folder), out, Silent(), Wanted("2026-01"))
    (folder / "content/exports/deals.csv").write_text(DEALS.replace(",1000,", ",1500,"), encoding="utf-8")
    release(project.load(folder), out, Silent(), Wanted("2026-02"))
    build(project.load(folder), out, Silent())
    return folder.parent


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def crawl(start: str) -> dict[str, str]:
    """What is wrong, by link: not there, not relative, out of the site, or without its anchor."""
    home = urljoin(start, ".")
    todo, seen, wrong = [start], dict[str, set[str] | None](), dict[str, str]()
    asked: list[tuple[str, str]] = []
    while todo:
        url = todo.pop()
        if url in seen:
            continue
        try:
            with urllib.request.urlopen(url) as answer:
                content = answer.read()
        except OSError as error:
            wrong[url] = str(error)
            continue
        links, anchors = _links(url, content)
        seen[url] = anchors
        for link in links:
            parts = urlsplit(link)
            if parts.scheme in OUTSIDE:
                continue
            target = urljoin(url, link)
            if parts.scheme or parts.netloc or link.startswith("/") or not target.startswith(home):
                wrong[f"{link} on {url}"] = "not within the site"
                continue
            page = target.partition("#")[0].partition("?")[0]
            asked.append((page, unquote(parts.fragment)))
            todo.append(page)
    for page, anchor in asked:
        found = seen.get(page)
        if anchor and found is not None and anchor not in found:
            wrong[f"{page}#{anchor}"] = "no such place"
    assert len(seen) > 100
    return wrong


def _links(url: str, content: bytes) -> tuple[list[str], set[str] | None]:
    if url.endswith(".html"):
        found = Links()
        found.feed(content.decode())
        return found.found, found.anchors
    if url.endswith(".css"):
        return re.findall(r"url\([\"']?([^\"')]+)", content.decode()), None
    return [], None


def test_every_link_works_from_a_folder(below: Path) -> None:
    assert crawl((below / "reports/funnel/index.html").as_uri()) == {}


def test_every_link_works_at_an_address_below_others(below: Path) -> None:
    with served(below) as address:
        assert crawl(f"{address}reports/funnel/index.html") == {}
        assert urllib.request.urlopen(f"{address}reports/funnel/").status == 200
