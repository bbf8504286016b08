"""A site kept in memory follows its project, and is what a clean build makes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from small_handbook import PLAYBOOK, lay

from funnelbook import charts, sources
from funnelbook.bundled import bundled
from funnelbook.errors import ContentError, ProjectError
from funnelbook.pages import edition
from funnelbook.project import load
from funnelbook.publish import build, kept, known
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.known import Known
from funnelbook.publish.observer import Silent
from funnelbook.publish.unchanged import memory_of


def test_follows_a_saved_playbook(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    kept = KeptSite(folder, Silent())
    assert b"Ring back" in kept.make().files["playbooks/note.html"]
    note = folder / "content/en/note.md"
    note.write_text(PLAYBOOK.replace("Ring back", "Write"))
    assert b"Write within an hour" in kept.make(frozenset({str(note)})).files["playbooks/note.html"]


def test_goes_on_once_a_mistake_is_mended(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    kept = KeptSite(folder, Silent())
    before = kept.make().files
    config = folder / "funnelbook.toml"
    text = config.read_text()
    config.write_text(text.replace("lang", "tongue"))
    with pytest.raises(ProjectError):
        kept.make(frozenset({str(config)}))
    config.write_text(text)
    assert kept.make(frozenset({str(config)})).files == before


def test_what_changed_in_a_language_that_was_switched_off_is_seen_when_it_is_back(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    config, russian = folder / "funnelbook.toml", folder / "content/ru"
    english = config.read_text()
    both = english.replace('lang = "en"', 'lang = ["en", "ru"]')
    kept = KeptSite(folder, Silent())

    def saved(path: Path, text: str) -> Mapping[str, bytes]:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return kept.make(frozenset({str(path)})).files

    saved(russian / "note.md", PLAYBOOK.replace("(other.md)", "(note.md)"))
    assert b"Ring back" in saved(config, both)["ru/playbooks/note.html"]
    saved(config, english)
    saved(russian / "note.md", PLAYBOOK.replace("Ring back", "Write"))
    with pytest.raises(ContentError, match="there is no file content/ru/other"):
        saved(config, both)
    saved(config, english)
    saved(russian / "other.md", PLAYBOOK.replace("(other.md)", "(note.md)"))
    assert b"Write within an hour" in saved(config, both)["ru/playbooks/note.html"]


def test_begins_by_reading_its_config_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, read = lay(tmp_path), list[Path]()
    monkeypatch.setattr(kept, "load", lambda root: (read.append(root), load(root))[1])
    KeptSite(folder, Silent()).make()
    assert read == [folder]


class Reader:
    """Looks at one page, and keeps what is brought."""

    looked_at = frozenset({"playbooks/note.html"})

    def __init__(self) -> None:
        self.brought: list[set[str]] = []

    def bring(self, files: Mapping[str, bytes]) -> None:
        self.brought.append(set(files))


def test_the_page_that_is_open_comes_first_when_others_must_be_made_too(tmp_path: Path) -> None:
    folder, reader = lay(tmp_path), Reader()
    kept = KeptSite(folder, Silent(), readers=reader)
    kept.make()
    assert reader.brought == []
    note = folder / "content/en/note.md"
    note.write_text(f"{PLAYBOOK}\nLast words.\n")
    made = kept.make(frozenset({str(note)})).files
    assert reader.brought == []  # no other page changed: it is not worth showing twice
    note.write_text(PLAYBOOK.replace("Ring back", "Write"))
    made = kept.make(frozenset({str(note)})).files
    assert [each & {"playbooks/note.html", "playbooks/index.html"} for each in reader.brought] == [
        {"playbooks/note.html"}
    ]
    assert b"Write" in made["playbooks/index.html"]


DRAFT = "---\ntitle: Yet to come\nkind: note\ndraft: true\n---\n\nNot said yet.\n"


def anew(folder: Path) -> Mapping[str, bytes]:
    """The site that nothing was known of but its charts."""
    return KeptSite(folder, Silent(), memory_of(load(folder))).make().files


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A handbook that was built; a draft is on no page of it."""
    folder = lay(tmp_path / "handbook", **{"content__en__draft.md": DRAFT})
    project = load(folder)
    build.build(project, folder / "site", Silent(), Known(memory=memory_of(project)))
    return folder


def test_begins_with_what_the_last_build_left(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, made = list[object](), list[str]()
    render = edition.Draft.page

    def page(draft: edition.Draft, *given: object, **named: object) -> object:
        made.append(draft.address)
        return render(draft, *given, **named)  # type: ignore[arg-type]  # as it comes

    with monkeypatch.context() as watched:
        watched.setattr(sources, "read", lambda *given, **_: read.append(given))
        watched.setattr(edition.Draft, "page", page)
        kept = KeptSite(published, Silent())
        first = kept.make().files
    assert read == []
    assert {"playbooks/draft.html", "playbooks/index.html"} <= set(made)
    assert not {"playbooks/note.html", "losses.html", "2026-01/index.html"} & set(made)
    shutil.rmtree(published / "site")  # all of it is in memory
    assert first == anew(published)
    for number, name in enumerate(("note", "other")):
        note = published / f"content/en/{name}.md"
        note.write_text(PLAYBOOK.replace("Note to self", f"Title {number}").replace("other.md", "draft.md"))
        assert kept.make(frozenset({str(note)})).files == anew(published)
        assert bool(list(kept.settle())) == (number == 0)  # what it finds out, once, changes nothing
    config = published / "funnelbook.toml"
    config.write_text(config.read_text() + "\n[metrics]\nmin_n = 1\n")
    assert kept.make(frozenset({str(config)})).files == anew(published)


def test_a_last_build_that_goes_meanwhile_is_made_up_for(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> object:
        shutil.rmtree(published / "site")
        raise FileNotFoundError

    monkeypatch.setattr(known, "in_memory", gone)
    assert KeptSite(published, Silent()).make().files == anew(published)
    assert not (published / "site").exists()


def test_draws_no_chart_of_a_month_whose_page_alone_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, drawn = lay(tmp_path), []
    kept = KeptSite(folder, Silent())
    kept.make()
    draw = charts.draw
    monkeypatch.setattr(charts, "draw", lambda *given, **named: drawn.append(given[0]) or draw(*given, **named))
    own = folder / "templates/month.html"
    own.parent.mkdir()
    own.write_text((bundled("templates") / "month.html").read_text().replace('<div class="head">', "<div>"))
    made = kept.make(frozenset({str(own)})).files
    assert drawn == []
    clean = KeptSite(folder, Silent()).make().files
    assert b"<div>\n  <h1>February 2026" in made["2026-02/index.html"]
    assert made == clean
    assert "win_rate" in drawn  # by the clean one
