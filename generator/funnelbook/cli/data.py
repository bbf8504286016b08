"""`import`, `metrics`, `demo`: the commands around the data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from funnelbook.cli.site import load, project_option
from funnelbook.errors import UsageError

if TYPE_CHECKING:
    from funnelbook.model.results import Results, Table


@click.command("metrics")
@click.argument("table", metavar="TABLE")
@project_option
@click.option("--format", "style", type=click.Choice(["text", "csv", "json", "parquet"]), default="text")
@click.option("--out", type=click.Path(path_type=Path), help="A file, or a folder for `all`.")
def metrics_command(table: str, folder: Path, style: str, out: Path | None) -> None:
    """Show TABLE on the terminal or write it; `all` writes every table into the folder --out."""
    results = _results(folder)
    if table == "all":
        _write_all(results, style, out)
        return
    if table not in results:
        raise UsageError.one("unknown-table", f"there is no table {table!r}", _tables_there_are(table, results))
    if style == "text":
        _show(results[table])
        return
    content = _content(results[table], style)
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        out.write_bytes(content)


def _results(folder: Path) -> Results:
    from funnelbook.publish.build import results_of

    return results_of(load(folder))


def _tables_there_are(table: str, results: Results) -> str:
    if table in results.absent:
        return f"it could not be made: {results.absent[table]}"
    return "there are: " + ", ".join(sorted(results.tables))


def _content(table: Table, style: str) -> bytes:
    if style == "csv":
        return table.csv()
    return table.json() if style == "json" else table.parquet()


def _show(table: Table) -> None:
    from funnelbook.cli.terminal import show_table

    rows = [[_brief(row[column]) for column in table.columns] for row in table.rows]
    show_table(table.name, table.columns, rows)


def _brief(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


def _write_all(results: Results, style: str, out: Path | None) -> None:
    if out is None or style == "text":
        raise UsageError.one("no-folder", "all tables need a folder and a format", "add --format csv --out FOLDER")
    out.mkdir(parents=True, exist_ok=True)
    for name, table in sorted(results.tables.items()):
        (out / f"{name}.{style}").write_bytes(_content(table, style))
    click.echo(f"{len(results.tables)} tables lie in {out}")


@click.command("demo")
@click.option("--deals", type=click.IntRange(1, 10_000_000), default=1_400, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="The folder.")
@click.option(
    "--format", "style", type=click.Choice(["amocrm", "csv", "parquet"]), default="amocrm", show_default=True
)
def demo_command(deals: int, seed: int, out: Path, style: str) -> None:
    """Write a believable amoCRM account of DEALS deals: an export with events, spend, plan and team."""
    from funnelbook.sources.demo import simulate, write_amocrm, write_tables

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError.one("folder-in-use", f"{out} is not an empty folder", "name a new one with --out")
    out.mkdir(parents=True, exist_ok=True)
    simulation = simulate(deals, seed)
    if style == "amocrm":
        write_amocrm(simulation, out)
    else:
        write_tables(simulation, out, "parquet" if style == "parquet" else "csv")
    for path in sorted(out.rglob("*")):
        if path.is_file():
            click.echo(f"{path.stat().st_size:>12,}  {path.relative_to(out)}")
