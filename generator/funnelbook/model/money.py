"""Money in one currency: metrics.md, section 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import polars as pl
from msgspec import Struct

from funnelbook.model.names import Names
from funnelbook.model.pipeline import fold
from funnelbook.project import Site

#: What people write for a currency -> its ISO 4217 code.
_SIGNS = {
    "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "rur": "RUB", "€": "EUR", "$": "USD", "us$": "USD",
    "£": "GBP", "₸": "KZT", "₴": "UAH", "₺": "TRY", "r$": "BRL", "br": "BYN",
}  # fmt: skip
_PRICES = ("value", "list_price")


class Unrated(Struct, frozen=True):
    """Prices without a rate: `currencies` as `published_codes` has them, how many `deals` lost a price, and the
    `first` and `last` local month (YYYY-MM) that a rate was looked for in."""

    currencies: tuple[str, ...]
    deals: int
    first: str
    last: str


class Prices(Struct, frozen=True):
    """`deals` with prices in `currency` ("" = nothing says which); `incomparable` marks deals that lost a price to
    a missing rate, `unrated` sums them up, None = there are none; `found` are the currencies the data name."""

    deals: pl.DataFrame
    currency: str
    incomparable: pl.Series
    found: tuple[str, ...]
    unrated: Unrated | None = None


def currency_code(text: str) -> str:
    """The ISO 4217 code of a currency's code or sign; other text as it is, in capitals."""
    return _SIGNS.get(fold(text), text.strip().upper())


def published_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Codes of three Latin letters by name, then "other" for whatever else stands in the column."""
    told = {code if re.fullmatch("[A-Z]{3}", code) else "other" for code in codes}
    return tuple(sorted(told, key=lambda code: (code == "other", code)))


def prices_of(deals: pl.DataFrame, rates: pl.DataFrame, site: Site, as_of: datetime) -> Prices:
    """`value` and `list_price` of each deal in the site's currency; 0 and less = no price yet = null.

    deals: `value`, `list_price`, `currency`, `closed_at` (null = open). The rate is the latest one dated on or
    before the local date of the closing, of as_of for open deals; of several rates of one day the last. What is
    converted is rounded to hundredths, deal by deal. A deal
    without a currency is priced in the site's. When the site names none, the only currency of the data is taken; of
    several none can be compared, and every price that names its currency is null.
    """
    names = Names()
    numbers = names.encode(deals["currency"])
    codes = [currency_code(name) for name in names.spelled]
    found = tuple(dict.fromkeys(codes))
    target = currency_code(site.currency) if site.currency else (found[0] if len(found) == 1 else "")
    own = deals.with_columns(_price(name) for name in _PRICES)
    if all(code == target for code in codes):
        return Prices(own, target, pl.repeat(value=False, n=deals.height, eager=True), found)
    currency = pl.Series(codes, dtype=pl.String).gather(numbers)
    local = pl.col("closed_at").fill_null(as_of).dt.convert_time_zone(site.timezone.key).dt.date()
    day = deals.select(local).to_series()
    rate = _rates_on(currency, day, rates, target)
    foreign = pl.lit((currency != target).fill_null(value=False))
    amounts = pl.col(*_PRICES) * rate
    rounded = amounts.round(2, mode="half_away_from_zero")
    converted = own.with_columns(pl.when(foreign).then(rounded).otherwise(amounts))
    missing = pl.any_horizontal(own[name].is_not_null() & converted[name].is_null() for name in _PRICES)
    lost = pl.select(missing).to_series()
    return Prices(converted, target, lost, found, _unrated(currency.filter(lost), day.filter(lost)))


def _unrated(currency: pl.Series, day: pl.Series) -> Unrated | None:
    """Of the deals that lost a price; a deal without a currency never did."""
    if currency.is_empty():
        return None
    months = day.dt.strftime("%Y-%m").unique().sort()
    return Unrated(published_codes(currency.unique()), currency.len(), months[0], months[-1])


def _price(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_finite() & (pl.col(name) > 0)).then(name)


def _rates_on(currency: pl.Series, day: pl.Series, rates: pl.DataFrame, target: str) -> pl.Series:
    """Units of the target for one of `currency`, by the latest rate dated on or before `day`, else null."""
    wanted = pl.DataFrame({"currency": currency.fill_null(target), "date": day}).with_row_index("deal")
    foreign = wanted.filter(pl.col("currency") != target).sort("date")
    known = rates.select(
        pl.col("currency").map_elements(currency_code, return_dtype=pl.String), "date", "rate"
    ).unique(["currency", "date"], keep="last", maintain_order=True)
    matched = foreign.join_asof(known.sort("date"), on="date", by="currency", check_sortedness=False)
    same = pl.repeat(1.0, currency.len(), dtype=pl.Float64, eager=True)
    return same.scatter(matched["deal"], matched["rate"])
