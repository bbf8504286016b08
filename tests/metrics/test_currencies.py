"""Money of several currencies: converted by the rates that are given, left out and told where none is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from funnelbook import metrics
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.reading import REFUSED, Reading, SourceFile
from funnelbook.model.tables import TABLES
from funnelbook.project import PipelineConfig, Project, Site, StageConfig
from funnelbook.publish import doubts

PIPELINE = PipelineConfig("Main", (StageConfig("Asked"), StageConfig("Paid")), won=("Sold",), lost=("Gone",))
PROJECT = Project(Path(), site=Site(currency="RUB", as_of=datetime(2024, 6, 1, tzinfo=UTC)), pipelines=(PIPELINE,))
RATES = (
    {"date": date(2024, 1, 1), "currency": "USD", "rate": 90.0},
    {"date": date(2024, 3, 1), "currency": "USD", "rate": 92.5},
    {"date": date(2024, 1, 1), "currency": "EUR", "rate": 100.0},
)
#: Value, currency, month of the sale.
SALES = (
    (1_000.0, "RUB", 1), (10.5, "USD", 1), (20.25, "USD", 3), (7.1, "EUR", 3), (3.3, None, 2), (4.0, "$", 2),
    (11.0, "EUR", 5),
)  # fmt: skip


CENT = Decimal("0.01")


def frame(name: str, rows: list[dict[str, Any]]) -> pl.LazyFrame:
    schema = TABLES[name].create_empty().schema
    located = [{"file": 1, "row": place, **row} for place, row in enumerate(rows, 2)]
    return pl.DataFrame({column: [row.get(column) for row in located] for column in schema}, schema=schema).lazy()


def sold(sales: list[tuple[float, str | None, int]] | tuple[tuple[float, str | None, int], ...]) -> Reading:
    rows = [
        {
            "deal_id": str(number), "created_at": datetime(2024, 1, 1, tzinfo=UTC), "status": "won",
            "stage": "Sold", "closed_at": datetime(2024, month, 15, tzinfo=UTC), "value": value,
            "currency": currency, "owner": f"Seller {number % 3}", "source": f"Way {number % 2}",
        }
        for number, (value, currency, month) in enumerate(sales)
    ]  # fmt: skip
    files = (SourceFile(1, Path("deals.csv"), "deals 1", "generic", "deals", len(rows), ""),)
    return Reading(files, {"deals": frame("deals", rows)}, pl.DataFrame(schema=dict(REFUSED)))


def with_rates(reading: Reading) -> Reading:
    rows = [{**row, "file": 2} for row in RATES]
    file = SourceFile(2, Path("rates.csv"), "rates 1", "generic", "rates", len(rows), "")
    return replace(reading, files=(*reading.files, file), tables={**reading.tables, "rates": frame("rates", rows)})


def revenue(dataset: Dataset, project: Project = PROJECT) -> pl.DataFrame:
    return metrics.compute(dataset, project, ())["monthly"].frame.select("month", "dimension", "member", "revenue")


def whole(table: pl.DataFrame) -> dict[str, float | None]:
    return dict(table.filter(pl.col("dimension") == "all").select("month", "revenue").iter_rows())


def in_roubles(value: float, currency: str | None, month: int) -> Decimal:
    if currency in (None, "RUB"):
        return Decimal(str(value))
    dollars = Decimal("92.5") if month >= 3 else Decimal(90)
    return Decimal(str(value)) * (Decimal(100) if currency == "EUR" else dollars)


def test_totals_of_mixed_currencies_equal_those_by_hand() -> None:
    told = whole(revenue(assemble(with_rates(sold(SALES)), PROJECT)))
    for month in range(1, 6):
        expected = sum(in_roubles(*sale).quantize(CENT, ROUND_HALF_UP) for sale in SALES if sale[2] == month)
        assert Decimal(str(round(told[f"2024-{month:02}"] or 0, 6))) == Decimal(expected).quantize(Decimal("1e-6"))


def test_without_rates_a_total_holds_the_sites_own_currency_alone() -> None:
    dataset = assemble(sold(SALES), PROJECT)
    told = whole(revenue(dataset))
    assert (told["2024-01"], told["2024-02"]) == (1_000, 3.3)
    assert not told["2024-03"]
    (finding,) = doubts.of(dataset, PROJECT)
    assert (finding.rule, finding.severity) == ("without-rate", "warning")
    assert finding.message == (
        "5 deals have a price in EUR, USD and no rate to RUB from 2024-01 to 2024-05: no sum of money holds them"
    )
    assert "table `rates`" in finding.hint


def test_nothing_is_told_where_every_price_has_a_rate() -> None:
    assert doubts.of(assemble(with_rates(sold(SALES)), PROJECT), PROJECT) == ()


def test_what_is_no_code_is_not_repeated() -> None:
    dataset = assemble(sold([(5.0, "Ivanov pays later", 4), (6.0, "XAU", 4)]), PROJECT)
    (finding,) = doubts.of(dataset, PROJECT)
    assert "in XAU, other and no rate to RUB in 2024-04" in finding.message
    assert "ivanov" not in (finding.message + str(dataset.notes)).casefold()


def test_a_site_without_a_currency_is_asked_for_it() -> None:
    project = replace(PROJECT, site=replace(PROJECT.site, currency=""))
    (finding,) = doubts.of(assemble(sold(SALES), project), project)
    assert finding.hint.startswith("name the site's `currency`")


@pytest.mark.parametrize("values", [[0.1] * 10, [1e13, 0.01, -5.0], [1e15, 1.0, 2.0], [33.33, 66.67, 0.0]])
def test_parts_add_up_to_the_cent(values: list[float]) -> None:
    table = revenue(assemble(sold([(value, None, 2) for value in values]), PROJECT))
    assert_adds_up(table, sum((Decimal(str(value)) for value in values if value > 0), Decimal(0)))


def assert_adds_up(table: pl.DataFrame, expected: Decimal) -> None:
    for dimension in ("all", "owner", "source"):
        own = table.filter(pl.col("dimension") == dimension, pl.col("month") == "2024-02")["revenue"].to_list()
        total = sum((Decimal(repr(value)) for value in own if value is not None), Decimal(0))
        assert total.quantize(Decimal("0.01"), ROUND_HALF_UP) == expected.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 10**11), min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_no_digit_and_no_cent_is_lost(cents: list[int], chance: Any) -> None:
    shuffled = list(cents)
    chance.shuffle(shuffled)
    one, other = (
        whole(revenue(assemble(sold([(each / 100, None, 2) for each in row]), PROJECT)))
        for row in (cents, shuffled)
    )
    assert one == other
    assert round(one["2024-02"] or 0, 2) == sum(cents) / 100


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**9).map(lambda cents: cents / 100),
            st.sampled_from(("RUB", "USD", "EUR", None)),
            st.just(2),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_converted_prices_add_up_to_the_last_digit(
    sales: list[tuple[float, str | None, int]],
) -> None:
    table = revenue(assemble(with_rates(sold(sales)), PROJECT)).filter(pl.col("month") == "2024-02")
    parts = {
        dimension: sum(Decimal(repr(value)) for value in own["revenue"].drop_nulls().to_list())
        for (dimension,), own in table.group_by("dimension")
    }
    assert len(set(parts.values())) == 1
    expected = (in_roubles(*sale).quantize(CENT, ROUND_HALF_UP) for sale in sales)
    assert abs(parts["all"] - sum(expected, Decimal(0))) <= CENT * len(sales)
