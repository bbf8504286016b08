"""JSON is read strictly, and what is refused is told with its place and path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnelbook.errors import Finding, SourceError
from funnelbook.sources.files.json_faults import locate
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.reader import JsonFile


def document(folder: Path, content: str | bytes) -> object:
    path = folder / "dump.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = open_file(path)
    assert isinstance(file, JsonFile)
    return file.document


def finding(folder: Path, content: str | bytes) -> Finding:
    with pytest.raises(SourceError) as caught:
        document(folder, content)
    (found,) = caught.value.findings
    return found


@pytest.mark.parametrize(
    ("content", "rule", "line", "column", "path"),
    [
        ('{"a": [1,\n {"b": NaN}]}', "json-constant", 2, 8, "`$.a[1].b`"),
        ('{"a": -Infinity}', "json-constant", 1, 7, "`$.a`"),
        ('[{"a": 1, "b": {"c": 1, "\\u0063": 2}}]', "json-key", 1, 25, "`$[0].b.c`"),
        ('{"a": [1, ' + "9" * 5000 + "]}", "json-number", 1, 11, "`$.a[1]`"),
        ("[" * 2_000 + "]" * 2_000, "json-depth", 1, 65, ""),
        ('{"a":' * 1_000_000, "json-depth", 1, 5 * 64 + 1, ""),
        ('{"_embedded": {"leads": [\n{"id": 1', "json-syntax", 2, 9, ""),
        ("[1, 2,]", "json-syntax", 1, 7, ""),
        ("[1] [2", "json-syntax", 1, 7, ""),
    ],
)
def test_what_is_refused_is_told_with_its_place(
    tmp_path: Path, content: str, rule: str, line: int, column: int, path: str
) -> None:
    found = finding(tmp_path, content)
    assert (found.rule, found.place.line, found.place.column) == (rule, line, column)
    assert path in found.message
    assert found.hint


def test_bytes_that_are_no_text_are_told_by_offset(tmp_path: Path) -> None:
    found = finding(tmp_path, b'{"a": "\xff"}')
    assert found.rule == "encoding"
    assert "offset 7" in found.message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff{"a": 1}', {"a": 1}),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("[1]\r\n\r\n[2]", [[1], [2]]),
        ('{"__proto__": {"constructor": 1}}', {"__proto__": {"constructor": 1}}),
    ],
)
def test_one_document_or_several(tmp_path: Path, content: str, expected: object) -> None:
    assert document(tmp_path, content) == expected


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(_VALUES) | st.dictionaries(st.text(), _VALUES))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_json_writes_is_read_back(tmp_path: Path, value: object) -> None:
    text = json.dumps(value)
    assert document(tmp_path, text) == value
    assert locate(text, 64) is None


@given(_VALUES, st.integers(0, 400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_file_cut_short_is_never_half_a_document(tmp_path: Path, value: object, length: int) -> None:
    whole = json.dumps([value])
    cut = whole[: min(length, len(whole) - 1)]
    if cut:
        assert finding(tmp_path, cut).rule == "json-syntax"
