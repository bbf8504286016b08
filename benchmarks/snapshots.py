"""120 monthly snapshots of 100,000 deals, written here, then read and turned into tables: time, and peak of memory.

    python benchmarks/snapshots.py [--months 120] [--deals 100000] [--limit 1000]

Once from nothing, and once as a month later: all but the newest were read before. Either peak must stay below the
limit, in MB; else it ends with 1.

Deals come and go as in a CRM that keeps its open deals and the recently closed ones: each month a thirtieth of them
is new, some move on or change their owner, and the oldest vanish: half a million deals in ten years.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

STAGES = ("Заявка", "Расчёт", "Замер", "Договор", "Успешно реализовано", "Закрыто и не реализовано")
_NEW = 30
_TOML = """\
[site]
timezone = "UTC"
currency = "RUB"

[[pipelines]]
name = "Продажи"
won = ["Успешно реализовано"]
lost = ["Закрыто и не реализовано"]
stages = [{ name = "Заявка" }, { name = "Расчёт" }, { name = "Замер" }, { name = "Договор" }]
"""


def write(root: Path, months: int, deals: int) -> None:
    """The project and its snapshots, as imports would have kept them."""
    import numpy as np
    import polars as pl

    from funnelbook.model.reading import REFUSED, Reading, SourceFile
    from funnelbook.model.tables import TABLES
    from funnelbook.project import load
    from funnelbook.sources.kept import snapshot_of, write_snapshots

    (root / "funnelbook.toml").write_text(_TOML, encoding="utf-8")
    project = load(root)
    rng = np.random.default_rng(1)
    fresh = deals // _NEW
    state = {name: np.zeros(0, np.int64) for name in ("id", "created", "stage", "closed", "value", "owner")}
    schema = TABLES["deals"].create_empty().schema
    for month in range(months):
        now = 1_400_000_000 + month * 2_600_000
        count = deals if month == 0 else fresh
        first = int(state["id"][-1]) + 1 if month else 1
        added = {
            "id": np.arange(first, first + count),
            "created": now - np.sort(rng.integers(1, 2_500_000, count))[::-1],
            "stage": np.zeros(count, np.int64),
            "closed": np.zeros(count, np.int64),
            "value": rng.integers(1, 500, count) * 1000,
            "owner": rng.integers(0, 12, count),
        }
        state = {name: np.concatenate([state[name], added[name]])[-deals:] for name in state}
        moves = (rng.random(deals) < 0.3) & (state["stage"] < 4)
        state["stage"] = np.where(moves, np.minimum(state["stage"] + rng.integers(1, 3, deals), 5), state["stage"])
        state["closed"] = np.where(moves & (state["stage"] >= 4), now - 1000, state["closed"])
        state["owner"] = np.where(rng.random(deals) < 0.01, rng.integers(0, 12, deals), state["owner"])
        seconds = {name: pl.Series(state[name]).cast(pl.Int64) * 1_000_000 for name in ("created", "closed")}
        instant = {name: each.cast(pl.Datetime("us")).dt.replace_time_zone("UTC") for name, each in seconds.items()}
        closed = pl.Series(state["closed"]) > 0
        frame = pl.DataFrame(
            {
                "file": pl.Series(np.zeros(deals), dtype=pl.UInt16),
                "row": pl.Series(np.arange(2, deals + 2), dtype=pl.UInt32),
                "deal_id": pl.Series(state["id"]).cast(pl.String),
                "created_at": instant["created"],
                "pipeline": pl.Series(["Продажи"]).new_from_index(0, deals),
                "stage": pl.Series(STAGES).gather(state["stage"]),
                "closed_at": pl.select(pl.when(closed).then(instant["closed"])).to_series(),
                "value": pl.Series(state["value"]).cast(pl.Float64),
                "owner": "Продавец " + pl.Series(state["owner"]).cast(pl.String),
                "source": "Источник " + pl.Series(state["id"] % 9).cast(pl.String),
                "contact_id": pl.Series(state["id"] // 2).hash(1).cast(pl.String),
            }
        )
        missing = (
            pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items() if name not in frame.columns
        )
        whole = frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in schema.items())
        day = datetime.fromtimestamp(now, UTC).date()
        file = SourceFile(0, Path("deals.csv"), "", "amoCRM deals", "deals", deals, f"{month:064x}")
        reading = Reading((file,), {"deals": whole.lazy()}, pl.DataFrame(schema=dict(REFUSED)))
        target = project.exports / day.isoformat() / "snapshot-01.json"
        write_snapshots({target: snapshot_of(file, reading, project, ())})


def measure(root: Path, kept: Path | None) -> dict[str, float]:
    """Reads the project and tells what that took; in a process of its own, so that its memory is its own.

    kept: where an earlier reading left what it found out. `reading`, `marking`, `tables`: seconds of CPU.
    """
    from funnelbook.memory import Memory
    from funnelbook.model.handbook_facts import HandbookFacts
    from funnelbook.project import load
    from funnelbook.publish.exports import Exports

    begun = [time.process_time()]
    exports = Exports(load(root), "", pieces=Memory(kept))
    data = exports.dataset
    begun.append(time.process_time())
    marks = exports.marks.sorted
    begun.append(time.process_time())
    exports.results(HandbookFacts())
    begun.append(time.process_time())
    parts = zip(("reading", "marking", "tables"), pairwise(begun), strict=True)
    return {
        **{name: round(after - before, 1) for name, (before, after) in parts},
        "cpu": round(begun[-1] - begun[0], 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "deals": data.deals.height,
        "entries": data.entries.height,
        "exports": data.exports.height,
        "marks": len(marks),
    }


def measured(root: Path, *options: str) -> dict[str, float]:
    """As `measure`, there."""
    command = [sys.executable, __file__, "--read", str(root), *options]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=1000, help="the most memory that the reading may take, in MB")
    parser.add_argument("--read", type=Path, help="only measure the reading of this project")
    parser.add_argument("--kept", type=Path, help="where an earlier reading left what it found out")
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(measure(asked.read, asked.kept)))
        return
    with tempfile.TemporaryDirectory() as folder:
        root, kept = Path(folder) / "project", Path(folder) / "kept"
        root.mkdir()
        write(root, asked.months, asked.deals)
        size = sum(path.stat().st_size for path in root.rglob("*.parquet"))
        print(f"{asked.months} snapshots of {asked.deals:,} deals, {size / 1e6:,.0f} MB on the disk")
        newest = max((root / "content/exports").iterdir())
        newest.rename(root / newest.name)
        measured(root, "--kept", str(kept))
        (root / newest.name).rename(newest)
        whole, one_more = measured(root), measured(root, "--kept", str(kept))
        print("from nothing", json.dumps(whole))
        print("one more    ", json.dumps(one_more))
        size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
        print(f"one more / from nothing: {one_more['cpu'] / whole['cpu']:.2f} of the CPU, of the reading "
              f"{one_more['reading'] / whole['reading']:.2f}; {size / 1e6:,.0f} MB kept")  # fmt: skip
    if max(whole["peak_mb"], one_more["peak_mb"]) > asked.limit:
        sys.exit(f"the peak of memory is above {asked.limit} MB")


if __name__ == "__main__":
    main()
