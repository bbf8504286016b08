"""JSON documents of a stranger, read strictly: what two programs could read in two ways is refused.

Python's own parser does the work. Only when it refuses does a slow scan look for the place and its path.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.sources.files.bytes import Sniffed, wrong
from funnelbook.sources.files.json_faults import Fault, locate
from funnelbook.sources.reader import JsonFile

#: No API nests deeper than ten; what does is an attack on the parser's stack.
MAX_DEPTH = 64

_SPACE = " \t\n\r"
_HINTS = {
    "json-depth": f"at most {MAX_DEPTH} levels are read",
    "json-number": "no number of a CRM has thousands of digits",
    "json-constant": "JSON has no NaN and no Infinity: write null",
    "json-key": "keep one of the two",
    "json-syntax": "the file may be cut short: fetch it again",
}


def open_json(path: Path, number: int, sniffed: Sniffed) -> JsonFile:
    """The document in `path`; of several one after another (JSON lines, pages joined), the list of them.

    Raises `SourceError` with line and column: `json-syntax`, `json-depth` (over `MAX_DEPTH`), `json-number`
    (thousands of digits), `json-constant` (NaN, Infinity), `json-key` (one key twice in one object). Without them:
    `encoding`.
    """
    text = _decoded(path, sniffed.data)
    try:
        with uncollected():
            documents = _documents(text)
    except (_RefusedError, ValueError, RecursionError) as error:
        raise _explained(path, text, error) from None
    if not _shallow(documents):
        raise _explained(path, text, RecursionError())
    document = documents[0] if len(documents) == 1 else documents
    return JsonFile(number=number, path=path, label="", digest=sniffed.digest, document=document)


@contextmanager
def uncollected() -> Iterator[None]:
    """Pauses the search for cycles of garbage: over a large document it costs half the time, and finds none."""
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


class _RefusedError(Exception):
    """Valid for the parser, refused here."""


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8: byte {data[error.start]:#04x} at offset {error.start}"
        raise wrong(path, "encoding", message, "JSON is UTF-8: fetch it again") from None


def _documents(text: str) -> list[object]:
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse)
    documents: list[object] = []
    position = _next(text, 0)
    while position < len(text):
        document, end = decoder.raw_decode(text, position)
        documents.append(document)
        position = _next(text, end)
    return documents


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _RefusedError
    return made


def _refuse(_: str) -> object:
    raise _RefusedError


def _shallow(documents: list[object]) -> bool:
    level: list[object] = [each for each in documents if isinstance(each, dict | list)]
    for _ in range(MAX_DEPTH):
        if not level:
            return True
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ())
            if isinstance(inner, dict | list)
        ]
    return not level


def _explained(path: Path, text: str, error: Exception) -> SourceError:
    if isinstance(error, json.JSONDecodeError):
        fault = Fault("json-syntax", error.pos, _lowered(error.msg))
    else:
        fault = locate(text, MAX_DEPTH) or Fault("json-syntax", 0, "cannot be read as JSON")
    before = text[: fault.offset]
    place = Place(str(path), before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    return SourceError([Finding(place, fault.rule, fault.message, _HINTS[fault.rule])])


def _lowered(message: str) -> str:
    return f"not JSON: {message[:1].lower()}{message[1:].removesuffix(' at')}"
