"""Readers of dates, times and time zones."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from funnelbook.project.document import Entry
from funnelbook.project.names import fold, nearest, quoted
from funnelbook.project.readers import wrong_type

_ZONE = re.compile(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*(?:/[A-Za-z0-9_+-]+)*")
#: Known to the system's database, and different on every machine.
_NO_ZONES = {"localtime", "Factory"}
_YEARS = range(1970, 2101)


def time_zone(entry: Entry) -> ZoneInfo | None:
    """A name of the IANA database."""
    name = entry.value
    if not isinstance(name, str):
        wrong_type(entry, "a text in quotes")
        return None
    if len(name) <= 60 and _ZONE.fullmatch(name) and name not in _NO_ZONES:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    near = _nearest_zone(name)
    hint = f"did you mean `{near}`?" if near else "use a name such as Europe/Moscow or UTC"
    entry.report("bad-timezone", f"there is no time zone {quoted(name)}", hint)
    return None


def _nearest_zone(name: str) -> str | None:
    """A city alone is enough for a guess."""
    zones = sorted(available_timezones() - _NO_ZONES)
    city = fold(name).replace(" ", "_")
    return next((zone for zone in zones if fold(zone).endswith("/" + city)), None) or nearest(name, zones)


def moment(entry: Entry) -> date | None:
    """A date with time and offset, a local one, or a date alone."""
    if isinstance(entry.value, date):
        return _in_years(entry)
    wrong_type(entry, "a date, without quotes")
    return None


def day(entry: Entry) -> date | None:
    """A date without time."""
    value = entry.value
    if isinstance(value, date) and not isinstance(value, datetime):
        return _in_years(entry)
    wrong_type(entry, "a date such as 2026-01-01, without quotes")
    return None


def _in_years(entry: Entry) -> date | None:
    value = entry.value
    if isinstance(value, date) and value.year in _YEARS:
        return value
    entry.report("out-of-range", f"`{entry.name}` must be between {_YEARS[0]} and {_YEARS[-1]}")
    return None
