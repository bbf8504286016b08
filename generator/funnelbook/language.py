"""The site's language: words from a gettext catalogue; numbers, money and dates in its own form (`forms`).

English source texts are the catalogue's keys, so a text without a translation is still readable. Babel is imported
for the signs of currencies and the names of days alone, which few pages need.
"""

from __future__ import annotations

import gettext
import json
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from funnelbook import forms
from funnelbook.compiled import keep, kept
from funnelbook.forms import MINUS, Code

if TYPE_CHECKING:
    from babel import Locale

#: Shown where a number does not exist (x/0, nothing recorded).
NOTHING = "—"


class _Texts(Struct, frozen=True):
    """What a catalogue translates: one form, or all forms of a plural; `form` picks the one for a number."""

    single: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda n: int(n != 1)


def _texts(path: Path | None) -> _Texts:
    if path is None or not path.exists():
        return _Texts()
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> _Texts:
    """Read once, whoever speaks the language, and kept for other processes."""
    source, name = path.read_bytes(), f"words-{path.stem}"
    raw = kept(name, source)
    if raw is None:
        raw = json.dumps(_parsed(source), ensure_ascii=False).encode()
        keep(name, source, raw)
    single, plural, rule = json.loads(raw)
    return _Texts(single, {text: tuple(forms) for text, forms in plural.items()}, gettext.c2py(rule))


def _parsed(source: bytes) -> tuple[dict[str, str], dict[str, tuple[str, ...]], str]:
    """A catalogue's single forms, its plural ones and its rule for them. Fuzzy translations are none."""
    from babel.messages.pofile import read_po

    catalogue = read_po(BytesIO(source))
    single, plural = {}, {}
    for each in catalogue:
        if isinstance(each.id, str) and isinstance(each.string, str):
            if each.id and each.string and not each.fuzzy:
                single[each.id] = each.string
        elif each.string and all(each.string) and not each.fuzzy:
            plural[each.id[0]] = tuple(each.string)
    return single, plural, catalogue.plural_expr


class Words:
    """One language. `words("Won: {n}", n=3)` translates and fills in; the methods write values.

    `catalogue` is a .po file, absent for English; `currency` an ISO 4217 code or a sign; `timezone` the site's.
    """

    def __init__(
        self,
        code: Code,
        catalogue: Path | None = None,
        *,
        currency: str = "",
        timezone: ZoneInfo | None = None,
    ) -> None:
        self._made_of = (code, catalogue, currency, timezone)
        self.code: Code = code
        self.currency = currency
        self._timezone = timezone or ZoneInfo("UTC")
        self._texts = _texts(catalogue)

    @cached_property
    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse("ru_RU" if self.code == "ru" else "en_GB")

    def __reduce__(self) -> tuple[object, ...]:
        """Another process makes its own: the rule for plurals cannot be sent."""
        return _remade, self._made_of

    def __call__(self, text: str, **values: object) -> str:
        found = self._texts.single.get(text, text)
        return found.format(**values) if values else found

    def plural(self, one: str, many: str, n: float, **values: object) -> str:
        """The form for `n` ("1 deal", "5 deals"); `{n}` in the text is the number written out."""
        form = int(n) if float(n).is_integer() else 2  # a fraction takes the form of two: «1,7 дня», "1.7 days"
        texts = self._texts.plural.get(one, (one, many))
        return texts[self._texts.form(form)].format(n=self.number(n, 1), **values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """`digits` is the most decimals shown; trailing zeros are dropped."""
        if value is None or math.isnan(value):
            return NOTHING
        return forms.number(value, digits, self.code)

    def share(self, value: float | None, digits: int = 0) -> str:
        if value is None:
            return NOTHING
        return forms.share(value, digits, self.code)

    def money(self, value: float | None) -> str:
        """Whole units; millions and more with one or two decimals and the language's own word."""
        if value is None:
            return NOTHING
        unit, words = self._unit(abs(value))
        digits = 0 if unit == 1 else 2 if abs(value) < 10 * unit else 1
        return self._with_currency(self.number(round(value / unit, digits), digits), words)

    def money_range(self, low: float, high: float) -> str:
        """Both ends in the greater one's unit, which is written once: `0,82–4,05 млн ₽`, `€0.82–4.05m`."""
        unit, words = self._unit(max(abs(low), abs(high)))
        digits = 0 if unit == 1 else 2
        return self._with_currency(
            "–".join(self.number(round(end / unit, digits), digits) for end in (low, high)), words
        )

    def _unit(self, amount: float) -> tuple[int, str]:
        """The unit that an amount is written in, and its word."""
        words = ("\u00a0трлн", "\u00a0млрд", "\u00a0млн") if self.code == "ru" else ("tn", "bn", "m")
        for unit, word in zip((10**12, 10**9, 10**6), words, strict=True):
            if amount >= unit:
                return unit, word
        return 1, ""

    def _with_currency(self, text: str, suffix: str) -> str:
        if not self.currency:
            return text + suffix
        sign = self._sign
        if self.code == "ru":
            return f"{text}{suffix}\u00a0{sign}"
        gap = "\u00a0" if sign[-1].isalpha() else ""
        minus, digits = (MINUS, text[1:]) if text.startswith(MINUS) else ("", text)
        return f"{minus}{sign}{gap}{digits}{suffix}"

    @cached_property
    def _sign(self) -> str:
        """The language's own sign of the currency, else the Russian one: English knows no sign of the rouble."""
        from babel.numbers import get_currency_symbol

        signs = [get_currency_symbol(self.currency, locale=locale) for locale in (self._locale, "ru_RU")]
        return next((sign for sign in signs if sign != self.currency), self.currency)

    def days(self, value: float | None) -> str:
        if value is None:
            return NOTHING
        return self.plural("{n} day", "{n} days", round(value, 1) if value < 10 else round(value))

    def minutes(self, value: float | None) -> str:
        """Minutes below two hours, hours below two days, days beyond."""
        if value is None:
            return NOTHING
        if value < 120:
            return self("{n} min", n=self.number(value))
        if value < 2 * 24 * 60:
            return self("{n} h", n=self.number(value / 60, 1))
        return self.days(value / (24 * 60))

    def month(self, value: str) -> str:
        """`2026-10` -> `October 2026`, in the nominative."""
        return forms.month(value, self.code)

    def month_short(self, value: str) -> str:
        return forms.month_short(value, self.code)

    def month_brief(self, value: str) -> str:
        """`2026-10` -> `Oct 2026`: the whole year, since `Oct 26` in a text reads as a day."""
        return forms.month_brief(value, self.code)

    def weekdays(self) -> tuple[str, ...]:
        """Short names of the days, Monday first."""
        names = self._locale.days["stand-alone"]["abbreviated"]
        return tuple(str(names[number]) for number in range(7))

    def date(self, value: date) -> str:
        return forms.day(value, self.code)

    def moment(self, value: datetime) -> str:
        """In the site's time zone, to the minute."""
        local = value.astimezone(self._timezone)
        return f"{forms.day_and_month(local, self.code)} {local.year}, {local:%H:%M}"

    def listing(self, items: Iterable[str]) -> str:
        return forms.listing(list(items), self.code)


def _remade(code: Code, catalogue: Path | None, currency: str, timezone: ZoneInfo | None) -> Words:
    return Words(code, catalogue, currency=currency, timezone=timezone)
