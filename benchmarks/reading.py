"""Exports read: CSV of 1,000,000 deals beside Polars' bare read into strings, XLSX of 100,000 beside fastexcel's.

    python benchmarks/reading.py csv|csv-bare|csv-typed|xlsx|xlsx-bare

is one reading in this process: what a run of the benchmark is made of. The program's reading ends with the
canonical deals in memory, every row of the file accepted, rejected or ignored.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from generators import WORK
from rows import Row
from timing import Took

CSV_DEALS, XLSX_DEALS = 1_000_000, 100_000
#: Both sides have the cores of a small machine.
_THREADS = 2
_PEERS = {"csv": "read_csv into strings", "xlsx": "fastexcel alone"}
_LIMITS = {"csv": 2.0, "xlsx": 1.3}
#: How many times the CSV's own size the peak of memory may be.
_MEMORY = 3


def rows(runs: int) -> Iterator[Row]:
    """All take turns, each in a process of its own; imports are left out."""
    subprocess.run([sys.executable, __file__, "prepare"], check=True)
    took = [{job: _measured(job) for job in JOBS} for _ in range(runs)]
    for kind, peer in _PEERS.items():
        ours, theirs = (_median(took, job) for job in (kind, f"{kind}-bare"))
        yield Row(f"{kind.upper()} of {_deals(kind):,} deals", ours, peer, theirs, _LIMITS[kind])
    ours, typed = (_median(took, job) for job in ("csv", "csv-typed"))
    yield Row(f"CSV of {CSV_DEALS:,} deals", ours, "typed, not checked", typed, None)
    for kind in _PEERS:
        peak = max(run[kind]["peak"] for run in took)
        size = _file(kind).stat().st_size / 1e6
        limit = _MEMORY if kind == "csv" else None
        yield Row(f"{kind.upper()} read, peak MB", peak, "the file, MB", size, limit)
        bare = max(run[f"{kind}-bare"]["peak"] for run in took)
        yield Row(f"{kind.upper()} read, peak MB", peak, f"{_PEERS[kind]}, MB"[-20:], bare, None)


def _measured(job: str) -> dict[str, float]:
    environment = {**os.environ, "POLARS_MAX_THREADS": str(_THREADS)}
    environment.pop("_RJEM_MALLOC_CONF", None)  # which Polars, once imported here, sets for its own processes
    command = [sys.executable, __file__, job]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    numbers: dict[str, float] = json.loads(finished.stdout)
    return numbers


def _median(took: list[dict[str, dict[str, float]]], job: str) -> Took:
    return Took(*(statistics.median(run[job][key] for run in took) for key in ("wall", "cpu")))


def _deals(kind: str) -> int:
    return CSV_DEALS if kind == "csv" else XLSX_DEALS


def _project(kind: str) -> Path:
    return WORK / "reading" / kind


def _file(kind: str) -> Path:
    return _project(kind) / "content/exports" / f"amocrm_export_leads_2026-11-02.{kind}"


def prepare() -> None:
    """A project with one export of the demonstration company's deals for each kind of file."""
    for kind in _PEERS:
        if not _file(kind).exists():
            _file(kind).parent.mkdir(parents=True, exist_ok=True)
            _write(kind)
        settings = '[site]\ntimezone = "Europe/Moscow"\ncurrency = "RUB"\n'
        (_project(kind) / "funnelbook.toml").write_text(settings, encoding="utf-8")


def _write(kind: str) -> None:
    from funnelbook.sources.demo import simulate
    from funnelbook.sources.demo.account import deals_export

    frame = deals_export(simulate(_deals(kind), seed=1))
    if kind == "csv":
        frame.write_csv(_file(kind), separator=";", include_bom=True)
    else:
        frame.write_excel(_file(kind))


def program(kind: str) -> Callable[[], Any]:
    """Files -> the canonical table of deals and an account of every row."""
    from funnelbook.project import load
    from funnelbook.sources.reading import read

    def work() -> None:
        reading = read(load(_project(kind)))
        deals = reading.tables["deals"].collect()
        refused = reading.refused.filter("primary").height
        assert deals.height + refused == reading.files[0].rows
        assert deals.height > 0.99 * _deals(kind)

    return work


def bare_csv() -> Callable[[], Any]:
    import polars as pl

    return lambda: pl.read_csv(_file("csv"), separator=";", infer_schema=False)


def typed_csv() -> Callable[[], Any]:
    """What Polars alone needs to make of the cells what the program makes of them, were all of them as they should
    be: nothing is looked for, and no row is accounted for.
    """
    import polars as pl
    import polars_hash as hashing

    def moment(name: str) -> pl.Expr:
        naive = pl.col(name).str.strptime(pl.Datetime("us"), "%d.%m.%Y %H:%M:%S", strict=False, cache=False)
        local = naive.dt.replace_time_zone("Europe/Moscow", ambiguous="earliest", non_existent="null")
        return local.dt.convert_time_zone("UTC")

    def amount(name: str) -> pl.Expr:
        return pl.col(name).str.replace_all(" ", "", literal=True).cast(pl.Float64, strict=False)

    words = ("ID", "Этап сделки", "Воронка", "Ответственный", "Источник сделки", "Причина отказа", "Сегмент")
    phone = pl.col("Мобильный телефон (контакт)").str.replace_all("[^0-9]+", "")
    columns = (
        *(pl.col(name).str.strip_chars() for name in (*words, "Температура")),
        *map(moment, ("Дата создания", "Дата закрытия", "Ближайшая задача")),
        *map(amount, ("Бюджет ₽", "Цена по прайсу")),
        hashing.CryptographicHashingNameSpace(phone).hmac_sha256(key="benchmark").str.head(32),
    )
    text = pl.scan_csv(_file("csv"), separator=";", infer_schema=False)
    return lambda: text.select(columns).collect(engine="streaming")


def bare_xlsx() -> Callable[[], Any]:
    """The first sheet with the types that fastexcel finds by looking at every cell, as a frame."""
    import fastexcel
    import polars as pl

    assert pl  # as the program, imported before
    return lambda: fastexcel.read_excel(_file("xlsx")).load_sheet(0, schema_sample_rows=None).to_polars()


JOBS: Mapping[str, Callable[[], Callable[[], Any]]] = {
    "csv": partial(program, "csv"),
    "csv-bare": bare_csv,
    "csv-typed": typed_csv,
    "xlsx": partial(program, "xlsx"),
    "xlsx-bare": bare_xlsx,
}


def main(job: str) -> None:
    if job == "prepare":
        prepare()
        return
    work = JOBS[job]()
    wall, cpu = time.perf_counter(), time.process_time()
    kept = work()
    numbers = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    del kept
    numbers["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(json.dumps(numbers))


if __name__ == "__main__":
    main(sys.argv[1])
