"""The commands as a user meets them: what they do, say, and end with."""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_handbook import DEALS, STAGES

from commands import run, run_here

Lay = Callable[..., Path]


def test_help_is_quick_and_lists_every_command() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = run("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.code == 0
    every = "new import build serve check review metrics release versions verify rollback demo"
    for command in every.split():
        assert f"  {command} " in ended.out
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 1, f"{used:.2f} s of CPU: something heavy is imported"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['funnelbook', '--help']\n"
        "try:\n from funnelbook.cli import main; main()\nexcept SystemExit: pass\n"
        "print([m for m in ('polars', 'altair', 'jinja2', 'vl_convert', 'rich', 'babel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_build_ends_with_where_to_open_it_and_the_data_check(handbook: Lay) -> None:
    folder = handbook()
    ended = run_here("build", "--project", folder, "--timings")
    assert ended.code == 0, ended.text
    assert f"Open {folder / 'site' / 'latest' / 'index.html'}" in ended.out
    lines = [line.split() for line in ended.out.splitlines()]
    assert ["deals.csv", "deals", "4", "4", "0", "0", "0"] in lines
    assert ["stages.csv", "stages", "6", "6", "0", "0", "0"] in lines
    assert any(line[:1] == ["numbers"] for line in lines)


def test_a_build_below_the_handbooks_folder_finds_it(handbook: Lay) -> None:
    assert run_here("build", "-q", cwd=handbook() / "content" / "en").code == 0


def test_the_same_handbook_gives_the_same_bytes_elsewhere(handbook: Lay, built: Path) -> None:
    folder = handbook()
    assert run_here("build", "-q", "--project", folder).code == 0
    ours, theirs = (where / "site" / "latest" / "manifest.json" for where in (folder, built))
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize("style", ["csv", "json"])
def test_a_table_is_the_same_on_the_site_and_on_the_command_line(built: Path, style: str, tmp_path: Path) -> None:
    data = built / "site" / "latest" / "data"
    assert run_here("metrics", "all", "--format", style, "--out", tmp_path, "--project", built).code == 0
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(written) > 20
    assert written == {path.name: path.read_bytes() for path in data.glob(f"*.{style}")}
    told = run_here("metrics", "funnel", "--format", style, "--project", built).out
    assert told == (data / f"funnel.{style}").read_text()
    rows = list(csv.DictReader((built / "site" / "latest" / "data" / "funnel.csv").open()))
    first = next(row for row in rows if row["cohort"] == "all" and row["dimension"] == "all")
    assert (first["stage"], first["reached"], first["advanced"], first["lost"]) == (
        "Request received",
        "4",
        "2",
        "2",
    )


def test_all_tables_are_written_into_a_folder(built: Path, tmp_path: Path) -> None:
    assert run_here("metrics", "all", "--format", "parquet", "--out", tmp_path / "t", "--project", built).code == 0
    assert (tmp_path / "t" / "funnel.parquet").read_bytes()[:4] == b"PAR1"


def test_an_unknown_table_is_wrong_usage(built: Path) -> None:
    ended = run_here("metrics", "funnels", "--project", built)
    assert ended.code == 2
    assert "funnels" in ended.err
    assert "monthly" in ended.err


def test_check_is_content_with_a_good_handbook(built: Path) -> None:
    ended = run_here("check", "--project", built)
    assert ended.code == 0, ended.text


def test_check_tells_every_mistake_at_once(handbook: Lay) -> None:
    folder = handbook(
        **{
            "content__en__note.md": "---\ntitle: X\nkind: nope\n---\n[gone](nowhere.md)\n",
            "content__exports__deals.csv": DEALS.replace("2026-01-20 10:00:00", "soon"),
        },
    )
    (folder / "funnelbook.toml").write_text(
        (folder / "funnelbook.toml").read_text().replace('"Offer sent"', '"Negotiations"')
    )
    ended = run_here("check", "--project", folder)
    assert ended.code == 1
    assert "(stage-name)" in ended.err
    assert "content/en/note.md:3" in ended.err
    assert "Negotiations" in ended.err


def test_check_and_build_tell_every_number_that_is_not_there(handbook: Lay) -> None:
    text = "---\ntitle: X\nkind: note\n---\nWe won {metric}`wom` and {metric}`won month=2031-01`.\n"
    folder = handbook(**{"content__en__note.md": text})
    for command in ("check", "build"):
        ended = run_here(command, "--project", folder)
        assert ended.code == 1
        assert "content/en/note.md:5:8: there is no metric `wom`; did you mean `won`? (unknown-metric)" in ended.err
        assert "content/en/note.md:5:26: there is no month `2031-01`" in ended.err


def test_check_speaks_json_and_github(handbook: Lay) -> None:
    folder = handbook(**{"funnelbook.toml": '[site]\ntitel = "x"\n'})
    found = json.loads(run_here("check", "--format", "json", "--project", folder).out)
    assert found[0]["place"]["line"] == 2
    assert "title" in found[0]["hint"] + found[0]["message"]
    assert run_here("check", "--format", "github", "--project", folder).out.startswith("::error file=")


def test_a_failing_build_leaves_the_site_as_it_was(handbook: Lay) -> None:
    folder = handbook()
    assert run_here("build", "-q", "--project", folder).code == 0
    manifest = folder / "site" / "latest" / "manifest.json"
    before = manifest.read_bytes()
    (folder / "content/en/note.md").write_text("---\ntitle: X\nkind: note\n---\n[gone](nowhere.md)\n")
    ended = run_here("build", "--project", folder)
    assert ended.code == 1
    assert "nowhere.md" in ended.err
    assert manifest.read_bytes() == before


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"content__exports__deals.csv": ""}, "empty"),
        ({"content__exports__deals.csv": DEALS.splitlines()[0] + "\n"}, "no row"),
        ({"content__exports__deals.csv": DEALS.replace("created_at", "made")}, "created_at"),
        ({"content__exports__deals.csv": DEALS + '5,"2026-02-02,x\n'}, "quote"),
        ({"content__exports__deals.csv": DEALS.replace("2026-01-05 10:00:00", "01/02/2026")}, "(many-rejected)"),
        ({"content__exports__stages.csv": STAGES.replace("entered_at", "deal_id")}, "stages lacks entered_at"),
        ({"content__exports__odd.csv": "a,b\n1,2\n"}, "odd.csv"),
        ({"funnelbook.toml": "[site\n"}, "funnelbook.toml:1"),
    ],
)
def test_bad_input_is_a_message_and_never_a_traceback(handbook: Lay, files: dict[str, str], told: str) -> None:
    ended = run_here("build", "--project", handbook(**files))
    assert told in ended.err
    assert ended.code == (0 if told == "(many-rejected)" else 1)


def test_rejected_rows_stand_in_a_private_file_without_their_values(handbook: Lay) -> None:
    folder = handbook(
        **{
            "content__exports__deals.csv": DEALS
            + "5,2026-02-30 10:00:00,won,won,2026-03-01 10:00:00,1,Ann Secret,,\n"
        }
    )
    assert run_here("build", "--project", folder).code == 0
    refused = folder / ".funnelbook" / "refused.csv"
    assert refused.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(refused.open()))
    assert [(row["file"], row["row"], row["bucket"]) for row in rows] == [
        ("content/exports/deals.csv", "6", "rejected")
    ]
    assert "Secret" not in refused.read_text()
    assert "2026-02-30" not in refused.read_text()


def test_a_foreign_output_folder_is_refused(handbook: Lay, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    ended = run_here("build", "--project", handbook(), "--out", tmp_path / "mine")
    assert ended.code == 1
    assert "did not write" in ended.err


def test_no_project_says_how_to_begin(tmp_path: Path) -> None:
    ended = run_here("build", "--project", tmp_path)
    assert ended.code == 1
    assert "funnelbook new" in ended.err


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    assert run_here("bild").code == 2
    assert run_here("build", "--nope").code == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    assert run_here("new", tmp_path / "full").code == 2


def test_a_demo_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run_here("demo", "--deals", 50, "--seed", 3, "--out", tmp_path / name).code == 0
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_import_becomes_a_dated_snapshot(handbook: Lay, tmp_path: Path) -> None:
    folder = handbook()
    export = tmp_path / "march.csv"
    export.write_text(DEALS + "9,2026-03-05 10:00:00,Request received,open,,,Anna,,\n")
    ended = run_here("import", export, "--project", folder)
    assert ended.code == 0, ended.text
    assert [path.name for path in (folder / "content" / "exports").iterdir() if path.is_dir()] == ["2026-03-05"]
    assert "march.csv" in ended.out
    assert "Traceback" not in ended.text


def test_an_explained_import_brings_nothing_in(handbook: Lay, tmp_path: Path) -> None:
    folder = handbook()
    export = tmp_path / "march.csv"
    export.write_text(DEALS.replace("source", "source,\x1b]0;note", 1).replace("site,", "site,Petrova's number,"))
    before = sorted(path for path in folder.rglob("*"))
    ended = run_here("import", export, "--explain", "--project", folder)
    assert ended.code == 0, ended.text
    assert "2026-01-05" not in ended.out
    assert "Petrova" not in ended.out
    assert "\x1b" not in ended.out
    assert "deals.created_at" in ended.out
    assert "not read, and so private" in ended.out
    assert sorted(path for path in folder.rglob("*")) == before


def test_an_explained_import_tells_why_a_file_is_unknown(handbook: Lay, tmp_path: Path) -> None:
    export = tmp_path / "march.csv"
    export.write_text("when;what\n1;2\n")
    ended = run_here("import", export, "--explain", "--project", handbook())
    assert ended.code == 1
    assert "unknown-file" in ended.err
    assert "lacks" in ended.err
