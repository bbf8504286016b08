"""Tidy rows become Vega-Altair charts: a static SVG first, a compiled Vega specification on demand.

    chart = draw("funnel", rows, words, id="funnel", memory=memory, min_n=5)

`DRAWINGS` names every chart and `Options` what may be set; `draw` says which rows each takes. A page writes
`chart.svg` and `chart.svg_narrow` as files and `specs_js(charts)` as one script beside the page;
`runtime(memory)` is written once for the whole site. Every chart stands in a page like this, the narrow
drawing being a phone's:

    <figure class="chart" data-chart="funnel" data-runtime="../assets/vega.js" data-specs="charts.js?MARK">
      <picture>
        <source media="(max-width: 40em)" srcset="funnel-narrow.svg" width="358" height="340">
        <img src="funnel.svg" alt="{chart.alt}" width="720" height="310" loading="lazy" decoding="async">
      </picture>
      <figcaption>{chart.title} <button type="button" class="chart-explore" hidden>Explore</button></figcaption>
    </figure>

(MARK is `mark_of(charts)`: see there. A page may name the pictures with marks of their own, `funnel.svg?MARK`.
`width`, `height` are the chart's `width_narrow`, `height_narrow` and `width`, `height`.) The page loads
`assets/charts.css`, and `assets/charts.js` with `defer`; the script shows
the button, and replaces the `<picture>` by the live chart when the reader presses the button, clicks the
picture or rests the pointer on it. Without JavaScript and in print the picture stays. The table behind the
chart is `chart.columns`, `chart.rows`.

No text of a CRM ever becomes a field name, an expression or a file name here: records have fixed keys, and
every text stands in a value.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from funnelbook.charts.chart import Cell, Chart, Column
from funnelbook.charts.runtime import mark_of, runtime, specs_js

if TYPE_CHECKING:
    from funnelbook.charts.drawing import DRAWINGS, draw, program
    from funnelbook.charts.facts import Options

__all__ = ["DRAWINGS", "Cell", "Chart", "Column", "Options", "draw", "mark_of", "program", "runtime", "specs_js"]


#: What is imported when it is asked for, and where it is: most builds change no page that has a chart.
_LATER = {"DRAWINGS": "drawing", "Options": "facts", "draw": "drawing", "program": "drawing"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
