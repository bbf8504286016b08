"""Columns that tell customers are known by their names in every CRM's exports; others are not taken for them."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from funnelbook.sources.personal_columns import holds_names, what_of
from funnelbook.sources.reader import plain

KNOWN = {
    "Мобильный телефон (контакт)": "phones", "Рабочий прямой телефон": "phones", "Person - Phone": "phones",
    "WhatsApp": "phones", "Рабочий email (контакт)": "addresses", "E-mail": "addresses", "Correo": "addresses",
    "Основной контакт": "names", "Компания контакта": "names", "Account Name": "names",
    "Deal - Organization": "names",
    "Associated Contact": "names", "Контакт: Имя": "text", "Имя": "first", "Contact - Last name": "last",
    "Примечание 1": "text", "Client country": "text", "Client CRM": "text", "Company type": "text",
    "Contact owner email": None, "Кем создан контакт": None, "Ответственный за контакт": None,
}  # fmt: skip


@pytest.mark.parametrize("header", KNOWN)
def test_a_column_is_known_by_its_name(header: str) -> None:
    assert what_of(plain(header)) == KNOWN[header]


COLUMNS: dict[str, tuple[Callable[[int], str], bool]] = {
    "names of customers": (lambda row: f"Анна Щеколдина{'аеиоу'[row % 5]}{'бвгд'[row // 5]}", True),
    "names after commas": (lambda row: f"Shcheko{'abcde'[row % 5]}, Ann{'bcde'[row // 5]}", True),
    "titles": (lambda row: f"Продажа окон {row}", False),
    "words": (lambda row: f"Слово{'абвгд'[row % 5]}{'абвг'[row // 5]}", False),
}


@pytest.mark.parametrize("what", COLUMNS)
def test_a_column_of_names_is_known_by_its_cells(what: str) -> None:
    make, told = COLUMNS[what]
    cells = pl.Series([make(row) for row in range(20)])
    assert holds_names(cells, 40) is told
    assert not holds_names(cells, 500), "a few names, again and again, are the team's"
    assert not holds_names(cells.head(19), 19)
