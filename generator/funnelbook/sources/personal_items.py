"""What an API's JSON document tells of customers: phones, addresses and names under the keys that APIs have."""

from __future__ import annotations

from collections.abc import Iterator

from funnelbook.sources.telling import address_keys, name_keys, phone_keys

_PHONES = frozenset({"phone", "phones", "mobile", "tel", "phone_number", "mobilephone"})
_ADDRESSES = frozenset({"email", "emails", "e-mail"})
_NAMES = frozenset({"contact_name", "person_name", "org_name", "company_name", "client_name", "full_name"})
#: Items whose `name` is a customer's; those of the team are published by name.
_CUSTOMERS = frozenset({"contacts", "companies", "persons", "organizations", "customers"})
_TEAM = frozenset({"users", "user", "owner", "created_by", "responsible_user"})


#: Every key above has one of them in it; so has every table of deals or of what was done with them, which may have
#: columns of any name.
_STEMS = (
    b"phone", b"Phone", b"PHONE", b"mail", b"MAIL", b"mobile", b'"tel', b"_name", b'"contacts', b'"compan',
    b'"person', b'"organi', b'"customers', b'"deal_id', b'"deal id', b'"Deal',
)  # fmt: skip


def may_tell(content: bytes) -> bool:
    """Whether a document, as it is written, may have a key that tells of customers: to parse it takes longer."""
    return any(stem in content for stem in _STEMS)


def keys_of_document(document: object, of: str = "") -> Iterator[str]:
    """The keys (`funnelbook.sources.telling`) of all that the document tells; `of` is what its items are."""
    if isinstance(document, list):
        for item in document:
            yield from keys_of_document(item, of)
    elif isinstance(document, dict):
        if of in _CUSTOMERS:
            yield from name_keys(str(document.get("name") or ""))
        yield from name_keys(f"{document.get('first_name') or ''} {document.get('last_name') or ''}")
        yield from _of_field(document)
        for name, value in document.items():
            told = str(name).lower()
            if told not in _TEAM:
                yield from _cells(told, value)
                yield from keys_of_document(value, told if told != "_embedded" else of)


def _of_field(item: dict[str, object]) -> Iterator[str]:
    """amoCRM: `{"field_code": "PHONE", "values": [{"value": "…"}]}`."""
    code, values = str(item.get("field_code") or item.get("code") or "").lower(), item.get("values")
    if isinstance(values, list) and code in {"phone", "email"}:
        for each in values:
            yield from _cells(code, each.get("value") if isinstance(each, dict) else each)


def _cells(told: str, value: object) -> Iterator[str]:
    for cell in value if isinstance(value, list) else [value]:
        text = cell.get("value") if isinstance(cell, dict) else cell
        if not isinstance(text, (str, int)) or isinstance(text, bool):
            continue
        if told in _PHONES:
            yield from phone_keys(str(text))
        elif told in _ADDRESSES:
            yield from address_keys(str(text))
        elif told in _NAMES:
            yield from name_keys(str(text))
