"""What a browser needs to bring a chart to life: Vega with its expression interpreter, and the compiled
specifications.

The bundle comes out of the installed vl-convert: only the parts of Vega that these charts use, no Vega-Lite,
no vega-embed.
The interpreter walks an expression's syntax tree, so that a page needs no `unsafe-eval`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from funnelbook.charts import engine
from funnelbook.charts.chart import Chart
from funnelbook.errors import FunnelbookError
from funnelbook.memory import Memory, digest
from funnelbook.script_data import object_js

#: The one global name the charts' scripts share.
GLOBAL = "funnelbookCharts"

#: Modules of each version of Vega that vl-convert may carry; from 6.2.0 on a scale's data cannot run code.
_MODULES = {
    "6.2.0": {
        "view": "vega-view@6.1.0",
        "parser": "vega-parser@7.1.0",
        "dataflow": "vega-dataflow@6.1.0",
        "transforms": "vega-transforms@5.1.0",
        "view_transforms": "vega-view-transforms@5.1.0",
        "encode": "vega-encode@5.1.0",
        "interpreter": "vega-interpreter@2.0.0",
    }
}

_SNIPPET = """
import {{ View }} from "/npm/{view}/+esm";
import {{ parse }} from "/npm/{parser}/+esm";
import {{ transforms }} from "/npm/{dataflow}/+esm";
import * as basic from "/npm/{transforms}/+esm";
import * as viewing from "/npm/{view_transforms}/+esm";
import * as encode from "/npm/{encode}/+esm";
import {{ expressionInterpreter }} from "/npm/{interpreter}/+esm";
Object.assign(transforms, basic, viewing, encode);
(window.{shared} ??= {{ specs: {{}} }}).vega = {{ View, parse, expressionInterpreter }};
"""


def runtime(memory: Memory) -> bytes:
    """A classic script with Vega for every page of the site. Raises when vl-convert carries a Vega we do not
    know.
    """
    key = memory.key("chart runtime", _SNIPPET, repr(_MODULES))
    found = memory.get(key)
    if found is not None:
        return found
    script = _bundled()
    memory.put(key, script)
    return script


@cache
def _bundled() -> bytes:
    """Takes a second."""
    version = engine.done(engine.version)
    modules = _MODULES.get(version)
    if modules is None:
        raise FunnelbookError.one(
            "unknown-vega",
            f"the installed vl-convert-python carries Vega {version}",
            f"install one with Vega {' or '.join(_MODULES)}: pip install 'vl-convert-python>=1.9,<2'",
        )
    bundle = engine.done(engine.bundled, _SNIPPET.format(shared=GLOBAL, **modules))
    return ('(function(){"use strict";' + bundle + "\n})();\n").encode()


def mark_of(charts: Sequence[Chart]) -> str:
    """Eight digits that tell these charts from those of another build.

    A page asks for its script with them (`charts.js?MARK`): one that stays open while the site is published again
    shows none of the newer charts among its own numbers.
    """
    return digest(*(part for chart in charts for part in (chart.id, chart.vega, chart.vega_narrow or "")))[:8]


def specs_js(charts: Sequence[Chart]) -> bytes:
    """A classic script that registers the charts of one page by their ids, and their mark under "": data alone."""
    specs = {each.id: f'{{"narrow":{each.vega_narrow or each.vega},"wide":{each.vega}}}' for each in charts}
    specs[""] = json.dumps(mark_of(charts))
    text = ",".join(f"{json.dumps(key, ensure_ascii=False)}:{specs[key]}" for key in sorted(specs))
    return object_js(f"(window.{GLOBAL} ??= {{ specs: {{}} }}).specs", f"{{{text}}}".encode())
