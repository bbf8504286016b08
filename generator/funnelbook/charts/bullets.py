"""Numbers against their thresholds: each on a scale of its own, with what is fine, worth watching and alarming."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from funnelbook.charts.facts import Drawing, Facts, Options, Record, Row, cells, columns, label, nothing, real, tip
from funnelbook.charts.layers import (
    CHARACTER,
    WIDER_CHARACTER,
    Frame,
    corners,
    fitting,
    framed,
    legend,
    legend_height,
    painted,
    rows_of,
    text,
    tooltip,
)
from funnelbook.charts.theme import LIGHT, Size
from funnelbook.language import Words

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_ROW = 92
_BAR = (24, 44)
_LEGEND = (("band", "fine"), ("blue_pale", "watch"), ("orange_pale", "alarm"), ("ink", "value"))


def bullets(rows: Sequence[Row], words: Words, options: Options) -> Facts:
    """Rows of `name`, `value`, `watch`, `alarm`, `cases`, and the texts `value_text`, `watch_text`, `alarm_text`,
    `verdict_text`; a row without a value stands in the table only.
    """
    title = words("Against the thresholds")
    known = [row for row in rows if _numbers(row)]
    if not known:
        return nothing(title, words)
    shown = columns(
        words,
        ("name", "Signal", "text"),
        ("value_text", "Value of the signal", "text"),
        ("cases", "Cases", "count"),
        ("watch_text", "Watch", "text"),
        ("alarm_text", "Alarm", "text"),
        ("verdict_text", "Verdict", "text"),
    )
    alt = " ".join(
        words(
            "{name}: {value}; watch at {watch}, alarm at {alarm}: {verdict}.",
            name=label(row["name"]),
            value=row["value_text"],
            watch=row["watch_text"],
            alarm=row["alarm_text"],
            verdict=row["verdict_text"],
        )
        for row in known
    )
    texts = {"fine": words("fine"), "watch": words("watch"), "alarm": words("alarm"), "value": words("the value")}
    return Facts(title, alt, shown, cells(rows, shown), {"signals": [_record(row, words) for row in known]}, texts)


def _numbers(row: Row) -> tuple[float, float, float] | None:
    value, watch, alarm = (real(row[key]) for key in ("value", "watch", "alarm"))
    return None if value is None or watch is None or alarm is None else (value, watch, alarm)


def _record(row: Row, words: Words) -> Record:
    """Places on the scale are shares of its length."""
    value, watch, alarm = _numbers(row) or (0.0, 0.0, 0.0)
    low, high = scale_of(value, watch, alarm)

    def place(number: float) -> float:
        return min(max((number - low) / (high - low), 0.0), 1.0)

    return {
        "name": label(row["name"]),
        "value": place(value),
        "watch": place(watch),
        "alarm": place(alarm),
        "falling": watch > alarm,
        "value_text": str(row["value_text"]),
        "watch_text": words("watch: {threshold}", threshold=row["watch_text"]),
        "alarm_text": words("alarm: {threshold}", threshold=row["alarm_text"]),
        "tip": tip(label(row["name"]), str(row["value_text"]), str(row["verdict_text"])),
    }


def scale_of(value: float, watch: float, alarm: float) -> tuple[float, float]:
    """The ends of a scale on which both thresholds and the value can be told apart; from 0 where that is near."""
    step = abs(alarm - watch) or abs(alarm) / 4 or 1.0
    low = min(value - step / 2, min(watch, alarm) - 2 * step)
    high = max(value + step / 2, max(watch, alarm) + 1.5 * step)
    share = max(value, watch, alarm) <= 1
    return max(0.0, low) if low < 2 * step else low, min(1.0, high) if share and high > 1 else high


def picture(facts: Facts, size: Size) -> Plane:
    """Zones of the scale, a thick mark at the value, the thresholds named under their places."""
    import altair as alt

    signals = facts.marks["signals"]
    frame = Frame(size.width, len(signals) * _ROW, top=legend_height(facts, _LEGEND, size))
    zones: list[Record] = []
    values: list[Record] = []
    words: list[Record] = []
    numbers: list[Record] = []
    hits: list[Record] = []
    for index, signal in enumerate(signals):
        top = index * _ROW
        zones += _zones(signal, top, size.width)
        at = min(max(signal["value"] * size.width, 2.5), size.width - 2.5)
        values.append({"x": at - 2.5, "x2": at + 2.5, "y": top + _BAR[0] - 4, "y2": top + _BAR[1] + 4})
        room = size.width - (len(signal["value_text"]) + 2) * WIDER_CHARACTER
        words.append({"x": 0, "y": top + 9, "text": fitting(signal["name"], room, character=WIDER_CHARACTER)})
        numbers.append({"x": size.width, "y": top + 9, "text": signal["value_text"]})
        hits.append({"x": 0, "x2": size.width, "y": top, "y2": top + _ROW, "tip": signal["tip"]})
    return framed(
        [
            alt.Chart(rows_of(zones, "zones")).mark_rect().encode(**corners(), color=painted()),
            alt.Chart(rows_of(values, "values")).mark_rect(color=LIGHT["ink"]).encode(**corners()),
            text(words, "names", fontSize=13),
            text(numbers, "numbers", fontSize=13, fontWeight="bold", align="right"),
            text(_thresholds(signals, size.width), "thresholds", color="muted"),
            alt.Chart(rows_of(hits, "hits")).mark_rect(color="transparent").encode(**corners(), tooltip=tooltip()),
            *legend(facts, _LEGEND, frame),
        ],
        frame,
    )


def _zones(signal: Record, top: float, width: float) -> list[Record]:
    ends = [0.0, *sorted((signal["watch"], signal["alarm"])), 1.0]
    fills = ("alarm", "watch", "fine") if signal["falling"] else ("fine", "watch", "alarm")
    colors = {key: color for color, key in _LEGEND}
    return [
        {
            "x": ends[i] * width,
            "x2": ends[i + 1] * width,
            "y": top + _BAR[0],
            "y2": top + _BAR[1],
            "fill": LIGHT[colors[zone]],
        }
        for i, zone in enumerate(fills)
    ]


def _thresholds(signals: Sequence[Record], width: float) -> list[Record]:
    """Under the place where a threshold stands, or as near as the drawing's edges allow, a line each."""
    found: list[Record] = []
    for index, signal in enumerate(signals):
        for line, key in enumerate(("watch", "alarm")):
            said = signal[f"{key}_text"]
            left = max(0.0, min(signal[key] * width, width - len(said) * CHARACTER))
            found.append({"x": left, "y": index * _ROW + _BAR[1] + 13 + 15 * line, "text": said})
    return found


BULLETS = Drawing(bullets, picture)
