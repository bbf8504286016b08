"""Exports and dumps of an imaginary amoCRM account, written by hand in every header generation and language."""

from __future__ import annotations

import json

RUSSIAN_A = """\
ID,Название сделки,"Бюджет ",Ответственный,Дата создания сделки,Кем создана сделка,Дата закрытия,Теги,Примечание,\
Этап сделки,Воронка,Полное имя контакта,Рабочий телефон,Мобильный телефон,Рабочий email,Источник,Товар,\
Причина отказа,Источник,Товар,Причина отказа,utm_source
101,Кухня угловая,350 000,Анна,01-09-2026 10:15:00,Анна,20.09.2026 18:00:00,"сайт, vip",секрет,\
Успешно реализовано,Кухни,Иван Петров,"'8 (916) 123-45-67, +74950000001",,ivan@example.org,визитка,А,,сайт,Б,,yandex
102,Кухня прямая,,Пётр,07-09-2026 09:00:00,Пётр,08.09.2026 12:30:00,,,\
Закрыто и не реализовано,Кухни,Иван,+7 916 123 45 67,,,,,Дорого,,,Конкурент,yandex
103,Стол,12500,Анна,09-09-2026 11:00:00,Пётр,не закрыта,,,Замер сделан,Мебель,,,,OLGA@example.org,знакомые,,,,,,
"""

RUSSIAN_B = """\
ID;Название сделки;Бюджет руб.;Ответственный;Дата создания;Дата закрытия;Этап сделки;Воронка;Теги сделки;\
Основной контакт;Мобильный телефон (контакт);Источник (контакт);Источник сделки;Причина отказа;Ближайшая задача
101;Кухня угловая;350 000;Анна;01.09.2026 10:15:00;20.09.2026 18:00:00;Успешно реализовано;Кухни;сайт;\
Анна Смирнова;'+79161234567;визитка;сайт;;
103;Кухня прямая;;Пётр;07.09.2026;08.09.2026;Закрыто и не реализовано;Кухни;;;89161234567;;;Дорого;
104;Стол;1 200,50;Пётр;07.09.2026 12:00;не закрыта;Замер сделан;Кухни;;;;;;;12.09.2026 10:00 Позвонить
"""

PORTUGUESE_A = """\
ID,Nome completo,Telefone comercial,Email comercial,Empresa lead 's,Usuário responsável,Tags,Etapa do lead,\
Funil de vendas,Lead venda R$,Criado em
7,João,'+5511942466868,j@example.org,,Ana,,Proposta,Vendas,1500,03.04.2026 10:00:00
"""

PORTUGUESE_B = """\
ID,Lead título,Contato principal,Etapa do lead,Funil de vendas,Venda,Data Criada,Criado por,Última modificação,\
Lead tags,Lead usuário responsável,Empresa do contato,Celular (contato),motivo de insucesso
7,Mesa,João,Fechado - perdido,Vendas,1500,03.04.2026 10:00:00,Ana,04.04.2026 10:00:00,,Ana,,'+5511942466868,Preço
"""

SPANISH = """\
ID,Nombre del lead,Contacto principal,Estatus del lead,Etiquetas del lead,Fecha de Creación,Usuario responsable,\
Teléfono celular (contacto),Correo (contacto)
7,Mesa,Juan,Propuesta,,13.04.2026 10:00:00,Ana,'+51987654321,
"""

ENGLISH = """\
ID,Lead title,Main contact,Responsible user,Lead status,Pipeline,"Sale, $",Created at,Closed at,Lead tags
7,Table,John,Ann,Closed - won,Sales,1500,2026-04-03 10:00:00,2026-04-13 10:00:00,
"""

CONTACTS_RUSSIAN = """\
ID,Тип,Полное имя контакта,Имя,Фамилия,Название компании,Ответственный,Дата создания контакта,Сделки,Рабочий телефон
501,контакт,Иван Петров,Иван,Петров,,Анна,01.09.2026 10:00:00,"103, 104",8 916 123-45-67
502,контакт,Ольга,Ольга,,,Анна,01.09.2026 10:00:00,105,
503,компания,ООО,,,ООО,Анна,01.09.2026 10:00:00,"103, 106",8 495 765-43-21
"""

CONTACTS_SPANISH = """\
ID,Tipo,Nombre,Apellido,Compañía,Fecha de Creación,Leads,Teléfono celular,Correo
501,contacto,Juan,Pérez,,13.04.2026 10:00:00,"Lead #7, Lead #8",'+51987654321,
"""

PIPELINES = {
    "_total_items": 1,
    "_embedded": {
        "pipelines": [
            {
                "id": 11,
                "name": "Кухни",
                "sort": 1,
                "is_main": True,
                "_embedded": {
                    "statuses": [
                        {
                            "id": 143,
                            "name": "Закрыто и не реализовано",
                            "sort": 11000,
                            "pipeline_id": 11,
                            "type": 0,
                        },
                        {"id": 20, "name": "Неразобранное", "sort": 10, "pipeline_id": 11, "type": 1},
                        {"id": 22, "name": "Замер сделан", "sort": 30, "pipeline_id": 11, "type": 0},
                        {"id": 21, "name": "Заявка получена", "sort": 20, "pipeline_id": 11, "type": 0},
                        {"id": 142, "name": "Оплачено", "sort": 10000, "pipeline_id": 11, "type": 0},
                    ]
                },
            },
            {
                "id": 12,
                "name": "Сервис",
                "sort": 2,
                "is_main": False,
                "_embedded": {
                    "statuses": [
                        {"id": 31, "name": "Заявка получена", "sort": 20, "pipeline_id": 12, "type": 0},
                        {"id": 142, "name": "Успешно реализовано", "sort": 10000, "pipeline_id": 12, "type": 0},
                        {
                            "id": 143,
                            "name": "Закрыто и не реализовано",
                            "sort": 11000,
                            "pipeline_id": 12,
                            "type": 0,
                        },
                    ]
                },
            },
        ]
    },
}
USERS = {"_embedded": {"users": [{"id": 7, "name": "Анна", "email": "anna@example.org", "lang": "ru"}]}}
REASONS = {"_embedded": {"loss_reasons": [{"id": 1, "name": "Дорого", "sort": 1}]}}

#: 2026-09-01 00:00 UTC.
START = 1_788_220_800
DAY = 86_400


def lead(number: int, stage: int = 21, **facts: object) -> dict[str, object]:
    return {
        "id": number,
        "name": "Кухня",
        "price": 25000,
        "responsible_user_id": 7,
        "status_id": stage,
        "pipeline_id": 11,
        "loss_reason_id": None,
        "created_at": START,
        "closed_at": None,
        "closest_task_at": None,
        "is_deleted": False,
        "custom_fields_values": None,
        "_embedded": {"tags": [], "companies": [], "contacts": [{"id": 98}, {"id": 99, "is_main": True}]},
        **facts,
    }


def status(stage: int, pipeline: int = 11) -> list[dict[str, object]]:
    return [{"lead_status": {"id": stage, "pipeline_id": pipeline}}]


def moved(number: int, at: float, before: int, after: int, **facts: object) -> dict[str, object]:
    """A change of stage, `at` days after `START`."""
    return {
        "id": f"e{number}-{at}-{after}",
        "type": "lead_status_changed",
        "entity_id": number,
        "entity_type": "lead",
        "created_by": 7,
        "created_at": START + round(at * DAY),
        "value_before": status(before),
        "value_after": status(after),
        "account_id": 1,
        **facts,
    }


def event(kind: str, number: int, at: float, **facts: object) -> dict[str, object]:
    return moved(number, at, 0, 0, **{"type": kind, "id": f"{kind}-{number}-{at}", **facts})


def page(kind: str, *items: object) -> dict[str, object]:
    return {"_page": 1, "_links": {"self": {"href": "https://example.org"}}, "_embedded": {kind: list(items)}}


def text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)
