"""What the README promises is there."""

from __future__ import annotations

import re
from pathlib import Path

import click

from funnelbook.cli import funnelbook
from funnelbook.metrics import TABLES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, click.Command]:
    context = click.Context(funnelbook)
    assert isinstance(funnelbook, click.Group)
    return {
        name: command
        for name in funnelbook.list_commands(context)
        if (command := funnelbook.get_command(context, name))
    }


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"^\| `funnelbook (\w+)", README, re.M))
    assert named == set(commands())


def test_every_option_the_readme_names_exists() -> None:
    options = {option for command in commands().values() for each in command.params for option in each.opts}
    assert set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", README)) <= options


def test_every_make_target_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = re.findall(r"(?:^|`)make ([a-z]+)", README, re.M)
    assert named
    assert set(named) <= targets


def test_the_changelog_names_the_tables() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert {metric.NAME for metric in TABLES} <= set(re.findall(r"`(\w+)`", changelog))


def test_every_file_the_readme_names_exists() -> None:
    named = re.findall(r"`([A-Za-z.]+\.(?:md|toml))`", README)
    assert named
    assert all((ROOT / name).is_file() for name in named)
