"""Each rule of metrics.md, section 1, on a few rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from msgspec.structs import replace
from readings import Row, day, reading

from funnelbook.errors import ConservationError, SourceError
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import LOST_CODE, WON_CODE
from funnelbook.model.reading import PipelineFact, Reading
from funnelbook.project import LossRule, PipelineConfig, Project, Site, StageConfig

ASKED, OFFERED, PAID = StageConfig("Asked"), StageConfig("Offered", aliases=("Quoted",)), StageConfig("Paid")
MAIN = PipelineConfig("Main", (ASKED, OFFERED, PAID), won=("Sold",), lost=("Gone",), aliases=("Sales",))
PROJECT = Project(Path(), pipelines=(MAIN,))


def deal(deal_id: str, created: float = 1, **columns: Any) -> dict[str, Any]:
    return {"deal_id": deal_id, "created_at": day(created), "status": "open", "stage": "Asked", **columns}


def entry(deal_id: str, stage: str, entered: float, **columns: Any) -> dict[str, Any]:
    return {"deal_id": deal_id, "stage": stage, "entered_at": day(entered), **columns}


def of(dataset: Dataset, deal_id: str) -> dict[str, Any]:
    return dataset.deals.row(by_predicate=pl.col("deal_id") == deal_id, named=True)


def ways(dataset: Dataset) -> dict[str, list[int]]:
    return {
        deal_id: dataset.entries.filter(pl.col("deal") == number)["code"].to_list()
        for number, deal_id in dataset.deals.select("deal", "deal_id").iter_rows()
    }


def lines(dataset: Dataset, table: str) -> dict[str, tuple[int, ...]]:
    """problem -> (rows, accepted, rejected, duplicates, ignored)"""
    own = dataset.quality.filter(pl.col("table") == table).drop("file", "table")
    return {problem: counts for problem, *counts in own.group_by("problem").sum().iter_rows()}


def noted(dataset: Dataset) -> dict[str, dict[str, str | int | float]]:
    return {note.rule: dict(note.params) for note in dataset.notes}


class TestAsOf:
    def test_the_newest_thing_that_happened(self) -> None:
        deals = [
            deal("1", 1, next_task_at=day(90), closed_at=day(80)),
            deal("2", 2, status="won", closed_at=day(20)),
        ]
        stages = [entry("1", "Asked", 21)]
        activities = [{"deal_id": "1", "at": day(22), "kind": "call_out"}]
        assert assemble(reading(deals=deals), PROJECT).as_of == day(20)
        assert assemble(reading(deals=deals, stages=stages), PROJECT).as_of == day(21)
        assert assemble(reading(deals=deals, stages=stages, activities=activities), PROJECT).as_of == day(22)

    def test_rows_later_than_one_set_by_hand_are_rejected(self) -> None:
        project = replace(PROJECT, site=Site(as_of=day(10)))
        dataset = assemble(
            reading(
                deals=[deal("1", 10), deal("2", 10.1), deal("3", 2, status="won", closed_at=day(11))],
                stages=[entry("1", "Asked", 10), entry("1", "Offered", 10.1)],
                activities=[{"deal_id": "1", "at": day(day_), "kind": "note"} for day_ in (10, 11)],
            ),
            project,
        )
        assert dataset.as_of == day(10)
        assert dataset.deals["deal_id"].to_list() == ["1"]
        assert lines(dataset, "deals")["after-as-of"] == [2, 0, 2, 0, 0]
        assert lines(dataset, "stages")["after-as-of"] == [1, 0, 1, 0, 0]
        assert lines(dataset, "activities")["after-as-of"] == [1, 0, 1, 0, 0]

    def test_says_how_long_nothing_happened_before_it(self) -> None:
        dataset = assemble(reading(deals=[deal("1", 1), deal("2", 400)]), PROJECT)
        assert noted(dataset)["as-of-newest"] == {"silent_days": 399}


class TestDuplicates:
    def test_the_last_row_by_file_and_row_wins(self) -> None:
        rows = [
            deal("1", 1, owner="C", file=1, row=2),
            deal("1", 1, owner="A", file=0, row=9),
            deal("1", 1, owner="B", file=1, row=3),
            deal("2", 1, owner="D", file=0, row=8),
        ]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert dataset.deals.select("deal_id", "owner").rows() == [("2", "D"), ("1", "B")]
        assert lines(dataset, "deals")["duplicate"] == [2, 0, 0, 2, 0]
        assert dataset.refused.select("file", "row").rows() == [(0, 9), (1, 2)]

    def test_a_row_later_than_as_of_does_not_supersede(self) -> None:
        rows = [deal("1", 1, owner="A"), deal("1", 1, status="won", closed_at=day(9), owner="B")]
        dataset = assemble(reading(deals=rows), replace(PROJECT, site=Site(as_of=day(5))))
        assert of(dataset, "1")["owner"] == "A"

    def test_earlier_sightings_of_a_series_are_told_apart(self) -> None:
        rows = [
            deal("1", 1, snapshot=day(5)),
            deal("1", 1, snapshot=day(9), stage="Offered"),
            deal("1", 1, snapshot=day(9), stage="Paid"),
        ]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert lines(dataset, "deals")["earlier-export"] == [1, 0, 0, 1, 0]
        assert lines(dataset, "deals")["duplicate"] == [1, 0, 0, 1, 0]
        assert of(dataset, "1")["basis"] == "snapshots"
        assert ways(dataset) == {"1": [1, 3]}

    def test_equal_rows_of_a_history(self) -> None:
        rows = [entry("1", "Offered", 2), entry("1", "quoted ", 2), entry("1", "Offered", 3)]
        dataset = assemble(reading(deals=[deal("1")], stages=rows), PROJECT)
        assert ways(dataset) == {"1": [2, 2]}
        assert dataset.refused.select("row", "bucket", "problem").rows() == [(3, "duplicate", "duplicate")]


class TestNames:
    def test_are_compared_folded_and_shown_as_first_spelled(self) -> None:
        rows = [
            deal("1", pipeline="MAIN ", stage=" offered", owner="Анна", source="Сайт", contact_id="x"),
            deal("2", pipeline="sales", stage="QUOTED", owner=" АННА", source="са\u0438\u0306т"),
        ]
        spend = [{"month": "2024-01", "source": "САЙТ", "amount": 5.0}]
        team = [{"person": "анна", "role": "seller"}]
        dataset = assemble(reading(deals=rows, spend=spend, team=team), PROJECT)
        assert dataset.deals["owner"].to_list() == ["Анна", "Анна"]
        assert dataset.deals["source"].n_unique() == 1
        assert dataset.deals["position"].to_list() == [2, 2]
        assert dataset.spend["source"].to_list() == ["Сайт"]
        assert dataset.team["person"].to_list() == ["Анна"]

    def test_unrecorded_names_are_null(self) -> None:
        dataset = assemble(reading(deals=[deal("1")]), PROJECT)
        assert {of(dataset, "1")[name] for name in ("owner", "source", "role", "reason", "contact")} == {None}


class TestPipelines:
    def test_no_pipeline_means_the_only_declared_one(self) -> None:
        dataset = assemble(reading(deals=[deal("1", pipeline=None)]), PROJECT)
        assert [pipeline.name for pipeline in dataset.pipelines] == ["Main"]

    def test_no_pipeline_beside_several_declared_ones_is_one_of_its_own(self) -> None:
        project = replace(PROJECT, pipelines=(MAIN, replace(MAIN, name="Other", aliases=())))
        dataset = assemble(reading(deals=[deal("1", pipeline=None)]), project)
        assert [(each.name, each.origin) for each in dataset.pipelines[2:]] == [("—", "inferred")]
        assert of(dataset, "1")["pipeline"] == 2

    def test_a_name_that_is_not_declared_is_inferred_and_said(self) -> None:
        dataset = assemble(reading(deals=[deal("1", pipeline="Rent", stage="Viewed")]), PROJECT)
        assert dataset.pipelines[1].stages == (StageConfig("Viewed"),)
        assert noted(dataset)["pipeline-inferred"] == {"pipeline": "Rent", "stages": 1}

    def test_what_the_crm_tells_comes_before_inference(self) -> None:
        told = [PipelineFact("Rent", ("A", "B"), ("Paid up",), ("No",)), PipelineFact("Unused", ("A",), (), ())]
        rows = [
            deal("1", pipeline="rent", stage="B"),
            deal("2", pipeline="Rent", stage="paid UP", status=None, closed_at=day(3)),
        ]
        dataset = assemble(reading(deals=rows, pipelines=told), Project(Path()))
        assert [(each.name, each.origin) for each in dataset.pipelines] == [("Rent", "told")]
        assert dataset.deals.select("status", "position").rows() == [("open", 2), ("won", None)]

    def test_a_declared_pipeline_knows_what_its_crm_calls_the_closings(self) -> None:
        told = [PipelineFact("Sales", ("A",), ("Hurrah", "Gone"), ("Alas",))]
        rows = [entry("1", "Hurrah", 2), entry("1", "Alas", 3), entry("1", "Gone", 4)]
        dataset = assemble(reading(deals=[deal("1")], stages=rows, pipelines=told), PROJECT)
        assert ways(dataset) == {"1": [WON_CODE, LOST_CODE, LOST_CODE]}

    def test_more_pipelines_than_there_can_be(self) -> None:
        rows = [deal(str(number), pipeline=f"P{number}") for number in range(300)]
        with pytest.raises(SourceError, match="300 pipelines"):
            assemble(reading(deals=rows), Project(Path()))


class TestHistory:
    def test_foreign_unknown_and_missing(self) -> None:
        rows = [
            entry("1", "Asked", 1, pipeline="main"),
            entry("1", "Offered", 2, pipeline="Rent"),
            entry("1", "Nowhere", 3),
            entry("9", "Asked", 4),
            entry("1", "Sold", 5),
        ]
        dataset = assemble(reading(deals=[deal("1"), deal("2")], stages=rows), PROJECT)
        assert ways(dataset) == {"1": [1, WON_CODE], "2": []}
        assert dataset.deals["basis"].to_list() == ["history", "current"]
        assert dataset.refused.select("row", "bucket", "problem").rows() == [
            (3, "ignored", "foreign-pipeline"),
            (4, "rejected", "unknown-stage"),
            (5, "rejected", "unknown-deal"),
        ]

    def test_a_name_of_another_pipelines_stage_is_unknown_here(self) -> None:
        project = replace(PROJECT, pipelines=(MAIN, PipelineConfig("Rent", (StageConfig("Viewed"), ASKED))))
        deals = [deal("1", pipeline="Main"), deal("2", pipeline="Rent")]
        rows = [entry("1", "Viewed", 1), entry("2", "Viewed", 1), entry("1", "Asked", 2), entry("2", "Asked", 2)]
        assert ways(assemble(reading(deals=deals, stages=rows), project)) == {"1": [1], "2": [1, 2]}

    def test_entries_stay_in_file_order(self) -> None:
        rows = [entry("2", "Paid", 3), entry("1", "Asked", 2), entry("2", "Asked", 1)]
        dataset = assemble(reading(deals=[deal("1"), deal("2")], stages=rows), PROJECT)
        assert dataset.entries.select("deal", "code").rows() == [(1, 3), (0, 1), (1, 1)]

    @pytest.mark.parametrize("ids", [("1", "2"), ("0001", "1"), ("A", "B"), ("5", "99999999999")])
    def test_any_kind_of_id(self, ids: Sequence[str]) -> None:
        rows = [entry(ids[1], "Paid", 2), entry(ids[0], "Asked", 1), entry("7", "Asked", 1), entry("x", "Asked", 1)]
        dataset = assemble(reading(deals=[deal(each) for each in ids], stages=rows), PROJECT)
        assert dataset.deals["deal_id"].to_list() == list(ids)
        assert ways(dataset) == {ids[0]: [1], ids[1]: [3]}
        assert lines(dataset, "stages")["unknown-deal"] == [2, 0, 2, 0, 0]

    def test_ids_that_a_typed_file_has_as_integers(self) -> None:
        given = reading(deals=[deal("3"), deal("1")], stages=[entry("1", "Paid", 2), entry("01", "Paid", 3)])
        tables = dict(given.tables) | {
            "deals": given.tables["deals"].with_columns(pl.col("deal_id").cast(pl.Int64))
        }
        dataset = assemble(replace(given, tables=tables), PROJECT)
        assert dataset.entries.rows() == [(1, day(2), 3)]


class TestStatus:
    def test_is_told_by_the_stage_where_it_is_not_given(self) -> None:
        names = ("Sold", "Gone", "Успешно реализовано", "Closed Lost", "Paid", "Nowhere", None)
        rows = [deal(str(i), stage=name, status=None, closed_at=day(2)) for i, name in enumerate(names)]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert dataset.deals["status"].to_list() == ["won", "lost", "won", "lost", "open", "open", "open"]

    def test_given_wins_over_the_stage(self) -> None:
        dataset = assemble(reading(deals=[deal("1", stage="Sold", status="lost", closed_at=day(2))]), PROJECT)
        assert (of(dataset, "1")["status"], of(dataset, "1")["position"]) == ("lost", None)

    def test_a_deal_of_unknown_stage_counts_and_is_said(self) -> None:
        dataset = assemble(reading(deals=[deal("1", stage="Nowhere")]), PROJECT)
        assert of(dataset, "1")["position"] is None
        assert lines(dataset, "deals")["unknown-stage"] == [1, 1, 0, 0, 0]
        assert noted(dataset)["unknown-stage"] == {"deals": 1}


class TestClosings:
    def test_a_closing_date_of_an_open_deal_is_dropped_and_counted(self) -> None:
        dataset = assemble(reading(deals=[deal("1", closed_at=day(50))]), PROJECT)
        assert of(dataset, "1")["closed_at"] is None
        assert lines(dataset, "deals")["open-with-closing-date"] == [1, 1, 0, 0, 0]

    def test_without_a_date_the_history_tells_else_the_deal_is_rejected(self) -> None:
        deals = [
            deal("by outcome", status="won"),
            deal("rejected", status="won"),
            deal("by last row", status="lost"),
            deal("dated", status="lost", closed_at=day(9)),
        ]
        stages = [
            entry("by outcome", "Sold", 4),
            entry("by outcome", "Sold", 5),
            entry("by outcome", "Asked", 6),
            entry("by last row", "Paid", 8),
            entry("by last row", "Asked", 7),
            entry("dated", "Gone", 3),
            entry("rejected", "Nowhere", 3),
        ]
        activities = [{"deal_id": each["deal_id"], "at": day(2), "kind": "call_out"} for each in deals]
        dataset = assemble(reading(deals=deals, stages=stages, activities=activities), PROJECT)
        assert dataset.deals.select("deal", "deal_id", "closed_at").rows() == [
            (0, "by outcome", day(5)),
            (1, "by last row", day(8)),
            (2, "dated", day(9)),
        ]
        assert lines(dataset, "deals")["no-closing-date"] == [1, 0, 1, 0, 0]
        assert ways(dataset) == {"by outcome": [WON_CODE, WON_CODE, 1], "by last row": [3, 1], "dated": [LOST_CODE]}
        assert dataset.activities["deal"].to_list() == [0, 1, 2]
        assert lines(dataset, "activities")["unknown-deal"] == [1, 0, 1, 0, 0]

    def test_closed_before_created_is_kept_and_counted(self) -> None:
        dataset = assemble(reading(deals=[deal("1", 5, status="won", closed_at=day(3))]), PROJECT)
        assert of(dataset, "1")["closed_at"] == day(3)
        assert lines(dataset, "deals")["closed-before-created"] == [1, 1, 0, 0, 0]


class TestMoney:
    RATES = (
        {"date": date(2024, 1, 1), "currency": "USD", "rate": 90.0},
        {"date": date(2024, 1, 10), "currency": "usd", "rate": 95.0},
        {"date": date(2024, 1, 10), "currency": "$", "rate": 96.0},
        {"date": date(2024, 3, 1), "currency": "USD", "rate": 1.0},
    )

    def values(self, site: Site, rates: Sequence[Row], *rows: Row) -> list[float | None]:
        dataset = assemble(reading(deals=rows, rates=rates), replace(PROJECT, site=site))
        return dataset.deals["value"].to_list()

    def test_no_price_yet(self) -> None:
        rows = [deal(str(i), value=value, list_price=value) for i, value in enumerate((0.0, -5.0, None, 7.0))]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert dataset.deals["value"].to_list() == dataset.deals["list_price"].to_list() == [None, None, None, 7.0]
        assert "no-comparable-price" not in lines(dataset, "deals")

    def test_the_latest_rate_on_or_before_the_closing(self) -> None:
        site = Site(currency="RUB", as_of=day(20))
        rows = [
            deal("1", value=2.0, currency="USD", status="won", closed_at=day(9)),
            deal("2", value=2.0, currency="usd", status="lost", closed_at=day(10)),
            deal("3", value=2.0, currency="USD"),
            deal("4", value=2.0, currency="₽"),
            deal("5", value=2.0),
        ]
        assert self.values(site, self.RATES, *rows) == [180.0, 192.0, 192.0, 2.0, 2.0]

    def test_the_day_of_a_rate_is_local(self) -> None:
        site = Site(currency="RUB", timezone=ZoneInfo("Asia/Vladivostok"))
        row = deal("1", value=1.0, currency="USD", status="won", closed_at=datetime(2024, 1, 9, 20, tzinfo=UTC))
        assert self.values(site, self.RATES, row) == [96.0]

    def test_without_a_rate_there_is_no_comparable_price(self) -> None:
        rows = [
            deal("1", value=2.0, currency="EUR"),
            deal("2", value=2.0, currency="USD", status="won", closed_at=day(0.5), created_at=day(0)),
            deal("3", currency="EUR"),
        ]
        dataset = assemble(reading(deals=rows, rates=self.RATES), replace(PROJECT, site=Site(currency="RUB")))
        assert dataset.deals["value"].to_list() == [None, None, None]
        assert lines(dataset, "deals")["no-comparable-price"] == [2, 2, 0, 0, 0]

    def test_a_site_without_a_currency_takes_the_only_one(self) -> None:
        rows = [deal("1", value=2.0, currency="€"), deal("2", value=3.0, currency="EUR"), deal("3", value=4.0)]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert dataset.deals["value"].to_list() == [2.0, 3.0, 4.0]
        assert (dataset.currency, noted(dataset)["currency-assumed"]) == ("EUR", {"currency": "EUR"})

    def test_several_currencies_cannot_be_compared(self) -> None:
        rows = [deal("1", value=2.0, currency="EUR"), deal("2", value=3.0, currency="USD")]
        dataset = assemble(reading(deals=rows), PROJECT)
        assert dataset.deals["value"].to_list() == [None, None]
        assert noted(dataset)["several-currencies"] == {"currencies": "EUR, USD"}


class TestRoles:
    TEAM = (
        {"person": "Ann", "role": "expert", "from": date(2024, 1, 5), "to": date(2024, 1, 9)},
        {"person": "ann", "role": "head", "from": date(2024, 1, 20), "to": None},
        {"person": "Ann", "role": "seller", "from": None, "to": date(2024, 1, 4)},
        {"person": "Bob", "role": "owner", "from": date(2024, 6, 1), "to": None},
    )

    @pytest.mark.parametrize(
        ("owner", "created", "role"),
        [
            ("Ann", 4, "seller"),
            ("Ann", 5, "expert"),
            ("Ann", 9.5, "expert"),
            ("Ann", 12, "head"),
            ("Ann", 20, "head"),
            ("Bob", 1, "owner"),
            ("Cid", 1, None),
            (None, 1, None),
        ],
    )
    def test_the_row_that_covers_creation_else_the_latest_starting(
        self, owner: str | None, created: float, role: str | None
    ) -> None:
        dataset = assemble(reading(deals=[deal("1", created, owner=owner)], team=self.TEAM), PROJECT)
        assert of(dataset, "1")["role"] == role

    def test_the_date_is_local(self) -> None:
        project = replace(PROJECT, site=Site(timezone=ZoneInfo("Asia/Vladivostok")))
        dataset = assemble(reading(deals=[deal("1", 4.75, owner="Ann")], team=self.TEAM), project)
        assert of(dataset, "1")["role"] == "expert"


class TestReasons:
    def sorted_(self, reason: str | None, status: str = "lost", *rules: LossRule) -> tuple[Any, ...]:
        project = replace(PROJECT, loss_reasons=rules)
        row = deal("1", status=status, closed_at=day(2), loss_reason=reason)
        found = of(assemble(reading(deals=[row]), project), "1")
        return found["cause"], found["party"], found["reason"]

    def test_first_match_of_the_project_then_of_the_defaults(self) -> None:
        rule = LossRule("дорог", "fit", "refused")
        assert self.sorted_("ДОРОГО", "lost", rule)[:2] == ("fit", "refused")
        assert self.sorted_("Слишком ДОРОГО")[:2] == ("price_value", "declined")
        assert self.sorted_("Дубль, дорого")[:2] == ("duplicate", "refused")

    def test_no_match_and_no_reason(self) -> None:
        assert self.sorted_("Moved away") == ("other", "declined", "Moved away")
        assert self.sorted_(None) == ("none", "drifted", None)

    def test_only_lost_deals_have_one(self) -> None:
        assert self.sorted_("expensive", "won") == (None, None, None)
        row = deal("1", status="won", closed_at=day(2), loss_reason="expensive")
        dataset = assemble(reading(deals=[row]), PROJECT)
        assert lines(dataset, "deals")["reason-without-loss"] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("ids", [("5", None, "5", "7"), ("a", None, "a", "5"), ("5", None, "5", "99999999999")])
def test_contacts_are_equal_where_their_ids_are(ids: Sequence[str | None]) -> None:
    rows = [deal(str(number), contact_id=each) for number, each in enumerate(ids)]
    found = assemble(reading(deals=rows), PROJECT).deals["contact"].to_list()
    assert found[0] == found[2] != found[3]
    assert found[1] is None


def test_successive_exports_speak_where_no_history_does() -> None:
    rows = [
        deal(each, snapshot=day(taken), stage=stage)
        for taken, stage in ((5, "Asked"), (9, "Paid"))
        for each in ("recorded", "seen")
    ]
    dataset = assemble(reading(deals=rows, stages=[entry("recorded", "Offered", 6)]), PROJECT)
    assert dict(dataset.deals.select("deal_id", "basis").iter_rows()) == {
        "recorded": "history",
        "seen": "snapshots",
    }
    assert ways(dataset) == {"recorded": [2], "seen": [1, 3]}
    assert dataset.as_of == day(9)


def test_activities_tell_what_went_out() -> None:
    kinds = ("call_in", "call_out", "email_out", "message_out", "meeting", "task", "note")
    rows = [{"deal_id": "1", "at": day(2), "kind": kind} for kind in kinds]
    dataset = assemble(reading(deals=[deal("1")], activities=rows), PROJECT)
    assert dataset.activities["outgoing"].to_list() == [False, True, True, True, True, False, False]
    assert dataset.has_activities
    assert not assemble(reading(deals=[deal("1")]), PROJECT).has_activities


class TestAccount:
    def test_rows_that_the_sources_refused_are_counted(self) -> None:
        refused = [
            {
                "file": 1,
                "row": 5,
                "bucket": "rejected",
                "problem": "bad-date",
                "column": "created_at",
                "primary": True,
            },
            {
                "file": 1,
                "row": 5,
                "bucket": "rejected",
                "problem": "bad-number",
                "column": "value",
                "primary": False,
            },
        ]
        dataset = assemble(reading(refused=refused, deals=[deal("1"), deal("2")]), PROJECT)
        assert lines(dataset, "deals") == {"all": [3, 2, 1, 0, 0], "bad-date": [1, 0, 1, 0, 0]}
        assert dataset.refused["problem"].to_list() == ["bad-date", "bad-number"]

    def test_rows_that_vanish_stop_the_build(self) -> None:
        given = reading(deals=[deal("1")])
        files = (replace(given.files[0], rows=2),)
        with pytest.raises(ConservationError, match="2 rows were read, but 1"):
            assemble(replace(given, files=files), PROJECT)

    def test_rows_derived_from_another_table_are_noted_and_not_counted(self) -> None:
        stages = [entry("1", "Asked", 1, file=1), entry("1", "Nowhere", 2, file=1)]
        given = reading(deals=[deal("1")], stages=stages)
        dataset = assemble(replace(given, files=given.files[:1]), PROJECT)
        assert ways(dataset) == {"1": [1]}
        assert lines(dataset, "deals") == {"all": [1, 1, 0, 0, 0]}
        assert dataset.refused.is_empty()
        assert noted(dataset)["derived-rows-left-out"] == {"problem": "unknown-stage", "rows": 1}

    def test_a_file_may_hold_rows_of_several_tables(self) -> None:
        given = reading(
            stages=[entry("1", "Asked", 1, file=1), entry("9", "Asked", 1, file=1)],
            activities=[{"deal_id": "1", "at": day(2), "kind": "note", "file": 1, "row": 9}],
            deals=[deal("1")],
        )
        events = replace(given.files[0], rows=3, also=("activities",))
        dataset = assemble(replace(given, files=(events, given.files[2])), PROJECT)
        assert lines(dataset, "stages")["all"] == [3, 2, 1, 0, 0]


@pytest.mark.parametrize("given", [Reading((), {}, reading().refused), reading(deals=[]), reading(stages=[])])
def test_no_deals_make_an_empty_data_set(given: Reading) -> None:
    dataset = assemble(given, PROJECT)
    assert dataset.deals.is_empty()
    assert dataset.deals.columns == assemble(reading(deals=[deal("1")]), PROJECT).deals.columns


def test_same_rows_same_facts() -> None:
    rows = [deal(str(i), i % 7, owner=f"O{i % 3}", contact_id=f"C{i % 5}") for i in range(50)]
    first, second = (assemble(reading(deals=rows), PROJECT) for _ in range(2))
    assert first.deals.equals(second.deals)
    assert first.as_of - timedelta(days=5) == day(1)
