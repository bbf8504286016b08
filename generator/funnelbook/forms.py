"""How each language writes numbers and dates.

The signs, names and orders are those of the CLDR, as Babel has them. The tests hold all of this against Babel,
which takes as long to begin as fifty pages take to be made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

Code = Literal["ru", "en"]

#: A number below zero has a real minus, as wide as the plus; locales write the hyphen of a keyboard.
MINUS = "\u2212"
#: Digits enough for any float.
_EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN)


class _Forms(Struct, frozen=True):
    """`group` stands between thousands, `point` before decimals, `percent` and `year` behind a number and a date,
    `conjunction` before the last of a list; the months are named alone, shortly, and in a date.
    """

    group: str
    point: str
    percent: str
    year: str
    conjunction: str
    alone: tuple[str, ...]
    short: tuple[str, ...]
    dated: tuple[str, ...]


# fmt: off
_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
_FORMS: Mapping[Code, _Forms] = MappingProxyType({
    "ru": _Forms(
        "\u00a0", ",", "\u00a0%", "\u202fг.", "и",
        (
            "январь", "февраль", "март", "апрель", "май", "июнь",
            "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
        ),
        ("янв", "февр", "март", "апр", "май", "июнь", "июль", "авг", "сент", "окт", "нояб", "дек"),
        (
            "января", "февраля", "марта", "апреля", "мая", "июня",
            "июля", "августа", "сентября", "октября", "ноября", "декабря",
        ),
    ),
    "en": _Forms(
        ",", ".", "%", "", "and",
        _ENGLISH,
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
        _ENGLISH,
    ),
})
# fmt: on


@lru_cache(maxsize=2**16)
def number(value: float, digits: int, code: Code) -> str:
    """Rounded half to even to so many decimals, without the zeros at their end."""
    text = _grouped(Decimal(str(value)), digits)
    return _signed(text.rstrip("0").rstrip(".") if "." in text else text, code)


@lru_cache(maxsize=2**16)
def share(value: float, digits: int, code: Code) -> str:
    """A share of 1 in percent, with so many decimals."""
    return _signed(_grouped(Decimal(str(value)).scaleb(2, _EXACT), digits), code) + _FORMS[code].percent


def _grouped(value: Decimal, digits: int) -> str:
    if not value.is_finite():
        return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}∞"
    return f"{value.quantize(Decimal(1).scaleb(-digits), context=_EXACT):,f}"


def _signed(text: str, code: Code) -> str:
    forms = _FORMS[code]
    return text.translate({ord(","): forms.group, ord("."): forms.point, ord("-"): MINUS})


def month(value: str, code: Code) -> str:
    """`2026-10` -> `October 2026`, in the nominative."""
    year, place = _parted(value)
    return f"{_FORMS[code].alone[place]} {year}"


def month_short(value: str, code: Code) -> str:
    """`2026-10` -> `Oct 26`."""
    year, place = _parted(value)
    return f"{_FORMS[code].short[place]} {year % 100:02d}"


def month_brief(value: str, code: Code) -> str:
    """`2026-10` -> `Oct 2026`."""
    year, place = _parted(value)
    return f"{_FORMS[code].short[place]} {year}"


def _parted(value: str) -> tuple[int, int]:
    """A month's year, and its place among the months."""
    year, _, month = value.partition("-")
    return int(year), int(month) - 1


def day(value: date, code: Code) -> str:
    """`5 October 2026`."""
    return f"{day_and_month(value, code)} {value.year}{_FORMS[code].year}"


def day_and_month(value: date, code: Code) -> str:
    return f"{value.day} {_FORMS[code].dated[value.month - 1]}"


def listing(items: Sequence[str], code: Code) -> str:
    """`A, B and C`."""
    *others, last = items or ("",)
    return f"{', '.join(others)} {_FORMS[code].conjunction} {last}" if others else last
