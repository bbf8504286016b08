"""What an API's document tells of customers is found, and what it tells of the team is not taken for it."""

from __future__ import annotations

import json

import pytest

from funnelbook.sources.personal_items import keys_of_document, may_tell

PHONE = "79165550102"
DOCUMENTS = {
    "a phone": ({"leads": [{"phone": "+7 (916) 555-01-02"}]}, {PHONE}),
    "phones in a list": ([{"phones": ["8 916 555-01-02", {"value": "+44 20 7946 0958"}]}], {PHONE, "442079460958"}),
    "a phone as a number": ({"mobile": 79165550102}, {PHONE}),
    "an address": ({"email": [{"value": "Vera@Example.org", "primary": True}]}, {"vera@example.org"}),
    "a field of amoCRM": (
        {"custom_fields_values": [{"field_code": "PHONE", "values": [{"value": "+7 916 555 01 02"}]}]},
        {PHONE},
    ),
    "a contact": ({"_embedded": {"contacts": [{"id": 1, "name": "Щеколдина Вера"}]}}, {"вер щеколдин"}),
    "a first and a last name": ({"first_name": "Вера", "last_name": "Щеколдина"}, {"вер щеколдин"}),
    "a person of Pipedrive": ({"data": [{"person_name": "Conan O'Brien"}]}, {"conan o'brien"}),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_what_tells_a_customer_is_found(what: str) -> None:
    document, keys = DOCUMENTS[what]
    assert set(keys_of_document(document)) == keys
    assert may_tell(json.dumps(document).encode())


def test_the_team_and_the_deals_are_no_customers() -> None:
    document = {
        "users": [{"name": "Мария Засова", "email": "maria@example.org"}],
        "leads": [{"name": "Продажа Окон", "created_by": {"name": "Пётр Окладов"}, "id": 79165550102}],
    }
    assert list(keys_of_document(document)) == []
