"""Exports and answers of an imaginary Bitrix24 account, written by hand in every form that is read.

Four deals of one pipeline: 101 is won, 102 lost, 103 has not moved, 104 stands at the invoice.
"""

from __future__ import annotations

import json

CSV = """\
"ID";"Название";"Воронка";"Стадия сделки";"Группа стадии";"Повторная сделка";"Сумма";"Валюта";"Контакт";\
"Дата создания";"Дата завершения";"Когда передвинут";"Закрыта";"Ответственный";"Источник";"Лид";\
"Комментарий"
"101";"Кухня \\"Прованс\\"";"Продажи";"Сделка успешна";"S";"N";"350000.00";"RUB";"Иван \\"Ваня\\" Петров";\
"01.09.2024 10:00:00";"10.09.2024";"10.09.2024 12:00:00";"Y";"Анна";"Сайт";"55";"C:\\договор\\101"
"102";"Шкаф";"Продажи";"Сделка провалена";"F";"Y";"80000.50";"RUB";"Ольга";"02.09.2024 11:00:00";\
"07.09.2024";"07.09.2024 09:30:00";"Y";"Пётр";"Звонок";"";"сказала: \\"дорого\\""
"103";"Стол";"Продажи";"Новая";"P";"N";"0";"RUB";"";"03.09.2024 12:00:00";"30.09.2024";\
"03.09.2024 12:00:00";"N";"Анна";"Сайт";"";""
"104";"Стол; стул";"Продажи";"Счёт";"P";"N";"12000";"RUB";"";"04.09.2024 13:00:00";"30.09.2024";\
"06.09.2024 10:00:00";"N";"Анна";"Сайт";"";"две
строки"
"""

#: The labels before they were changed; no group of the stage, dates without times.
OLD_CSV = """\
ID;Название сделки;Направление;Стадия сделки;Сумма;Валюта;Дата создания;Предполагаемая дата закрытия;\
Закрыта;Ответственный
101;Кухня;Продажи;Сделка успешна;350000;RUB;01.09.2024;10.09.2024;Да;Анна
103;Стол;Продажи;Новая;;RUB;03.09.2024;30.09.2024;Нет;Анна
105;Диван;Продажи;Клиент ушёл;90000;RUB;03.09.2024;05.09.2024;Да;Анна
"""

#: Internal names and ids, as programs copy them.
INTERNAL = """\
ID,TITLE,CATEGORY_ID,STAGE_ID,STAGE_SEMANTIC_ID,OPPORTUNITY,CURRENCY_ID,DATE_CREATE,CLOSEDATE,MOVED_TIME,\
CLOSED,ASSIGNED_BY_ID,SOURCE_ID,CONTACT_ID
101,x,16,C16:WON,S,350000.00,RUB,2024-09-01T10:00:00+03:00,2024-09-10T03:00:00+03:00,\
2024-09-10T12:00:00+03:00,Y,7,WEB,9
102,x,16,C16:LOSE,F,80000.50,RUB,2024-09-02T11:00:00+03:00,2024-09-07T03:00:00+03:00,\
2024-09-07T09:30:00+03:00,Y,8,CALL,8
103,x,16,C16:NEW,P,0.00,RUB,2024-09-03T12:00:00+03:00,2024-09-30T03:00:00+03:00,2024-09-03T12:00:00+03:00,N,\
7,WEB,
104,x,16,C16:INVOICE,P,12000.00,RUB,2024-09-04T13:00:00+03:00,2024-09-30T03:00:00+03:00,\
2024-09-06T10:00:00+03:00,N,7,WEB,
"""

_PRODUCTS = (
    ("101", "Кухня «Прованс»", "Сделка успешна", "350000", "01.09.2024 10:00:00", "10.09.2024 12:00:00", "Да"),
    ("102", "Шкаф", "Сделка провалена", "80000.50", "02.09.2024 11:00:00", "07.09.2024 09:30:00", "Да"),
    ("103", "Стол", "Новая", "0", "03.09.2024 12:00:00", "30.09.2024", "Нет"),
    ("104", "Стол", "Счёт", "12000", "04.09.2024 13:00:00", "30.09.2024", "Нет"),
)  # fmt: skip
_LABELS = (
    "ID", "Название", "Стадия сделки", "Сумма", "Дата создания", "Дата завершения", "Закрыта", "Воронка",
    "Компания: Название компании", "Товар", "Цена", "Количество",
)  # fmt: skip


def row(deal: int, product: str = "", price: str = "", quantity: str = "", **other: str) -> str:
    cells = dict(
        zip(_LABELS, (*_PRODUCTS[deal], "Продажи", "ООО &quot;А&quot;", product, price, quantity), strict=True)
    )
    return "<tr>" + "".join(f"<td>{other.get(name, cell)}</td>" for name, cell in cells.items()) + "</tr>\n"


def page(*rows: str) -> str:
    head = "".join(f"<th>{label}</th>" for label in _LABELS)
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />'
    table = f'<table border="1"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f"<html><head>{meta}</head><body>{table}</body></html>"


XLS = page(
    row(0, "Фасады", "100000", "2"), row(0, "Столешница", "150 000.00", "1"), row(1, "Шкаф", "80000.50", "1"),
    row(2), row(3, "Стол", "4000", "2"), row(3, "Стул", "1000", "3"),
)  # fmt: skip

#: Deal, type of record, moment, stage.
MOVES = (
    (101, 1, "2024-09-01T10:00:00+03:00", "NEW"),
    (101, 2, "2024-09-02T10:00:00+03:00", "WORK"),
    (102, 1, "2024-09-02T11:00:00+03:00", "NEW"),
    (102, 2, "2024-09-03T11:00:00+03:00", "WORK"),
    (103, 1, "2024-09-03T12:00:00+03:00", "NEW"),
    (104, 1, "2024-09-04T13:00:00+03:00", "NEW"),
    (104, 2, "2024-09-05T13:00:00+03:00", "WORK"),
    (101, 2, "2024-09-05T10:00:00+03:00", "INVOICE"),
    (104, 2, "2024-09-06T10:00:00+03:00", "INVOICE"),
    (102, 3, "2024-09-07T09:30:00+03:00", "LOSE"),
    (101, 3, "2024-09-10T12:00:00+03:00", "WON"),
)
_SEMANTICS = {"WON": "S", "LOSE": "F"}


def moved(number: int, deal: int, kind: int, at: str, stage: str) -> dict[str, object]:
    return {
        "ID": number, "TYPE_ID": kind, "OWNER_ID": deal, "CREATED_TIME": at, "CATEGORY_ID": 16,
        "STAGE_SEMANTIC_ID": _SEMANTICS.get(stage, "P"), "STAGE_ID": f"C16:{stage}",
    }  # fmt: skip


HISTORY = [moved(number, *each) for number, each in enumerate(MOVES, 1)]
NAMED = (
    ("NEW", "Новая", 10, None), ("WORK", "В работе", 20, None), ("INVOICE", "Счёт", 30, ""),
    ("WON", "Сделка успешна", 40, "S"), ("LOSE", "Сделка провалена", 50, "F"),
)  # fmt: skip
STAGES = [
    {
        "ID": str(i), "ENTITY_ID": "DEAL_STAGE_16", "STATUS_ID": f"C16:{stage}", "NAME": name, "SORT": str(sort),
        "SEMANTICS": semantics,
    }
    for i, (stage, name, sort, semantics) in enumerate(NAMED)
]  # fmt: skip
PIPELINES = [{"id": 16, "name": "Продажи", "sort": 100, "entityTypeId": 2, "isDefault": "N"}]


def answer(found: object, key: str = "") -> str:
    """An answer of the API as a program saves it."""
    return json.dumps(
        {"result": {key: found} if key else found, "total": 4, "time": {"start": 1.5}}, ensure_ascii=False
    )
