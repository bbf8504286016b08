"""Numbers, money and dates are written as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel import Locale

from funnelbook.bundled import bundled
from funnelbook.language import Words

RU = Words("ru", bundled("templates") / "locales" / "ru.po", currency="RUB", timezone=ZoneInfo("Europe/Moscow"))
EN = Words("en", currency="EUR", timezone=ZoneInfo("Europe/Moscow"))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_russian_numbers() -> None:
    assert plain(RU.number(1234567)) == "1 234 567"
    assert plain(RU.number(0.5, 1)) == "0,5"
    assert plain(RU.share(0.527, 1)) == "52,7 %"
    assert plain(RU.money(1500)) == "1 500 ₽"
    assert plain(RU.money(2_340_000)) == "2,34 млн ₽"
    assert plain(RU.money(-12_340_000)) == "−12,3 млн ₽"


def test_english_numbers() -> None:
    assert EN.number(1234567) == "1,234,567"
    assert EN.share(0.527, 1) == "52.7%"
    assert EN.money(1500) == "€1,500"
    assert EN.money(-12_340_000) == "−€12.3m"
    assert Words("en", currency="RUB").money(1500) == "₽1,500"
    assert plain(Words("en", currency="CHF").money(-1_500)) == "−CHF 1,500"
    assert Words("en").money(2_340_000) == "2.34m"


def test_a_range_of_money_names_its_unit_once() -> None:
    assert plain(RU.money_range(821_599, 4_051_900)) == "0,82–4,05 млн ₽"
    assert plain(RU.money_range(18_957, 56_083)) == "18 957–56 083 ₽"
    assert EN.money_range(0, 1_500_000) == "€0–1.5m"


def test_what_does_not_exist_is_a_dash() -> None:
    assert {EN.number(None), EN.share(None), EN.money(None), EN.days(None), EN.minutes(None)} == {"—"}


def test_months_are_in_the_nominative() -> None:
    assert RU.month("2026-10") == "октябрь 2026"
    assert EN.month("2026-10") == "October 2026"


def test_weeks_begin_on_monday() -> None:
    assert EN.weekdays() == ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    assert RU.weekdays()[0] == "пн"


def test_moments_name_the_months_as_babel_does() -> None:
    for words, locale in ((RU, "ru_RU"), (EN, "en_GB")):
        names = Locale.parse(locale).months["format"]["wide"]
        for month in range(1, 13):
            assert words.moment(datetime(2026, month, 9, 9, tzinfo=UTC)) == f"9 {names[month]} 2026, 12:00"


def test_moments_are_in_the_sites_time_zone() -> None:
    assert EN.moment(datetime(2024, 1, 31, 21, 30, tzinfo=UTC)) == "1 February 2024, 00:30"
    assert plain(EN.date(date(2024, 2, 1))) == "1 February 2024"


def test_lengths_of_time_take_the_unit_that_reads_best() -> None:
    assert EN.minutes(14) == "14 min"
    assert EN.minutes(150) == "2.5 h"
    assert EN.minutes(3 * 1440) == "3 days"
    assert EN.days(1.72) == "1.7 days"
    assert plain(RU.days(1.72)) == "1,7 дня"
    assert plain(RU.days(21.3)) == "21 день"
    assert EN.plural("{n} deal", "{n} deals", 1) == "1 deal"
    assert EN.plural("{n} deal", "{n} deals", 21) == "21 deals"
