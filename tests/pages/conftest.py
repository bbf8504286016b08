"""Charts say everything and draw nothing here: their tests draw them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from funnelbook import charts
from funnelbook.charts import DRAWINGS, Chart, Options
from funnelbook.charts.facts import Row
from funnelbook.language import Words

BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="720" height="300"></svg>'


def told(name: str, rows: Sequence[Row], words: Words, **options: Any) -> Chart:
    """`charts.draw` without the picture: the same texts and table."""
    ident = options.pop("id")
    del options["memory"]
    chosen = Options(**options)
    facts = DRAWINGS[name].tell(rows, words, chosen)
    return Chart(
        ident,
        chosen.title or facts.title,
        facts.alt,
        BLANK,
        "{}",
        720,
        300,
        facts.columns,
        facts.rows,
        BLANK,
        "{}",
        358,
        300,
    )


@pytest.fixture(autouse=True)
def _blank_charts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "draw", told, raising=False)  # it is imported when it is asked for
