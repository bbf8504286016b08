"""The company as an amoCRM account: the deals export as one downloads it, the API's dumps, the side tables."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from funnelbook.sources.demo.company import LOST, SOURCES, WAYS
from funnelbook.sources.demo.customers import customers
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.dumps import dumps
from funnelbook.sources.demo.simulation import Simulation

_ZONE = "Europe/Moscow"
_DATE = "%d.%m.%Y %H:%M:%S"
_NOT_CLOSED = "не закрыта"
_SEGMENTS = {"b2b": "B2B", "b2c": "B2C"}
_TEMPERATURES = {"hot": "горячий", "warm": "тёплый", "cold": "холодный"}
#: Shares of deals that stand in the file twice: first as they were on their first day, or just the same.
_STALE, _REPEATED = 0.009, 0.005
#: Rows no reader can take: created, budget.
_DAMAGED = (
    ("31.02.2026 10:15:00", "84 000"),
    ("", "112 000"),
    ("12.06.2062 11:40:00", "61 000"),
    ("18.03.2026 16:05:12", "по договорённости"),
)
_DAMAGED_ID = 31_399_901


def write_amocrm(simulation: Simulation, folder: Path) -> None:
    """The deals export, `pipelines.json`, `users.json`, `loss_reasons.json`, `events-NNN.json`, spend, plan, team.

    The export is what people make of it: two downloads pasted together (the second one's header in the middle, some
    deals twice, the later row being the true one) and a few rows that no reader can take.
    """
    day = simulation.as_of.strftime("%Y-%m-%d")
    deals_export(simulation).write_csv(folder / f"amocrm_export_leads_{day}.csv", separator=";", include_bom=True)
    for name, document in dumps(simulation):
        (folder / name).write_text(document, encoding="utf-8", newline="\n")
    simulation.spend.write_csv(folder / "spend.csv")
    simulation.plan.write_csv(folder / "plan.csv")
    simulation.team.write_csv(folder / "team.csv")


def deals_export(simulation: Simulation) -> pl.DataFrame:
    """Every cell as text, a row a line of the file, the newest deal first, as amoCRM does."""
    cards = _cards(simulation)
    draws = Draws(simulation.seed, "row")
    drawn = cards.with_row_index("row").with_columns(pl.col("row").cast(pl.UInt64))
    flags = drawn.select(stale=draws.below("stale", _STALE), again=draws.below("again", _REPEATED))
    repeat = (pl.col("Воронка") != WAYS[0].name).cast(pl.UInt8)
    earlier = pl.concat([cards, flags], how="horizontal").with_columns(
        pl.when("stale")
        .then(label(repeat, [way.steps[0].name for way in WAYS]))
        .otherwise("Этап сделки")
        .alias("Этап сделки"),
        pl.when("stale").then(pl.lit(_NOT_CLOSED)).otherwise("Дата закрытия").alias("Дата закрытия"),
        pl.when(~pl.col("stale")).then("Причина отказа").alias("Причина отказа"),
    )
    header = pl.DataFrame({name: [name] for name in cards.columns})
    later = cards.filter(flags["stale"] | flags["again"])
    return pl.concat([earlier.drop("stale", "again").reverse(), _damaged(cards), header, later.reverse()])


def _cards(simulation: Simulation) -> pl.DataFrame:
    """The columns of an export of the newer kind, with three fields of the company's own behind the system's."""
    people = customers(simulation.deals, simulation.seed)
    draws = Draws(simulation.seed, "row")
    web = [source.name for source in SOURCES if source.web and source.name]
    cards = pl.concat([simulation.deals, people], how="horizontal").with_row_index("row")
    columns = {
        "ID": pl.col("deal_id").cast(pl.String),
        "Название сделки": pl.concat_str(pl.col("name"), pl.lit(", ") + pl.col("surname"), ignore_nulls=True),
        "Основной контакт": pl.col("contact"),
        "Компания контакта": pl.col("firm"),
        "Ответственный": pl.col("owner"),
        "Этап сделки": pl.col("stage"),
        "Воронка": pl.col("pipeline"),
        "Бюджет ₽": _grouped("value"),
        "Дата создания": _local("created_at"),
        "Кем создана": pl.when(pl.col("source").is_in(web)).then(pl.lit("Робот")).otherwise("owner"),
        "Дата закрытия": _local("closed_at").fill_null(_NOT_CLOSED),
        "Теги сделки": _tags(draws),
        "Примечание 1": pl.col("note"),
        "Причина отказа": pl.col("loss_reason"),
        "Источник сделки": pl.col("source"),
        "Ближайшая задача": _local("next_task_at"),
        "Сегмент": pl.col("segment").replace(_SEGMENTS),
        "Температура": pl.col("temperature").replace(_TEMPERATURES),
        "Цена по прайсу": _grouped("list_price"),
        "Мобильный телефон (контакт)": pl.col("phone"),
        "Рабочий email (контакт)": pl.col("email"),
    }
    return cards.with_columns(pl.col("row").cast(pl.UInt64)).select(
        cell.alias(name) for name, cell in columns.items()
    )


def _local(moment: str) -> pl.Expr:
    return pl.col(moment).dt.convert_time_zone(_ZONE).dt.strftime(_DATE)


def _grouped(money: str) -> pl.Expr:
    """`350 000`: thousands apart, as amoCRM writes sums."""
    return (
        pl.col(money).cast(pl.String).str.replace(r"(\d)(\d{3})$", "$1 $2").str.replace(r"(\d)(\d{3}) ", "$1 $2 ")
    )


def _tags(draws: Draws) -> pl.Expr:
    by_instalments, urgent = draws.below("tag instalments", 0.15), draws.below("tag urgent", 0.1)
    return (
        pl.when(by_instalments & urgent)
        .then(pl.lit("рассрочка, срочно"))
        .when(by_instalments)
        .then(pl.lit("рассрочка"))
        .when(urgent)
        .then(pl.lit("срочно"))
    )


def _damaged(cards: pl.DataFrame) -> pl.DataFrame:
    """Lost deals of before the others, each with one cell that cannot be."""
    blank = pl.DataFrame({name: [None] * len(_DAMAGED) for name in cards.columns}, schema=cards.schema)
    return blank.with_columns(
        pl.Series("ID", [str(_DAMAGED_ID + number) for number in range(len(_DAMAGED))]),
        pl.lit(LOST).alias("Этап сделки"),
        pl.lit(WAYS[0].name).alias("Воронка"),
        pl.Series("Дата создания", [created for created, _ in _DAMAGED]),
        pl.Series("Бюджет ₽", [budget for _, budget in _DAMAGED]),
        pl.lit("20.03.2026 12:00:00").alias("Дата закрытия"),
    )
