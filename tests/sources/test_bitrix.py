"""Bitrix24: every form of one account tells the same; rows of products are no deals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import bitrix_samples as samples
import polars as pl
import pytest
from bitrix_samples import answer, moved, page, row
from files_by_hand import ReadFiles, refused

from funnelbook.errors import SourceError
from funnelbook.model.reading import PipelineFact, Reading
from funnelbook.project import Project, Site
from funnelbook.publish.build import results_of
from funnelbook.sources.bitrix import BITRIX_API, BITRIX_DEALS


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """September 2024, Moscow."""
    return datetime(2024, 9, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def deals(reading: Reading, *columns: str) -> list[tuple[Any, ...]]:
    return reading.tables["deals"].select(columns).collect().rows()


def entries(reading: Reading) -> list[tuple[Any, ...]]:
    frame = reading.tables["stages"].sort("deal_id", "entered_at").collect()
    return frame.select("deal_id", "pipeline", "stage", "entered_at").rows()


FACTS = [
    ("101", at(1, 10), "won", at(10, 12), 350_000.0),
    ("102", at(2, 11), "lost", at(7, 9, 30), 80_000.5),
    ("103", at(3, 12), "open", None, 0.0),
    ("104", at(4, 13), "open", None, 12_000.0),
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deals.csv", samples.CSV), ("deals.csv", samples.CSV.encode("utf-16")),
        ("deals.csv", "\ufeff" + samples.CSV), ("deals.csv", samples.CSV.encode("cp1251")),
        ("DEAL_20241001_a1_b2.xls", samples.XLS),
        ("deals.csv", samples.INTERNAL),
    ],
)  # fmt: skip
def test_every_form_tells_the_same_deals(read_files: ReadFiles, name: str, content: str | bytes) -> None:
    reading = read_files({name: content})
    closed = pl.when(pl.col("status") != "open").then("closed_at")
    frame = reading.tables["deals"].select("deal_id", "created_at", "status", closed, "value").collect()
    assert frame.rows() == FACTS
    assert reading.files[0].reader == "Bitrix24 deals"
    assert reading.files[0].rows == frame.height + reading.refused["row"].n_unique()


def test_columns_are_read_whole(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": samples.CSV})
    assert deals(reading, "pipeline", "stage", "currency", "owner", "source")[0] == (
        "Продажи", "Сделка успешна", "RUB", "Анна", "Сайт",
    )  # fmt: skip
    assert reading.refused.is_empty()
    assert set(reading.files[0].notes) >= {
        "quotes escaped by backslashes", "rows that Bitrix24 calls repeat sales: 1", "rows that came of a lead: 1",
    }  # fmt: skip
    assert reading.unknown_columns == {0: ("Контакт", "Комментарий")}


def test_a_contacts_id_is_hashed(read_files: ReadFiles) -> None:
    people = [person for (person,) in deals(read_files({"deals.csv": samples.INTERNAL}), "contact_id")]
    assert people[2:] == [None, None]
    assert len(set(people[:2]) - {None, "8", "9"}) == 2


def test_older_labels_and_closings_of_the_accounts_own(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": samples.OLD_CSV})
    assert deals(reading, "deal_id", "status", "closed_at") == [
        ("101", "won", at(10)), ("103", "open", at(30)), ("105", None, at(5)),
    ]  # fmt: skip


def test_the_ids_of_stages_tell_the_pipeline_where_no_column_does(read_files: ReadFiles) -> None:
    text = samples.INTERNAL.replace("CATEGORY_ID", "x").replace("C16:NEW", "NEW").replace("STAGE_SEMANTIC_ID", "y")
    reading = read_files({"deals.csv": text})
    assert deals(reading, "pipeline", "status") == [("16", "won"), ("16", "lost"), ("0", "open"), ("16", "open")]


def test_products_are_counted_and_summed_apart(read_files: ReadFiles) -> None:
    reading = read_files({"deals.xls": samples.XLS})
    assert refused(reading.refused) == [(2, "duplicate", "product-row"), (6, "duplicate", "product-row")]
    assert sum(value for (value,) in deals(reading, "value")) == 442_000.5
    assert reading.files[0].notes[:3] == (
        "rows of products: 5, of 3 deals, 2 of them repeats",
        "worth of the products: 441000.50",
        "deals whose sum is not that of their products: 1",
    )


def test_rows_that_differ_in_the_deal_itself_are_no_product_rows(read_files: ReadFiles) -> None:
    first, second = row(0, "A", "1", "1"), row(0, "B", "1", "1", Сумма="7")
    reading = read_files({"deals.xls": page(first, second, row(0, "C", "1", "1", Сумма="7"), row(2), row(2))})
    assert refused(reading.refused) == [(3, "duplicate", "product-row")]
    assert deals(reading, "deal_id", "value") == [("101", 350_000), ("101", 7), ("103", 0), ("103", 0)]
    assert "deals whose rows of products say different things of them: 1" in reading.files[0].notes


def test_a_row_of_a_product_without_an_id_is_rejected(read_files: ReadFiles) -> None:
    reading = read_files({"deals.xls": page(row(0, "A"), row(0, "B", ID=""))})
    assert refused(reading.refused) == [(3, "rejected", "missing-value")]


@pytest.mark.parametrize("lost", ["Стадия сделки", "Дата создания", "ID"])
def test_without_a_column_it_needs_an_export_is_nobodys(read_files: ReadFiles, lost: str) -> None:
    with pytest.raises(SourceError, match="Bitrix24 deals lacks") as told:
        read_files({"deals.csv": samples.OLD_CSV.replace(lost, "x", 1)})
    lacking = str(told.value).partition("Bitrix24 deals lacks ")[2].partition(";")[0]
    assert lacking.count(lost) == 1


def test_other_systems_headers_are_not_taken() -> None:
    for header in (
        ("ID", "Название сделки", "Этап сделки", "Дата создания", "Ответственный"),
        ("id", "title", "stage_id", "created_at"),
        ("deal_id", "created_at", "stage", "status"),
    ):
        assert BITRIX_DEALS.match(header).missing


ENTRIES = [
    ("101", "Новая", at(1, 10)), ("101", "В работе", at(2, 10)), ("101", "Счёт", at(5, 10)),
    ("101", "Сделка успешна", at(10, 12)), ("102", "Новая", at(2, 11)), ("102", "В работе", at(3, 11)),
    ("102", "Сделка провалена", at(7, 9, 30)), ("103", "Новая", at(3, 12)), ("104", "Новая", at(4, 13)),
    ("104", "В работе", at(5, 13)), ("104", "Счёт", at(6, 10)),
]  # fmt: skip
DICTIONARIES = {"stages.json": answer(samples.STAGES), "pipelines.json": answer(samples.PIPELINES, "categories")}


@pytest.mark.parametrize(
    "history",
    [
        answer(samples.HISTORY, "items"),
        json.dumps(samples.HISTORY),
        json.dumps([{"result": {"items": samples.HISTORY[:5]}}, {"result": {"items": samples.HISTORY[5:]}}]),
        "\n".join(map(json.dumps, samples.HISTORY)),
        answer(samples.HISTORY[::-1], "items"),
    ],
)
def test_history_in_any_wrapping_gets_the_names_of_the_dictionaries(read_files: ReadFiles, history: str) -> None:
    reading = read_files({"deals.csv": samples.CSV, "history.json": history, **DICTIONARIES})
    assert entries(reading) == [(deal, "Продажи", stage, moment) for deal, stage, moment in ENTRIES]
    assert reading.pipelines == (
        PipelineFact("Продажи", ("Новая", "В работе", "Счёт"), ("Сделка успешна",), ("Сделка провалена",)),
    )
    assert reading.refused.is_empty()


def test_deals_by_ids_need_no_dictionary(read_files: ReadFiles) -> None:
    reading = read_files({"deals.csv": samples.INTERNAL, "history.json": answer(samples.HISTORY, "items")})
    assert [each[:3] for each in entries(reading)][:2] == [("101", "16", "C16:NEW"), ("101", "16", "C16:WORK")]
    assert deals(reading, "pipeline", "stage")[0] == ("16", "C16:WON")


def test_names_beside_ids_need_the_dictionary_and_say_so(read_files: ReadFiles) -> None:
    with pytest.raises(SourceError, match="missing-dictionary") as caught:
        read_files({"deals.csv": samples.CSV, "history.json": answer(samples.HISTORY, "items")})
    assert "crm.status.list" in caught.value.findings[0].hint


def test_without_names_of_pipelines_the_history_is_that_of_the_deals_own(read_files: ReadFiles) -> None:
    files = {
        "deals.csv": samples.CSV,
        "history.json": answer(samples.HISTORY),
        "stages.json": answer(samples.STAGES),
    }
    assert {pipeline for _, pipeline, _, _ in entries(read_files(files))} == {None}


def test_moves_within_one_second_stay_in_the_order_of_their_numbers(read_files: ReadFiles) -> None:
    moment = "2024-09-01T10:00:00+03:00"
    history = [
        moved(3, 101, 2, moment, "INVOICE"),
        moved(2, 101, 2, moment, "WORK"),
        moved(1, 101, 1, moment, "NEW"),
    ]
    reading = read_files({"deals.csv": samples.INTERNAL, "history.json": answer(history, "items")})
    assert [stage for _, _, stage, _ in entries(reading)] == ["C16:NEW", "C16:WORK", "C16:INVOICE"]


def test_every_item_is_accounted_for(read_files: ReadFiles) -> None:
    odd = [
        {**samples.HISTORY[0], "CREATED_TIME": "soon"}, {**samples.HISTORY[0], "OWNER_ID": None}, 5, {"x": 1},
        {"ID": 1, "TYPE_ID": 1, "OWNER_ID": 5, "CREATED_TIME": "2024-09-01T10:00:00+03:00", "STATUS_ID": "NEW"},
    ]  # fmt: skip
    history = answer([*samples.HISTORY, *odd], "items")
    reading = read_files({"deals.csv": samples.CSV, "history.json": history, **DICTIONARIES})
    assert refused(reading.refused) == [
        (12, "rejected", "bad-date"), (13, "rejected", "missing-value"), (14, "rejected", "bad-value"),
        (15, "rejected", "bad-value"), (16, "ignored", "lead-not-told"),
    ]  # fmt: skip
    assert [file.rows for file in reading.files if file.table == "stages"] == [16]


def api_deals() -> list[dict[str, object]]:
    names, *rows = (line.split(",") for line in samples.INTERNAL.splitlines())
    return [{name: cell or None for name, cell in zip(names, each, strict=True)} for each in rows]


def test_deals_of_the_api_are_those_of_the_export(read_files: ReadFiles) -> None:
    files = {"deals.json": answer(api_deals()), "history.json": answer(samples.HISTORY, "items"), **DICTIONARIES}
    reading = read_files(files)
    closed = pl.when(pl.col("status") != "open").then("closed_at")
    frame = reading.tables["deals"].select("deal_id", "created_at", "status", closed, "value").collect()
    assert frame.rows() == FACTS
    assert deals(reading, "pipeline", "stage")[3] == ("Продажи", "Счёт")
    assert entries(reading) == [(deal, "Продажи", stage, moment) for deal, stage, moment in ENTRIES]


def test_what_a_stage_means_is_told_by_the_dictionary_where_deals_do_not(read_files: ReadFiles) -> None:
    found = [{**deal, "STAGE_SEMANTIC_ID": None, "CLOSED": None} for deal in api_deals()]
    for deal in found:
        del deal["STAGE_SEMANTIC_ID"]
    stages = [{**each, "NAME": f"{each['NAME']} наша"} for each in samples.STAGES]
    reading = read_files({"deals.json": answer(found), "stages.json": answer(stages)})
    assert [status for (status,) in deals(reading, "status")] == ["won", "lost", "open", "open"]


def test_answers_of_other_methods_are_nobodys() -> None:
    assert BITRIX_API.match({"result": [{"ID": "1", "LAST_NAME": "x"}]}).missing
    assert not BITRIX_API.match(json.loads(answer(samples.HISTORY, "items"))).missing


@pytest.mark.parametrize(
    "files",
    [
        {"deals.csv": samples.CSV}, {"deals.xls": samples.XLS}, {"deals.csv": samples.INTERNAL},
        {"deals.json": answer(api_deals())},
    ],
)  # fmt: skip
def test_a_site_is_built_on_any_form(tmp_path: Path, files: dict[str, str]) -> None:
    """By hand: of 4 deals 3 reached the second stage and 2 the third, one is won."""
    exports = tmp_path / "content" / "exports"
    exports.mkdir(parents=True)
    for name, text in {**files, "history.json": answer(samples.HISTORY, "items"), **DICTIONARIES}.items():
        (exports / name).write_text(text, encoding="utf-8", newline="")
    results = results_of(Project(root=tmp_path, site=Site(timezone=ZoneInfo("Europe/Moscow"))))
    funnel = [row for row in results["funnel"].rows if row["dimension"] in (None, "all", "")]
    assert [row["reached"] for row in funnel][:3] == [4, 3, 2]
    (ways,) = [row for row in results["ways"].rows if row["cohort"] == "all"]
    assert [ways[name] for name in ("deals", "basis_history", "moved_back", "skipping")] == [4, 4, 0, 0]
