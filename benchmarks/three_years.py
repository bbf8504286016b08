"""36 months of the simulator's deals, 20,000 of them: three of its accounts, of 15 months each, in a row."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

ACCOUNTS = 3
#: What 36 of the 45 months leave of it is 20,000 deals.
_DEALS = 8_400
_MONTHS = 15
_FIRST_DAY = "2023-11-01"
_TIMES = ("created_at", "closed_at", "next_task_at", "entered_at", "at", "done_at", "due_at", "responded_at")
_IDS = ("deal_id", "contact_id", "activity_id")


def lay(folder: Path) -> None:
    """deals.csv, stages.csv and activities.csv of the months, and what the newest account has beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[pl.DataFrame]] = {}
    with tempfile.TemporaryDirectory() as made:
        for number in range(ACCOUNTS):
            account = Path(made) / str(number)
            _simulated(number + 1, account)
            for path in account.iterdir():
                table = pl.read_csv(path, infer_schema_length=0)
                if "deal_id" in table.columns:
                    found.setdefault(path.name, []).append(_earlier(table, number))
                elif number == 0:
                    table.write_csv(folder / path.name)
    tables = {name: pl.concat(parts) for name, parts in found.items()}
    kept = tables["deals.csv"].filter(pl.col("created_at") >= _FIRST_DAY)
    for name, table in tables.items():
        table.join(kept.select("deal_id"), on="deal_id", how="semi").write_csv(folder / name)


def _simulated(seed: int, folder: Path) -> None:
    options = ["--deals", str(_DEALS), "--seed", str(seed), "--format", "csv", "--out", str(folder)]
    subprocess.run([sys.executable, "-m", "funnelbook", "demo", *options], check=True, stdout=subprocess.DEVNULL)


def _earlier(table: pl.DataFrame, number: int) -> pl.DataFrame:
    """So many accounts earlier, with numbers of its own."""
    moment, written = "%Y-%m-%dT%H:%M:%SZ", pl.col([each for each in _TIMES if each in table.columns])
    ids = pl.col([each for each in _IDS if each in table.columns])
    months = f"-{number * _MONTHS}mo"
    return table.with_columns(
        written.str.to_datetime(moment).dt.offset_by(months).dt.strftime(moment),
        ids + str(number),
    )
