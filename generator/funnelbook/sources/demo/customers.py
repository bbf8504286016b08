"""The customers' names, phones, letters and notes: invented, and exported as in life: privacy needs testing.

Nothing of it may reach a site. Phones have the area code 000, which is nobody's; letters go to example.com.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.sources.demo.draws import Draws, label

_SURNAMES = (
    "Форточкин", "Подоконников", "Карнизов", "Рамов", "Откосов", "Проёмов", "Петлин", "Ручкин", "Сквозняков",
    "Уютнов", "Стеклов", "Шторкин", "Фасадов", "Балконов", "Лоджиев", "Крышин", "Порогов", "Ставнев", "Щеколдин",
    "Шпингалетов",
)  # fmt: skip
_MEN = ("Иван", "Пётр", "Алексей", "Михаил", "Андрей", "Олег", "Тимур", "Рустам", "Фёдор", "Лев", "Глеб", "Игорь")
_WOMEN = (
    "Мария",
    "Ольга",
    "Ирина",
    "Наталья",
    "Светлана",
    "Юлия",
    "Алина",
    "Дарья",
    "Нина",
    "Зоя",
    "Вера",
    "Римма",
)
_FIRMS = (
    'ООО "Пример"',
    'ООО "Образец и К"',
    "ИП Вымышленный",
    'ТСЖ "Пятый угол"',
    'АО "Никогда-Строй"',
    "Кафе «Проба»",
)
_NOTES = (
    "Просит звонить после 18:00; днём на смене",
    "Двое детей, аллергия на пыль: монтаж за один день",
    "Код домофона 0000, собака не кусается",
    "Сравнивает с двумя фирмами\nпросил прислать расчёт в мессенджер",
    "=скидка 5%? обсудить с РОПом",
    "Решает муж, он в отъезде до пятницы",
    "<b>СРОЧНО</b>, въезжают через месяц",
    "Замер в субботу; ключи у соседки, кв. 14",
)
_PHONES = 10_000_000


def customers(deals: pl.DataFrame, seed: int) -> pl.DataFrame:
    """surname, contact, firm, phone, email, note: a row for each of `deals` (contact_id, segment), in their order.

    A deal without contact_id has neither name nor phone nor letter. One person writes his phone in many ways.
    """
    of_person, of_deal = Draws(seed, "person"), Draws(seed, "row")
    numbered = (
        deals.select("contact_id", "segment")
        .with_row_index("row")
        .with_columns(pl.col("row").cast(pl.UInt64), person=pl.col("contact_id").cast(pl.UInt64).fill_null(0))
    )
    known = pl.col("contact_id").is_not_null()
    written = numbered.with_columns(digits=_digits(), reach=of_person.uniform("reach"))
    surname = _surname(of_person)
    first = (
        pl.when(_woman(of_person))
        .then(_any(of_person, "first name", _WOMEN))
        .otherwise(_any(of_person, "first name", _MEN))
    )
    return written.select(
        surname=pl.when(known).then(surname),
        contact=pl.when(known).then(pl.concat_str(surname, pl.lit(" "), first)),
        firm=pl.when(known & (pl.col("segment") == "b2b")).then(_any(of_person, "firm", _FIRMS)),
        phone=pl.when(known & (pl.col("reach") < 0.96)).then(_phone(of_deal)),
        email=pl.when(known & (pl.col("reach") > 0.78)).then(pl.format("klient{}@example.com", "digits")),
        note=pl.when(of_deal.below("noted", 0.3)).then(_any(of_deal, "note", _NOTES)),
    )


def _any(draws: Draws, stream: str, words: Sequence[str]) -> pl.Expr:
    return label(draws.whole(stream, 0, len(words) - 1), words)


def _woman(draws: Draws) -> pl.Expr:
    return draws.below("woman", 0.56)


def _surname(draws: Draws) -> pl.Expr:
    man = _any(draws, "surname", _SURNAMES)
    return pl.when(_woman(draws)).then(pl.concat_str(man, pl.lit("а"))).otherwise(man)


def _digits() -> pl.Expr:
    """Seven digits, another seven for every person: 7919 and ten million have no common divisor."""
    number = (pl.col("person") * 7919 + 2_718_281) % _PHONES
    return number.cast(pl.String).str.zfill(7)


def _phone(draws: Draws) -> pl.Expr:
    digits = pl.col("digits")
    parts = (digits.str.slice(0, 3), digits.str.slice(3, 2), digits.str.slice(5, 2))
    way = draws.uniform("phone's spelling")
    return (
        pl.when(way < 0.7)
        .then(pl.format("+7 (000) {}-{}-{}", *parts))
        .when(way < 0.85)
        .then(pl.format("8 000 {} {} {}", *parts))
        .otherwise(pl.format("'+7000{}", digits))
    )
