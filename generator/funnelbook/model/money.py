"""Money in one currency: metrics.md, section 1."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from funnelbook.model.names import Names
from funnelbook.model.pipeline import fold
from funnelbook.project import Site

#: What people write for a currency -> its ISO 4217 code.
_SIGNS = {
    "₽": "RUB", "руб": "RUB", "руб.": "RUB", "р.": "RUB", "rur": "RUB", "€": "EUR", "$": "USD", "us$": "USD",
    "£": "GBP", "₸": "KZT", "₴": "UAH", "₺": "TRY", "r$": "BRL", "br": "BYN",
}  # fmt: skip
_PRICES = ("value", "list_price")


@dataclass(frozen=True, slots=True)
class Prices:
    """`deals` with prices in `currency` ("" = nothing says which); `incomparable` marks deals that lost a price to
    a missing rate; `found` are the currencies the data name."""

    deals: pl.DataFrame
    currency: str
    incomparable: pl.Series
    found: tuple[str, ...]


def currency_code(text: str) -> str:
    """The ISO 4217 code of a currency's code or sign; other text as it is, in capitals."""
    return _SIGNS.get(fold(text), text.strip().upper())


def prices_of(deals: pl.DataFrame, rates: pl.DataFrame, site: Site, as_of: datetime) -> Prices:
    """`value` and `list_price` of each deal in the site's currency; 0 and less = no price yet = null.

    deals: `value`, `list_price`, `currency`, `closed_at` (null = open). The rate is the latest one dated on or
    before the local date of the closing, of as_of for open deals; of several rates of one day the last. A deal
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
    rate = _rates_on(currency, deals.select(local).to_series(), rates, target)
    converted = own.with_columns(pl.col(*_PRICES) * rate)
    lost = pl.any_horizontal(own[name].is_not_null() & converted[name].is_null() for name in _PRICES)
    return Prices(converted, target, pl.select(lost).to_series(), found)


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
