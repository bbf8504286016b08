"""`import`: exports come in, or are only explained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from funnelbook.cli.site import load, project_option, strict_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from funnelbook.project import Project
    from funnelbook.sources.explain import ExplainedColumn, Explanation

_LONGEST = 60
_COLUMNS = ("column", "taken for", "values read", "dates as", "because of")


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@project_option
@click.option("--explain", is_flag=True, help="Say what each file and column is taken for and why; import nothing.")
@strict_option
def import_command(files: tuple[Path, ...], folder: Path, explain: bool, strict: bool) -> None:
    """Add CRM exports as a dated snapshot; say what each one is, what is new, changed, vanished, rejected."""
    from funnelbook.cli.terminal import clean
    from funnelbook.sources.imports import apply_import, plan_import, refuse_losses
    from funnelbook.sources.private_values import keep_marks
    from funnelbook.sources.rejected import write_rejected

    project = load(folder)
    if explain:
        _explain(project, files)
        return
    report = plan_import(project, files)
    refuse_losses(report, project.metrics.reject_share if strict else 1.0)
    keep_marks(project, [each.path for each in report.arrivals if each.snapshot and each.present is None])
    apply_import(report)
    for each in report.arrivals:
        if each.snapshot:
            write_rejected(project, each.path, each.snapshot.account.refused)
    click.echo(clean(str(report)))


def _explain(project: Project, files: tuple[Path, ...]) -> None:
    from funnelbook.cli.terminal import clean, show_table
    from funnelbook.errors import SourceError
    from funnelbook.sources.drafted import mappings
    from funnelbook.sources.explain import explain

    explanations, findings = explain(project, files)
    for each in explanations:
        for line in _head(each):
            click.echo(clean(line))
        if each.columns:
            show_table("", _COLUMNS, [_row(column) for column in each.columns])
        for line in _unread(each):
            click.echo(clean(line))
        click.echo()
    for draft in mappings(project, files, findings):
        click.echo("To have it read, say in funnelbook.toml which column is what, then ask again. A draft:\n")
        click.echo(f"{clean(draft)}\n")
    if findings:
        raise SourceError(findings)


def _head(each: Explanation) -> Iterator[str]:
    yield f"{each.path.name}: {each.reader}"
    yield f"  because {each.why}"
    refused = f", {each.refused:,} of them not accepted" if each.refused else ""
    yield f"  {each.form}; {each.rows:,} rows{refused}"
    if each.holds:
        yield "  holds " + ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in each.holds.items())
    if each.notes:
        yield f"  assumed: {'; '.join(each.notes)}"


def _row(column: ExplainedColumn) -> tuple[str, ...]:
    return _short(", ".join(column.headers)), column.target, _share(column), column.written, column.rule


def _share(column: ExplainedColumn) -> str:
    if column.filled is None:
        return ""
    if not column.filled:
        return "no values"
    share = 100 * column.read / column.filled
    percent = "100" if column.read == column.filled else f"{min(share, 99.9):.1f}"
    empty = column.filled - column.read - column.rejected
    others = ((empty, "said to be none"), (column.rejected, "rejected"))
    told = "".join(f", {count:,} {what}" for count, what in others if count)
    return f"{column.read:,} of {column.filled:,} ({percent} %){told}"


def _unread(each: Explanation) -> Iterator[str]:
    if each.unread:
        yield f"  not read, and so private: {', '.join(map(_short, each.unread))}"
    elif each.columns:
        yield "  every column is read"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
