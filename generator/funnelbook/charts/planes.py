"""What Altair does for every chart that is laid over others, done once: its copies and its look at the data.

Altair copies a chart three times as it becomes a layer, its records among it, and asks of every record and field
whether it is a data frame. That took twice as long as the drawing. Of every text and number it asks whether it has
all that a schema's object has, which took half of the writing. Imported by what draws alone: it needs Altair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
from altair.utils import schemapi
from altair.vegalite.v6.api import TopLevelMixin
from msgspec import Struct

_SCHEMA = str(alt.SCHEMA_URL)
#: What is written as it is.
_LEAVES = frozenset({str, int, float, bool, type(None)})


def _write_leaves_at_once() -> None:
    """An Altair that writes in another way is left as it is."""
    library = getattr(schemapi, "_todict", None)
    if library is None:
        return

    def written(thing: object, *around: Any, **named: Any) -> object:
        return thing if type(thing) in _LEAVES else library(thing, *around, **named)

    schemapi._todict = written  # type: ignore[assignment]


_write_leaves_at_once()


class Rows(alt.InlineData):
    """Records under a name, written as they stand; nobody changes them, so a copy is the same."""

    def __deepcopy__(self, memo: object) -> Rows:
        return self

    def to_dict(
        self, validate: bool = True, ignore: list[str] | None = None, context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        written: dict[str, Any] = self._kwds
        return {"values": list(written["values"]), "name": written["name"]}


class Plane(Struct, frozen=True):
    """Charts on one plane, and the plane's properties; stands for the `alt.LayerChart` of them."""

    layers: Sequence[alt.Chart]
    properties: dict[str, Any]

    def to_dict(self, *, validate: bool = False) -> dict[str, Any]:
        """The Vega-Lite specification, without a configuration. `validate` lets Altair make it, and check it."""
        if validate:
            made: dict[str, Any] = alt.LayerChart(layer=list(self.layers)).properties(**self.properties).to_dict()
            return {key: value for key, value in made.items() if key != "config"}
        layers = [_written(each) for each in self.layers]
        params = [
            {**each, "views": [layer["name"]]} for layer in layers for each in layer.pop("params", ())
        ]  # a layer has none of its own
        return {"layer": layers, **({"params": params} if params else {}), **self.properties, "$schema": _SCHEMA}


def _written(chart: alt.Chart) -> dict[str, Any]:
    """The chart as a layer: Altair's own writing, past the part that prepares a chart to stand alone."""
    made: dict[str, Any] = super(TopLevelMixin, chart).to_dict(validate=False, context={"top_level": False})
    return made
