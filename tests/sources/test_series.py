"""Successive exports in dated folders: when each was taken, and the history that they tell together."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import polars as pl
import pytest
from files_by_hand import ReadFiles

from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.reading import Reading
from funnelbook.model.tables import TABLES
from funnelbook.model.taken import taken_at
from funnelbook.project import PipelineConfig, Project, Site, StageConfig

MOSCOW = ZoneInfo("Europe/Moscow")
HEADER = "ID;Название сделки;Этап сделки;Воронка;Дата создания;Дата закрытия\n"
KITCHENS = PipelineConfig("Кухни", (StageConfig("Заявка"), StageConfig("Замер"), StageConfig("Договор")))


def export(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def assembled(reading: Reading) -> Dataset:
    return assemble(reading, Project(root=Path(), site=Site(timezone=MOSCOW), pipelines=(KITCHENS,)))


def entries(data: Dataset) -> list[tuple[object, ...]]:
    """Deal, local time, code."""
    named = data.entries.join(data.deals.select("deal", "deal_id"), on="deal").sort("deal_id", "at")
    return [
        (number, f"{at.astimezone(MOSCOW):%m-%d %H:%M}", code)
        for number, at, code in named.select("deal_id", "at", "code").rows()
    ]


def test_a_series_tells_when_stages_changed(read_files: ReadFiles) -> None:
    first = export("1;A;Заявка;Кухни;01.09.2026 10:00;", "2;B;Замер;Кухни;02.09.2026 10:00;")
    second = export(
        "1;A;Договор;Кухни;01.09.2026 10:00;",
        "2;B;Закрыто и не реализовано;Кухни;02.09.2026 10:00;08.09.2026 12:00",
        "3;C;Заявка;Кухни;09.09.2026 09:00;",
    )
    data = assembled(read_files({"2026-09-02/deals.csv": first, "2026-09-09/deals.csv": second}))
    assert dict(data.deals.select("deal_id", "basis").rows()) == {
        "1": "snapshots",
        "2": "snapshots",
        "3": "current",
    }
    assert entries(data)[:2] == [("1", "09-01 10:00", 1), ("1", "09-09 09:00", 3)]
    assert [entry[:2] for entry in entries(data)[2:]] == [("2", "09-02 10:00"), ("2", "09-08 12:00")]


def test_a_vanished_deal_stays_as_last_seen(read_files: ReadFiles) -> None:
    first = export("1;A;Замер;Кухни;01.09.2026;", "2;B;Заявка;Кухни;01.09.2026;")
    data = assembled(
        read_files({"2026-09-01/d.csv": first, "2026-09-08/d.csv": export("2;B;Замер;Кухни;01.09.2026;")})
    )
    assert data.deals.select("deal_id", "position").sort("deal_id").rows() == [("1", 2), ("2", 2)]
    assert data.quality.filter(problem="all").select("rows", "accepted", "duplicates").sum().row(0) == (3, 2, 1)


def test_an_export_without_news_was_still_taken_later(read_files: ReadFiles) -> None:
    """Nothing was created or closed between the two, but a deal moved: the folder's day tells when."""
    reading = read_files(
        {
            "2026-09-01/d.csv": export("1;A;Заявка;Кухни;01.09.2026 10:00;"),
            "2026-09-08/d.csv": export("1;A;Замер;Кухни;01.09.2026 10:00;"),
        }
    )
    assert entries(assembled(reading)) == [("1", "09-01 10:00", 1), ("1", "09-08 00:00", 2)]


def test_two_files_of_one_folder_are_one_export(read_files: ReadFiles) -> None:
    reading = read_files(
        {
            "2026-09-02/a.csv": export("1;A;Заявка;Кухни;01.09.2026;"),
            "2026-09-02/b.csv": export("2;B;Заявка;Кухни;02.09.2026 15:00;"),
        }
    )
    (whole,) = reading.exports
    assert whole.deals.collect()["deal_id"].to_list() == ["1", "2"]


def deals(*rows: tuple[datetime, str | None, datetime | None]) -> pl.DataFrame:
    schema = {name: TABLES["deals"].columns()[name].dtype for name in ("created_at", "status", "closed_at")}
    return pl.DataFrame(rows, schema=schema, orient="row")


def moment(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], datetime(2026, 9, 10, tzinfo=MOSCOW)),
        ([(moment(3), None, None), (moment(1), "won", moment(5))], moment(5)),
        ([(moment(3), "open", moment(5))], moment(3)),
        ([(moment(3), "won", moment(25)), (moment(20), None, None)], moment(3)),
    ],
)
def test_an_export_is_as_of_its_newest_fact(
    rows: list[tuple[datetime, str | None, datetime | None]], expected: datetime
) -> None:
    assert taken_at(deals(*rows), date(2026, 9, 10), MOSCOW) == expected


def test_a_later_export_is_never_earlier() -> None:
    found = taken_at(deals((moment(3), None, None)), date(2026, 9, 4), MOSCOW, after=moment(8))
    assert found > moment(8)


def test_events_of_the_api_go_before_what_exports_tell(read_files: ReadFiles) -> None:
    events = samples.page("events", samples.moved(104, 7, 21, 22))
    pipelines = samples.text(samples.PIPELINES)
    reading = read_files(
        {
            "2026-09-08/a.csv": samples.RUSSIAN_B,
            "2026-09-09/a.csv": samples.RUSSIAN_B,
            "2026-09-09/events.json": samples.text(events),
            "2026-09-09/pipelines.json": pipelines,
        }
    )
    data = assemble(reading, Project(root=Path(), site=Site(timezone=MOSCOW)))
    basis = dict(data.deals.select("deal_id", "basis").rows())
    assert basis == {"101": "current", "103": "current", "104": "history"}
    assert ("Кухни", "told") in [(each.name, each.origin) for each in data.pipelines]
