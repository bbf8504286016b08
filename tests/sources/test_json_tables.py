"""A list of objects is a table: rows add up, and what is no row is refused by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.project import SourceMapping

ROW = {"deal_id": 7, "created_at": "2026-01-02", "stage": "Новая", "status": "open"}


def test_every_item_is_a_row_that_is_read_or_refused(read_files: ReadFiles) -> None:
    rows: list[Any] = [
        ROW, {}, {**ROW, "stage": {"signal": "alert(1)"}}, 5, {**ROW, "deal_id": "00123", "value": 1e-7},
        {**ROW, "deal_id": "\ud800"}, {**ROW, "created_at": "soon"}, {"status": "won", "__proto__": True},
        {**ROW, "deal_id": 10**19, "value": None, "note": False},
    ]  # fmt: skip
    reading = read_files({"deals.json": json.dumps(rows)})
    deals = reading.tables["deals"].select("row", "deal_id", "value").collect()
    assert deals.rows() == [(2, "7", None), (6, "00123", 1e-7), (10, "1" + "0" * 19, None)]
    told = set(refused(reading.refused.filter("primary")))
    assert told == {
        (3, "ignored", "blank-row"), (4, "rejected", "bad-value"), (5, "rejected", "malformed"),
        (7, "rejected", "encoding"), (8, "rejected", "bad-date"), (9, "rejected", "missing-value"),
    }  # fmt: skip
    assert reading.files[0].rows == len(rows)
    assert reading.unknown_columns == {0: ("__proto__", "note")}


@pytest.mark.parametrize("name", ["spend.json", "spend.jsonl", "spend.ndjson"])
def test_lines_of_objects_are_a_table_too(read_files: ReadFiles, name: str) -> None:
    rows = [{"month": f"2026-0{month}", "source": "site", "amount": 1.5} for month in (1, 2)]
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    assert read_files({name: text}).tables["spend"].collect().height == 2


def test_a_list_of_objects_of_ones_own_is_read_by_a_mapping(read_files: ReadFiles) -> None:
    columns = {"deal_id": "Номер", "created_at": "Когда", "stage": "Где", "status": "Чем"}
    mapping = SourceMapping("own.json", "deals", columns)
    own = json.dumps([dict(zip(columns.values(), ROW.values(), strict=True))])
    assert read_files({"own.json": own}, mapping).tables["deals"].collect()["deal_id"].to_list() == ["7"]
    with pytest.raises(SourceError, match="not-a-table"):
        read_files({"own.json": "[1, 2]"}, mapping)


def test_objects_that_nobody_knows_are_an_error(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError, match="as a list of objects"):
        read_files({"x.json": '[{"a": 1}]'})
