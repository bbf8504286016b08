"""Which columns of a table tell a customer, by what they are called and by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

import polars as pl

from funnelbook.sources.reader import RawFile, plain

#: A column of phones, of addresses, of names, of first or last names alone, or of any text.
What = Literal["phones", "addresses", "names", "first", "last", "text"]

#: Whose a column is, where a CRM writes it before or behind the name.
_WHOSE = re.compile(r"^(?:deal|lead|person|contact|organization|сделка|контакт|компания) |\s*\([^)]*\)$")
#: Our own people: they are published, or are nobody's customers.
_OURS = re.compile(
    r"\b(?:owner|user|manager|rep|responsible|created|modified|менеджер|сотрудник)\b"
    r"|ответствен|созда[нл]|редактир|измен"
)
_PHONES = re.compile(
    r"\b(?:phones?|mobile|cell|whats ?app|viber|telefone?|teléfono|celular|tel|тел)\b|телефон|^моб"
)
_ADDRESSES = re.compile(r"\be ?mails?\b|\bcorreo\b|почт|имейл|емейл|мейл")
_FIRST = frozenset({"имя", "first name", "nome", "nombre", "имя контакта", "имя клиента"})
_LAST = frozenset({"фамилия", "last name", "surname", "sobrenome", "apellido", "apellidos", "фамилия клиента"})
_NAMES = frozenset(
    {
        "фио", "ф.и.о.", "полное имя", "полное имя контакта", "основной контакт", "контакт", "контактное лицо",
        "клиент", "покупатель", "заказчик", "контрагент", "компания", "компания контакта", "название компании",
        "организация", "фио клиента", "full name", "main contact", "primary contact", "contact",
        "contact name", "contact person", "customer", "customer name", "client", "client name", "buyer", "company",
        "company name", "account", "account name", "organization", "organisation", "organization name", "person",
        "person name", "associated contact", "associated company", "contato principal", "contacto principal",
        "empresa", "empresa do contato", "compañía",
    }
)  # fmt: skip
#: Two or three words that each begin with a capital, as names do; the first may be set off by a comma.
_LIKE_A_NAME = r"^\p{Lu}[\p{L}'’-]+,?\s+\p{Lu}[\p{L}'’.-]*(?:\s+\p{Lu}[\p{L}'’.-]*)?$"
_FEWEST_NAMES = 20
_MOSTLY = 0.6
_VARIED = 0.1


def personal_columns(raw: RawFile, passed: Collection[str] = ()) -> Iterator[tuple[int, What]]:
    """The columns that may tell a customer, less those called as one of `passed` (`plain`) and our own people's."""
    types = raw.frame.collect_schema()
    for index, name in enumerate(raw.header):
        told = plain(name)
        if told in passed or (what := what_of(told)) is None:
            continue
        if what != "text" or types[f"c{index}"] == pl.String:
            yield index, what


def what_of(told: str) -> What | None:
    """By its header as `plain` reads it; None for a column of our own people."""
    own = _WHOSE.sub("", told).strip()
    for names, what in ((_FIRST, "first"), (_LAST, "last"), (_NAMES, "names")):
        if told in names or own in names:
            return what  # type: ignore[return-value]
    if _OURS.search(told):
        return None
    if _PHONES.search(told):
        return "phones"
    return "addresses" if _ADDRESSES.search(told) else "text"


def holds_names(cells: pl.Series, filled: int) -> bool:
    """Whether the distinct `cells` of a column of which `filled` rows have something are mostly names, and many."""
    if cells.len() < _FEWEST_NAMES or cells.len() < _VARIED * filled:
        return False
    return int(cells.str.contains(_LIKE_A_NAME).sum()) > _MOSTLY * cells.len()
