"""Quotes that a backslash escapes, as PHP's `fputcsv` and Bitrix24 write them, rewritten as RFC 4180 has them."""

from __future__ import annotations

import re

_PAIR = re.compile(rb"\\(.)", re.DOTALL)


def doubled(data: bytes, delimiter: str) -> bytes:
    """`data` with `""` for every `\\"` inside a quoted field, and `"` for one outside.

    A backslash before anything else escapes nothing and stays.
    """
    sign = re.escape(delimiter.encode())
    field = re.compile(
        rb"(?P<start>^|(?<=[\n" + sign + rb']))"(?P<text>(?:[^"\\]|\\.|"")*+)"(?=[\r\n' + sign + rb']|\Z)|\\"',
        re.DOTALL,
    )
    return field.sub(_rewritten, data)


def _rewritten(found: re.Match[bytes]) -> bytes:
    text = found["text"]
    return b'"' if text is None else b'"' + _PAIR.sub(_quote, text) + b'"'


def _quote(found: re.Match[bytes]) -> bytes:
    return b'""' if found[1] == b'"' else found[0]
