"""`release`, `versions`, `verify`, `rollback`: the commands around the versions of the site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from funnelbook.cli.site import load, project_option

if TYPE_CHECKING:
    from funnelbook.publish.listing import Release


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--out", type=click.Path(path_type=Path), help="Where the site lies (default: site/ of the project)."
    )(command)


def _site(folder: Path, out: Path | None) -> Path:
    """The site's folder; found without reading the project, which may be broken when a version is wanted back."""
    from funnelbook.project import find

    return out or find(folder) / "site"


@click.command("release")
@click.argument("name", metavar="NAME")
@project_option
@out_option
@click.option("--title", default="", help="What readers see instead of NAME.")
@click.option("--allow-dirty", is_flag=True, help="Also when files are not as git's newest commit has them.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but mistakes.")
def release_command(name: str, folder: Path, out: Path | None, title: str, allow_dirty: bool, quiet: bool) -> None:
    """Build the site and freeze it as the version NAME, which then never changes; `latest` shows it."""
    from funnelbook.cli.terminal import Terminal, clean, show_findings
    from funnelbook.publish.build import Wanted, release

    project = load(folder)
    built = release(
        project, out or project.root / "site", Terminal(quiet), Wanted(name, title, dirty_allowed=allow_dirty)
    )
    show_findings(built.made.warnings)
    if quiet:
        return
    where = clean(str(built.published.folder.absolute()))
    if built.published.written:
        click.echo(f"\nReleased {name}: {built.published.files} files in {where}; latest shows it")
    else:
        click.echo(f"\n{name} was released before with the same bytes: nothing changed in {where}")


@click.command("versions")
@project_option
@out_option
def versions_command(folder: Path, out: Path | None) -> None:
    """List the released versions, the newest first, and tell which one `latest` shows."""
    from funnelbook.cli.terminal import show_table
    from funnelbook.publish.listing import releases
    from funnelbook.publish.showing import current_of
    from funnelbook.publish.store import refuse_foreign

    site = _site(folder, out)
    refuse_foreign(site)
    current = current_of(site)
    found = releases(site)
    if not found:
        click.echo("No version has been released yet: funnelbook release NAME")
        return
    rows = [_row(site, each, is_current=current == site / each.version) for each in found]
    show_table("", ("name", "title", "commit", "latest", "files"), rows, numbers=1)
    if current is None or current.parent != site:
        click.echo("latest shows a later build, which is no release")


def _row(site: Path, release: Release, *, is_current: bool) -> tuple[object, ...]:
    from funnelbook.publish.manifest import DamagedError, read_manifest

    try:
        manifest = read_manifest(site / release.version)
    except DamagedError as damage:
        return release.version, release.title, f"damaged: {damage}", "", ""
    commit = (manifest.origin and manifest.origin.commit) or "no git"
    if manifest.origin and manifest.origin.dirty:
        commit += f", with {len(manifest.origin.dirty)} uncommitted"
    return release.version, release.title, commit, "latest" if is_current else "", len(manifest.files)


@click.command("verify")
@click.argument("names", metavar="[NAME]…", nargs=-1)
@project_option
@out_option
def verify_command(names: tuple[str, ...], folder: Path, out: Path | None) -> None:
    """Compare every file of the versions, of `latest` too, with its manifest; exit 1 when one differs."""
    from funnelbook.cli.terminal import show_findings
    from funnelbook.publish.verifying import verify

    looked, findings = verify(_site(folder, out), names)
    show_findings(findings)
    if findings:
        click.echo(f"{len(findings)} found in {', '.join(looked) or 'the list of versions'}")
        sys.exit(1)
    click.echo(f"As published: {', '.join(looked) or 'nothing is there'}")


@click.command("rollback")
@click.argument("name", metavar="NAME")
@project_option
@out_option
def rollback_command(name: str, folder: Path, out: Path | None) -> None:
    """Make `latest` show the version NAME again, until the next build."""
    from funnelbook.publish.store import roll_back

    if roll_back(name, _site(folder, out)):
        click.echo(f"latest shows {name} again, until the next build or release")
    else:
        click.echo(f"latest shows {name} already: nothing changed")
