"""The workflows that `funnelbook new` lays: they can be read, ask for little, and call commands that exist."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner

from funnelbook import __version__
from funnelbook.bundled import bundled
from funnelbook.cli import funnelbook

STARTER = bundled("starter")
GITHUB = yaml.load((STARTER / "github-workflow.yml").read_text("utf-8"), yaml.BaseLoader)
GITLAB = yaml.load((STARTER / "gitlab-ci.yml").read_text("utf-8"), yaml.BaseLoader)


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "handbook"
    done = CliRunner().invoke(funnelbook, ["new", str(folder), "--no-build"])
    assert done.exit_code == 0, done.output
    return folder


def steps() -> Iterator[dict[str, Any]]:
    for job in GITHUB["jobs"].values():
        yield from job["steps"]


def scripts() -> list[str]:
    """Every shell text of both workflows, and of the README that is laid."""
    github = [step["run"] for step in steps() if "run" in step]
    gitlab = [line for job in GITLAB.values() if isinstance(job, dict) for line in job.get("script", [])]
    readme = re.findall(r"```sh\n(.*?)```", (STARTER / "README.md").read_text("utf-8"), re.S)
    return [*github, *gitlab, *(line.split("#")[0] for block in readme for line in block.splitlines())]


def calls() -> list[list[str]]:
    found = re.findall(r"\bfunnelbook ([a-z].*)", "\n".join(scripts()))
    return [shlex.split(each.split("|")[0]) for each in found]


def test_every_command_and_option_that_they_call_exists() -> None:
    assert {call[0] for call in calls()} >= {"check", "review", "build", "import"}
    assert isinstance(funnelbook, click.Group)
    for name, *arguments in calls():
        command = funnelbook.get_command(click.Context(funnelbook), name)
        assert command is not None, name
        command.make_context(name, arguments)


def test_they_check_review_build_and_publish() -> None:
    github = "\n".join(step.get("run", step.get("uses", "")) for step in steps())
    for wanted in ("check --format github", "review HEAD^1 HEAD --markdown", "funnelbook build", "deploy-pages"):
        assert wanted in github
    assert {"review", "check", "pages"} <= set(GITLAB)
    assert 'cat review.md >> "$GITHUB_STEP_SUMMARY"' in github


def test_the_whole_history_is_fetched() -> None:
    checkout = next(step for step in steps() if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"] == {"fetch-depth": "0", "persist-credentials": "false"}
    assert GITLAB["variables"]["GIT_DEPTH"] == "0"


def test_no_text_of_an_event_comes_into_a_shell() -> None:
    assert not [script for script in scripts() if "${{" in script]


def test_a_change_from_outside_gets_no_rights_and_no_secret() -> None:
    text = (STARTER / "github-workflow.yml").read_text("utf-8")
    assert "pull_request_target" not in GITHUB["on"]
    assert "secrets." not in text
    assert GITHUB["permissions"] == {"contents": "read"}
    jobs = {name: job.get("permissions") for name, job in GITHUB["jobs"].items()}
    assert jobs == {
        "handbook": None,
        "comment": {"pull-requests": "write"},
        "publish": {"pages": "write", "id-token": "write"},
    }
    for name in ("comment", "publish"):  # jobs with rights run nothing of the change
        uses = [step.get("uses", "") for step in GITHUB["jobs"][name]["steps"]]
        assert not any("checkout" in each for each in uses)
    assert "head.repo.full_name == github.repository" in GITHUB["jobs"]["comment"]["if"]


def test_actions_are_githubs_own_and_of_a_fixed_version() -> None:
    for step in steps():
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@(v\d+|[0-9a-f]{40})", step["uses"]), step["uses"]


def test_nothing_is_published_unasked() -> None:
    site = next(step for step in steps() if "upload-pages-artifact" in step.get("uses", ""))
    assert "vars.HANDBOOK_PAGES == 'on'" in site["if"]
    assert "default_branch" in site["if"]
    assert '$HANDBOOK_PAGES == "on"' in GITLAB["pages"]["rules"][0]["if"]


def test_they_lie_where_they_are_looked_for(laid: Path) -> None:
    assert (laid / ".github/workflows/handbook.yml").read_text("utf-8") == (
        STARTER / "github-workflow.yml"
    ).read_text("utf-8")
    assert (laid / ".gitlab-ci.yml").is_file()
    assert f"funnelbook=={__version__}" in (laid / "requirements.txt").read_text()
    assert "funnelbook review main" in (laid / "README.md").read_text("utf-8")


def test_git_takes_the_playbooks_and_leaves_exports_and_site(laid: Path) -> None:
    for path in ("site/latest/index.html", ".funnelbook/refused.csv"):
        (laid / path).parent.mkdir(parents=True, exist_ok=True)
        (laid / path).touch()
    git = ["git", "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "-q"], cwd=laid, check=True)
    listed = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard"], cwd=laid, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert {"funnelbook.toml", "README.md", ".gitlab-ci.yml", ".github/workflows/handbook.yml"} <= set(listed)
    assert any(path.startswith("content/ru/") for path in listed)
    assert not [path for path in listed if path.startswith(("content/exports/", "site/", ".funnelbook/"))]
