"""Data for a page's scripts, as a script: it works from a folder and under a strict Content-Security-Policy."""

from __future__ import annotations

import json
from collections.abc import Mapping

#: What could end a script element, begin a comment in it, or end a line of JavaScript.
_ESCAPED = "<>&\u2028\u2029"


def data_js(target: str, values: Mapping[str, object]) -> bytes:
    """A script that puts `values` among the properties of `target`, an expression of our own.

    JSON that is safe in a script element too; keys are our own names, texts of the data stand in values alone.
    """
    return object_js(
        target,
        json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode(),
    )


def object_js(target: str, text: bytes) -> bytes:
    """The same of an object that is JSON text already."""
    for char in _ESCAPED:
        text = text.replace(char.encode(), b"\\u%04x" % ord(char))
    return b"Object.assign(%s, %s);\n" % (target.encode(), text)
