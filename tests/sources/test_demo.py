"""The seeded simulator: the same bytes from the same seed, a believable company, every flaw of a real account."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from funnelbook.sources import demo
from funnelbook.sources.demo.company import LOST, PRICE_RISE, SOURCES, WAYS, WON
from funnelbook.sources.demo.draws import Draws
from funnelbook.sources.demo.tables import TABLES

EXPORTS = Path(__file__).parents[2] / "content" / "exports"
#: What `content/exports` was made with: `funnelbook demo --deals 1400 --seed 1 --out content/exports`.
STARTER = (1_400, 1)
NEW_CLIENTS = WAYS[0].name
MOSCOW = timezone(timedelta(hours=3))


@pytest.fixture(scope="module")
def small() -> demo.Simulation:
    return demo.simulate(1_000, 3)


@pytest.fixture(scope="module")
def large() -> demo.Simulation:
    return demo.simulate(40_000, 11)


@pytest.fixture(scope="module")
def folder(small: demo.Simulation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("amocrm")
    demo.write_amocrm(small, folder)
    return folder


@pytest.fixture(scope="module")
def export(folder: Path) -> pl.DataFrame:
    path = folder / "amocrm_export_leads_2026-11-02.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfID;")
    return pl.read_csv(path, separator=";", infer_schema=False)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def made(folder: Path, deals: int, seed: int, **environment: str) -> dict[str, str]:
    """What another process writes."""
    folder.mkdir()
    code = (
        "from pathlib import Path; from funnelbook.sources import demo;"
        f"s = demo.simulate({deals}, {seed}); f = Path({str(folder)!r});"
        "demo.write_amocrm(s, f); demo.write_tables(s, f, 'parquet')"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | environment)
    return digests(folder)


def test_equal_seeds_give_equal_bytes_with_any_number_of_threads(tmp_path: Path) -> None:
    one = made(tmp_path / "one", 3_000, 5, POLARS_MAX_THREADS="1", PYTHONHASHSEED="1", TZ="UTC")
    two = made(tmp_path / "two", 3_000, 5, POLARS_MAX_THREADS="2", PYTHONHASHSEED="2", TZ="Asia/Tokyo")
    assert one == two


def test_another_seed_gives_another_company(small: demo.Simulation) -> None:
    other = demo.simulate(1_000, 4)
    assert not small.deals.equals(other.deals)
    assert not small.stages.equals(other.stages)


def test_the_starter_export_is_what_the_simulator_writes(tmp_path: Path) -> None:
    demo.write_amocrm(demo.simulate(*STARTER), tmp_path)
    assert digests(tmp_path) == digests(EXPORTS)


def test_random_bits_are_splitmix64() -> None:
    """Against whole numbers without end, and these against the generator's published first output for 1234567."""
    mask = (1 << 64) - 1

    def splitmix(state: int) -> int:
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
        return state ^ (state >> 31)

    assert splitmix((1234567 + 0x9E3779B97F4A7C15) & mask) == 6457827717110365317
    key = int.from_bytes(hashlib.sha256(b"9/s").digest()[:8], "little")
    expected = [splitmix((n * 0x9E3779B97F4A7C15 + key) & mask) for n in range(50)]
    frame = pl.DataFrame({"n": pl.int_range(50, dtype=pl.UInt64, eager=True)})
    assert frame.select(Draws(9).bits("s")).to_series().to_list() == expected


def test_random_numbers_have_the_distributions_they_are_named_for() -> None:
    frame = pl.DataFrame({"n": pl.int_range(200_000, dtype=pl.UInt64, eager=True)})
    draws = Draws(1)
    found = frame.select(
        u=draws.uniform("u"),
        v=draws.uniform("v"),
        z=draws.normal("z"),
        e=draws.lognormal("e", 0.7),
        p=draws.pick("p", [1, 0, 3]),
    )
    assert found["u"].mean() == pytest.approx(0.5, abs=0.005)
    assert found["u"].std() == pytest.approx(12**-0.5, abs=0.003)
    assert found.select(pl.corr("u", "v")).item() == pytest.approx(0, abs=0.01)
    assert found["z"].mean() == pytest.approx(0, abs=0.01)
    assert found["z"].std() == pytest.approx(1, abs=0.01)
    assert found["e"].median() == pytest.approx(1, abs=0.01)
    assert found["e"].log().std() == pytest.approx(0.7, abs=0.01)
    assert found["p"].value_counts().sort("p")["count"].to_list() == pytest.approx([50_000, 150_000], rel=0.02)


@pytest.mark.parametrize("deals", [1, 2, 17])
def test_a_small_company_is_complete_too(tmp_path: Path, deals: int) -> None:
    simulation = demo.simulate(deals, 1)
    assert simulation.deals.height == deals
    demo.write_amocrm(simulation, tmp_path)
    demo.write_tables(simulation, tmp_path, "csv")
    demo.write_tables(simulation, tmp_path, "parquet")


def test_no_deals_are_refused() -> None:
    with pytest.raises(ValueError, match="without a deal"):
        demo.simulate(0, 1)


class TestBelievable:
    def test_shares(self, large: demo.Simulation) -> None:
        deals = large.deals.filter(pl.col("created_at") < pl.datetime(2026, 9, 1, time_zone="UTC"))
        won = deals.filter(status="won")
        assert 0.14 <= won.height / deals.height <= 0.20
        assert 0.14 <= (large.deals["status"] == "won").mean() <= 0.18  # type: ignore[operator]
        days = won.filter(pipeline=NEW_CLIENTS).select(
            (pl.col("closed_at") - pl.col("created_at")).dt.total_hours() / 24
        )
        assert 17 <= days.to_series().median() <= 25  # type: ignore[operator]
        assert 0.1 <= (deals["segment"] == "b2b").mean() <= 0.3  # type: ignore[operator]

    def test_a_million_deals_would_have_almost_five_million_entries(self, large: demo.Simulation) -> None:
        assert 4.5 <= large.stages.height / large.deals.height <= 5.0

    def test_spring_and_autumn_are_the_season(self, large: demo.Simulation) -> None:
        months = large.deals["created_at"].dt.month().value_counts().sort("created_at")["count"].to_list()
        assert months[8] > 1.7 * months[0]
        assert months[4] > 1.7 * months[0]

    def test_people_work_by_day_and_the_web_writes_at_night(self, large: demo.Simulation) -> None:
        moved = large.stages.filter(pl.col("stage") == "Предложение отправлено")["entered_at"].dt.convert_time_zone(
            "Europe/Moscow"
        )
        assert (moved.dt.weekday() <= 5).mean() > 0.99  # type: ignore[operator]
        assert moved.dt.hour().is_between(9, 19).mean() > 0.99  # type: ignore[operator]
        web = large.deals.filter(source="Сайт")["created_at"].dt.convert_time_zone("Europe/Moscow").dt.hour()
        assert 0.05 < (web < 8).mean() < 0.2  # type: ignore[operator]

    def test_people_come_and_go(self, large: demo.Simulation) -> None:
        spans = large.deals.group_by("owner").agg(first=pl.col("created_at").min(), last=pl.col("created_at").max())
        dates = {row["owner"]: row for row in spans.iter_rows(named=True)}
        for person in large.team.iter_rows(named=True):
            there = dates[person["person"]]
            assert there["first"].astimezone(MOSCOW).date() >= person["from"]
            assert person["to"] is None or there["last"].astimezone(MOSCOW).date() <= person["to"]
        assert large.team["to"].null_count() == large.team.height - 1

    def test_sources_differ(self, large: demo.Simulation) -> None:
        rate = dict(large.deals.group_by("source").agg((pl.col("status") == "won").mean()).iter_rows())
        assert rate["Рекомендация"] > 1.5 * rate["Авито"]
        assert {source.name for source in SOURCES} == set(rate)

    def test_the_price_rise_costs_offers_to_private_buyers(self, large: demo.Simulation) -> None:
        entries = large.stages.filter(pipeline=NEW_CLIENTS).join(
            large.deals.select("deal_id", "segment"), on="deal_id"
        )
        offers = (
            entries.filter(stage=WAYS[0].steps[3].name)
            .group_by("deal_id")
            .agg(pl.col("entered_at").min(), pl.col("segment").first())
        )
        further = entries.filter(
            pl.col("stage").is_in([step.name for step in WAYS[0].steps[4:]]) | (pl.col("stage") == WON)
        )
        offers = offers.with_columns(on=pl.col("deal_id").is_in(further["deal_id"].implode()))
        rise = datetime(PRICE_RISE.year, PRICE_RISE.month, PRICE_RISE.day, tzinfo=MOSCOW)
        before = offers.filter(pl.col("entered_at").is_between(rise - timedelta(365), rise), segment="b2c")[
            "on"
        ].mean()
        after = offers.filter(pl.col("entered_at").is_between(rise, rise + timedelta(40)), segment="b2c")[
            "on"
        ].mean()
        assert isinstance(before, float)
        assert isinstance(after, float)
        assert after < 0.7 * before

    def test_the_duty_rota_answers_sooner(self, large: demo.Simulation) -> None:
        first = (
            large.activities.filter(pl.col("kind").is_in(["call_out", "message_out"]))
            .group_by("deal_id")
            .agg(pl.col("at").min())
        )
        answers = large.deals.join(first, on="deal_id").with_columns(
            minutes=(pl.col("at") - pl.col("created_at")).dt.total_seconds() / 60
        )
        duty = pl.col("created_at") >= pl.datetime(2026, 7, 1, time_zone="UTC")
        assert answers.filter(~duty)["minutes"].median() > 60  # type: ignore[operator]
        assert answers.filter(duty)["minutes"].median() < 25  # type: ignore[operator]


class TestFlaws:
    """Every one that metrics.md, section 2, speaks of stands in an account of 1,000 deals."""

    @pytest.fixture
    def entries(self, small: demo.Simulation) -> pl.DataFrame:
        """New clients' histories with positions; won stands above all, lost has none."""
        positions = {step.name: number for number, step in enumerate(WAYS[0].steps, 1)} | {WON: 7, LOST: None}
        return small.stages.filter(pipeline=NEW_CLIENTS).with_columns(
            position=pl.col("stage").replace_strict(positions, return_dtype=pl.Int8)
        )

    def test_skips_moves_back_reopenings(self, entries: pl.DataFrame) -> None:
        ways = entries.group_by("deal_id", maintain_order=True).agg("position", "stage")
        open_positions = ways.select("deal_id", pl.col("position").list.drop_nulls().alias("way"))
        furthest = open_positions.with_columns(
            furthest=pl.col("way").list.max(), stood=pl.col("way").list.n_unique()
        )
        assert furthest.filter(pl.col("stood") < pl.col("furthest")).height > 10
        back = open_positions.filter(pl.col("way").list.diff().list.min() < 0)
        assert back.height > 10
        closings = ways.filter(
            pl.col("stage").list.head(pl.col("stage").list.len() - 1).list.set_intersection([WON, LOST]).list.len()
            > 0
        )
        assert closings.height > 5

    def test_ties(self, small: demo.Simulation) -> None:
        assert small.stages.select("deal_id", "entered_at").is_duplicated().any()

    def test_missing_histories(self, small: demo.Simulation) -> None:
        without = small.deals.join(small.stages, on="deal_id", how="anti")
        assert without.filter(status="lost").height > 3
        assert without.filter(status="won").height > 0

    def test_current_stages_that_no_row_records(self, small: demo.Simulation) -> None:
        last = small.stages.group_by("deal_id", maintain_order=True).agg(last=pl.col("stage").last())
        current = small.deals.filter(status="open").join(last, on="deal_id")
        assert 0 < current.filter(pl.col("stage") != pl.col("last")).height < current.height / 4

    def test_wrong_closing_dates(self, small: demo.Simulation) -> None:
        assert small.deals.filter(pl.col("closed_at") < pl.col("created_at")).height > 0
        last = (
            small.stages.filter(~pl.col("stage").is_in([WON, LOST]))
            .group_by("deal_id")
            .agg(pl.col("entered_at").max())
        )
        negative = small.deals.join(last, on="deal_id").filter(pl.col("closed_at") < pl.col("entered_at"))
        assert negative.filter(pl.col("closed_at") >= pl.col("created_at")).height > 0

    def test_foreign_pipelines(self, small: demo.Simulation) -> None:
        own = small.deals.select("deal_id", own="pipeline")
        assert small.stages.join(own, on="deal_id").filter(pl.col("pipeline") != pl.col("own")).height > 0

    def test_empty_cells(self, small: demo.Simulation) -> None:
        for column in ("owner", "source", "segment", "temperature", "value", "contact_id", "list_price"):
            assert small.deals[column].null_count() > 0, column
        assert (small.deals["value"] == 0).any()
        lost = small.deals.filter(status="lost")
        assert 0 < lost["loss_reason"].null_count() < lost.height / 2
        assert (
            small.deals.filter(pl.col("status") != "lost")["loss_reason"].null_count()
            == small.deals.filter(pl.col("status") != "lost").height
        )

    def test_bulk_closings_in_one_minute(self, small: demo.Simulation) -> None:
        minutes = small.deals.filter(status="lost").group_by(pl.col("closed_at").dt.truncate("1m")).len()
        assert minutes["len"].max() > 8  # type: ignore[operator]

    def test_deals_that_lie_without_a_task(self, small: demo.Simulation) -> None:
        old = small.deals.filter(status="open").filter(pl.col("created_at") < small.as_of - timedelta(90))
        assert old.filter(pl.col("next_task_at").is_null()).height > 5
        assert small.deals.filter(status="open")["next_task_at"].drop_nulls().len() > 10
        assert small.deals.filter(pl.col("status") != "open")["next_task_at"].drop_nulls().is_empty()

    def test_comebacks(self, small: demo.Simulation) -> None:
        lost = small.deals.filter(status="lost").select("contact_id", lost_at="closed_at")
        again = small.deals.join(lost, on="contact_id").filter(pl.col("created_at") > pl.col("lost_at"))
        assert again.height > 15
        assert again.filter(status="won").height > 0
        repeat = small.deals.filter(pl.col("pipeline") != NEW_CLIENTS, pl.col("contact_id").is_not_null())
        bought = small.deals.filter(status="won").select("contact_id", bought="closed_at")
        assert repeat.join(bought, on="contact_id").filter(pl.col("bought") < pl.col("created_at")).height > 20

    def test_nothing_lies_in_the_future(self, small: demo.Simulation) -> None:
        for frame, column in (
            (small.deals, "created_at"),
            (small.deals, "closed_at"),
            (small.stages, "entered_at"),
            (small.activities, "at"),
        ):
            assert frame[column].drop_nulls().max() <= small.as_of  # type: ignore[operator]

    def test_unreached_leads_and_spend_without_leads(self, small: demo.Simulation) -> None:
        assert small.deals.join(small.activities, on="deal_id", how="anti").height > 10
        assert set(small.spend["source"]) - set(small.deals["source"].drop_nulls())


class TestAmocrm:
    def test_every_deal_and_every_flaw_of_a_file(self, small: demo.Simulation, export: pl.DataFrame) -> None:
        ids = export["ID"].to_list()
        assert ids.count("ID") == 1
        twice = {number for number in ids if ids.count(number) > 1}
        assert len(twice) > 3
        real = export.filter(pl.col("ID") != "ID").unique("ID", keep="last")
        assert real.height == small.deals.height + 4
        truth = small.deals.select(ID=pl.col("deal_id").cast(pl.String), stage="stage")
        last = real.join(truth, on="ID")
        assert last.filter(pl.col("Этап сделки") != pl.col("stage")).is_empty()
        stale = export.filter(pl.col("ID").is_in(list(twice))).unique("ID", keep="first").join(truth, on="ID")
        assert stale.filter(pl.col("Этап сделки") != pl.col("stage")).height > 0

    def test_cells_are_written_as_the_crm_writes_them(self, export: pl.DataFrame) -> None:
        cells = export.filter(pl.col("ID") != "ID")
        assert (cells["Дата закрытия"] == "не закрыта").any()
        assert cells["Бюджет ₽"].drop_nulls().str.contains(r"^\d{1,3}( \d{3})+$|^0$|^по ").all()
        assert cells["Дата создания"].drop_nulls().str.contains(r"^(\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d)?$").all()

    def test_one_person_has_one_number_however_it_is_written(
        self, small: demo.Simulation, export: pl.DataFrame
    ) -> None:
        digits = pl.col("Мобильный телефон (контакт)").str.replace_all(r"\D", "").str.tail(10)
        people = export.select(deal_id=pl.col("ID").cast(pl.Int64, strict=False), phone=digits).drop_nulls()
        known = people.join(small.deals.select("deal_id", "contact_id"), on="deal_id")
        assert (
            known.select("contact_id", "phone").unique().height
            == known["contact_id"].n_unique()
            == known["phone"].n_unique()
        )
        assert known["phone"].str.starts_with("000").all()

    def test_events_tell_the_history(self, small: demo.Simulation, folder: Path) -> None:
        pages = [json.loads(path.read_text()) for path in sorted(folder.glob("events-*.json"))]
        events = [event for page in pages for event in page["_embedded"]["events"]]
        assert [page["_page"] for page in pages] == list(range(1, len(pages) + 1))
        assert ["next" in page["_links"] for page in pages] == [True] * (len(pages) - 1) + [False]
        assert len({event["id"] for event in events}) == len(events)
        assert [event["created_at"] for event in events] == sorted(event["created_at"] for event in events)
        pipelines = json.loads((folder / "pipelines.json").read_text())["_embedded"]["pipelines"]
        names = {
            (each["id"], status["id"]): status["name"]
            for each in pipelines
            for status in each["_embedded"]["statuses"]
        }
        moves = [event for event in events if event["type"] == "lead_status_changed"]
        told = [
            (event["entity_id"], names[status["pipeline_id"], status["id"]], event["created_at"])
            for event in moves
            for status in [event["value_after"][0]["lead_status"]]
            if (status["pipeline_id"], status["id"]) in names
        ]
        later = small.stages.filter(pl.col("deal_id") == pl.col("deal_id").shift(1))
        expected = later.select("deal_id", "stage", pl.col("entered_at").dt.epoch("s")).rows()
        assert sorted(told) == sorted(expected)
        assert len(moves) - len(told) == 2

    def test_users_stand_for_the_people(self, small: demo.Simulation, folder: Path) -> None:
        users = json.loads((folder / "users.json").read_text())["_embedded"]["users"]
        assert [user["name"] for user in users] == small.team["person"].to_list()
        assert [user["rights"]["is_active"] for user in users].count(False) == 1


class TestTables:
    def test_parquet_schema(self, small: demo.Simulation, tmp_path: Path) -> None:
        demo.write_tables(small, tmp_path, "parquet")
        moment, text, whole = pl.Datetime("us", "UTC"), pl.String(), pl.Int64()
        assert pl.read_parquet_schema(tmp_path / "deals.parquet") == {
            "deal_id": whole,
            "created_at": moment,
            "pipeline": text,
            "stage": text,
            "status": text,
            "closed_at": moment,
            "value": whole,
            "currency": text,
            "owner": text,
            "source": text,
            "loss_reason": text,
            "contact_id": whole,
            "segment": text,
            "temperature": text,
            "list_price": whole,
            "next_task_at": moment,
            "name": text,
        }
        stages = {"deal_id": whole, "stage": text, "entered_at": moment, "pipeline": text, "by": text}
        assert pl.read_parquet_schema(tmp_path / "stages.parquet") == stages
        activities = {"deal_id": whole, "at": moment, "kind": text, "by": text, "minutes": whole}
        assert pl.read_parquet_schema(tmp_path / "activities.parquet") == activities

    def test_both_formats_hold_the_simulation(self, small: demo.Simulation, tmp_path: Path) -> None:
        demo.write_tables(small, tmp_path, "parquet")
        demo.write_tables(small, tmp_path, "csv")
        for name in TABLES:
            frame: pl.DataFrame = getattr(small, name)
            assert_frame_equal(pl.read_parquet(tmp_path / f"{name}.parquet"), frame)
            assert pl.read_csv(tmp_path / f"{name}.csv", infer_schema=False).height == frame.height

    def test_no_customer_stands_in_the_tables(self, small: demo.Simulation, tmp_path: Path) -> None:
        demo.write_tables(small, tmp_path, "csv")
        text = "".join(path.read_text() for path in tmp_path.iterdir())
        for private in ("example.com", "Форточкин", "(000)", "домофона"):
            assert private not in text

    def test_another_format_is_refused(self, small: demo.Simulation, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="xlsx"):
            demo.write_tables(small, tmp_path, "xlsx")  # type: ignore[arg-type]  # the command line passes any text
