"""A mapping that would publish notes or contacts as a dimension is refused, unless the project gives a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_handbook import lay, site_of, text_of

from commands import run_here

HEADER = ("nr", "made", "done", "state", "who", "where from", "why")
MAPPING = """
[[sources]]
file = "deals.csv"
table = "deals"
columns.deal_id = "nr"
columns.created_at = "made"
columns.closed_at = "done"
columns.status = "state"
columns.owner = "who"
columns.source = "where from"
columns.loss_reason = "why"
"""


def book(folder: Path, rows: int = 60, **cells: Callable[[int], str]) -> Path:
    told = {"who": lambda row: f"O{row % 3}", "source": lambda row: "site", "why": lambda row: "", **cells}
    table = [
        (row, "2026-01-05", "2026-02-20", "lost", *(told[name](row) for name in ("who", "source", "why")))
        for row in range(rows)
    ]
    folder = lay(folder, {"content/exports/deals.csv": text_of(HEADER, table)})
    toml = folder / "funnelbook.toml"
    toml.write_text(toml.read_text() + MAPPING)
    return folder


PERSONAL = {
    "every value another": {"source": lambda row: f"Came through friend {row}"},
    "notes as reasons": {"why": lambda row: f"wants it {row} days later"},
    "phones": {"source": lambda row: "8 916 555 01 02" if row % 10 == 0 else "site"},
    "addresses": {"who": lambda row: f"o{row % 3}@example.org" if row % 10 == 0 else "O1"},
}
FINE = {
    "nearly half other values": {"source": lambda row: f"campaign {row % 30}"},
    "ids of campaigns": {"source": lambda row: str(12_345_678_901 + row % 5)},
    "a phone in one of sixty": {"source": lambda row: "+7 916 555-01-02" if row == 5 else "site"},
}


@pytest.mark.parametrize("what", PERSONAL)
def test_a_column_that_looks_personal_is_refused_at_its_mapping(tmp_path: Path, what: str) -> None:
    folder = book(tmp_path, **PERSONAL[what])
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert ended.err.count("(looks-personal)") == 1
    name = {"who": "owner", "source": "source", "why": "loss_reason"}[next(iter(PERSONAL[what]))]
    lines = (folder / "funnelbook.toml").read_text().split("\n")
    number = next(number for number, line in enumerate(lines, 1) if line.startswith(f"columns.{name} "))
    assert ended.err.startswith(f"funnelbook.toml:{number}:{len(f'columns.{name} = ') + 1}: ")
    assert not any(cell in ended.text for cell in ("friend", "days later", "555", "@example"))
    assert not (folder / "site" / "latest").exists()


@pytest.mark.parametrize("what", FINE)
def test_other_columns_are_published(tmp_path: Path, what: str) -> None:
    assert run_here("build", "-q", "--project", book(tmp_path, **FINE[what])).code == 0


def test_of_a_few_deals_everything_may_be_different(tmp_path: Path) -> None:
    folder = book(tmp_path, rows=49, **PERSONAL["every value another"])
    assert run_here("build", "-q", "--project", folder).code == 0


@pytest.mark.parametrize("named", ["where from", "source"])
def test_a_reason_lets_it_pass_and_stands_in_the_release(tmp_path: Path, named: str) -> None:
    folder = book(tmp_path, **PERSONAL["every value another"])
    toml = folder / "funnelbook.toml"
    told = {"column": named, "reason": "names of our own campaigns"}
    toml.write_text(
        toml.read_text() + f'\n[[privacy.exceptions]]\ncolumn = "{named}"\nreason = "{told["reason"]}"\n'
    )
    ended = run_here("release", "a", "-q", "--project", folder)
    assert ended.code == 0, ended.text
    assert json.loads((site_of(folder) / "manifest.json").read_bytes())["exceptions"] == [told]


def test_an_exception_is_about_one_thing(tmp_path: Path) -> None:
    folder = book(tmp_path)
    toml = folder / "funnelbook.toml"
    toml.write_text(toml.read_text() + '\n[[privacy.exceptions]]\nvalu = "x"\nreason = "y"\n')
    ended = run_here("check", "--project", folder)
    assert ended.code == 1
    assert "did you mean `value`?" in ended.err
    assert "names either a `value` or a `column`" in ended.err
