"""An invented company: «Тёплый дом», windows and balconies; its people, pipelines, leads and habits.

Nobody here exists. Shares and times are the author's guesses at what such a company lives with.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

CURRENCY = "RUB"
#: Moscow has kept UTC+3 without summer time since 2014.
UTC_OFFSET_HOURS = 3
FIRST_DAY = date(2025, 8, 1)
AS_OF = datetime(2026, 11, 2, 18, 0)  # noqa: DTZ001 -- local time; the offset is above
LAST_WHOLE_MONTH = "2026-10"

#: The story of the last months: the duty rota answers sooner, the new price list loses offers.
DUTY_ROTA = date(2026, 7, 1)
PRICE_RISE = date(2026, 9, 1)
#: The head closes everything that lies, all in one minute.
CLEAN_UPS = (datetime(2025, 12, 30, 18, 42), datetime(2026, 6, 30, 18, 17))  # noqa: DTZ001 -- local

WON = "Успешно реализовано"
LOST = "Закрыто и не реализовано"
WON_CODE = 8
LOST_CODE = 9


class Step(Struct, frozen=True):
    """A stage: the usual share that goes on, the median days until it does, and how often it is passed over."""

    name: str
    share: float
    days: float
    skipped: float = 0.0


class Way(Struct, frozen=True):
    """A pipeline: `offer` is the position at which the buyer learns the price; `price` the median list price."""

    name: str
    steps: tuple[Step, ...]
    offer: int
    price_b2c: float
    price_b2b: float

    @property
    def k(self) -> int:
        return len(self.steps)


WAYS = (
    Way(
        "Новые клиенты",
        (
            Step("Заявка получена", 0.915, 0.4),
            Step("Потребность выяснена", 0.91, 2.6, 0.02),
            Step("Замер сделан", 0.95, 1.2, 0.07),
            Step("Предложение отправлено", 0.345, 4.2),
            Step("Условия согласованы", 0.66, 2.3, 0.05),
            Step("Договор подписан", 0.87, 1.6),
        ),
        offer=4,
        price_b2c=92_000,
        price_b2b=290_000,
    ),
    Way(
        "Повторные продажи",
        (Step("Обращение получено", 0.62, 2.5), Step("Счёт выставлен", 0.54, 5.0, 0.06)),
        offer=2,
        price_b2c=38_000,
        price_b2b=120_000,
    ),
)
NEW_CLIENTS, REPEAT = range(2)


class Source(Struct, frozen=True):
    """Where leads come from: share of leads (`weight`), `odds` of going on against the average lead.

    `web` leads come at night too. `spend` is the money a month for a company with 60 leads a month.
    """

    name: str | None
    weight: float
    odds: float
    web: bool
    spend: int = 0


SOURCES = (
    Source("Сайт", 0.24, 1.05, True, 27_000),
    Source("Яндекс Директ", 0.25, 0.90, True, 68_000),
    Source("Авито", 0.20, 0.66, True, 26_000),
    Source("Рекомендация", 0.12, 2.1, False),
    Source("Входящий звонок", 0.13, 1.3, False),
    Source("Выставка", 0.005, 0.85, False, 85_000),
    Source(None, 0.05, 0.8, True),
)
EXHIBITION = 5
#: The months in which the company has a stand, and how much likelier the source is then.
FAIR_MONTHS = (3, 10)
FAIR_FACTOR = 14.0
#: Advertising that was paid for and brought nobody who said so.
SILENT_SOURCE = "Радио"
SILENT_MONTHS = ("2026-04", "2026-05")


class Person(Struct, frozen=True):
    """Somebody who sells. `odds` of going on, usual `discount` (share), `weight` in who gets a lead."""

    name: str
    role: str
    start: date
    end: date | None
    hours: int
    odds: float
    discount: float
    weight: float


PEOPLE = (
    Person("Сергей Тёплов", "owner", date(2018, 3, 1), None, 6, 1.25, 0.07, 0.035),
    Person("Ольга Северина", "head", date(2020, 9, 14), None, 10, 1.2, 0.03, 0.045),
    Person("Николай Ермаков", "expert", date(2019, 5, 20), None, 8, 0.75, 0.05, 0.03),
    Person("Анна Белова", "seller", date(2021, 2, 1), None, 20, 1.45, 0.02, 0.17),
    Person("Дмитрий Котов", "seller", date(2022, 4, 18), None, 20, 1.1, 0.04, 0.16),
    Person("Елена Синицына", "seller", date(2022, 10, 3), None, 20, 1.0, 0.03, 0.16),
    Person("Марат Гараев", "seller", date(2023, 6, 5), None, 20, 0.95, 0.05, 0.15),
    Person("Виктория Лужина", "seller", date(2024, 1, 15), None, 16, 0.9, 0.04, 0.13),
    Person("Артём Соболев", "seller", date(2023, 9, 4), date(2026, 3, 27), 20, 0.5, 0.11, 0.15),
    Person("Полина Зорина", "seller", date(2026, 2, 16), None, 20, 1.15, 0.03, 0.15),
    Person("Кирилл Мохов", "seller", date(2026, 6, 22), None, 20, 1.0, 0.04, 0.14),
)
OWNER, HEAD = 0, 1
#: A newcomer gets fewer leads and carries fewer of them on in the first days.
RAMP_DAYS = 100
RAMP_WEIGHT = 0.5
RAMP_ODDS = 0.6

#: Leads by month of the year against the average, and the growth of leads a year.
SEASON = (0.60, 0.72, 0.98, 1.12, 1.16, 1.12, 1.08, 1.20, 1.26, 1.16, 0.92, 0.62)
GROWTH_A_YEAR = 0.16
#: Leads by day of the week, from Monday.
WEEK = (1.15, 1.12, 1.08, 1.05, 1.0, 0.72, 0.62)
#: Leads by hour of the day.
WEB_HOURS = (2, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 8, 8, 7, 7, 7, 7, 8, 9, 10, 10, 8, 5)
CALL_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 11, 12, 11, 9, 9, 10, 9, 8, 6, 0, 0, 0, 0, 0)

#: Weekdays on which nobody works.
HOLIDAYS = frozenset(
    date(year, month, day)
    for (year, month), month_days in {
        (2024, 11): (4,), (2024, 12): (30, 31),
        (2025, 1): (1, 2, 3, 6, 7, 8), (2025, 5): (1, 2, 8, 9), (2025, 6): (12, 13), (2025, 11): (3, 4),
        (2025, 12): (31,),
        (2026, 1): (1, 2, 5, 6, 7, 8, 9), (2026, 2): (23,), (2026, 3): (9,), (2026, 5): (1, 11), (2026, 6): (12,),
        (2026, 11): (4,), (2026, 12): (31,),
    }.items()
    for day in month_days
)  # fmt: skip
