"""A table as a download: spreadsheets compute nothing in it, and every reader reads the same cells."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.model.results import Table

COMPUTED = [
    "=1+1", '=HYPERLINK("http://x")', "+84912", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1",
    "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "\ufeff=1", "\u200b=1", "\u202e=1", "\u00a0=1", "'=1", "\ttext",
]  # fmt: skip
PLAIN = ["text", "a=1", "a-b", "'quoted'", "—", "1,5", 'say "x"', "two\nlines", "a\rb", "a;b", "", "ё"]
SIGNS = st.text(st.sampled_from("='+-@\t\r\n \u00a0\ufeff\uff1da\",;"), max_size=6)


def texts_of(content: bytes) -> list[str]:
    return [row["text"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)]


def table(texts: list[str | None]) -> Table:
    return Table(
        "any", pl.DataFrame({"text": texts, "number": [1] * len(texts)}, schema_overrides={"text": pl.String})
    )


@pytest.mark.parametrize("text", COMPUTED)
def test_a_text_that_would_be_computed_begins_with_an_apostrophe(text: str) -> None:
    assert texts_of(table([text]).csv()) == ["'" + text]
    assert json.loads(table([text]).json())[0]["text"] == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stand_as_they_are(text: str) -> None:
    assert texts_of(table([text]).csv()) == [text]


@given(st.lists(SIGNS, min_size=1, max_size=5, unique=True))
def test_no_two_texts_become_one(texts: list[str]) -> None:
    assert len(set(texts_of(table([*texts]).csv()))) == len(texts)


ROUND_TRIP = [
    "a,b",
    'say "x"',
    "two\nlines",
    "a\rb",
    "a\r\nb",
    "a;b",
    '"',
    '""',
    ",",
    "ё",
    "NA",
    "null",
    "00123",
    None,
]


def test_pandas_reads_the_same_table_back() -> None:
    read = pd.read_csv(
        io.BytesIO(table(ROUND_TRIP).csv()),
        dtype={"text": str},
        keep_default_na=False,
        na_values=[],
        lineterminator="\n",
    )
    assert list(read["text"]) == ["" if text is None else text for text in ROUND_TRIP]
    assert list(read["number"]) == [1] * len(ROUND_TRIP)


def test_duckdb_reads_the_same_table_back(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(table(ROUND_TRIP).csv())
    read = duckdb.read_csv(
        str(path), dtype={"text": "VARCHAR", "number": "BIGINT"}, quotechar='"', delimiter=","
    ).fetchall()
    assert read == [(text, 1) for text in ROUND_TRIP]


def test_categories_are_texts_too() -> None:
    made = Table("any", pl.DataFrame({"text": pl.Series(["=1"], dtype=pl.Enum(["=1"]))}))
    assert texts_of(made.csv()) == ["'=1"]


def test_numbers_are_bare_and_read_back_the_same() -> None:
    numbers = [-5.0, -0.02, 1e-7, 0.0, 0.1 + 0.2, 1e300]
    made = Table("any", pl.DataFrame({"text": ["x"] * 6, "number": numbers}))
    rows = list(csv.DictReader(io.StringIO(made.csv().decode(), newline=""), strict=True))
    assert [float(row["number"]) for row in rows] == numbers
    assert [row["number"] for row in json.loads(made.json())] == numbers


def test_what_is_no_number_is_missing_in_both() -> None:
    made = Table("any", pl.DataFrame({"text": ["x"] * 3, "number": [math.nan, math.inf, None]}))
    rows = list(csv.DictReader(io.StringIO(made.csv().decode(), newline=""), strict=True))
    assert [row["number"] for row in rows] == ["", "", ""]
    assert [row["number"] for row in json.loads(made.json())] == [None, None, None]
