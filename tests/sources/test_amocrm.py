"""amoCRM and Kommo exports: every header generation and language gives the same deals."""

from __future__ import annotations

import io

import amocrm_samples as samples
import pytest
import xlsxwriter
from files_by_hand import ReadFiles, refused
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.model.reading import Reading
from funnelbook.sources import amocrm_headers as headers
from funnelbook.sources.amocrm import AMOCRM_DEALS, Columns
from funnelbook.sources.contacts import AMOCRM_CONTACTS

PRIVATE = ("Иван", "Петров", "секрет", "9161234567", "example.org", "João", "Juan")


def deals(reading: Reading) -> list[dict[str, object]]:
    return reading.tables["deals"].collect().rows(named=True)


def deal(reading: Reading, number: str) -> dict[str, object]:
    return next(row for row in deals(reading) if row["deal_id"] == number)


def test_the_long_russian_header_with_its_repeated_columns(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.RUSSIAN_A})
    assert reading.files[0].reader == "amoCRM deals"
    won, lost, opened = deals(reading)
    assert str(won["created_at"]) == "2026-09-01 07:15:00+00:00"
    assert str(won["closed_at"]) == "2026-09-20 15:00:00+00:00"
    assert (won["status"], won["value"], won["pipeline"], won["owner"]) == ("won", 350_000.0, "Кухни", "Анна")
    assert (lost["status"], lost["value"], opened["status"], opened["closed_at"]) == ("lost", None, None, None)
    assert {note for note in reading.files[0].notes if "YYYY" in note} == {
        "created_at: DD-MM-YYYY",
        "closed_at: DD.MM.YYYY",
    }


def test_of_repeated_columns_the_deals_own_source_and_the_first_reason_count(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.RUSSIAN_A})
    assert [row["source"] for row in deals(reading)] == ["сайт", "yandex", "знакомые"]
    assert deal(reading, "102")["loss_reason"] == "Дорого"


def test_the_short_russian_header_told_by_its_suffixes(read_files: ReadFiles) -> None:
    reading = read_files({"b.csv": samples.RUSSIAN_B})
    won, lost, opened = deals(reading)
    assert (won["value"], won["currency"], won["source"]) == (350_000.0, "RUB", "сайт")
    assert (lost["status"], lost["loss_reason"]) == ("lost", "Дорого")
    assert (opened["value"], str(opened["next_task_at"])) == (1200.5, "2026-09-12 07:00:00+00:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (samples.PORTUGUESE_A, ("Proposta", None, 1500.0, "BRL", "Ana")),
        (samples.PORTUGUESE_B, ("Fechado - perdido", "lost", 1500.0, None, "Ana")),
        (samples.SPANISH, ("Propuesta", None, None, None, "Ana")),
        (samples.ENGLISH, ("Closed - won", "won", 1500.0, None, "Ann")),
    ],
)
def test_other_languages(read_files: ReadFiles, text: str, expected: tuple[object, ...]) -> None:
    (row,) = deals(read_files({"kommo.csv": text}))
    assert tuple(row[name] for name in ("stage", "status", "value", "currency", "owner")) == expected
    assert str(row["created_at"])[:10] in ("2026-04-03", "2026-04-13")


@pytest.mark.parametrize(
    ("header", "lacking"),
    [
        ("ID;Nombre del lead;Estatus del lead", ("Fecha de creación",)),
        ("ID;Lead título;Data Criada;Funil de vendas", ("Etapa do lead",)),
        ("ID;Название сделки", ("Дата создания сделки", "Этап сделки")),
    ],
)
def test_what_a_header_lacks_is_told_in_its_language(header: str, lacking: tuple[str, ...]) -> None:
    assert AMOCRM_DEALS.match(header.split(";")).missing == lacking


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_encodings_and_delimiters_change_nothing(read_files: ReadFiles, encoding: str, delimiter: str) -> None:
    expected = deals(read_files({"b.csv": samples.RUSSIAN_B}))
    written = samples.RUSSIAN_B.replace(";", delimiter).encode(encoding)
    assert deals(read_files({"b.csv": written})) == expected


def test_a_workbook_gives_the_same_deals(read_files: ReadFiles) -> None:
    rows = [line.split(";") for line in samples.RUSSIAN_B.splitlines()]
    workbook = io.BytesIO()
    with xlsxwriter.Workbook(workbook) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, [int(cell) if j == 0 and i else cell or None for j, cell in enumerate(row)])
    expected = deals(read_files({"b.csv": samples.RUSSIAN_B}))
    found = [row for row in deals(read_files({"b.xlsx": workbook.getvalue()})) if row["file"] == 1]
    assert [{**row, "file": 0} for row in found] == expected


def test_persons_are_told_by_phone_however_it_is_written(read_files: ReadFiles) -> None:
    reading = read_files({"a.csv": samples.RUSSIAN_A})
    assert deal(reading, "101")["contact_id"] == deal(reading, "102")["contact_id"] is not None
    assert deal(reading, "103")["contact_id"] not in (None, deal(reading, "101")["contact_id"])
    assert deal(read_files({"a.csv": samples.ENGLISH}), "7")["contact_id"] is None


@pytest.mark.parametrize("placeholder", ["00000000000", "+7 (999) 999-99-99", "8-000-000-00-00", "-", "нет", "123"])
def test_a_placeholder_is_no_person(read_files: ReadFiles, placeholder: str) -> None:
    reading = read_files({"a.csv": samples.RUSSIAN_B.replace("89161234567", placeholder)})
    assert deal(reading, "103")["contact_id"] is None


def test_nothing_personal_comes_out(read_files: ReadFiles) -> None:
    reading = read_files(
        {"a.csv": samples.RUSSIAN_A, "b.csv": samples.PORTUGUESE_A, "c.csv": samples.CONTACTS_RUSSIAN}
    )
    told = "".join(frame.collect().write_csv() for frame in reading.tables.values())
    told += reading.refused.write_csv() + str(reading.files) + str(reading.unknown_columns)
    assert not [word for word in PRIVATE if word in told]


def test_columns_of_the_accounts_own_never_reject_a_deal(read_files: ReadFiles) -> None:
    header, first, second, third = samples.RUSSIAN_B.splitlines()
    text = "\n".join(
        (
            f"{header};Сегмент;Температура;Цена по прайсу",
            f"{first};B2C;Горячий;400 000 ₽",
            f"{second};VIP;?;нет",
            third,
        )
    )
    first_deal, second_deal, *_ = deals(read_files({"b.csv": text + ";;;"}))
    own = ("segment", "temperature", "list_price")
    assert [first_deal[name] for name in own] == ["b2c", "hot", 400_000.0]
    assert [second_deal[name] for name in own] == [None, None, None]


def test_a_wrong_cell_rejects_its_row_alone(read_files: ReadFiles) -> None:
    text = samples.RUSSIAN_B.replace("350 000", "много").replace("07.09.2026;08.09.2026", "31.02.2026;08.09.2026")
    reading = read_files({"b.csv": text})
    assert [row["deal_id"] for row in deals(reading)] == ["104"]
    assert refused(reading.refused) == [(2, "rejected", "bad-amount"), (3, "rejected", "bad-date")]


def test_contacts_are_counted_and_give_persons_to_deals_without_a_phone(read_files: ReadFiles) -> None:
    text = samples.RUSSIAN_B.replace("\n104;", "\n105;Шкаф;;Пётр;07.09.2026;;Замер сделан;Кухни;;;;;;;\n104;")
    reading = read_files({"contacts.csv": samples.CONTACTS_RUSSIAN, "deals.csv": text})
    contacts, _ = reading.files
    assert (contacts.reader, contacts.rows) == ("amoCRM contacts", 3)
    assert reading.refused["problem"].to_list() == ["contact"] * 3
    persons = {row["deal_id"]: row["contact_id"] for row in deals(reading)}
    assert persons["101"] == persons["103"] == persons["104"]
    assert persons["105"] not in (None, persons["101"])


def test_spanish_contacts_name_their_leads(read_files: ReadFiles) -> None:
    text = samples.SPANISH.replace("'+51987654321", "")
    reading = read_files({"contacts.csv": samples.CONTACTS_SPANISH, "deals.csv": text})
    assert deal(reading, "7")["contact_id"] is not None


def test_titles_of_deals_in_a_contact_are_no_ids(read_files: ReadFiles) -> None:
    contacts = samples.CONTACTS_RUSSIAN.replace('"103, 104"', "Кухня 104").replace('"103, 106"', "Стол")
    reading = read_files({"contacts.csv": contacts, "deals.csv": samples.RUSSIAN_B})
    assert deal(reading, "104")["contact_id"] is None


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Бюджет ₽", "RUB"), ("Бюджет, руб.", "RUB"), ("Бюджет", ""), ("Lead venda R$", "BRL"),
        ("Sale (EUR)", "EUR"), ("Бюджет $", ""), ("Бюджет ₸", "KZT"),
    ],
)  # fmt: skip
def test_the_sign_behind_the_budget_tells_the_currency(header: str, currency: str) -> None:
    columns = Columns.of(("ID", header))
    assert columns.at["value"] == (1,)
    assert columns.currency == currency


def test_a_field_that_only_begins_like_the_budget_is_another_one() -> None:
    assert "value" not in Columns.of(("ID", "Бюджет клиента", "Бюджетная организация")).at


@pytest.mark.parametrize(
    "header",
    [
        ("ID", "Название", "Стадия сделки", "Дата создания", "Ответственный"),
        ("deal_id", "created_at", "stage", "status", "owner"),
        ("Record ID", "Deal Name", "Deal Stage", "Pipeline", "Create Date"),
        ("Deal - ID", "Deal - Title", "Deal - Stage", "Deal - Deal created"),
    ],
)
def test_headers_of_other_systems_are_not_taken(header: tuple[str, ...]) -> None:
    assert AMOCRM_DEALS.match(header).missing
    assert AMOCRM_CONTACTS.match(header).missing


def test_no_name_stands_for_two_columns() -> None:
    names = [name.casefold() for aliases in headers.DEALS.values() for name in aliases]
    assert len(names) == len(set(names))


@given(st.permutations(samples.RUSSIAN_B.splitlines()[0].split(";")))
def test_the_order_of_columns_changes_nothing(header: list[str]) -> None:
    found = Columns.of(tuple(header))
    told = {field: [header[i] for i in indices] for field, indices in found.at.items()}
    assert told == {
        "deal_id": ["ID"],
        "created_at": ["Дата создания"],
        "stage": ["Этап сделки"],
        "pipeline": ["Воронка"],
        "closed_at": ["Дата закрытия"],
        "value": ["Бюджет руб."],
        "owner": ["Ответственный"],
        "source": ["Источник сделки"],
        "loss_reason": ["Причина отказа"],
        "next_task_at": ["Ближайшая задача"],
    }
