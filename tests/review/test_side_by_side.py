"""Two versions of a rendered playbook, block beside block: marked by words, and still well-formed HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from funnelbook.handbook.files import TextFile
from funnelbook.handbook.reading import read_playbook
from funnelbook.review.side_by_side import Row, rows

HEAD = "---\ntitle: T\nkind: note\n---\n\n"
_VOID = {"br", "hr", "img", "input", "wbr", "col"}


def compared(before: str, after: str) -> tuple[Row, ...]:
    old, new = (
        read_playbook(TextFile.of("content/en/t.md", HEAD + text), "en")[0].html for text in (before, after)
    )
    return rows(old, new)


class _Balance(HTMLParser):
    """Fails on a tag that closes what is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not {name for name, _ in attrs} & {"id", "src", "style", "onclick"}
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> str:
    """The text of well-formed HTML."""
    parser = _Balance()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser.text


def test_a_word_is_marked_where_it_stands() -> None:
    (row,) = compared("Ring back within an *hour* & ask.", "Ring back within a *day* & ask.")
    assert row.before == "<p>Ring back within <del>an</del> <em><del>hour</del></em> &amp; ask.</p>"
    assert row.after == "<p>Ring back within <ins>a</ins> <em><ins>day</ins></em> &amp; ask.</p>"


def test_blocks_that_stay_are_taken_together() -> None:
    first, changed, last = compared(
        "# A\n\nOne.\n\nTwo.\n\nThree.\n\nFour.", "# A\n\nOne.\n\n2.0\n\nThree.\n\nFour."
    )
    assert (first.same, first.blocks, last.same, last.blocks) == (True, 2, True, 2)
    assert not changed.same


def test_a_block_that_is_new_stands_beside_nothing() -> None:
    _, row = compared("One.", "One.\n\n- two\n- three")
    assert row.before == ""
    assert row.after == "<ul>\n<li><ins>two</ins></li>\n<li><ins>three</ins></li>\n</ul>"


def test_a_change_of_form_alone_is_said() -> None:
    (row,) = compared("Ring **back**.", "Ring back.")
    assert row.mark_up
    assert "<ins>" not in row.after


def test_tags_lose_ids_and_ways_into_the_site_and_pictures_become_words() -> None:
    (row,) = compared("", "## A {#here}\n\n[in](other.md) [out](https://example.com) ![plan](p.png)")
    assert "id=" not in row.after
    assert "other.md" not in row.after
    assert '<a href="https://example.com">' in row.after
    assert "<img" not in row.after
    assert "plan · p.png" in read(row.after)


_TEXT = st.lists(
    st.sampled_from(["word", "слово", "*a*", "**b**", "`c<d>`", "&amp;", "<b>", "\n\n", "\n- ", "\n> ", "\n## ",
                     "[x](y.md)", "|", "\n|a|b|\n|-|-|\n|c|d|\n\n", "\n:::{note}\n", "\n:::\n", "1", " "]),
    max_size=25,
).map(" ".join)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(_TEXT, _TEXT)
def test_marks_never_break_the_html_nor_change_a_text(before: str, after: str) -> None:
    old, new = (
        read_playbook(TextFile.of("content/en/t.md", HEAD + text), "en")[0].html for text in (before, after)
    )
    found = rows(old, new)
    marked_old = "".join(row.after if row.same else row.before for row in found)
    marked_new = "".join(row.after for row in found)
    assert read(marked_old).split() == read("".join(row.after for row in rows("", old))).split()
    assert read(marked_new).split() == read("".join(row.after for row in rows("", new))).split()
