"""What the tables of metrics.md cost: the program, the same job in DuckDB, and the bare read of the columns.

`program` makes the tables that must add up, which DuckDB makes too; `all` makes every table there is, in one run.

    python benchmarks/tables.py [--deals 1000000] [--runs 5]

Every run is a process of its own and the four take turns, so that whatever else the machine does hits them alike.
Told are medians of wall clock and CPU (imports excluded), the greatest peak of memory, and the ratios; before that
the tables of both engines are compared cell by cell. Needs `duckdb` (dependency group `benchmark`).
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

WORK = Path(__file__).parent / ".work"
JOBS = ("program", "all", "duckdb", "read")
#: A child's peak memory starts at its parent's size, so the parent does nothing but wait.
STEPS = (*JOBS, "prepare", "check")
#: Two threads whatever the machine has: polars takes its count from the environment, DuckDB from its job.
THREADS = 2
#: What the job needs of each file.
COLUMNS: Mapping[str, Sequence[str]] = {
    "deals": (
        "deal_id", "created_at", "pipeline", "stage", "status", "closed_at", "value", "owner", "source",
        "loss_reason", "segment",
    ),
    "stages": ("deal_id", "stage", "entered_at", "pipeline"),
    "activities": ("deal_id", "at", "kind"),
}  # fmt: skip


def main() -> None:
    options = _options()
    folder = WORK / str(options.deals)
    if options.job == "prepare":
        prepare(folder, options.deals)
    elif options.job == "check":
        check(folder)
    elif options.job:
        print(json.dumps(measured(options.job, folder, keep=options.keep)))
    else:
        compare(options)


def compare(options: argparse.Namespace) -> None:
    for step in ("prepare",) if options.skip_check else ("prepare", "check"):
        command = [sys.executable, __file__, "--job", step, "--deals", str(options.deals)]
        if subprocess.run(command, check=False).returncode:
            sys.exit(1)
    report([(name, run(name, options.deals)) for _ in range(options.runs) for name in JOBS])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--skip-check", action="store_true", help="do not compare the two engines' tables")
    parser.add_argument("--job", choices=STEPS, help="one step in this process (used by the benchmark itself)")
    parser.add_argument("--keep", action="store_true", help="with --job: write the tables as Parquet")
    return parser.parse_args()


def run(job: str, deals: int, *more: str) -> dict[str, float]:
    """One job in a fresh process: wall and cpu seconds, peak megabytes."""
    command = [sys.executable, __file__, "--job", job, "--deals", str(deals), *more]
    environment = {"POLARS_MAX_THREADS": str(THREADS), "PATH": "/usr/bin:/bin"}
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    numbers: dict[str, float] = json.loads(finished.stdout)
    return numbers


def measured(job: str, folder: Path, *, keep: bool) -> dict[str, float]:
    work = {"program": program, "all": every_table, "duckdb": duckdb_sql, "read": bare_read}[job](folder)
    wall, cpu = time.perf_counter(), time.process_time()
    tables = work()
    numbers = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    numbers["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if keep:
        for name, frame in tables.items():
            frame.write_parquet(folder / f"{job}-{name}.parquet")
    return numbers


def program(folder: Path) -> Any:
    """Files -> canonical tables, every row accounted for -> ways -> tables, conservation checked."""
    from funnelbook import metrics

    return _tables(folder, metrics.CONSERVED)


def every_table(folder: Path) -> Any:
    """The same with every table of the program."""
    from funnelbook import metrics

    return _tables(folder, metrics.TABLES)


def _tables(folder: Path, wanted: Sequence[Any]) -> Any:
    from funnelbook import metrics
    from funnelbook.model.assemble import assemble
    from funnelbook.model.handbook_facts import HandbookFacts
    from funnelbook.project import load
    from funnelbook.sources import read

    def work() -> dict[str, Any]:
        project = load(folder)
        results = metrics.compute(assemble(read(project), project), project, wanted, HandbookFacts(aims=_aims()))
        left_out = set(results.absent) - {"restated"}  # it is made of releases, which a new project has none of
        assert not left_out, f"tables that were not made: {sorted(left_out)}"
        return {metric.NAME: results[metric.NAME].frame for metric in wanted}

    return work


def _aims() -> tuple[Any, ...]:
    """One playbook of each kind of aim, changed twice, so that the table of effects has its work."""
    from datetime import date

    from funnelbook.model.aims import Aim

    versions = (date(2026, 3, 2), date(2026, 7, 1))
    aims = ("decided", "win_rate", "answered_in_target", "comeback")
    return tuple(Aim(f"aims-at-{aim}", aim, ("Предложение отправлено",), versions) for aim in aims)


def duckdb_sql(folder: Path) -> Any:
    """The same tables from the same files; rows are taken to be clean."""
    import duckdb_tables
    from funnelbook.project import load

    job = duckdb_tables.job_of(load(folder), f"read_parquet('{folder}/content/exports/{{}}.parquet')", THREADS)

    def work() -> dict[str, Any]:
        return duckdb_tables.tables(duckdb_tables.run(job))

    return work


def bare_read(folder: Path) -> Any:
    """Read and decode of the needed columns, nothing else."""
    import polars as pl

    def work() -> dict[str, Any]:
        return {
            name: pl.scan_parquet(folder / "content/exports" / f"{name}.parquet").select(columns).collect()
            for name, columns in COLUMNS.items()
        }

    return work


def prepare(folder: Path, deals: int) -> None:
    """A project with the demonstration company's exports, without the rows that a plain SQL job would miscount."""
    if (folder / "funnelbook.toml").exists():
        return
    import polars as pl

    from funnelbook.sources.demo import simulate

    facts = simulate(deals, seed=1)
    own = facts.deals.select("deal_id", own="pipeline")
    stages = facts.stages.join(own, on="deal_id", maintain_order="left").filter(pl.col("pipeline") == pl.col("own"))
    stages = stages.drop("own").unique(["deal_id", "stage", "entered_at"], keep="first", maintain_order=True)
    exports = folder / "content" / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    frames = {"deals": facts.deals, "stages": stages, "activities": facts.activities, "spend": facts.spend}
    for name, frame in (frames | {"team": facts.team, "plan": facts.plan}).items():
        frame.write_parquet(exports / f"{name}.parquet")
    (folder / "funnelbook.toml").write_text(_project(facts.as_of.isoformat()), encoding="utf-8")


def _project(as_of: str) -> str:
    from funnelbook.sources.demo import company

    site = f'[site]\ntimezone = "Europe/Moscow"\ncurrency = "RUB"\nas_of = {as_of}'
    lines = [site, "\n[metrics]\nhour_rate = 600\n\n[privacy]\npublish_deal_ids = true"]
    for way in company.WAYS:
        lines.append(f'\n[[pipelines]]\nname = "{way.name}"\nwon = ["{company.WON}"]\nlost = ["{company.LOST}"]')
        for position, step in enumerate(way.steps, 1):
            more = "\nqualifies = true" if position == 2 else ""
            more += f"\nmovable = true\nbuyer_effort = {position}"
            lines.append(f'\n[[pipelines.stages]]\nname = "{step.name}"\nminutes = {10 * position}{more}')
    return "\n".join(lines) + "\n"


def check(folder: Path) -> None:
    """Both engines once; says what differs, and ends the benchmark when anything does."""
    import polars as pl

    deals = int(folder.name)
    for job in ("program", "duckdb"):
        run(job, deals, "--keep")
    wrong = 0
    for path in sorted(folder.glob("program-*.parquet")):
        name = path.stem.removeprefix("program-")
        ours, theirs = (pl.read_parquet(folder / f"{job}-{name}.parquet") for job in ("program", "duckdb"))
        found = list(differences(ours, theirs))
        wrong += len(found)
        print(f"{name}: {ours.height:,} rows, {len(found)} differences")
        for key, column, one, other in found[:5]:
            print(f"  {key} {column}: program {one}, DuckDB {other}")
    if wrong:
        sys.exit("the engines disagree: the times would mean nothing")


def differences(ours: Any, theirs: Any) -> Iterable[tuple[Any, str, Any, Any]]:
    """(row key, column, our value, theirs) of every cell beyond 1e-9."""
    keys = [name for name, kind in ours.schema.items() if not kind.is_numeric() or name in ("position", "age_days")]
    keys.remove("mature") if "mature" in keys else None
    rows = [
        {tuple(row[key] for key in keys): row for row in frame.iter_rows(named=True)} for frame in (ours, theirs)
    ]
    for key in rows[0].keys() ^ rows[1].keys():
        yield key, "row", key in rows[0], key in rows[1]
    for key in rows[0].keys() & rows[1].keys():
        for column in set(ours.columns) - set(keys):
            one, other = rows[0][key][column], rows[1][key][column]
            alike = one == other or (
                one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
            )
            if not alike:
                yield key, column, one, other


def report(runs: Sequence[tuple[str, Mapping[str, float]]]) -> None:
    medians = {
        job: {
            key: statistics.median(numbers[key] for name, numbers in runs if name == job) for key in ("wall", "cpu")
        }
        for job in JOBS
    }
    against = ("program", "duckdb", "read")
    print(
        f"\n{'job':<10}{'wall s':>9}{'CPU s':>9}{'peak MB':>9}" + "".join(f"{'× ' + each:>12}" for each in against)
    )
    for job, numbers in medians.items():
        peak = max(numbers["peak"] for name, numbers in runs if name == job)
        ratios = "".join(f"{numbers['wall'] / medians[other]['wall']:>12.2f}" for other in against)
        print(f"{job:<10}{numbers['wall']:>9.2f}{numbers['cpu']:>9.2f}{peak:>9.0f}{ratios}")


if __name__ == "__main__":
    main()
