"""What amoCRM and Kommo call things in their exports: the one table of names, for every language and generation.

Names are compared by `plain` (case, ё, spaces, `_`, `-` apart), without the suffix of their entity and without the
currency sign that some accounts put behind the budget. Within a field the more telling name stands first. Russian,
Portuguese and Spanish names were seen in exports. No English export was: its names are guesses, so good for nothing
but being understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType

#: Canonical column of `deals` -> language ("" = none, or several) -> the names it goes by. Segment, temperature and
#: list price are no fields of amoCRM's; an account that adds them under these names has them read, where a cell is
#: what the column means.
_DEALS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "deal_id": {"": ("ID",)},
        "created_at": {
            "ru": ("Дата создания сделки", "Дата создания"),
            "pt": ("Data criada", "Criado em"),
            "es": ("Fecha de creación",),
            "en": ("Created at", "Date created"),
        },
        "stage": {
            "ru": ("Этап сделки", "Статус сделки"),
            "pt": ("Etapa do lead",),
            "es": ("Estatus del lead", "Etapa del lead"),
            "en": ("Lead status", "Lead stage"),
        },
        "pipeline": {
            "ru": ("Воронка",),
            "pt": ("Funil de vendas",),
            "es": ("Embudo de ventas", "Embudo"),
            "en": ("Pipeline", "Sales pipeline"),
        },
        "closed_at": {
            "ru": ("Дата закрытия сделки", "Дата закрытия"),
            "pt": ("Data de fechamento", "Fechado em"),
            "es": ("Fecha de cierre",),
            "en": ("Closed at", "Close date"),
        },
        "value": {
            "ru": ("Бюджет сделки", "Бюджет"),
            "pt": ("Lead venda", "Venda"),
            "es": ("Lead venta", "Venta", "Presupuesto"),
            "en": ("Lead sale", "Sale", "Budget"),
        },
        "owner": {
            "ru": ("Ответственный за сделку", "Ответственный"),
            "pt": ("Lead usuário responsável", "Usuário responsável"),
            "es": ("Lead usuario responsable", "Usuario responsable"),
            "en": ("Lead responsible user", "Responsible user"),
        },
        "source": {
            "ru": ("Источник сделки", "Источник"),
            "pt": ("Fonte do lead",),
            "es": ("Fuente del lead",),
            "en": ("Lead source",),
            "": ("utm_source",),
        },
        "loss_reason": {
            "ru": ("Причина отказа",),
            "pt": ("Motivo de insucesso", "Motivo da perda"),
            "es": ("Motivo de pérdida", "Razón de pérdida"),
            "en": ("Loss reason", "Reason for loss"),
        },
        "segment": {"ru": ("Сегмент",), "": ("Segmento",), "en": ("Segment",)},
        "temperature": {"ru": ("Температура", "Температура лида"), "": ("Temperatura",), "en": ("Temperature",)},
        "list_price": {
            "ru": ("Цена по прайсу", "Стоимость по прайсу"),
            "pt": ("Preço de tabela",),
            "es": ("Precio de lista",),
            "en": ("List price",),
        },
        "next_task_at": {
            "ru": ("Ближайшая задача",),
            "pt": ("Tarefa mais próxima",),
            "es": ("Tarea inmediata",),
            "en": ("Closest task", "Next task"),
        },
    }
)

#: Canonical column of `deals` -> the names it goes by, in any language.
DEALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {field: tuple(chain.from_iterable(names.values())) for field, names in _DEALS.items()}
)


def language(field: str, name: str) -> str:
    """The language of a name in `DEALS[field]`."""
    return next(language for language, names in _DEALS[field].items() if name in names)


def named(field: str, language: str) -> str:
    """What the field is called first in a language; in Russian, or in any, where it has no name in that."""
    names = _DEALS[field]
    return next(each[0] for each in (names.get(language, ()), names.get("ru", ()), *names.values()) if each)


#: Columns that mark a file as a deals export beside its stage; never read further.
DEAL_MARKS = (
    "Название сделки", "Lead título", "Nombre del lead", "Lead title", "Lead name", "Теги сделки", "Lead tags",
    "Etiquetas del lead", "Основной контакт", "Contato principal", "Contacto principal", "Main contact",
    "Кем создана сделка", "Кем создана", "Criado por", "Creado por", "Created by", "Тег сделки",
    "Полное имя контакта", "Компания контакта", "Empresa do contato", "Empresa lead 's",
)  # fmt: skip

#: Personal columns: they tell whether two deals are of one person, and nothing else is made of them.
PHONES = (
    "Рабочий телефон", "Рабочий прямой телефон", "Мобильный телефон", "Домашний телефон", "Другой телефон",
    "Telefone comercial", "Tel. direto com.", "Celular", "Telefone residencial", "Outro telefone",
    "Teléfono oficina", "Teléfono oficina directo", "Teléfono celular", "Teléfono de casa", "Otro teléfono",
    "Work phone", "Work direct phone", "Mobile phone", "Home phone", "Other phone",
)  # fmt: skip
EMAILS = (
    "Рабочий email", "Личный email", "Другой email", "Email comercial", "Email pessoal", "Outro email",
    "Correo", "E-mail priv.", "Otro e-mail", "Work email", "Personal email", "Other email",
)  # fmt: skip

#: The contacts export.
CONTACT_ID = ("ID",)
CONTACT_TYPE = ("Тип", "Tipo", "Type")
CONTACT_DEALS = ("Сделки", "Leads")
CONTACT_MARKS = (
    "Дата создания контакта", "Кем создан контакт", "Имя", "Фамилия", "Название компании", "Полное имя контакта",
    "Nome", "Sobrenome", "Nombre", "Apellido", "First name", "Last name", "Compañía", "Correo",
)  # fmt: skip
COMPANY = frozenset({"компания", "empresa", "compañía", "company"})

#: Suffixes of generation B: whose field a column is.
OF_DEAL = ("(сделка)", "(deal)", "(lead)")
OF_CONTACT = ("(контакт)", "(contato)", "(contacto)", "(contact)")

#: Names of the closing stages that amoCRM itself gives; an account may rename them.
WON = (
    "Успешно реализовано", "Closed - won", "Closed won", "Fechado - ganho", "Venda ganha", "Logrado con éxito",
    "Cerrado - ganado", "Venta ganada",
)  # fmt: skip
LOST = (
    "Закрыто и не реализовано", "Closed - lost", "Closed lost", "Fechado - perdido", "Venda perdida",
    "Venta perdida", "Venta perdido", "Ventas perdidos", "Cerrado - perdido",
)  # fmt: skip

#: What stands in the closing date of a deal that is open.
NOT_CLOSED = ("не закрыта", "não fechado", "no cerrado", "not closed")

#: What an account writes behind the budget -> the currency; "" = a sign of several currencies, so the site's.
CURRENCY_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "₸": "KZT", "тг": "KZT", "₴": "UAH", "грн": "UAH",
        "br": "BYN", "сум": "UZS", "сом": "KGS", "֏": "AMD", "₼": "AZN", "₾": "GEL", "€": "EUR", "£": "GBP",
        "us$": "USD", "r$": "BRL", "mx$": "MXN", "s/": "PEN", "s/.": "PEN", "₲": "PYG", "₡": "CRC", "₺": "TRY",
        "₪": "ILS", "₹": "INR", "₫": "VND", "₱": "PHP", "₩": "KRW", "zł": "PLN", "$": "", "¥": "",
        "kr": "",
    }
    | {
        code.lower(): code
        for code in (
            "RUB", "KZT", "UAH", "BYN", "UZS", "KGS", "AMD", "AZN", "GEL", "EUR", "GBP", "USD", "BRL", "MXN", "PEN",
            "PYG", "CRC", "TRY", "ILS", "INR", "VND", "PHP", "KRW", "PLN", "ARS", "CLP", "COP", "MDL", "TJS", "AED",
        )
    }
)  # fmt: skip
