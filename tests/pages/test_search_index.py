"""What the search looks through: reviewed prose alone, and all of it."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from funnelbook.project import load
from funnelbook.publish import build
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import PLAYBOOK, lay

BEGINNING = "Object.assign((window.funnelbookSearch ??= {}), "


def scripts(files: Mapping[str, bytes], folder: str = "") -> dict[str, str]:
    named = re.compile(re.escape(folder) + r"search-\d+\.js")
    return {path: each.decode() for path, each in files.items() if named.fullmatch(path)}


def entries(files: Mapping[str, bytes], folder: str = "") -> list[list[Any]]:
    found = []
    for script in scripts(files, folder).values():
        assert script.startswith(BEGINNING)
        told = json.loads(script.removeprefix(BEGINNING).removesuffix(");\n"))
        found += [each for key, part in told.items() if key != "kinds" for each in part]
    return found


def made(folder: Path) -> Mapping[str, bytes]:
    return build.make(load(folder), Silent()).files


def test_drafts_and_what_keeps_itself_out_are_not_among_it(tmp_path: Path) -> None:
    hidden = PLAYBOOK.replace("kind: note", "kind: note\nindex: false").replace("Note to self", "Okapi")
    draft = PLAYBOOK.replace("kind: note", "kind: note\ndraft: true").replace("Note to self", "Tapir")
    folder = lay(tmp_path)
    (folder / "content/en/hidden.md").write_text(hidden)
    (folder / "content/en/draft.md").write_text(draft)
    files = KeptSite(folder, Silent()).make().files  # which shows drafts
    assert b"Okapi" in files["playbooks/hidden.html"]
    assert b"Tapir" in files["playbooks/draft.html"]
    assert sorted(each[1] for each in entries(files) if each[0].startswith("playbooks/")) == [
        "Note to self",
        "Other",
    ]
    assert "Okapi" not in "".join(scripts(files).values())
    assert "Tapir" not in "".join(scripts(files).values())


@pytest.mark.parametrize("number", ["4111111111111111", "12345678", "٤١١١١١١١١", "１２３４５６７８"])
def test_long_numbers_are_left_out(tmp_path: Path, number: str) -> None:
    folder = lay(tmp_path)
    text = PLAYBOOK.replace("Note to self", f"Account {number}").replace("an hour", f"123456 {number} Б")
    (folder / "content/en/note.md").write_text(f"{text}\n## Call {number}\n")
    told = "".join(scripts(made(folder)).values())
    assert number not in told
    assert "Ring back within 123456 … Б" in told
    assert '"Account …"' in told


def test_numbers_of_live_places_and_names_of_the_crm_are_not_among_it(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    body = "We win {metric}`win_rate` of {term}`deal`.\n\n## By {page}`losses`\n"
    (folder / "content/en/note.md").write_text(f"{PLAYBOOK}\n{body}")
    files = made(folder)
    [note] = [each for each in entries(files) if each[0] == "playbooks/note.html"]
    assert note[4].splitlines()[-2:] == ["We win … of ….", "By …"]
    assert [text for _, text in note[3]] == ["By …"]
    for private in ("Anna", "Boris", "Offer sent", "too expensive"):
        assert private not in "".join(scripts(files).values())


def test_a_script_cannot_be_ended_by_a_text(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    (folder / "content/en/note.md").write_text(PLAYBOOK.replace("Note to self", "'</script><!-- & \u2028'"))
    for script in scripts(made(folder)).values():
        assert not set("<>&\u2028") & set(script.removeprefix(BEGINNING))


def test_a_changed_handbook_is_searched_as_one_that_was_built_anew(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    content, draw = folder / "content/en", random.Random(7)
    for number in range(150):  # several parts
        (content / f"rule-{number}.md").write_text(PLAYBOOK.replace("Note to self", f"Rule {number}"))
    kept = KeptSite(folder, Silent())
    kept.make()
    for step in range(12):
        path = content / f"rule-{draw.randrange(170)}.md"
        text = PLAYBOOK.replace("an hour", f"{step} hours")
        if path.exists() and step % 3 == 0:
            path.unlink()
        else:
            path.write_text(text.replace("kind: note", "kind: note\nindex: false") if step % 4 == 1 else text)
        assert scripts(kept.make(frozenset({str(path)})).files) == scripts(made(folder))


def test_one_changed_playbook_makes_one_small_file_anew(tmp_path: Path) -> None:
    folder = lay(tmp_path)
    for number in range(300):
        (folder / f"content/en/rule-{number}.md").write_text(PLAYBOOK.replace("Note to self", f"Rule {number}"))
    kept = KeptSite(folder, Silent())
    before = kept.make().files
    note = folder / "content/en/note.md"
    note.write_text(PLAYBOOK.replace("an hour", "a fortnight"))
    after = kept.make(frozenset({str(note)})).files
    changed = {path for path in after if before.get(path) != after[path]}
    assert len(scripts(before)) == 17
    told = {path for path, script in scripts(after).items() if "a fortnight" in script}
    assert len(told) == 1
    assert changed == {"playbooks/index.html", "playbooks/note.html", *told}  # the index shows how playbooks begin
