"""A playbook saved while its site is served: until its new text is served, and until it is painted in an open page.

The text is the 1,000 playbooks that all generators are given; the program's site also has 36 months of the
simulator's deals. Its saves and `hugo server`'s take turns. Both are asked for the page every two milliseconds.
Painted is what Chromium has painted: the frame after the one in which the page's text changed has begun.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

import three_years
from building import PAGES
from generators import WORK, write_hugo, write_program
from handbook_text import place
from rows import Row
from servers import Server, serving_hugo, serving_program
from timing import Took

SAVES = 15
_FOLDER = WORK / "speed/live"
_SAVED = place(500)
#: Tells when the page has painted a text; the promise is there before the text is.
_PAINTED = """text => {
  window.painted = new Promise((done) => {
    const look = () => {
      if (!document.body.textContent.includes(text)) return;
      seen.disconnect();
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.timeOrigin + performance.now());
        channel.port2.postMessage(0);
      });
    };
    const seen = new MutationObserver(look);
    seen.observe(document.documentElement, { childList: true, characterData: true, subtree: true });
  });
}"""

#: Writes a text with the mark in it; returns when it began.
Save = Callable[[str], float]


def rows(runs: int) -> Iterator[Row]:
    saves = SAVES * max(1, runs // 3)
    _lay()
    with serving_program(_FOLDER / "program") as ours, serving_hugo(_FOLDER / "hugo") as theirs:
        yield from _served(ours, theirs, saves)
        with _opened() as page:
            yield from _painted(ours, page, saves)


def _lay() -> None:
    """The charts are kept from one run to the next, as they are between two runs of the server."""
    program = _FOLDER / "program"
    shutil.rmtree(program / "content", ignore_errors=True)
    shutil.rmtree(_FOLDER / "hugo", ignore_errors=True)
    write_program(program, PAGES, 0)
    (program / "content/exports/deals.csv").unlink()
    three_years.lay(program / "content/exports")
    write_hugo(_FOLDER / "hugo", PAGES, 0)


def _served(ours: Server, theirs: Server, saves: int) -> Iterator[Row]:
    """The last paragraph, which its own page alone shows; then the first, which the list of playbooks shows too."""
    for what, change in (("last words", _last), ("first words", _first)):
        took: dict[str, list[float]] = {"program": [], "hugo": [], "event": []}
        cpu = {each.name: each.cpu() for each in (ours, theirs)}
        for number in range(saves):
            for server, path in ((ours, f"content/ru/{_SAVED}.md"), (theirs, f"content/{_SAVED}.md")):
                mark, address = f"{what} {number}", server.address(_SAVED)
                heard = ours.hearing(address, mark) if server is ours else None
                began = change(_FOLDER / server.name / path)(mark)
                took[server.name].append(server.until(address, mark) - began)
                if heard:
                    took["event"].append(heard() - began)
        spent = {each.name: (each.cpu() - cpu[each.name]) / saves for each in (ours, theirs)}
        middle = {name: Took(statistics.median(each), spent.get(name, 0)) for name, each in took.items()}
        yield Row(f"save, {what}, served", middle["program"], "hugo server", middle["hugo"], 1 / 10)
        yield Row(f"save, {what}, told by event", middle["event"].wall, "hugo server", middle["hugo"].wall, None)


def _painted(ours: Server, page: Page, saves: int) -> Iterator[Row]:
    """In the playbook's own page; then its title, in the page of a month that names it beside its charts."""
    playbook = _FOLDER / "program/content/ru" / f"{_SAVED}.md"
    _open(page, ours, ours.address(_SAVED))
    for what, change in (("last words", _last), ("first words", _first)):
        took = [_paints(page, change(playbook), f"{what} seen {number}") for number in range(saves)]
        yield Row(f"save, {what}, painted, ms", statistics.median(took), "the limit", 50.0, 1)
    named, month = _month_that_names_one(ours)
    _open(page, ours, month)
    took = []
    for number in range(saves):
        ours.rest()  # of the other pages that name it
        took.append(_paints(page, _title(named), f"title seen {number}"))
    yield Row("save, month page, painted, ms", statistics.median(took), "the limit", 100.0, 1)


def _month_that_names_one(ours: Server) -> tuple[Path, str]:
    """A playbook for a stage that let deals go, and the newest month whose page names it."""
    path = _FOLDER / "program/content/ru/named-by-months.md"
    leaks = json.loads(ours.page("/latest/data/leaks.json"))
    leaks = [each for each in leaks if (each["difference"] or 0) < 0]
    for number, leak in enumerate(
        sorted(leaks, key=lambda each: (each["month"], -each["difference"]), reverse=True)
    ):
        head = f"---\ntitle: Named {number}\nkind: note\nstage: {leak['stage']}\n---\n\nSaid.\n"
        path.write_text(head, encoding="utf-8")
        ours.until(ours.address("named-by-months"), f"Named {number}")
        address = f"/latest/{leak['month']}/index.html"
        if "named-by-months" in ours.page(address):
            return path, address
    sys.exit("no month's page names a playbook")


def _paints(page: Page, save: Save, mark: str) -> float:
    """Milliseconds from the beginning of the save to the painted text."""
    page.evaluate(_PAINTED, mark)
    time.sleep(0.1)
    began = save(mark)
    return float(page.evaluate("window.painted")) - 1000 * began


def _open(page: Page, ours: Server, address: str) -> None:
    page.goto(f"http://127.0.0.1:{ours.port}{address}")
    page.wait_for_load_state("load")
    time.sleep(1)  # until it listens


@contextmanager
def _opened() -> Iterator[Page]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def _saved(path: Path, text: str) -> float:
    began = time.time()
    path.write_text(text, encoding="utf-8")
    return began


def _last(path: Path) -> Save:
    text = path.read_text(encoding="utf-8")
    return lambda mark: _saved(path, f"{text}\n{mark}.\n")


def _first(path: Path) -> Save:
    head, _, rest = path.read_text(encoding="utf-8").partition("\n---\n\n")
    return lambda mark: _saved(path, f"{head}\n---\n\n{mark}. {rest}")


def _title(path: Path) -> Save:
    lines = path.read_text(encoding="utf-8").split("\n")
    return lambda mark: _saved(path, "\n".join([lines[0], f"title: {mark}", *lines[2:]]))
