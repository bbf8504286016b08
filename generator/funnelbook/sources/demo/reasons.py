"""Why deals are lost, in the words that sellers type."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from funnelbook.sources.demo import company
from funnelbook.sources.demo.draws import Draws, label
from funnelbook.sources.demo.hours import seconds
from funnelbook.sources.demo.leads import B2B

#: Cause -> how it is spelled; one cause in many hands never has one spelling.
WORDINGS: dict[str, tuple[str, ...]] = {
    "unreachable": ("Не дозвонились", "недозвон", "Не отвечает", "Пропал, не берёт трубку"),
    "spam": ("Спам", "Спам", "спам / реклама", "Реклама"),
    "duplicate": ("Дубль", "Дубль заявки", "дубль", "Дубль"),
    "fit": ("Не наш профиль", "Ремонт чужих окон", "Нецелевая заявка", "Далеко, не выезжаем"),
    "price_value": ("Дорого", "дорого", "Нашли дешевле", "Не вписались в бюджет"),
    "competitor": ("Ушли к конкурентам", "Выбрали другую компанию", "Конкурент", "Выбрали другую компанию"),
    "timing": ("Отложили ремонт", "Не сейчас", "Перенесли на весну", "Отложили ремонт"),
    "fear": ("Думают", "Сомневаются", "Боятся предоплаты", "Так и не решились"),
}
_CAUSES = tuple(WORDINGS)
#: Weights of the causes, in the order of `WORDINGS`, and of no reason at all, by how far the deal had come.
_EARLY = (30, 8, 7, 24, 7, 3, 10, 2, 12)
_QUALIFIED = (10, 0, 1, 14, 20, 8, 20, 14, 13)
_MEASURED = (8, 0, 0, 5, 26, 16, 16, 18, 12)
_OFFERED = (5, 0, 0, 2, 33, 20, 13, 18, 10)
_RISEN = (3, 0, 0, 1, 58, 22, 5, 8, 4)
_AGREED = (4, 0, 0, 1, 20, 26, 14, 26, 11)
#: How likely a lost buyer comes back one day, by cause and without a reason. An honest no brings more of them back.
RETURNS = (0.25, 0.0, 0.0, 0.75, 0.50, 0.20, 0.95, 0.45, 0.20)


def causes(draws: Draws) -> pl.Expr:
    """Index of the cause of a lost deal (`furthest`, `offered`, `segment`, `way` are columns); the last = none."""
    furthest, risen = pl.col("furthest"), pl.col("offered") >= seconds(company.PRICE_RISE)
    offer = label(pl.col("way"), [way.offer for way in company.WAYS])
    private = pl.col("segment").fill_null(1) != B2B
    kinds: list[tuple[pl.Expr, Sequence[float]]] = [
        (furthest > offer, _AGREED),
        ((furthest == offer) & risen & private, _RISEN),
        (furthest == offer, _OFFERED),
        (furthest == 1, _EARLY),
        (furthest == 2, _QUALIFIED),
    ]
    cause = draws.pick("cause", _MEASURED)
    for condition, weights in reversed(kinds):
        cause = pl.when(condition).then(draws.pick("cause", weights)).otherwise(cause)
    return cause


def wording(cause: pl.Expr, draws: Draws) -> pl.Expr:
    """The cause as somebody spelled it; null when it has none."""
    words = [word for cause in _CAUSES for word in WORDINGS[cause]]
    number = cause.cast(pl.UInt32) * 4 + draws.whole("wording", 0, 3).cast(pl.UInt32)
    return label(number, [*words, *([None] * 4)])


def comes_back(cause: pl.Expr, draws: Draws) -> pl.Expr:
    """Whether the buyer of a lost deal is one of those who come back."""
    return draws.below("comes back", label(cause, RETURNS))
