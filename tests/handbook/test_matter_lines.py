"""Where a front matter ends, against splitting the text into its lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from funnelbook.handbook.front_matter import split

_LINES = st.sampled_from(["---", "--- ", "---\u2003", "----", " ---", "", "a: b", "текст", "-"])


@given(st.lists(_LINES, max_size=8), st.sampled_from(["", "\n"]))
def test_the_body_begins_behind_the_second_mark(below: list[str], last: str) -> None:
    lines = ("\n".join(["---", *below]) + last).split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == "---"), None)
    found = split("p.md", "\n".join(lines))
    if end is None:
        assert (found.body, found.body_line) == ("", 1)
    else:
        assert (found.body, found.body_line) == ("\n".join(lines[end + 1 :]), end + 2)
