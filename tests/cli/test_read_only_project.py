"""A project that is only for reading: all that needs no place in it works, what needs one says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from served_handbook import serve
from small_handbook import DEALS, lay

from commands import Ended
from drawn import take_back
from funnelbook.project import load
from funnelbook.publish import private
from funnelbook.publish.exports import Exports
from mounted import needs_mounts, read_only

#: Commands one after the other in one process, to which things are imported once; what each said.
PROGRAM = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from funnelbook.cli import main

told = []
for words in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["funnelbook", *words]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        told.append((ended.code, out.getvalue(), err.getvalue()))
print(json.dumps(told))
"""


def run_all(before: list[str], *commands: list[str]) -> list[Ended]:
    """The commands in a process that `before` begins."""
    done = subprocess.run([*before, sys.executable, "-c", PROGRAM, json.dumps(commands)], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return [Ended(*each) for each in json.loads(done.stdout)]


def forbidden(folder: Path) -> list[str]:
    """Nothing may be written there any more, as its files' modes say; root obeys them without its capabilities."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(path.stat().st_mode & 0o555)
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


@pytest.mark.slow
@pytest.mark.parametrize("how", [forbidden, pytest.param(read_only, marks=needs_mounts)])
def test_a_project_that_is_only_for_reading_is_built_elsewhere(
    tmp_path: Path, built: Path, how: Callable[[Path], list[str]]
) -> None:
    book, out = lay(tmp_path / "handbook"), tmp_path / "out"
    before, quietly = how(book), ["build", "-q", "--project", str(book)]
    release = ["release", "v1", "--project", str(book)]
    inside, elsewhere, released = run_all(before, quietly, [*quietly, "--out", str(out)], release)
    assert (inside.code, f"{book / 'site'}: the site could not be written" in inside.err) == (1, True)
    assert "name another folder with --out" in inside.err
    assert (elsewhere.code, elsewhere.text) == (0, "")
    assert (released.code, released.err) == (1, inside.err)
    assert (out / "latest/manifest.json").read_bytes() == (built / "site/latest/manifest.json").read_bytes()


@pytest.mark.slow
def test_a_project_that_is_only_for_reading_is_served(tmp_path: Path, built: Path) -> None:
    book = lay(tmp_path / "handbook")
    with serve(book, before=forbidden(book)) as serving:
        serving.until("/latest/", lambda code, body: code == 200)
        manifest = serving.get("/latest/manifest.json")[1]
        told = serving.end(signal.SIGINT)
    assert manifest == (built / "site/latest/manifest.json").read_text()
    assert (told[0], "Traceback" in told[2], "The site is there" in told[2]) == (0, False, True)


def test_rejected_rows_that_cannot_be_listed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rejected = {"content__exports__deals.csv": DEALS.replace("2026-01-05 10:00:00", "soon")}
    book = take_back(lay(tmp_path / "handbook", **rejected))
    monkeypatch.setattr(private, "is_writable", lambda folder: False)
    warnings = {each.rule: each for each in Exports(load(book), "").told.warnings}
    assert "the list of rejected rows (3) was not written" in warnings["read-only"].message
    assert "refused.csv" not in warnings["many-rejected"].hint
    assert not (book / ".funnelbook").exists()
