"""Nothing that only private columns hold is published, wherever it came from; and nothing else stops a build."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_handbook import site_of
from private_handbook import export, handbook, playbook

from commands import run_here
from funnelbook.errors import FunnelbookError
from funnelbook.publish import gate
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent

#: What a playbook says, and the column in which it begins to tell.
TELLING = {
    "a name as the export has it": ("Щеколдина Вера Павловна", 1),
    "a first and a last name": ("See Вера Щеколдина.", 5),
    "a name in another case": ("Ask Веру Щеколдину first.", 5),
    "capitals": ("ФОРТОЧКИН ОЛЕГ", 1),
    "emphasis": ("**Олег** _Форточкин_", 3),
    "a name with an apostrophe": ("Mr Conan O'Brien", 4),
    "a company": ("For ООО «Ставни и Засовы»", 5),
    "a phone as it is written": ("Ring +7 (916) 555-01-02", 6),
    "a phone of abroad": ("Ring +442079460958", 6),
    "a phone at home": ("Ring 8 916 555-01-02", 6),
    "a phone without its prefix": ("Ring 916-555-01-02", 6),
    "an address": ("Write to VERA@example.org", 10),
    "a link": ("[write](mailto:vera@example.org)", 9 + 7),
    "a phone of a note": ("Ring +79035557788", 6),
    "an address of a note": ("<zhena@example.org>", 2),
}
HARMLESS = (
    "Продажа окон: see Засова, Форточкин, Олег.",
    "A New Contact is called Новый Контакт by the CRM.",
    "Ask Мария Засова, who sells and has bought.",
    "The sum was 79 165 550 102 roubles, of 0.79165550102, on 2026-01-05 10:00.",
    "The умный дом is a product, and so is Умный дом.",
    "Write to sales@example.org or ring +7 495 000-00-01.",
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, KeptSite]:
    folder = handbook(tmp_path_factory.mktemp("private"))
    site = KeptSite(folder, Silent())
    site.make()
    return folder, site


@pytest.fixture
def note(kept: tuple[Path, KeptSite]) -> Iterator[Path]:
    """The playbook, put right afterwards."""
    path = kept[0] / "content" / "en" / "note.md"
    yield path
    path.write_text(playbook("Ring back within an hour."))
    kept[1].make(frozenset({str(path)}))


@pytest.mark.parametrize("what", TELLING)
def test_a_customer_typed_into_a_playbook_is_told_where_it_stands(
    kept: tuple[Path, KeptSite], note: Path, what: str
) -> None:
    body, column = TELLING[what]
    note.write_text(playbook(f"First.\n\n{body}"))
    with pytest.raises(FunnelbookError) as told:
        kept[1].make(frozenset({str(note)}))
    assert {each.rule for each in told.value.findings} == {"private-value"}
    first = min(told.value.findings)
    assert (first.place.path, first.place.line, first.place.column) == ("content/en/note.md", 9, column)
    assert not re.search("555|example|Щеколд|Форточ|Brien|Засов", str(told.value))


def test_a_name_that_breaks_over_two_lines_is_one(kept: tuple[Path, KeptSite], note: Path) -> None:
    note.write_text(playbook("First, ring Вера\nЩеколдина."))
    with pytest.raises(FunnelbookError) as told:
        kept[1].make(frozenset({str(note)}))
    assert str(told.value).startswith("content/en/note.md:7:13: a name stands here")


@pytest.mark.parametrize("body", HARMLESS)
def test_what_tells_nobody_stops_nothing(kept: tuple[Path, KeptSite], note: Path, body: str) -> None:
    note.write_text(playbook(body))
    assert kept[1].make(frozenset({str(note)})).files


def test_a_save_searches_what_it_made_anew_and_nothing_else(
    kept: tuple[Path, KeptSite], note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    pieces = gate._pieces
    monkeypatch.setattr(gate, "_pieces", lambda path, content: (searched.append(path), pieces(path, content))[1])
    note.write_text(playbook("Ring back within two hours."))
    files = kept[1].make(frozenset({str(note)})).files
    assert "playbooks/note.html" in " ".join(searched) or any("note" in path for path in searched)
    assert len(searched) < len(files) / 4


def test_a_build_is_refused_and_readers_keep_the_last_one(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    assert run_here("build", "-q", "--project", folder).code == 0
    before = site_of(folder)
    (folder / "content/en/note.md").write_text(playbook("Ring Вера Щеколдина."))
    for command in (("build", "-q"), ("release", "a", "-q"), ("check",)):
        ended = run_here(*command, "--project", folder)
        assert ended.code == 1
        assert "content/en/note.md:7:6: a name stands here" in ended.err
        assert "Щеколдин" not in ended.text
    assert site_of(folder) == before


def test_a_phone_in_a_published_column_is_told_at_the_file_that_shows_it(tmp_path: Path) -> None:
    folder = handbook(tmp_path, **{"Причина отказа": "Дорого, ждёт на 8 916 555-01-02"})
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "the site would tell a phone here" in ended.err
    assert "(private-value)" in ended.err
    assert "555" not in ended.text


def test_an_exception_needs_a_reason_which_the_release_records(tmp_path: Path) -> None:
    folder = handbook(tmp_path, "Ring Вера Щеколдина, or ООО «Ставни и Засовы».")
    toml = folder / "funnelbook.toml"
    plain = toml.read_text()
    toml.write_text(plain + '[[privacy.exceptions]]\nvalue = "Вера Щеколдина"\n')
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "needs a `reason`" in ended.err
    toml.write_text(
        plain
        + '[[privacy.exceptions]]\nvalue = "Вера Щеколдина"\nreason = "our reference, agreed in writing"\n'
        + '[[privacy.exceptions]]\ncolumn = "компания"\nreason = "our customers are on our web site"\n'
    )
    ended = run_here("release", "a", "-q", "--project", folder)
    assert ended.code == 0, ended.text
    manifest = json.loads((site_of(folder) / "manifest.json").read_bytes())
    assert manifest["exceptions"] == [
        {"value": "Вера Щеколдина", "reason": "our reference, agreed in writing"},
        {"column": "компания", "reason": "our customers are on our web site"},
    ]
    assert run_here("verify", "--project", folder).code == 0


@pytest.mark.parametrize("body", ["Ring Вера Щеколдина.", "Ring 8 916 555-01-02.", "Write to zhena@example.org."])
def test_what_is_kept_of_an_imported_export_is_recognised_too(tmp_path: Path, body: str) -> None:
    """Of the file itself nothing is there any more."""
    folder = handbook(tmp_path / "book", body)
    deals = folder / "content/exports/deals.csv"
    coming = deals.rename(tmp_path / "amocrm_export_leads_2026-02-25.csv")
    assert run_here("import", coming, "--project", folder).code == 0
    coming.unlink()
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "content/en/note.md:7:" in ended.err
    for path in (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
        assert not re.search(rb"5550102|zhena@", path.read_bytes()), path
        if path.parent.name == ".funnelbook":
            assert path.stat().st_mode & 0o077 == 0, path


def test_an_unchanged_export_is_not_read_for_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handbook(tmp_path)
    assert run_here("build", "-q", "--project", folder).code == 0
    searched: list[str] = []
    pieces = gate._pieces
    monkeypatch.setattr(gate, "_pieces", lambda path, content: (searched.append(path), pieces(path, content))[1])
    monkeypatch.setattr("funnelbook.sources.private_values._gather", None)
    (folder / "content/en/note.md").write_text(playbook("Ring back within two hours."))
    assert run_here("build", "-q", "--project", folder).code == 0
    assert 0 < len(searched) < 20


def test_new_exports_are_looked_for_everywhere(tmp_path: Path) -> None:
    folder = handbook(tmp_path, "Ring Вера Затворова.")
    site = KeptSite(folder, Silent())
    site.make()
    deals = folder / "content/exports/deals.csv"
    deals.write_text(export(**{"Основной контакт": "Затворова Вера"}))
    with pytest.raises(FunnelbookError, match=r"content/en/note\.md:7:6"):
        site.make(frozenset({str(deals)}))
