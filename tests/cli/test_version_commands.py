"""`release`, `versions`, `verify`, `rollback` as a user meets them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from handbook_in_git import Repository
from small_handbook import DEALS, PLAYBOOK

from commands import run_here

Lay = Callable[..., Path]


def test_from_the_first_release_to_a_restated_month(handbook: Lay) -> None:
    folder = handbook()
    site = folder / "site"
    assert run_here("versions", "--project", folder).code == 1
    ended = run_here("release", "2026-01", "--title", "Январь", "--project", folder)
    assert ended.code == 0, ended.text
    assert "Released 2026-01" in ended.out
    again = run_here("release", "2026-01", "--title", "Январь", "--project", folder)
    assert (again.code, "nothing changed" in again.out) == (0, True)
    other = run_here("release", "2026-01", "--title", "Other", "--project", folder)
    assert (other.code, "never changed" in other.err) == (1, True)

    (folder / "content/exports/deals.csv").write_text(DEALS.replace(",1000,", ",1500,"))
    assert run_here("build", "-q", "--project", folder).code == 0
    listed = run_here("versions", "--project", folder)
    assert listed.out.split()[5:9] == ["2026-01", "Январь", "no", "git"]
    assert "latest shows a later build" in listed.out
    rows = list(
        csv.DictReader(io.StringIO(run_here("metrics", "restated", "--format", "csv", "--project", folder).out))
    )
    assert [(row["month"], row["figure"], row["version"], row["published"], row["now"]) for row in rows] == [
        ("2026-01", "revenue", "2026-01", "1000.0", "1500.0")
    ]
    assert (site / "latest/data/restated.csv").is_file()
    assert 'id="restated"' in (site / "latest/2026-01/index.html").read_text()
    assert 'id="restated"' not in (site / "2026-01/2026-01/index.html").read_text()

    back = run_here("rollback", "2026-01", "--project", folder)
    assert (back.code, "latest shows 2026-01 again" in back.out) == (0, True)
    assert json.loads((site / "versions.json").read_text()) == [
        {"version": "2026-01", "title": "Январь", "aliases": ["latest"]}
    ]
    assert run_here("verify", "--project", folder).code == 0
    (site / "2026-01/index.html").write_text("forged")
    told = run_here("verify", "--project", folder)
    assert told.code == 1
    assert "2026-01/index.html: the file is not as it was published" in told.err
    assert "latest/index.html" in told.err
    wrong = run_here("rollback", "2026-10", "--project", folder)
    assert (wrong.code, "did you mean '2026-01'" in wrong.err) == (1, True)


def test_uncommitted_work_is_refused_file_by_file_unless_it_is_allowed(handbook: Lay) -> None:
    folder = handbook(**{".gitignore": "/site/*\n/.funnelbook/\n"})
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True)
    (folder / "content/en/new.md").write_text((folder / "content/en/note.md").read_text())
    ended = run_here("release", "a", "--project", folder)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].startswith("content/en/new.md: the file is not as git's newest commit has it")
    assert not (folder / "site").exists()
    assert run_here("release", "a", "-q", "--allow-dirty", "--project", folder).code == 0
    manifest = json.loads((folder / "site/a/manifest.json").read_text())
    assert manifest["dirty"] == ["content/en/new.md"]
    assert ", with 1 uncommitted" in run_here("versions", "--project", folder).out


def test_a_version_is_wanted_back_most_when_the_project_is_broken(handbook: Lay) -> None:
    folder = handbook()
    assert run_here("release", "a", "-q", "--project", folder).code == 0
    (folder / "funnelbook.toml").write_text("[site\n")
    for command in (["versions"], ["verify"], ["rollback", "a"]):
        ended = run_here(*command, "--project", folder)
        assert ended.code == 0, ended.text


def test_a_damaged_release_does_not_stop_a_build(handbook: Lay) -> None:
    folder = handbook()
    assert run_here("release", "a", "-q", "--project", folder).code == 0
    (folder / "site/a/data/monthly.json").write_text("[]")
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 0
    assert "its figures are not compared" in ended.err


def test_a_name_is_refused_before_anything_is_made(handbook: Lay) -> None:
    folder = handbook()
    for name in ("latest", "../x", "версия"):
        ended = run_here("release", name, "--project", folder)
        assert ended.code == 1
        assert "(version-name)" in ended.err
    assert not (folder / "site").exists()


def test_a_commit_that_is_published_again_has_the_hash_that_it_had(handbook: Lay) -> None:
    folder = handbook()
    repository, site = Repository(folder).begin(), folder / "site"

    def published() -> tuple[str, str]:
        """The build that readers see, and the digest of its manifest, which has those of all its files."""
        assert run_here("build", "-q", "--project", folder).code == 0
        return (site / "latest").resolve().name, sha256((site / "latest/manifest.json").read_bytes()).hexdigest()

    assert run_here("release", "a", "-q", "--project", folder).code == 0
    sealed, listed = ((site / name).read_bytes() for name in ("a/manifest.json", "versions.json"))
    first = published()
    repository.write("content/en/note.md", PLAYBOOK.replace("an hour", "a day"))
    repository.commit()
    assert published() != first
    assert run_here("release", "b", "-q", "--project", folder).code == 0

    assert run_here("rollback", "a", "--project", folder).code == 0
    repository.git("checkout", "-q", "main~1")
    again = run_here("release", "a", "--project", folder)
    assert (again.code, "nothing changed" in again.out) == (0, True), again.text
    assert (site / "a/manifest.json").read_bytes() == (site / "latest/manifest.json").read_bytes() == sealed
    told = json.loads((site / "versions.json").read_text())
    assert [(each["version"], each["aliases"]) for each in told] == [("b", []), ("a", ["latest"])]
    assert [each | {"aliases": ["latest"]} for each in told[1:]] == json.loads(listed)
    assert published() == first
    assert run_here("verify", "--project", folder).code == 0
