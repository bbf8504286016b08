"""What amoCRM and Kommo call things in their exports: the one table of names, for every language and generation.

Names are compared by `plain` (case, ё, spaces, `_`, `-` apart), without the suffix of their entity and without the
currency sign that some accounts put behind the budget. Within a field the more telling name stands first. Russian,
Portuguese and Spanish names were seen in exports. No English export was: its names are guesses, so good for nothing
but being understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Canonical column of `deals` -> the names it goes by. Segment, temperature and list price are no fields of
#: amoCRM's; an account that adds them under these names has them read, where a cell is what the column means.
DEALS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal_id": ("ID",),
        "created_at": (
            "Дата создания сделки", "Дата создания", "Data criada", "Criado em", "Fecha de creación", "Created at",
            "Date created",
        ),
        "stage": (
            "Этап сделки", "Статус сделки", "Etapa do lead", "Estatus del lead", "Etapa del lead", "Lead status",
            "Lead stage",
        ),
        "pipeline": ("Воронка", "Funil de vendas", "Embudo de ventas", "Embudo", "Pipeline", "Sales pipeline"),
        "closed_at": (
            "Дата закрытия сделки", "Дата закрытия", "Data de fechamento", "Fechado em", "Fecha de cierre",
            "Closed at", "Close date",
        ),
        "value": (
            "Бюджет сделки", "Бюджет", "Lead venda", "Venda", "Lead venta", "Venta", "Presupuesto", "Lead sale",
            "Sale", "Budget",
        ),
        "owner": (
            "Ответственный за сделку", "Ответственный", "Lead usuário responsável", "Usuário responsável",
            "Lead usuario responsable", "Usuario responsable", "Lead responsible user", "Responsible user",
        ),
        "source": ("Источник сделки", "Источник", "Fonte do lead", "Fuente del lead", "Lead source", "utm_source"),
        "loss_reason": (
            "Причина отказа", "Motivo de insucesso", "Motivo da perda", "Motivo de pérdida", "Razón de pérdida",
            "Loss reason", "Reason for loss",
        ),
        "segment": ("Сегмент", "Segmento", "Segment"),
        "temperature": ("Температура", "Температура лида", "Temperatura", "Temperature"),
        "list_price": ("Цена по прайсу", "Стоимость по прайсу", "Preço de tabela", "Precio de lista", "List price"),
        "next_task_at": ("Ближайшая задача", "Tarefa mais próxima", "Tarea inmediata", "Closest task", "Next task"),
    }
)  # fmt: skip

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
