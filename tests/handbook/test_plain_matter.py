"""The short way to read a front matter says what YAML says, or nothing."""

from __future__ import annotations

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from funnelbook.handbook.plain_matter import Line, read_plain

_SIGNS = "aЯя1 ,.:-—?!'\"«»[](){}#&*@%`|>\\/_~=\t\u00a0\u0085\u2028é№"
_VALUES = st.text(_SIGNS, max_size=12)
_LINES = st.lists(
    st.builds("{}{}{}".format, st.text("ab_:- ", max_size=3), st.sampled_from([": ", ":", ""]), _VALUES)
)


def _yaml(head: str) -> list[Line]:
    root = yaml.BaseLoader(head).get_single_node()  # type: ignore[no-untyped-call]
    found: list[Line] = []
    for key, value in root.value:
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        texts = [(each.value, each.start_mark.column + 1) for each in items]
        found.append((key.value, texts, isinstance(value, yaml.SequenceNode)))
    return found


@settings(deadline=None)
@given(_LINES)
@example(["title: Как назвать этап", "stage: [Предложение отправлено, Условия (все)]", "review_every: 90 дней"])
@example(['title: "Этап: «Замер», и что дальше"', "a: 2026-03-01", "b: [no, null]"])
@example(["a: b ", "c: [d , e]"])
def test_what_is_read_without_yaml_is_what_yaml_reads(lines: list[str]) -> None:
    head = "\n".join(lines)
    found = read_plain(head)
    if found is not None:
        assert found == _yaml(head)


def test_usual_front_matter_needs_no_yaml() -> None:
    assert read_plain("title: Цена и ценность\nkind: note\nstage: [Заявка, Замер]") == [
        ("title", [("Цена и ценность", 8)], False),
        ("kind", [("note", 7)], False),
        ("stage", [("Заявка", 9), ("Замер", 17)], True),
    ]
