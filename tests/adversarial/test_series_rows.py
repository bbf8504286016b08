"""A site made of successive exports: what each brought, and the basis said wherever a number rests on them."""

from __future__ import annotations

import csv
import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hostile_handbook import lay, site_of

from commands import run_here

HEADER = "deal_id,created_at,pipeline,stage,status,closed_at,value,owner,source,contact_id\n"
STAGES = ("Asked", "Offered", "Signed")
CONFIG = """[site]
title = "Windows"
lang = ["en", "ru"]
timezone = "Europe/Moscow"
currency = "EUR"
[[pipelines]]
name = "main"
won = ["won"]
lost = ["lost"]
stages = [{ name = "Asked", minutes = 10 }, { name = "Offered", minutes = 60 }, { name = "Signed", minutes = 30 }]
[metrics]
hour_rate = 30
"""
EXPORTS = [date(2026, month, 1) for month in (2, 3, 4, 5)]


def row(deal: int, day: date) -> str:
    """Created every other day; a stage in three weeks, then won or lost; every tenth vanishes after two months."""
    created = date(2026, 1, 1) + timedelta(days=2 * deal)
    age = (day - created).days
    if age < 1 or (deal % 10 == 3 and age > 60):
        return ""
    ends = 63 + deal % 5
    closed = age >= ends
    status = ("won" if deal % 3 else "lost") if closed else "open"
    stage = status if closed else STAGES[min(age // 21, 2)]
    owner = "Anna" if deal % 4 or age < 40 else "Boris"
    value = 100 * deal if deal % 7 or age < 30 else 90 * deal
    ended = created + timedelta(days=ends) if closed else ""
    return f"{deal},{created},main,{stage},{status},{ended},{value},{owner},site,c{deal % 9}\n"


def exported(day: date) -> str:
    return HEADER + "".join(row(deal, day) for deal in range(60)) + "x,not a date,main,Asked,open,,,,,\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files: dict[str, str | bytes] = {f"content/exports/{day}/deals.csv": exported(day) for day in EXPORTS}
    files["content/exports/team.csv"] = "person,role,from,hours_per_week\nAnna,seller,2025-01-01,40\n"
    folder = lay(tmp_path_factory.mktemp("series") / "book", {"funnelbook.toml": CONFIG, **files})
    ended = run_here("build", "--project", folder)
    assert ended.code == 0, ended.text
    return site_of(folder)


def text_of(page: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))


def told(site: Path) -> list[dict[str, str]]:
    with (site / "data" / "exports.csv").open(newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_each_export_is_a_row_that_adds_up(site: Path) -> None:
    rows = told(site)
    lines = [exported(day).count("\n") - 1 for day in EXPORTS]
    assert [int(each["rows"]) for each in rows] == lines
    assert [int(each["deals"]) for each in rows] == [count - 1 for count in lines]
    assert {each["rejected"] for each in rows} == {"1"}
    assert rows[0]["new"] == rows[0]["vanished"] == rows[0]["days"] == ""
    deals = [{line.split(",")[0] for line in exported(day).splitlines()[1:-1]} for day in EXPORTS]
    for number, each in enumerate(rows[1:], 1):
        assert int(each["vanished"]) == len(deals[number - 1] - deals[number])
        assert int(each["new"]) == len(deals[number] - set().union(*deals[:number]))
    assert sum(int(each["moved"] or 0) for each in rows) > 0
    assert sum(int(each["repriced"] or 0) for each in rows) > 0
    assert sum(int(each["reassigned"] or 0) for each in rows) > 0


def test_the_data_page_shows_them_in_both_languages(site: Path) -> None:
    for folder, title in (("", "What each export brought"), ("ru", "Что принесла каждая выгрузка")):
        page = text_of(site / folder / "data" / "index.html")
        assert title in page
        for each in told(site):
            assert each["entries"] in page


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "data/index.html",
        "pipelines/1/index.html",
        "pipelines/1/stage-2.html",
        "2026-04/index.html",
        "leads.html",
        "comebacks.html",
        "mistakes.html",
        "capacity.html",
        "today.html",
    ],
)
def test_pages_say_to_within_how_many_days_moves_are_known(site: Path, name: str) -> None:
    assert "known from successive exports: a move counts as of the first one that shows it" in text_of(site / name)
    assert "известно по последовательным выгрузкам" in text_of(site / "ru" / name)
