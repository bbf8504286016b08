"""Vega-Lite becomes Vega and a static SVG: small, in both colour schemes, the same bytes every time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from funnelbook.charts import engine
from funnelbook.charts.theme import MEASURED_FONT, SHOWN_FONT, config, style

if TYPE_CHECKING:
    from funnelbook.charts.planes import Plane

_LONG_DECIMAL = re.compile(r"-?\d+\.\d{3,}")
_GENERATED_ID = re.compile(r"\b(clip|gradient_)\d+\b")
_OPENING = re.compile(r"<svg[^>]*?width=\"(\d+)\" height=\"(\d+)\"[^>]*>")


def compiled(spec: dict[str, Any]) -> tuple[str, str]:
    """A Vega-Lite specification as Vega (JSON text) and as an SVG document, in this order."""
    vega, svg = engine.done(engine.converted, spec)
    text = json.dumps(vega, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    shown = text.replace(json.dumps(MEASURED_FONT), json.dumps(SHOWN_FONT))
    return shown, normalised(svg)


def spec_of(chart: Plane, language: str, *, validate: bool = False) -> dict[str, Any]:
    """The chart as a Vega-Lite specification. Altair checks its own work on request: it costs more than drawing."""
    spec: dict[str, Any] = chart.to_dict(validate=validate)
    spec["config"] = config(language)
    return spec


def vega_of(chart: Plane, language: str, *, validate: bool = False) -> dict[str, Any]:
    """The chart as a Vega specification."""
    import vl_convert

    return dict(vl_convert.vegalite_to_vega(spec_of(chart, language, validate=validate)))


def normalised(svg: str) -> str:
    """Two decimals, ids numbered from 0, the reader's font, and the style that follows a dark scheme."""
    names: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"{match[1]}{len(names)}")

    opening = _OPENING.search(svg)
    assert opening, "vl-convert's SVG has another opening than ours"
    head = svg[: opening.end()].replace("<svg", '<svg font-family="' + SHOWN_FONT + '"', 1)
    tags = re.split(r"(<[^>]*>)", svg[opening.end() :])
    body = "".join(_tag(part, renamed) if part.startswith("<") else part for part in tags)
    return head + style() + body


def _tag(tag: str, renamed: Any) -> str:
    tag = tag.replace(f' font-family="{MEASURED_FONT}"', "").replace(f" font-family=\"'{MEASURED_FONT}'\"", "")
    tag = _GENERATED_ID.sub(renamed, tag)
    return _LONG_DECIMAL.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), tag)


def dimensions(svg: str) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    opening = _OPENING.search(svg)
    assert opening, "vl-convert's SVG has another opening than ours"
    return int(opening[1]), int(opening[2])
