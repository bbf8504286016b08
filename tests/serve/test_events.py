"""What an open page is told: what changed since it looked last, and nothing that does not concern it."""

from __future__ import annotations

import json
import time
from pathlib import Path

from funnelbook.errors import Finding, Place
from funnelbook.serve.board import Shown
from funnelbook.serve.events import messages
from funnelbook.serve.mistakes import mistakes_of
from funnelbook.serve.server import Limits
from serving import Served, ask, heard_until, listening, serving

PAGE = (
    b'<link rel="stylesheet" href="../assets/site.css"><img src="plan-charts/one.svg?0a1b2c3d"><p>text'
    b'<figure data-specs="plan-charts.js"><a href="other.html#x">'
)
#: What the page shows, by its state, which takes the place of a build's mark; what it leads to is not marked.
MARKED = PAGE.decode().replace("site.css", "site.css?s.1").replace("one.svg?0a1b2c3d", "one.svg?s.1")
FILES = {
    "index.html": b"home",
    "en/index.html": b"home",
    "en/plan.html": PAGE,
    "en/other.html": b"other",
    "assets/site.css": b"a{}",
    "assets/other.css": b"b{}",
    "en/plan-charts/one.svg": b"<svg/>",
    "en/plan-charts.js": b"1",
}
WRONG = [Finding(Place("note.md", 3, 1), "rule", "</script><img src=x onerror=alert(1)>\x1b[2J", "mend it")]


def told(shown: Shown, page: str | None, since: int) -> list[tuple[str, dict[str, object]]]:
    events = messages(shown, page, since).decode().split("\n\n")[:-1]
    pairs = [event.split("\n") for event in events]
    assert all(len(pair) == 2 for pair in pairs)
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def first() -> Shown:
    return Shown("s").made(FILES)


def test_a_page_hears_its_new_text_and_its_files_that_changed() -> None:
    new = {**FILES, "en/plan.html": PAGE + b"!", "assets/site.css": b"c{}", "assets/other.css": b"d{}"}
    shown = first().made({**new, "en/plan-charts/one.svg": b"<svg>2", "en/other.html": b"new"})
    [(name, data)] = told(shown, "en/plan.html", 1)
    assert name == "change"
    assert data["html"] == (MARKED + "!").replace("site.css?s.1", "site.css?s.2").replace("svg?s.1", "svg?s.2")
    assert data["files"] == ["/latest/assets/site.css?s.2", "/latest/en/plan-charts/one.svg?s.2"]
    assert (data["revision"], data["home"]) == ("s.2", None)


def test_a_page_that_did_not_change_hears_only_that_all_is_well() -> None:
    shown = first().made({**FILES, "en/other.html": b"new"})
    [(name, data)] = told(shown, "en/plan.html", 1)
    assert (name, data["html"], data["files"], data["home"]) == ("change", None, [], None)


def test_what_was_missed_is_caught_up_with_at_once() -> None:
    shown = first().made({**FILES, "en/plan.html": b"a"}).made({**FILES, "en/plan.html": b"b"})
    shown = shown.made({**shown.files, "index.html": b"c"})
    [(_, data)] = told(shown, "en/plan.html", 1)
    assert data["html"] == "b"
    assert told(shown, "en/plan.html", shown.since("s.4")) == []


def test_a_page_of_another_run_of_the_server_hears_everything() -> None:
    [(_, data)] = told(first(), "en/plan.html", first().since("other.9"))
    assert data["html"] == MARKED
    assert len(data["files"]) == 3  # type: ignore[arg-type]  # a list
    assert [first().since(name) for name in ("s.-1", "s.x", "s.", "", "s.²", "s.99999999999")] == [-1] * 6


def test_a_page_that_is_gone_hears_where_to_go_and_hears_when_it_is_back() -> None:
    gone = first().made({path: content for path, content in FILES.items() if path != "en/plan.html"})
    assert told(gone, "en/plan.html", 1)[0][1]["home"] == "/latest/en/index.html"
    back = gone.made(FILES)
    assert told(back, "en/plan.html", 2)[0][1] == {
        "revision": "s.3",
        "html": MARKED,
        "files": [],
        "home": None,
    }


def test_mistakes_come_with_what_changed_before_them() -> None:
    shown = first().made({**FILES, "en/plan.html": b"a"}).failed(mistakes_of(WRONG, Path("/nowhere")))
    assert [name for name, _ in told(shown, "en/plan.html", 1)] == ["change", "error"]
    assert [name for name, _ in told(shown, "en/plan.html", 2)] == ["error"]
    assert [name for name, _ in told(shown, "en/plan.html", 3)] == ["error"]
    mended = shown.made(shown.files)
    assert told(mended, "en/plan.html", 3) == [
        ("change", {"revision": "s.4", "html": None, "files": [], "home": None})
    ]


def test_control_signs_of_a_mistake_are_made_visible() -> None:
    [(_, data)] = told(first().failed(mistakes_of(WRONG, Path("/nowhere"))), None, 1)
    assert "\\u001b" not in json.dumps(data)
    assert "</script><img src=x onerror=alert(1)>␛[2J" in json.dumps(data, ensure_ascii=False)


def test_events_come_over_http_as_they_happen(tmp_path: Path) -> None:
    with serving(FILES, tmp_path) as served, listening(served.port, "/events/test.1/en/plan.html") as page:
        served.show({**FILES, "en/plan.html": b"new"})
        heard = heard_until(page, b"\n\n")
        assert heard.startswith(b"event: change\n")
        assert b'"html":"new"' in heard
        served.board.show(served.board.shown.failed(mistakes_of(WRONG, tmp_path)))
        assert heard_until(page, b"\n\n").startswith(b"event: error\n")
        code, _, body = ask(served.port, "/latest/en/plan.html")
        assert (code, body.startswith(b"new")) == (200, True)


def test_before_the_first_good_build_every_path_tells_what_is_wrong(tmp_path: Path) -> None:
    with serving(None, tmp_path) as served:
        for path in ("/", "/latest/", "/versions.js", "/latest/assets/site.css", "/nothing"):
            code, headers, body = ask(served.port, path)
            assert (code, headers["content-type"]) == (503, "text/html; charset=utf-8")
            assert b"The site is being built" in body
        assert ask(served.port, "/_serve/client.js")[0] == 200
        with listening(served.port, "/events/test.0/") as page:
            served.board.show(served.board.shown.failed(mistakes_of(WRONG, tmp_path)))
            assert heard_until(page, b"\n\n").startswith(b"event: error\n")
            body = ask(served.port, "/latest/en/plan.html")[2]
            assert b"&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\xe2\x90\x9b[2J" in body
            assert b"note.md:3:1" in body
            served.show(FILES)
            assert heard_until(page, b"\n\n").startswith(b"event: change\n")
        assert ask(served.port, "/latest/en/plan.html")[0] == 200


def wait_for_listeners(served: Served, number: int) -> None:
    for _ in range(200):
        if served.server.listeners == number:
            return
        time.sleep(0.02)
    raise AssertionError(f"{served.server.listeners} listeners, not {number}")


def test_a_page_that_goes_is_forgotten_and_more_than_enough_are_refused(tmp_path: Path) -> None:
    with serving(FILES, tmp_path, limits=Limits(listeners=2)) as served:
        with listening(served.port), listening(served.port):
            code, headers, _ = ask(served.port, "/events")
            assert (code, headers["retry-after"]) == (503, "2")
        wait_for_listeners(served, 0)
        with listening(served.port):
            wait_for_listeners(served, 1)


def test_a_page_hears_signs_of_life(tmp_path: Path) -> None:
    with serving(FILES, tmp_path, limits=Limits(sign=0.05)) as served, listening(served.port) as page:
        assert heard_until(page, b"still here\n\n")
