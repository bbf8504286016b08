"""Where deals went on less often than in the year before, stage by stage, and what that let through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, cells, columns, label, nothing, real, tip
from funnelbook.charts.stage_rows import Axis, stage_rows
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_LEGEND = (("grey", "year"), ("blue", "month"), ("orange", "leak"))


def leaks(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `leaks` of one pipeline and month, in the pipeline's order.

    The interval of the difference is drawn around the month's share: where it holds the year's, that is noise.
    """
    title = words("Who went on: the month against its year")
    known = [row for row in rows if real(row["difference"]) is not None]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("stage", "Stage", "text"),
        ("decided_month", "This month", "share"),
        ("decided_year", "The year before", "share"),
        ("difference_low", "Difference, from", "points"),
        ("difference_high", "Difference, to", "points"),
        ("money", "Leak", "money"),
    )
    worst = min(known, key=lambda row: (real(row["difference"]) or 0.0, str(row["stage"])))
    alt = words("No stage let through less than over the year before.")
    if (real(worst["difference"]) or 0.0) < 0:
        alt = words(
            "The largest fall is at “{stage}”: {month} went on, {year} over the year before.",
            stage=label(worst["stage"]),
            month=words.share(real(worst["decided_month"])),
            year=words.share(real(worst["decided_year"])),
        )
    return Facts(
        title,
        alt,
        shown,
        cells(rows, shown),
        {"stages": [_record(row, words) for row in known]},
        {
            "year": words("the year before"),
            "month": words("this month, with the interval of the difference"),
            "leak": words("below the year, not noise"),
        },
    )


def _record(row: Row, words: Words) -> Record:
    now, year = real(row["decided_month"]) or 0.0, real(row["decided_year"]) or 0.0
    low, high = (real(row[f"difference_{end}"]) or 0.0 for end in ("low", "high"))
    money, leaking = real(row["money"]), low < high < 0
    return {
        "name": label(row["stage"]),
        "now": now,
        "year": year,
        "low": max(0.0, year + low),
        "high": min(1.0, year + high),
        "fill": LIGHT["orange" if leaking else "blue"],
        "text": f"−{words.money(money)}" if money else "",
        "tip": tip(
            label(row["stage"]),
            words("This month: {share}", share=words.share(now)),
            words("The year before: {share}", share=words.share(year)),
            words("Leak: {money}", money=words.money(money)) if money else "",
            words("within noise") if row["noise"] else words("not noise"),
        ),
    }


def picture(facts: Facts, size: Size) -> Plane:
    import altair as alt

    fill = alt.Color(field="fill", type="nominal", scale=None, legend=None)
    return stage_rows(
        facts,
        size,
        _LEGEND,
        Axis(1, ".0%", needed="now"),
        lambda rows, at: [
            rows.mark_rule(strokeWidth=2).encode(x=at("low"), x2=alt.X2(field="high"), color=fill),
            rows.mark_tick(color=LIGHT["grey"], thickness=4, size=22, orient="vertical").encode(x=at("year")),
            rows.mark_point(filled=True, size=110, opacity=1).encode(x=at("now"), color=fill),
        ],
    )


LEAKS = Drawing(leaks, picture)
