"""Text becomes dates and numbers: one format a column, and nothing guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.sources.cells.dates import DateColumn, Setting, UnclearDatesError
from funnelbook.sources.cells.distinct import distinctly
from funnelbook.sources.cells.months import months
from funnelbook.sources.cells.numbers import numbers
from funnelbook.sources.cells.phones import called

_MOSCOW = ZoneInfo("Europe/Moscow")


def read(*cells: str | None, zone: ZoneInfo = _MOSCOW, **options: object) -> list[str | None]:
    """Local times of the instants read, as `YYYY-MM-DD HH:MM:SS`."""
    date_format = options.pop("date_format", None)
    column = DateColumn(pl.Series(cells, dtype=pl.String), date_format)  # type: ignore[arg-type]
    moments, _ = column.read(Setting(zone, **options))  # type: ignore[arg-type]
    return [None if each is None else f"{each.astimezone(zone):%Y-%m-%d %H:%M:%S}" for each in moments]


def test_all_spellings_of_iso_are_one_format() -> None:
    same = [
        "2024-01-08T10:00:00+03:00", "2024-01-08 10:00", "2024-01-08T07:00:00Z", "20240108T100000",
        "2024-01-08T10:00:00.000+0300", "2024-W02-1 10:00", "2024-008T10:00:00", "2024-01-08T10:00+03",
        "20240108T070000Z", "2024-01-08 10:00:00",
    ]  # fmt: skip
    assert read(*same, None, "2024-01-08") == [*["2024-01-08 10:00:00"] * len(same), None, "2024-01-08 00:00:00"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("14.06.2026 09:20", "1.2.2026"), ["2026-06-14 09:20:00", "2026-02-01 00:00:00"]),
        (("01.02.2026",), ["2026-02-01 00:00:00"]),
        (("03/04/2024", "15/06/2024"), ["2024-04-03 00:00:00", "2024-06-15 00:00:00"]),
        (("03/04/2024", "06/15/2024 3:04 PM"), ["2024-03-04 00:00:00", "2024-06-15 15:04:00"]),
        (("15-06-2024 10:00:05", "03-04-2024 00:00:00"), ["2024-06-15 10:00:05", "2024-04-03 00:00:00"]),
        (("Apr 3, 2024", "Sep 13, 2024"), ["2024-04-03 00:00:00", "2024-09-13 00:00:00"]),
        (("15 Apr, 2021 00:02:00",), ["2021-04-15 00:02:00"]),
        (("3 апреля 2024", "12 мая 2024 г."), ["2024-04-03 00:00:00", "2024-05-12 00:00:00"]),
        (("2024/02/01 10:00",), ["2024-02-01 10:00:00"]),
    ],
)
def test_one_format_a_column(cells: tuple[str, ...], expected: list[str]) -> None:
    assert read(*cells) == expected


def test_a_cell_in_another_format_is_no_date() -> None:
    assert read("2026-06-01T09:14:58+03:00", "14.06.2026 09:20", "2026-06-02", "soon") == [
        "2026-06-01 09:14:58", None, "2026-06-02 00:00:00", None,
    ]  # fmt: skip


def test_impossible_dates_are_no_dates() -> None:
    assert read("0000-00-00", "0202-01-01", "2924-01-01", "2024-02-30", "1900-02-29", "2024-02-29") == [
        *[None] * 5, "2024-02-29 00:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "both"),
    [
        (("03/04/2024", "05/06/2024"), "DD/MM/YYYY and as MM/DD/YYYY"),
        (("2024-01-02", "01.02.2024"), "ISO 8601 as DD.MM"),
    ],
)
def test_what_cannot_be_decided_names_both_readings(cells: tuple[str, ...], both: str) -> None:
    with pytest.raises(UnclearDatesError, match=both):
        read(*cells)


def test_another_column_of_the_file_tells_day_from_month() -> None:
    assert read("03/04/2024", day_first={"/": False}) == ["2024-03-04 00:00:00"]


def test_a_format_that_a_mapping_gives_overrides() -> None:
    assert read("03/04/2024", "2024-01-01", date_format="%m/%d/%Y") == ["2024-03-04 00:00:00", None]


def test_clock_changes() -> None:
    new_york = ZoneInfo("America/New_York")
    column = DateColumn(pl.Series(["2024-03-10 02:30:00", "2024-11-03 01:30:00"]))
    moments, told = column.read(Setting(new_york))
    assert moments.to_list() == [datetime(2024, 3, 10, 7, 30, tzinfo=UTC), datetime(2024, 11, 3, 5, 30, tzinfo=UTC)]
    assert told == "ISO 8601; the earlier of what a clock shows twice: 1"


@pytest.mark.parametrize("days", [1, 40])
def test_times_that_a_clock_shows_twice_are_told(days: int) -> None:
    """Both before and after their hour there are times that it shows once; with an offset none is shown twice."""
    nights = [f"2024-11-03 0{hour}:{minute}:00" for hour in (0, 1, 2) for minute in (10, 59)]
    others = [f"2024-{month}-15 01:30:00" for month in ("10", "12")] * days
    setting = Setting(ZoneInfo("America/New_York"))
    assert DateColumn(pl.Series(nights + others)).read(setting)[1].endswith(": 2")
    with_offset = [f"{each}-04:00" for each in nights]
    assert DateColumn(pl.Series(with_offset)).read(setting)[1] == "ISO 8601"


@settings(deadline=None)
@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)), min_size=1, max_size=20),  # noqa: DTZ001
    st.sampled_from(["Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]),
)
def test_local_times_agree_with_the_standard_library(naive: list[datetime], name: str) -> None:
    """`zoneinfo` with fold 0 takes the earlier reading, and the offset before a gap, as the rule does."""
    zone = ZoneInfo(name)
    cells = pl.Series([f"{each:%Y-%m-%d %H:%M:%S}" for each in naive])
    moments, _ = DateColumn(cells).read(Setting(zone))
    assert moments.to_list() == [each.replace(microsecond=0, tzinfo=zone).astimezone(UTC) for each in naive]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Europe/Moscow", "2011-03-27"), ("Europe/Moscow", "2014-10-26"), ("Europe/Dublin", "1971-10-31"),
        ("America/New_York", "2024-03-10"), ("America/New_York", "2024-11-03"), ("Africa/Casablanca", "2024-03-10"),
        ("Australia/Lord_Howe", "2024-04-07"), ("Australia/Lord_Howe", "2024-10-06"),
        ("America/Sao_Paulo", "2018-02-18"), ("America/Sao_Paulo", "2018-11-04"), ("Pacific/Apia", "2011-12-30"),
    ],
)  # fmt: skip
def test_local_times_around_a_change_of_the_clock_agree_too(name: str, change: str) -> None:
    """Columns of many dates: those of the days without a change are read together."""
    zone, begin = ZoneInfo(name), datetime.fromisoformat(change) - timedelta(days=3)
    naive = [begin + timedelta(minutes=10 * number) for number in range(6 * 24 * 7)]
    moments, _ = DateColumn(pl.Series([f"{each:%Y-%m-%d %H:%M}" for each in naive])).read(Setting(zone))
    assert moments.to_list() == [each.replace(tzinfo=zone).astimezone(UTC) for each in naive]


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York", "Pacific/Apia", "UTC"])
def test_a_date_before_and_behind_all_calendars_of_python_is_none(zone: str) -> None:
    cells = pl.Series(["01.01.0001 0:00:00", "31.12.9999 23:59:59", "31.12.1969 10:00:00", "02.11.2026 16:59:28"])
    moments, _ = DateColumn(cells).read(Setting(ZoneInfo(zone)))
    assert moments.is_null().to_list() == [True, True, True, False]


def test_serials_beside_text_count_from_the_workbooks_day_zero() -> None:
    assert read("2024-01-02 00:00:00", "01.09.2026 10:15", "45000.5", serial_day_zero=date(1899, 12, 30)) == [
        "2024-01-02 00:00:00", "2026-09-01 10:15:00", "2023-03-15 12:00:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["350 000", "1\u00a0200,50", "5\u202f000 ₽"], [350_000, 1_200.5, 5_000]),
        (["$22,700.00", "$1,117.10K", "-$5"], [22_700, 1_117_100, -5]),
        (["1.234,56", "12"], [1_234.56, 12]),
        (["1,234.56", "1,234"], [1_234.56, 1_234]),
        (["1,234", "950"], [1_234, 950]),
        (["12,5", "0,25"], [12.5, 0.25]),
        (["1.234.567", "1.000"], [1_234_567, 1_000]),
        (["97.123"], [97.123]),
        (["10k", "5 тыс.", "1,5 млн"], [10_000, 5_000, 1_500_000]),
        (["100 руб.", "−3", "R$ 7"], [100, -3, 7]),
        (["1e5", "5"], [100_000, 5]),
        (["0.1"] * 10, [0.1] * 10),
        (["1e15", "999999999999999"], [1e15, 999_999_999_999_999]),
        (["", " ", "(5)", "-5", "10k"], [None, None, None, -5, 10_000]),
    ],
)
def test_numbers(cells: list[str], expected: list[float | None]) -> None:
    assert numbers(pl.Series(cells)).to_list() == expected


def test_what_is_no_number_is_null() -> None:
    assert numbers(pl.Series(["12,5", "3.5"])).to_list() == [12.5, None]
    assert numbers(pl.Series(["5tr", "abc", "nan", "inf", "1 2 3 x", "7"])).to_list() == [*[None] * 5, 7]


@pytest.mark.parametrize("cell", ["2024-03", "2024/3", "03.2024", "2024-03-15", "15.03.2024"])
def test_months(cell: str) -> None:
    assert months(pl.Series([cell, "soon"]), Setting(_MOSCOW))[0].to_list() == ["2024-03", None]


def test_spaces_further_down_do_not_change_how_numbers_are_read() -> None:
    assert numbers(pl.Series([*["42700"] * 2_000, "1 234", "5\u00a0678,50"]))[-2:].to_list() == [1234.0, 5678.5]
    assert numbers(pl.Series([*["42700"] * 2_000, "1 234"]))[-1] == 1234.0


def _called(cell: str) -> str | None:
    """The first phone of one cell, as `called` says."""
    for phone in re.findall("[+0-9][0-9 \u00a0\t().–-]*", cell):
        digits = re.sub("[^0-9]", "", re.sub(r"\.0*$", "", phone)).removeprefix("00")
        if 7 <= len(digits) <= 15 and len(set(digits[-7:])) > 1:
            return f"7{digits[1:]}" if len(digits) == 11 and digits[0] == "8" else digits
    return None


_phone = st.builds(
    str.__add__, st.sampled_from(("", "+7", "8", "'+7", "00", "+", "'")), st.text("0 78", max_size=14)
)


@settings(deadline=None)
@given(st.lists(_phone | st.text("012789+'()- .\t\u00a0–ax,\n", max_size=20), max_size=20))
def test_phones_of_a_column_are_those_of_its_cells(cells: list[str]) -> None:
    assert called(pl.Series(cells, dtype=pl.String)).to_list() == [_called(cell) for cell in cells]


@pytest.mark.parametrize("cheap", [False, True])
@pytest.mark.parametrize("late", [[], ["c", None, "a"]])
def test_equal_texts_are_read_once_wherever_they_stand(late: list[str | None], cheap: bool) -> None:
    texts = pl.Series("texts", ["a", None, "b", "a"] * 15_000 + late, dtype=pl.String)
    seen = list[int]()

    def read(cells: pl.Series) -> pl.Series:
        seen.append(cells.len())
        return cells.str.to_uppercase()

    assert distinctly(texts, read, cheap=cheap).equals(texts.str.to_uppercase(), check_names=True)
    assert seen == [3 if late else 2]


def test_texts_that_are_few_and_quick_to_read_are_not_compared() -> None:
    seen = list[int]()

    def read(cells: pl.Series) -> pl.Series:
        seen.append(cells.len())
        return cells

    distinctly(pl.Series(["a", None] * 100), read, cheap=True)
    assert seen == [200]
