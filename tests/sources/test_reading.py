"""A project's exports: recognised by their headers, every row in one bucket, every mistake told at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from files_by_hand import ReadFiles, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnelbook.errors import SourceError
from funnelbook.model.reading import Reading
from funnelbook.model.tables import TABLES

_DEALS = "deal_id,created_at,stage,status\n1,2024-01-02,New,open\n"


def buckets(reading: Reading, number: int) -> tuple[int, int, int]:
    """Accepted, refused, and all rows of a file."""
    table = reading.files[number].table
    accepted = reading.tables[table].filter(pl.col("file") == number).collect()["row"] if table else []
    others = reading.refused.filter(pl.col("file") == number, "primary")["row"]
    assert not set(accepted) & set(others)
    return len(accepted), len(others), reading.files[number].rows


def test_the_generic_tables_are_told_by_their_headers(read_files: ReadFiles) -> None:
    reading = read_files(
        {
            "a.csv": " Deal ID ;CREATED AT;stage;Status;note;name\n7;2024-01-02;New;Открыта;hidden;Ivan\n",
            "b.csv": "deal_id,stage,entered_at,by\n7,New,2024-01-02,Anna\n",
            "c.csv": "deal_id,at,kind\n7,2024-01-02 10:00,Исходящий звонок\n",
            "d.csv": "month,source,amount\n2024-01,ads,1 000\n",
            "e.csv": "month,owner,sales\n01.2024,Anna,3\n",
            "f.csv": "person,role,from\nAnna,продавец,01.01.2024\n",
            "g.csv": "date,currency,rate\n2024-01-01,USD,90.5\n",
        }
    )
    assert [file.label for file in reading.files] == [f"{name} 1" for name in TABLES]
    assert {name: frame.collect().height for name, frame in reading.tables.items()} == dict.fromkeys(TABLES, 1)
    assert reading.tables["deals"].collect().row(0, named=True)["status"] == "open"
    assert reading.unknown_columns == {0: ("note", "name"), 1: ("by",)}
    for name, frame in reading.tables.items():
        assert dict(frame.collect_schema()) == {key: each.dtype for key, each in TABLES[name].columns().items()}
        TABLES[name].validate(frame.collect())


def test_all_problems_of_a_row_are_told_and_the_first_is_primary(read_files: ReadFiles) -> None:
    reading = read_files(
        {
            "deals.csv": _DEALS
            + "2,2024-13-01,New,perhaps\n,2024-01-03,,\n8.4E+10,2024-01-04,New,won\n5,2024-01-05,,won\n"
        }
    )
    assert reading.refused.select("row", "problem", "column", "primary").rows() == [
        (3, "bad-date", "created_at", True),
        (3, "bad-value", "status", False),
        (4, "missing-value", "deal_id", True),
        (4, "missing-value", "status", False),
        (5, "excel-mangled", "deal_id", True),
    ]
    assert reading.tables["deals"].collect()["deal_id"].to_list() == ["1", "5"]
    assert buckets(reading, 0) == (2, 3, 5)


def test_parquet_keeps_its_types_and_numbers_its_rows(read_files: ReadFiles, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"deal_id": [5, 6, None], "stage": ["New", "", "Won"], "entered_at": ["2024-01-02"] * 3, "row": 1}
    )
    exports = tmp_path / "content" / "exports"
    exports.mkdir(parents=True)
    frame.with_columns(pl.col("entered_at").str.to_datetime()).write_parquet(exports / "s.parquet")
    reading = read_files({})
    stages = reading.tables["stages"].collect()
    assert stages.select("deal_id", "row", pl.col("entered_at").dt.strftime("%F %T")).rows() == [
        ("5", 2, "2024-01-01 21:00:00")
    ]
    assert refused(reading.refused) == [(3, "rejected", "missing-value"), (4, "rejected", "missing-value")]
    assert reading.unknown_columns == {0: ("row",)}


def test_a_column_of_the_wrong_type_is_an_error(read_files: ReadFiles, tmp_path: Path) -> None:
    exports = tmp_path / "content" / "exports"
    exports.mkdir(parents=True)
    pl.DataFrame({"deal_id": [5], "stage": ["New"], "entered_at": [1704150000]}).write_parquet(
        exports / "s.parquet"
    )
    with pytest.raises(SourceError, match="bad-type"):
        read_files({})


def test_every_files_mistakes_at_once_and_never_a_cell(read_files: ReadFiles, tmp_path: Path) -> None:
    exports = tmp_path / "content" / "exports"
    (exports / "other").mkdir(parents=True)
    (exports / "link.csv").symlink_to(tmp_path)
    with pytest.raises(SourceError) as caught:
        read_files(
            {
                "deals.csv": _DEALS,
                "dates.csv": "deal_id,stage,entered_at\n1,New,03/04/2024\n",
                "empty.csv": "",
                "junk.csv": "deal_id,stage,Пётр\nSECRET,2,3\n",
                "quote.csv": 'deal_id,stage,entered_at\n1,"SECRET,2024-01-01\n',
                "twice.csv": "deal_id,stage,Stage,entered_at\n1,a,b,2024-01-01\n",
            }
        )
    told = {(finding.place.path.removeprefix("content/exports"), finding.rule) for finding in caught.value.findings}
    assert told == {
        ("/dates.csv", "unclear-dates"),
        ("/empty.csv", "empty-file"),
        ("/junk.csv", "unknown-file"),
        ("/link.csv", "symlink"),
        ("/other", "unknown-folder"),
        ("/quote.csv", "unclosed-quote"),
        ("/twice.csv", "repeated-column"),
    }
    assert "SECRET" not in str(caught.value)
    assert "stages lacks entered_at" in str(caught.value)


def test_leftovers_of_other_programs_are_no_inputs(read_files: ReadFiles) -> None:
    names = (
        ".DS_Store",
        "~$deals.xlsx",
        ".~lock.deals.csv#",
        "deals.csv~",
        "x.tmp",
        "#deals.csv#",
        "README.md",
        "a.part",
        "4913",
        "deals.csv___jb_tmp___",
        ".goutputstream-AB12CD",
        "deals.csv.vsctmp",
        "Thumbs.db",
    )
    assert len(read_files({"deals.csv": _DEALS, **dict.fromkeys(names, "junk")}).files) == 1


def test_no_export_is_an_error(read_files: ReadFiles, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(SourceError, match="no-exports"):
            read_files({})
        (tmp_path / "content" / "exports").mkdir(parents=True, exist_ok=True)


def test_an_export_without_rows_is_a_table_without_rows(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": "deal_id,created_at,stage,status\n"})
    assert (reading.files[0].rows, reading.tables["deals"].collect().height) == (0, 0)


def test_the_same_rows_in_two_files_are_two_sightings(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": _DEALS, "b.csv": _DEALS})
    assert reading.tables["deals"].collect().select("file", "row").rows() == [(0, 2), (1, 2)]
    assert reading.files[0].digest == reading.files[1].digest


def test_dated_folders_are_successive_exports(read_files: ReadFiles) -> None:
    later = _DEALS.replace("New", "Won") + "2,2024-02-05 09:00,New,open\n"
    reading = read_files({"2024-01-02/deals.csv": _DEALS, "2024-02-05/deals.csv": later})
    exports = [(each.day, each.deals.collect()["file"].to_list()) for each in reading.exports]
    assert exports == [(date(2024, 1, 2), [0]), (date(2024, 2, 5), [1, 1])]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "2", "", "8E+9"]),
            st.sampled_from(["2024-01-02", "02.01.2024", "", "soon", "2024-02-30", "2024-05-01T10:00:00Z"]),
            st.sampled_from(["New", "", "x,y", "a\nb"]),
            st.sampled_from(["open", "Won", "", "?"]),
            st.sampled_from(["5", "1 000", "$2K", "five", "", "-1"]),
        )
    )
)
def test_every_row_is_in_exactly_one_bucket(read_files: ReadFiles, rows: list[tuple[str, ...]]) -> None:
    text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    try:
        reading = read_files({"deals.csv": f"deal_id,created_at,stage,status,value\n{text}"})
    except SourceError as error:
        rules = {finding.rule for finding in error.findings}
    else:
        rules = set()
        accepted, others, all_rows = buckets(reading, 0)
        assert accepted + others == all_rows == len(rows)
    assert rules <= {"unclear-dates"}


def test_a_typed_file_without_faults_reads_as_text_does(read_files: ReadFiles, tmp_path: Path) -> None:
    """Typed files take a short way when nothing is wrong, and the careful one as soon as one cell is."""
    header = "deal_id,created_at,stage,status,closed_at,value,owner\n"
    rows = [f"{i},2024-01-{i:02} 10:00:00,New,won,2024-02-{i:02} 10:00:00,{i}.5,Anna\n" for i in range(1, 20)]
    told = read_files({"deals.csv": header + "".join(rows)}).tables["deals"].collect()
    exports = tmp_path / "content" / "exports"
    (exports / "deals.csv").unlink()
    typed = told.drop("file", "row").with_columns(
        pl.col("deal_id").cast(pl.Int64), pl.col("status").cast(pl.String)
    )
    typed.drop("snapshot").write_parquet(exports / "deals.parquet")
    assert read_files({}).tables["deals"].collect().equals(told)
    typed.drop("snapshot").with_columns(
        owner=pl.when(pl.col("deal_id") == 5).then(pl.lit(" Anna ")).otherwise("owner"),
        status=pl.when(pl.col("deal_id") == 6).then(pl.lit("Выиграна")).otherwise("status"),
    ).write_parquet(exports / "deals.parquet")
    assert read_files({}).tables["deals"].collect().equals(told)


@pytest.mark.parametrize("dtype", [pl.Categorical(), pl.Enum(["", "won", "lost"])])
def test_a_word_of_a_category_may_be_empty(read_files: ReadFiles, tmp_path: Path, dtype: pl.DataType) -> None:
    read_files({"deals.csv": _DEALS})
    exports = tmp_path / "content" / "exports"
    (exports / "deals.csv").unlink()
    deals = pl.DataFrame({"deal_id": ["1", "2"], "created_at": ["2024-01-02"] * 2, "stage": ["New", "Won"]})
    status = pl.Series("status", ["", "won"], dtype=dtype)
    deals.with_columns(status).write_parquet(exports / "deals.parquet")
    found = read_files({})
    assert found.tables["deals"].collect()["status"].cast(pl.String).to_list() == [None, "won"]
    assert found.refused.is_empty()


_AMOCRM = (
    "ID;Название сделки;Этап сделки;Бюджет ₽;Дата создания;Дата закрытия;Температура;Мобильный телефон (контакт)\n"
)
_SOME = (
    "Окно;Замер назначен;42 700;02.11.2026 16:59:28;не закрыта;горячий;+7 (916) 123-45-67",
    "'Дверь; Успешно реализовано ;1 000;13.10.2026 10:00:00;14.10.2026 11:00:00;;8 916 123-45-67",
    "Балкон;Замер назначен;много;02.11.2026 16:59:28;не закрыта;тёплый;",
    "Лоджия;'Закрыто и не реализовано;;05.11.2026;06.11.2026;ледяной;нет",
    "Крыша;;7;когда-нибудь;не закрыта;холодный;нет, 8 (495) 765-43-21",
)


@pytest.mark.parametrize("times", [5_000, 41_000], ids=["in memory", "in batches"])
def test_a_long_file_is_read_as_a_short_one_is(read_files: ReadFiles, tmp_path: Path, times: int) -> None:
    """Long files are read in parts, several at a time; no cell and no row shows it."""

    def told(times: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        rows = (f"{number};{cells}\n" for number, cells in enumerate(_SOME * times))
        found = read_files({"deals.csv": _AMOCRM + "".join(rows)})
        return found.tables["deals"].collect(), found.refused

    (few, refused), (many, more) = told(1), told(times)
    assert many["deal_id"].cast(pl.Int64).equals(many["row"].cast(pl.Int64) - 2, check_names=False)
    assert many.drop("deal_id", "row").equals(pl.concat([few.drop("deal_id", "row")] * times))
    assert more.drop("row").equals(pl.concat([refused.drop("row")] * times))
    assert many.height + more.filter("primary").height == len(_SOME) * times
    assert few.height == 3
    assert few["contact_id"].n_unique() == 2
