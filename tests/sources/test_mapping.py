"""A `[[sources]]` mapping makes a canonical table of a file nobody knows."""

from __future__ import annotations

import pytest
from files_by_hand import ReadFiles

from funnelbook.errors import SourceError
from funnelbook.project import Join, SourceMapping

_FILE = (
    "Number;Opened;Where;End;Sum;Client\n"
    "1;03/04/2024;Talk;yes;5;7\n"
    "2;05/04/2024;Offer;no;6;8\n"
    "3;06/04/2024;Offer;;7;\n"
)
_COLUMNS = {"deal_id": "Number", "created_at": "opened ", "stage": "Where", "status": "End", "value": "Sum"}
_VALUES = {"status": {"YES": "won", "no": "lost", "": "open"}}


def mapping(**changes: object) -> SourceMapping:
    given = {
        "file": "*.csv", "table": "deals", "columns": _COLUMNS, "values": _VALUES, "date_format": "%d/%m/%Y",
        "constants": {"pipeline": "Main", "segment": "B2B"},
    }  # fmt: skip
    return SourceMapping(**{**given, **changes})  # type: ignore[arg-type]


def test_columns_values_constants_and_a_date_format(read_files: ReadFiles) -> None:
    reading = read_files({"x.csv": _FILE}, mapping())
    deals = reading.tables["deals"].collect()
    assert deals.select("deal_id", "stage", "status", "value", "pipeline", "segment").rows() == [
        ("1", "Talk", "won", 5.0, "Main", "b2b"),
        ("2", "Offer", "lost", 6.0, "Main", "b2b"),
        ("3", "Offer", "open", 7.0, "Main", "b2b"),
    ]
    assert deals["created_at"][0].isoformat() == "2024-04-02T21:00:00+00:00"
    assert (reading.files[0].label, reading.unknown_columns) == ("mapped deals 1", {0: ("Client",)})


def test_one_file_several_tables(read_files: ReadFiles) -> None:
    columns = {"deal_id": "Number", "entered_at": "Opened", "stage": "Where"}
    history = mapping(table="stages", columns=columns, values={}, constants={})
    reading = read_files({"x.csv": _FILE}, mapping(), history)
    assert [(file.table, file.rows) for file in reading.files] == [("deals", 3), ("stages", 3)]
    assert reading.tables["stages"].collect()["file"].to_list() == [1, 1, 1]


def test_the_row_number_stands_for_a_missing_id(read_files: ReadFiles) -> None:
    reading = read_files({"x.csv": _FILE}, mapping(columns={**_COLUMNS, "deal_id": "@row"}))
    assert reading.tables["deals"].collect()["deal_id"].to_list() == ["2", "3", "4"]


def test_a_mapping_wins_over_recognition(read_files: ReadFiles) -> None:
    text = "deal_id,created_at,stage,status,real\n1,2024-01-02,New,open,Old\n"
    columns = {"deal_id": "deal_id", "created_at": "created_at", "stage": "real", "status": "status"}
    known = mapping(columns=columns, values={}, constants={}, date_format=None)
    assert read_files({"deals.csv": text}, known).tables["deals"].collect()["stage"].to_list() == ["Old"]


def test_a_join_brings_columns_of_another_file(read_files: ReadFiles) -> None:
    join = Join("clients.txt", "Client", "id", {"owner": "Manager", "source": "Came from"})
    clients = "id,Manager,Came from\n7,Anna,ads\n8,Boris,site\n9,Vera,\n"
    reading = read_files({"x.csv": _FILE, "clients.txt": clients}, mapping(joins=(join,)))
    assert reading.tables["deals"].collect().select("owner", "source").rows() == [
        ("Anna", "ads"), ("Boris", "site"), (None, None),
    ]  # fmt: skip
    assert [(file.label, file.rows) for file in reading.files] == [("joined 1", 3), ("mapped deals 1", 3)]
    assert "rows without a match in a join: 1" in reading.files[1].notes


def test_a_join_that_fans_out_is_an_error_with_its_key(read_files: ReadFiles) -> None:
    join = Join("clients.txt", "Client", "id", {"owner": "Manager"})
    clients = "id,Manager\n7,Anna\n7,Boris\n8,Boris\n8,Boris\n9,V\n"
    with pytest.raises(SourceError, match=r"2 values of its column id repeat.*join-fan-out"):
        read_files({"x.csv": _FILE, "clients.txt": clients}, mapping(joins=(join,)))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"columns": {**_COLUMNS, "owner": "Clint"}}, "no column Clint; did you mean Client"),
        ({"columns": {"deal_id": "Number", "status": "End"}}, "where created_at comes from"),
        ({"file": "other.csv"}, "no file is called other.csv"),
        ({"joins": (Join("none.csv", "Client", "id", {"owner": "x"}),)}, "no file is called none.csv"),
        ({"date_format": "%d/%m"}, "date_format"),
        ({"encoding": "klingon"}, "no encoding called klingon"),
    ],
)
def test_mistakes_of_a_mapping(read_files: ReadFiles, changes: dict[str, object], told: str) -> None:
    with pytest.raises(SourceError, match=told):
        read_files({"x.csv": _FILE}, mapping(**changes))


def test_delimiter_and_encoding_may_be_told(read_files: ReadFiles) -> None:
    text = _FILE.replace(";", "^").replace("Talk", "Café").encode("cp1252")
    deals = read_files({"x.csv": text}, mapping(delimiter="^", encoding="cp1252")).tables["deals"].collect()
    assert deals["stage"].to_list() == ["Café", "Offer", "Offer"]
