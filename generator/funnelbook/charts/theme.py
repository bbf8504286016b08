"""How charts look: one palette with a light and a dark face, text of at least 12 pixels, the reader's own font.

Blue, orange and grey stay apart for every common form of colour blindness, and each has at least 3:1 against
the page;
no chart tells anything by colour alone. Every colour a drawing may use stands in `LIGHT`, is unique there, and
has its dark
counterpart in `DARK`, so that attribute selectors can exchange one for the other in a finished SVG.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

LIGHT = {
    "ink": "#1f2328",
    "muted": "#59636e",
    "grid": "#d8dee4",
    "blue": "#0b66c3",
    "blue_pale": "#a9cdf2",
    "orange": "#c2410c",
    "orange_pale": "#f3b595",
    "grey": "#7d8793",
    "band": "#e4e9ef",
    "band_outer": "#f1f4f7",
    "paper": "#fffffd",
    "on_low": "#1f2329",
    "on_middle": "#1f232a",
    "on_high": "#fffffe",
    "step0": "#eaf3fc",
    "step1": "#cfe3f7",
    "step2": "#a8cdf0",
    "step3": "#78b1e6",
    "step4": "#4791d8",
    "step5": "#1f71bd",
    "step6": "#0d4f8f",
}
DARK = {
    "ink": "#e6edf3",
    "muted": "#a3adb8",
    "grid": "#333b45",
    "blue": "#58a6ff",
    "blue_pale": "#24517f",
    "orange": "#f0883e",
    "orange_pale": "#7a4420",
    "grey": "#8b949e",
    "band": "#2b323b",
    "band_outer": "#20262d",
    "paper": "#0f141a",
    "on_low": "#e6edf3",
    "on_middle": "#0d1117",
    "on_high": "#0d1117",
    "step0": "#12263d",
    "step1": "#173a5e",
    "step2": "#1d5085",
    "step3": "#2666a8",
    "step4": "#4489d0",
    "step5": "#6fadec",
    "step6": "#a5d0fa",
}
STEPS = tuple(LIGHT[f"step{i}"] for i in range(7))

#: Texts are measured in a font that vl-convert carries with it, so that no machine's fonts change a drawing,
#: and shown in the reader's.
MEASURED_FONT = "Liberation Sans"
SHOWN_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"


class Size(Struct, frozen=True):
    """The width of a drawing in CSS pixels; `narrow` is a phone of 390 pixels less the page's margins."""

    width: int
    narrow: bool


WIDE = Size(720, narrow=False)
NARROW = Size(358, narrow=True)


def dark_rules() -> str:
    """CSS that turns a drawing's light colours into dark ones, to be put inside a dark media query."""
    return "".join(
        f'[{attribute}="{LIGHT[name]}"]{{{attribute}:{DARK[name]}}}'
        for name in LIGHT
        for attribute in ("fill", "stroke")
    )


def style() -> str:
    """What a static SVG carries, so that it follows the reader's scheme even as an image."""
    return f"<style>@media (prefers-color-scheme:dark){{{dark_rules()}}}</style>"


def config(language: str) -> dict[str, Any]:
    """Vega-Lite's configuration: the theme, and numbers in the site's language."""
    text = {"color": LIGHT["ink"], "fontSize": 12, "font": MEASURED_FONT}
    return {
        "aria": False,
        "background": None,
        "padding": 0,
        "font": MEASURED_FONT,
        "lineBreak": "\n",
        "locale": {"number": _NUMBERS[language]},
        "view": {"stroke": None},
        "text": text,
        "axis": {
            "labelColor": LIGHT["muted"],
            "labelFontSize": 12,
            "labelPadding": 6,
            "domain": False,
            "ticks": False,
            "gridColor": LIGHT["grid"],
            "title": None,
        },
    }


_NUMBERS = {
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    "ru": {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", ""], "percent": "\u00a0%"},
}
