"""Numbers, months and dates are written as Babel writes them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from hypothesis import example, given
from hypothesis import strategies as st

from funnelbook import forms

_LOCALES = {"ru": Locale.parse("ru_RU"), "en": Locale.parse("en_GB")}
_CODES = st.sampled_from(["ru", "en"])
_NUMBERS = st.one_of(
    st.floats(-1e15, 1e15),
    st.just(float("inf")),
    st.integers(-(10**12), 10**12),
    st.decimals(-9999, 9999, places=3).map(float),
)
Code = Literal["ru", "en"]


@given(_NUMBERS, st.integers(0, 3), _CODES)
@example(0.5, 0, "ru")
@example(1.5, 0, "ru")
@example(-0.001, 1, "en")
@example(999999.95, 1, "en")
def test_numbers(value: float, digits: int, code: Code) -> None:
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    written = format_decimal(value, pattern, locale=_LOCALES[code]).replace("-", forms.MINUS)
    assert forms.number(value, digits, code) == written


@given(_NUMBERS, st.integers(0, 2), _CODES)
@example(0.125, 0, "ru")
@example(-0.0001, 1, "en")
def test_shares(value: float, digits: int, code: Code) -> None:
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + ("\u00a0%" if code == "ru" else "%")
    written = format_percent(value, pattern, locale=_LOCALES[code]).replace("-", forms.MINUS)
    assert forms.share(value, digits, code) == written


@pytest.mark.parametrize("code", ["ru", "en"])
@pytest.mark.parametrize("month", range(1, 13))
def test_months_and_days(code: Code, month: int) -> None:
    day, named = date(2026, month, 5), f"2026-{month:02d}"

    def written(pattern: str) -> str:
        return format_date(day, pattern, locale=_LOCALES[code])

    assert forms.month(named, code) == written("LLLL y")
    assert forms.month_short(named, code) == written("LLL yy").replace(".", "")
    assert forms.month_brief(named, code) == written("LLL y").replace(".", "")
    assert forms.day(day, code) == written("long")
    assert written("long").startswith(forms.day_and_month(day, code))


def test_the_largest_numbers_are_written_too() -> None:
    assert forms.number(1e300, 2, "en").startswith("1,000,000")
    assert len(forms.share(1e300, 0, "ru").replace("\u00a0", "")) == 304


@given(st.lists(st.sampled_from(["a", "б", ""]), max_size=5), _CODES)
def test_lists(items: list[str], code: Code) -> None:
    assert forms.listing(items, code) == format_list(items, locale=_LOCALES[code])
