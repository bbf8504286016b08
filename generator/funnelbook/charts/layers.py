"""Layers that several charts share: records as data, text, swatches with words, a message instead of a chart.

Charts place text with marks of their own rather than with labels of axes: the text of a CRM then stands in
data alone,
two stages may bear one name, and a label may have the width it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from funnelbook.charts.facts import Facts, Record, wrapped
from funnelbook.charts.theme import LIGHT, Size

if TYPE_CHECKING:
    import altair as alt

    from funnelbook.charts.planes import Plane

#: Width of a character of 12 px text, on average, in pixels, in the widest of the fonts a reader may have.
CHARACTER = 7.6
#: The same of 13 px.
WIDER_CHARACTER = 8.3

#: Words of a legend that stand for a line, not for an area.
_LINES = frozenset({"centre", "average", "entered"})


class Frame(Struct, frozen=True):
    """A drawing's plane of `width` x `height` pixels and the margins around it; a data mark's pixels count
    from the plane.
    """

    width: float
    height: float
    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0

    @property
    def outer(self) -> float:
        return self.left + self.width + self.right


def rows_of(records: Iterable[Record], name: str) -> alt.InlineData:
    """Records as inline data under a fixed name, so that no expression names a digest of the data."""
    from funnelbook.charts.planes import Rows

    return Rows(values=tuple(records), name=name)


def tooltip() -> alt.Tooltip:
    """The record's `tip`: text with one line a fact, shown as text by the page's script."""
    import altair as alt

    return alt.Tooltip(field="tip", type="nominal")


def text(records: Iterable[Record], name: str, *, color: str = "ink", **mark: Any) -> alt.Chart:
    """Texts (`text`) at pixels `x`, `y`, or along a scale when the caller encodes them anew."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(rows_of(records, name))
        .mark_text(**{"align": "left", "baseline": "middle", "color": LIGHT[color], **mark})
        .encode(
            x=alt.X(field="x", type="quantitative", scale=None, axis=None),
            y=alt.Y(field="y", type="quantitative", scale=None, axis=None),
            text=alt.Text(field="text", type="nominal"),
        )
    )
    return chart


def legend(
    facts: Facts, items: Sequence[tuple[str, str]], frame: Frame, *, choosing: bool = False
) -> list[alt.Chart]:
    """Swatches with words, (colour, key of `facts.words`), over the drawing's width; `choosing` makes a click
    emphasise.
    """
    import altair as alt

    swatches: list[Record] = []
    words: list[Record] = []
    for (color, key), (x, y) in zip(
        items, _flowing([facts.words[key] for _, key in items], frame.outer), strict=True
    ):
        left, top, thin = x - frame.left, y - frame.top, 5 if key in _LINES else 0
        swatches.append(
            {
                "x": left,
                "x2": left + 12,
                "y": top + 2 + thin,
                "y2": top + 14 - thin,
                "fill": LIGHT[color],
                "series": key,
            }
        )
        words.append(
            {"x": left + 18, "y": top + 8, "series": key, "text": fitting(facts.words[key], frame.outer - 18)}
        )
    boxes = alt.Chart(rows_of(swatches, "swatches"), name="legend").mark_rect(
        cursor="pointer" if choosing else "default"
    )
    boxes = boxes.encode(**corners(), color=painted())
    return [boxes.add_params(_chosen()) if choosing else boxes, text(words, "swatch_words")]


def _chosen() -> alt.Parameter:
    import altair as alt

    return alt.selection_point(name="chosen", fields=["series"])


def emphasis() -> alt.Opacity:
    """Marks of the `series` chosen by a click on a `choosing` legend stay, the others fade."""
    import altair as alt

    return alt.Opacity(condition={"param": "chosen", "value": 1}, value=0.15)


def legend_height(facts: Facts, items: Sequence[tuple[str, str]], size: Size) -> int:
    return int(_flowing([facts.words[key] for _, key in items], size.width)[-1][1]) + 26


def _flowing(texts: Sequence[str], width: float) -> list[tuple[float, float]]:
    """Where each text begins when they follow one another in lines of `width` pixels."""
    placed, x, y = [], 0.0, 0.0
    for word in texts:
        needed = 18 + len(word) * CHARACTER
        if x and x + needed > width:
            x, y = 0.0, y + 20
        placed.append((x, y))
        x += needed + 10
    return placed


def fitting(text: str, width: float, *, character: float = CHARACTER) -> str:
    """The text, cut to `width` pixels."""
    longest = max(2, int(width / character))
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def corners() -> dict[str, Any]:
    """Channels of a mark whose records say its corners in pixels."""
    import altair as alt

    return {
        "x": alt.X(field="x", type="quantitative", scale=None, axis=None),
        "x2": alt.X2(field="x2"),
        "y": alt.Y(field="y", type="quantitative", scale=None, axis=None),
        "y2": alt.Y2(field="y2"),
    }


def at_pixel(place: float, *, end: bool = False) -> Any:
    """A mark's `y`, or its `y2`, at a pixel. Altair takes 10 ms to tell what a bare `alt.value` is."""
    import altair as alt

    return (alt.Y2Value if end else alt.YValue)(place)


def painted(channel: Literal["color", "stroke"] = "color") -> Any:
    """A mark's own colour: a record's `fill` is one of the theme's."""
    import altair as alt

    return (alt.Color if channel == "color" else alt.Stroke)(field="fill", type="nominal", scale=None, legend=None)


def framed(layers: Sequence[alt.Chart], frame: Frame) -> Plane:
    """The layers on one plane; what lies in the margins is drawn by the layers too, at negative or larger
    pixels.
    """
    from funnelbook.charts.planes import Plane

    margins = {"left": frame.left, "right": frame.right, "top": frame.top, "bottom": frame.bottom}
    size = {"width": frame.width, "height": frame.height}
    return Plane(layers, {**size, "padding": margins, "autosize": {"type": "none"}})


def lines_of(sentence: str, size: Size, most: int = 3) -> list[str]:
    """A sentence broken to the drawing's width."""
    return wrapped(sentence, int(size.width / CHARACTER), most).split("\n")


def message(sentence: str, size: Size) -> Plane:
    """A sentence where there is nothing to draw."""
    record: Record = {"x": size.width / 2, "y": 26, "text": "\n".join(lines_of(sentence, size))}
    frame = Frame(size.width, 64)
    return framed([text([record], "message", color="muted", align="center", lineHeight=16)], frame)
