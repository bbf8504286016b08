"""`new`, `build`, `serve`, `check`: the commands around the site."""

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from funnelbook import __version__
from funnelbook.errors import UsageError

if TYPE_CHECKING:
    from funnelbook.cli.terminal import Terminal
    from funnelbook.project import Project
    from funnelbook.publish.build import Built
    from funnelbook.publish.store import Published
    from funnelbook.publish.unchanged import Summary

#: So many more things come to be than go before a build looks for garbage. Python's own 700 costs a tenth of a
#: build, which ends before there is much.
_MANY = 500_000

#: What makes a folder a team's repository: the shipped file -> where it lies there.
_STARTER = {
    "README.md": "README.md",
    "requirements.txt": "requirements.txt",
    "gitignore": ".gitignore",
    "github-workflow.yml": ".github/workflows/handbook.yml",
    "gitlab-ci.yml": ".gitlab-ci.yml",
}


def project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--project DIR`: the folder of funnelbook.toml, or one below it."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(path_type=Path),
        default=Path(),
        help="The handbook's folder (default: this one or a parent with a funnelbook.toml).",
    )(command)


def strict_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--strict`: a file that loses more rows than the project's `reject_share`, or a price without a rate, is an
    error.
    """
    help_text = (
        "Stop at a file that loses more rows than reject_share ([metrics], 5 %), and at prices without a rate."
    )
    return click.option("--strict", is_flag=True, help=help_text)(command)


def load(folder: Path) -> Project:
    from funnelbook import project

    return project.load(project.find(folder))


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--no-build", is_flag=True, help="Lay the files only.")
def new_command(folder: Path, no_build: bool) -> None:
    """Lay a starter handbook in DIR (config, playbooks, a demonstration export, workflows) and build it."""
    from funnelbook.bundled import bundled

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError.one("folder-in-use", f"{folder} is not an empty folder", "name a new one")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(bundled("content"), folder / "content")
    shutil.copyfile(bundled("funnelbook.toml"), folder / "funnelbook.toml")
    for name, laid in _STARTER.items():
        (folder / laid).parent.mkdir(parents=True, exist_ok=True)
        text = (bundled("starter") / name).read_text(encoding="utf-8")
        (folder / laid).write_text(text.replace("{version}", __version__), encoding="utf-8")
    click.echo(f"A starter handbook lies in {folder}")
    if not no_build:
        _build(load(folder), None, timings=False)


@click.command("build")
@project_option
@click.option("--out", type=click.Path(path_type=Path), help="Where the site goes (default: site/ of the project).")
@click.option("--timings", is_flag=True, help="Show what each phase took.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but mistakes.")
@strict_option
def build_command(folder: Path, out: Path | None, timings: bool, quiet: bool, strict: bool) -> None:
    """Turn content, data and templates into the site."""
    _build(load(folder), out, timings=timings, quiet=quiet, strict=strict)


def _build(project: Project, out: Path | None, *, timings: bool, quiet: bool = False, strict: bool = False) -> None:
    gc.set_threshold(_MANY)
    from funnelbook.cli.terminal import Terminal, show_findings

    terminal = Terminal(quiet)
    published, summary = _built(project, out or project.root / "site", terminal, strict=strict)
    show_findings(summary.warnings)
    if not quiet:
        _summary(published, summary, terminal)
        if timings:
            _timings(terminal)
        click.echo(f"\nOpen {published.entrance.absolute()}")


def _built(project: Project, out: Path, terminal: Terminal, *, strict: bool) -> tuple[Published, Summary]:
    """What readers see already where nothing has changed, else what is built now."""
    from funnelbook.contents import Contents
    from funnelbook.publish import unchanged
    from funnelbook.publish.rejects import refuse

    with terminal.phase("changes"):
        memory = unchanged.memory_of(project)
        contents = Contents(memory, ".md")
        state = unchanged.state_of(project, out, contents)
        known = unchanged.recall(project, out, state, memory)
    if known is not None:
        if strict:
            refuse(known[1].warnings)
        return known
    from funnelbook.handbook.readers import read_texts, reading
    from funnelbook.handbook.remembered import Remembered

    texts = read_texts(project.content, project.site.languages, contents)
    remembered = Remembered(memory, project.site.languages)
    with reading(texts, remembered) as read:
        from funnelbook.publish.build import build  # while others read: it imports everything
        from funnelbook.publish.known import Known

        known_now = Known(read, memory, texts, meanwhile=remembered.keep)
        built = build(project, out, terminal, known_now, strict=strict)
    summary = _told(built)
    if state is not None and unchanged.state_of(project, out, contents) == state:  # else a file was saved meanwhile
        unchanged.remember(state, built.published, summary, memory)
    return built.published, summary


def _told(built: Built) -> Summary:
    from funnelbook.publish.unchanged import Summary

    made = built.made
    charts = sum(path.endswith(".svg") for path in made.gathered.names)
    return Summary(len(made.pages), charts, built.published.files, made.data.files, made.warnings)


def _summary(published: Published, summary: Summary, terminal: Terminal) -> None:
    from funnelbook.cli.terminal import show_table

    facts = [
        ("pages", summary.pages),
        ("chart pictures", summary.charts),
        ("files written", f"{published.written} of {published.files}"),
        ("seconds", f"{sum(time.seconds for time in terminal.times):.1f}"),
    ]
    click.echo()
    show_table("Site", ("", ""), facts, numbers=1)
    click.echo()
    counted = ("rows", "accepted", "rejected", "duplicates", "ignored")
    show_table("Data", ("file", "table", *counted), summary.data, numbers=len(counted))


def _timings(terminal: Terminal) -> None:
    from funnelbook.cli.terminal import show_table

    rows = [(time.name, f"{time.seconds:.2f}", f"{time.cpu:.2f}") for time in terminal.times]
    click.echo()
    show_table("Timings", ("phase", "seconds", "CPU seconds"), rows, numbers=2)


@click.command("serve")
@project_option
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen to.")
@click.option("--allow-host", "allowed", multiple=True, metavar="NAME", help="A further name to be asked for by.")
def serve_command(folder: Path, port: int, host: str, allowed: tuple[str, ...]) -> None:
    """Serve the site on this machine while it is edited: what is saved shows in the open pages.

    Mistakes stand over the last good page until they are mended. Nothing is written into site/. Only this machine
    is answered, unless --host opens another address and --allow-host names this machine as others know it.
    """
    from funnelbook import project
    from funnelbook.cli.terminal import Terminal, clean, show_findings
    from funnelbook.serve.access import Where
    from funnelbook.serve.running import serve
    from funnelbook.serve.session import Voice

    voice = Voice(lambda text: click.echo(clean(text)), show_findings)
    serve(project.find(folder), Where(host, port, allowed), Terminal(), voice)


@click.command("check")
@project_option
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@strict_option
def check_command(folder: Path, style: str, strict: bool) -> None:
    """List every mistake in config, data, playbooks, stage names and links; exit 1 when there is any."""
    from funnelbook.cli.terminal import Terminal, show_findings
    from funnelbook.errors import FunnelbookError
    from funnelbook.publish.build import check
    from funnelbook.publish.rejects import strictly

    try:
        findings = check(load(folder), Terminal(quiet=True))
    except FunnelbookError as error:
        findings = list(error.findings)
    show_findings(strictly(findings) if strict else findings, style)
    if style == "text":
        click.echo(f"{len(findings)} found" if findings else "Nothing found: the handbook is in order.")
    sys.exit(1 if findings else 0)
