"""One number wherever it stands: on a page, in a chart's tooltip, in both downloads, quoted in a playbook."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hostile_handbook import export, lay, site_of
from playwright.sync_api import Browser

from commands import run_here

CONFIG = """[site]
title = "Windows"
lang = ["en", "ru"]
timezone = "Europe/Moscow"
currency = "EUR"
[[pipelines]]
name = "main"
won = ["won"]
lost = ["lost"]
stages = [{ name = "Asked", minutes = 10 }, { name = "Offered", minutes = 60, qualifies = true }]
[metrics]
hour_rate = 30
"""
PLAYBOOK = """---
title: Quoted
kind: note
---

- sold: {metric}`won month=2026-02`
- taken: {metric}`revenue month=2026-02`
- rate: {metric}`win_rate month=2026-02 with=count`
"""
#: A known stage in several spellings, and one that nobody declared.
NAMES = ("Offered", "OFFERED ", "Offe\u200bred", " offered", "Mislaid")


def deals() -> str:
    """Prices of cents; every fifth deal without a source, every seventh without an owner."""
    head, *rows = csv.reader(io.StringIO(export(90, days=70)))
    for number, row in enumerate(rows):
        row[head.index("value")] = f"{number}.{number % 100:02}"
        row[head.index("stage")] = NAMES[number % 5] if row[head.index("status")] == "open" else "Offered"
        row[head.index("source")] = "" if number % 5 == 0 else row[head.index("source")]
        row[head.index("owner")] = "" if number % 7 == 0 else row[head.index("owner")]
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([head, *rows])
    return made.getvalue()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {"content/exports/deals.csv": deals(), "content/en/quoted.md": PLAYBOOK, "funnelbook.toml": CONFIG}
    folder = lay(tmp_path_factory.mktemp("numbers") / "book", files)
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 0, ended.text
    return folder


@pytest.fixture
def site(book: Path) -> Path:
    return site_of(book)


def text_of(page: Path) -> str:
    told = html.unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8")))
    return re.sub(r"\s+", " ", told)


def rows_of(site: Path, table: str) -> list[dict[str, str]]:
    with (site / "data" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def tips(script: Path, chart: str) -> list[str]:
    """What a chart says of its marks."""
    text = script.read_text(encoding="utf-8")
    specs = json.JSONDecoder().raw_decode(text[text.index(".specs, {") + len(".specs, ") :])[0]
    values = [value for data in specs[chart]["wide"]["data"] for value in data.get("values", [])]
    return [value["tip"] for value in values if "tip" in value]


def test_a_number_is_one_on_the_page_in_the_chart_in_both_tables_and_in_a_playbook(site: Path) -> None:
    (row,) = [
        each for each in rows_of(site, "monthly") if each["month"] == "2026-02" and each["dimension"] == "all"
    ]
    (same,) = [
        each
        for each in json.loads((site / "data" / "monthly.json").read_text())
        if each["month"] == "2026-02" and each["dimension"] == "all"
    ]
    won, lost, revenue = int(row["won"]), int(row["lost"]), float(row["revenue"])
    assert (same["won"], same["lost"], same["revenue"]) == (won, lost, revenue)
    money, rate = f"€{revenue:,.0f}", f"{won / (won + lost):.0%}"
    assert float(row["win_rate"]) == same["win_rate"] == won / (won + lost)
    page = text_of(site / "2026-02" / "index.html")
    assert money in page
    assert rate in page
    charts = site / "2026-02" / "charts.js"
    assert any(tip.startswith(f"February 2026\nRevenue: {money}\n{won} sales") for tip in tips(charts, "revenue"))
    told = f"February 2026\nWon {won} of {won + lost} closed"
    assert any(tip.startswith(told) for tip in tips(charts, "win_rate"))
    quoted = text_of(site / "playbooks" / "quoted.html")
    assert f"sold: {won} " in quoted
    assert f"taken: {money} " in quoted
    assert f"rate: {rate} ({won} of {won + lost})" in quoted


def test_every_table_is_the_same_cell_for_cell_in_both_downloads(site: Path) -> None:
    names = sorted(path.stem for path in (site / "data").glob("*.csv"))
    assert len(names) > 20
    for name in names:
        assert re.fullmatch(r"[a-z_]{1,80}", name)
        text = (site / "data" / f"{name}.json").read_text(encoding="utf-8")
        found = json.loads(text, parse_constant=pytest.fail)  # no NaN, no Infinity
        rows = rows_of(site, name)
        assert len(rows) == len(found)
        for one, other in zip(rows, found, strict=True):
            assert [*one] == [*other]
            assert {key: written(value) for key, value in other.items()} == {
                key: written(value, other[key]) for key, value in one.items()
            }, name


def written(value: Any, like: Any = None) -> Any:
    """A cell as it compares: what CSV has as text becomes what JSON has."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and isinstance(like, bool):
        return value == "true"
    if isinstance(value, str) and isinstance(like, int | float):
        return type(like)(value)
    return value.removeprefix("'") if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("table", "keys", "counts"),
    [
        ("monthly", ("month", "pipeline"), ("created", "won", "lost", "revenue", "cost")),
        ("funnel", ("cohort", "pipeline", "position"), ("reached", "lost", "open")),
        ("leads", ("month",), ("leads", "open", "complete")),
    ],
)
def test_the_members_of_each_dimension_and_those_not_recorded_are_all(
    site: Path, table: str, keys: tuple[str, ...], counts: tuple[str, ...]
) -> None:
    sums: dict[str, dict[tuple[str, ...], float]] = defaultdict(lambda: defaultdict(float))
    rows = rows_of(site, table)
    for row in rows:
        for count in counts:
            sums[row["dimension"]][(*(row[key] for key in keys), count)] += float(row[count] or 0)
    for dimension in ("source", "owner", "role", "segment"):
        assert sums[dimension] == pytest.approx(sums["all"])
    assert {row["member"] for row in rows if row["dimension"] == "owner"} >= {"—", "O1", "O2"}


def test_spellings_of_a_stage_are_one_and_an_unknown_stage_is_shown_as_such(site: Path) -> None:
    stages = {row["stage"] for row in rows_of(site, "funnel") if row["stage"]}
    assert stages <= {"Asked", "Offered", "won"}
    mislaid = sum(",Mislaid,open," in line for line in deals().splitlines())
    assert mislaid
    page = text_of(site / "data" / "index.html")
    assert re.search(rf"A stage that is not in the pipeline \S+ \d* ?{mislaid}\b", page), page[:3000]


def test_every_page_says_up_to_when_its_data_reach(site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if "ru" not in path.relative_to(site).parts]
    assert len(pages) > 15
    assert [str(path) for path in pages if "Data up to" not in text_of(path)] == []


@pytest.mark.parametrize(("day", "said"), [("2026-05-01", False), ("2026-05-08", True)])
def test_a_reader_is_told_when_the_data_are_old(site: Path, browser: Browser, day: str, said: bool) -> None:
    """By the reader's own clock: 45 days after the newest moment, which is of March 23rd."""
    page = browser.new_page()
    page.clock.set_fixed_time(f"{day}T12:00:00Z")
    for name, words in (("index.html", "These numbers are old"), ("ru/index.html", "Цифры устарели")):
        page.goto((site / name).as_uri())
        page.wait_for_load_state("load")
        notice = page.locator(".stale")
        assert (notice.is_visible(), words in (notice.text_content() or "")) == (said, True)
    page.close()


@pytest.mark.parametrize("name", ["data/monthly.csv", "data/monthly.json", "index.html"])
def test_a_published_file_that_was_cut_short_or_altered_is_named(book: Path, tmp_path: Path, name: str) -> None:
    folder = lay(
        tmp_path / "book",
        {"content/exports/deals.csv": deals(), "funnelbook.toml": CONFIG},
    )
    assert run_here("release", "v1", "-q", "--project", folder).code == 0
    assert run_here("verify", "--project", folder).code == 0
    target = folder / "site" / "v1" / name
    whole = target.read_bytes()
    for spoiled in (whole[: len(whole) // 2], bytes([whole[0] ^ 1]) + whole[1:]):
        target.chmod(0o644)
        target.write_bytes(spoiled)
        ended = run_here("verify", "--project", folder)
        assert (ended.code, f"v1/{name}" in ended.text) == (1, True), ended.text
