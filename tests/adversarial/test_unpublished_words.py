"""What must not come out by a side door: messages of commits, and playbooks that nobody meant to publish."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from hostile_handbook import site_of
from private_handbook import handbook, playbook

from commands import run_here
from funnelbook.handbook import Shelf, read_playbook
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent


def commit(folder: Path, subject: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
            (("NAME", "Ann"), ("EMAIL", "ann@example.org"), ("DATE", "1772359200 +0000"))}  # fmt: skip
    for arguments in (["init", "-q"], ["add", "content/en"], ["commit", "-q", "-m", subject]):
        subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True)


def test_a_customer_named_in_the_message_of_a_commit_is_not_published(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    commit(folder, "After the talk with Вера Щеколдина")
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "the site would tell a name here" in ended.err
    assert "a message" in ended.err
    assert "Щеколдин" not in ended.text


def test_a_customer_whom_a_playbook_named_once_is_not_published(tmp_path: Path) -> None:
    folder = handbook(tmp_path, "Ring Вера Щеколдина.")
    commit(folder, "first")
    note = folder / "content/en/note.md"
    note.write_text(playbook("Ring whoever asks."))
    commit(folder, "second")
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "playbooks/note.html" in ended.err
    assert "a playbook as it was" in ended.err


def test_a_draft_is_nowhere_in_a_build_and_on_the_served_site(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    note = folder / "content/en/note.md"
    note.write_text(note.read_text().replace("title: Note", "title: Zwieback\ndraft: true"))
    (folder / "content/en/other.md").write_text(playbook("Nothing.").replace("title: Note", "title: Other"))
    commit(folder, "drafted")
    assert run_here("build", "-q", "--project", folder).code == 0
    told = [path for path in site_of(folder).rglob("*") if path.is_file() and b"Zwieback" in path.read_bytes()]
    assert told == []
    assert not (site_of(folder) / "playbooks" / "note.html").exists()
    served = KeptSite(folder, Silent()).make().files
    page = served["playbooks/note.html"]
    assert b"Zwieback" in page
    assert b"A draft: only the site on this machine shows it." in page
    assert b"Zwieback" in served["playbooks/index.html"]


def test_a_draft_may_be_unfinished_and_no_playbook_leads_to_it(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    draft = folder / "content/en/draft.md"
    draft.write_text("---\ntitle: Later\nkind: refusal\ncause: fit\ndraft: true\n---\n\nNothing yet.\n")
    assert run_here("build", "-q", "--project", folder).code == 0
    site = KeptSite(folder, Silent())
    site.make()
    note = folder / "content/en/note.md"
    note.write_text(playbook("See [it](draft.md)."))
    site.make(frozenset({str(note)}))
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, ended.err.startswith("content/en/note.md:")) == (1, True), ended.text
    draft.write_text(draft.read_text().replace("draft: true", "draft: false"))
    ended = run_here("check", "--project", folder)
    assert (ended.code, "(missing-section)" in ended.err) == (1, True), ended.text


def test_a_playbook_becomes_a_draft_and_back_between_two_readings(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    note, shelf = folder / "content/en/note.md", Shelf(read_playbook)
    own = note.read_text()
    for text, count in ((own, 1), (own.replace("title:", "draft: yes\ntitle:"), 0), (own, 1)):
        note.write_text(text)
        assert len(shelf.load(folder / "content", "en", ["content/en/note.md"]).playbooks) == count


def test_a_page_out_of_the_search_is_still_a_page(tmp_path: Path) -> None:
    folder = handbook(tmp_path)
    note = folder / "content/en/note.md"
    own = note.read_text().replace("title: Note", "title: Pumpernickel")
    for text, is_searched in ((own, True), (own.replace("\nkind", "\nindex: false\nkind"), False)):
        note.write_text(text)
        assert run_here("build", "-q", "--project", folder).code == 0
        assert b"Pumpernickel" in (site_of(folder) / "playbooks" / "note.html").read_bytes()
        scripts = b"".join(path.read_bytes() for path in site_of(folder).glob("search-*.js"))
        assert (b"Pumpernickel" in scripts) is is_searched
