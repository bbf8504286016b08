"""What belongs to a page's numbers is named with a mark of its content: no reader takes another build's for it."""

from __future__ import annotations

import json
import posixpath
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import DEALS, lay

from funnelbook.memory import digest
from funnelbook.project import load
from funnelbook.publish import build
from funnelbook.publish.observer import Silent
from funnelbook.publish.store import publish

PAGE = "2026-01/index.html"
LOST = [
    f"{number},2026-01-07 10:00:00,lost,lost,2026-01-20 10:00:00,500,Anna,site,too expensive\n"
    for number in range(11, 23)
]
_MARKED = re.compile(r'\s(?:src|srcset|data-specs)="([^"?]+)\?(\w+)"')
_PLAIN = re.compile(r'\s(?:src|srcset|data-specs|href)="([^"?#:]+\.(?:svg|js|css|csv))"')


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """Two builds; for the second, the CRM knows of more deals in January. They have the same files."""
    found = []
    for number, deals in enumerate((DEALS + "".join(LOST[:8]), DEALS + "".join(LOST))):
        folder = lay(tmp_path_factory.mktemp(str(number)) / "handbook", content__exports__deals_csv=deals)
        (folder / "content/exports/deals.csv").write_text(deals)
        found.append(dict(build.make(load(folder), Silent(), None).files))
    assert found[0].keys() == found[1].keys()
    return found


def shown_by(page: str, html: str, named: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """The files that a page names, from the site's root, and their marks."""
    for found in named.finditer(html):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(page), found[1])), *found.groups()[1:]


def shown_since(out: Path) -> tuple[int, int]:
    """Which publishing it is that readers see: also one that shows the same again."""
    status = (out / ".state").lstat()
    return status.st_ino, status.st_ctime_ns


def mark_in(path: str, content: bytes) -> str:
    """A script tells its mark itself; a picture's is of all that it is."""
    if path.endswith(".js"):
        return re.findall(r'"":"(\w+)"', content.decode())[0]
    return digest(content)[:8]


def test_every_picture_and_every_script_of_numbers_is_marked_by_its_content(builds: list[dict[str, bytes]]) -> None:
    for files in builds:
        pages = {path: content.decode() for path, content in files.items() if path.endswith(".html")}
        marked = [each for path, html in pages.items() for each in shown_by(path, html, _MARKED)]
        assert {path for path, _ in marked} == {
            path for path in files if path.endswith((".svg", "charts.js", "what-if.js")) and "assets/" not in path
        }
        assert [(path, mark) for path, mark in marked if mark_in(path, files[path]) != mark] == []
    one, other = (set(shown_by(PAGE, files[PAGE].decode(), _MARKED)) for files in builds)
    changed = {path for path, _ in one} & {path for path, _ in other if builds[0][path] != builds[1][path]}
    assert changed
    assert {path for path, _ in one ^ other} >= changed


@pytest.mark.slow
def test_a_reader_of_a_page_misses_nothing_and_knows_what_is_of_another_build(
    tmp_path: Path, builds: list[dict[str, bytes]]
) -> None:
    """While it is published five hundred times he opens the page, then by its addresses all that it shows."""
    own = {PAGE, "manifest.json"}
    for files in builds:
        html = files[PAGE].decode()
        own |= {path for path, *_ in [*shown_by(PAGE, html, _MARKED), *shown_by(PAGE, html, _PLAIN)]}
        own |= {path.replace(".csv", ".json") for path in own if path.startswith("data/")}
    small = [{path: content for path, content in files.items() if path in own} for files in builds]
    assert any(path.endswith(".json") and path.startswith("data/") for path in small[0])
    over, met = Event(), {"whole": 0, "mixed": 0}
    publish(small[0], tmp_path)

    def read() -> None:
        while not over.is_set():
            latest, state = tmp_path / "latest", shown_since(tmp_path)
            manifest = json.loads((latest / "manifest.json").read_bytes())["files"]
            html = (latest / PAGE).read_text()
            plain = [path for path in small[0] if path.endswith((".json", ".csv", ".css"))]
            contents = {path: (latest / path).read_bytes() for path in plain}
            marked = {path: ((latest / path).read_bytes(), mark) for path, mark in shown_by(PAGE, html, _MARKED)}
            others = [path for path, (content, mark) in marked.items() if mark_in(path, content) != mark]
            number = [files[PAGE].decode() for files in small].index(html)
            foreign = [path for path, (content, _) in marked.items() if small[number][path] != content]
            assert others == foreign  # by the mark alone, all that is of another build is known, and nothing else
            if state == shown_since(tmp_path) and not foreign:
                met["whole"] += 1
                assert {path: manifest[path]["bytes"] for path in plain} == {
                    path: len(content) for path, content in contents.items()
                }
            met["mixed"] += bool(foreign)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            for number in range(1, 501):
                publish(small[number % 2], tmp_path)
        finally:
            over.set()
        reader.result()
    assert met["whole"] > 0
    assert met["mixed"] > 0
