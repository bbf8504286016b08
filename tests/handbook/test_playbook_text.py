"""From Markdown to HTML: what is allowed, what stays text, what is told; hostile text stays text, and cheap."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playbook_files import FIRST, HEAD, mistakes, note, read, told

from funnelbook.handbook import Link, rewrite_links
from funnelbook.handbook.rendering import Source, render

ATTRIBUTES = {"href", "src", "class", "id", "role", "alt", "title", "type", "disabled", "start", "checked"}
TAGS = frozenset(
    word
    for line in (
        "a blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr img input label li ol p pre",
        "s section span strong sup table tbody td th thead tr ul",
    )
    for word in line.split()
)


class Tags(HTMLParser):
    """Every tag with its attributes, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def body(text: str) -> str:
    return render(Source("content/en/page.md", text, 1, "en", "T")).html


def rules(text: str) -> set[str]:
    return {each.rule for each in render(Source("content/en/page.md", text, 1, "en", "T")).findings}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<style>*{}</style>",
        "<!-- <b> -->",
        "<svg onload=alert(1)>",
        '```js"><script>alert(1)</script>\nx\n```',
        '| <b> |\n|---|\n| <i onclick="x"> |',
        '[x](https://a.example "t\\"><b>")',
        "[^<b>]\n\n[^<b>]: <i>x</i>",
        ":::{note} <b onclick=1>\n<i>\n:::",
        "- [ ] <b>",
    ],
)
def test_raw_html_is_text(text: str) -> None:
    for tag, attributes in Tags(body(text)).tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% include '/etc/passwd' %}", "${7*7}", "#{7*7}", "a {{ x }} b"])
def test_no_template_language_is_run(text: str) -> None:
    html = body(text)
    assert "49" not in html
    assert text.split("`")[0] in html.replace("&#x27;", "'")


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "%6aavascript:alert(1)",
        "<java\tscript:alert(1)>",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "\\\\\\\\evil.example",
        "/root",
        "ftp://x",
        "",
    ],
)
@pytest.mark.parametrize("form", ["text\n\n[a]({})", "text\n\n[a][r]\n\n[r]: {}", "text\n\n![a]({})"])
def test_a_link_that_leads_astray_is_told_at_its_line(tmp_path: Path, target: str, form: str) -> None:
    if target == "" and "[r]" in form:
        return
    assert (FIRST + 2, "bad-link") in told(tmp_path, {"en/a.md": HEAD + form.format(target)})


def test_an_autolink_is_checked_too(tmp_path: Path) -> None:
    assert told(tmp_path, {"en/a.md": HEAD + "<javascript:alert(1)>"}) == [(FIRST, "bad-link")]


@pytest.mark.parametrize("target", ["https://a.example/x?y=1", "http://a.example", "mailto:a@b.example", "#h-part"])
def test_links_out_and_within_the_page_are_fine(tmp_path: Path, target: str) -> None:
    html = note(tmp_path, f"## Part\n\n[a]({target})").html
    assert f'href="{target}"' in html


def test_links_are_listed_as_written_with_their_lines(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "en/page.md": HEAD
        + "One\n[b](sub/b.md#part) and\n![p](../pictures/p.png)\n\n[c](../../losses.html)\n[d](#own)\n"
        "\n## Own\n\n[e](https://out.example)",
        "en/sub/b.md": HEAD + "## Part\n",
        "pictures/p.png": b"",
    }
    handbook = read(tmp_path, files)
    page, other = handbook.playbooks
    assert page.links == (
        Link("sub/b.md#h-part", FIRST + 1),
        Link("../pictures/p.png", FIRST + 2, "image"),
        Link("../../losses.html", FIRST + 4),
        Link("#h-own", FIRST + 5),
    )
    assert handbook.linked(page, "sub/b.md#h-part") == (other, "#h-part")
    assert handbook.linked(page, "../../losses.html") is None


def test_rewriting_leads_relative_links_elsewhere_and_nothing_else(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "en/page.md": HEAD
        + '[a](b.md) [b](https://x.example/b.md) [c](#h-s) `href="b.md"` '
        + '"href="b.md"\n\n## S\n',
        "en/b.md": HEAD,
    }
    playbook = read(tmp_path, files).playbooks[1]
    seen: list[str] = []

    def target(written: str) -> str:
        seen.append(written)
        return 'x/?a=1&b="2"'

    html = rewrite_links(playbook.html, target)
    assert seen == ["b.md"]
    hrefs = [attributes["href"] for tag, attributes in Tags(html).tags if tag == "a"]
    assert hrefs == ['x/?a=1&b="2"', "https://x.example/b.md", "#h-s"]


@pytest.mark.parametrize(
    ("link", "near"),
    [("[a](othr.md)", "other.md"), ("[a](other.md#prices)", "#h-price"), ("[a](#her)", "#h-here")],
)
def test_a_link_to_what_is_not_there_is_told_with_the_nearest(tmp_path: Path, link: str, near: str) -> None:
    files: dict[str, str | bytes] = {"en/other.md": HEAD + "## Price\n", "en/page.md": HEAD + f"## Here\n\n{link}"}
    (finding,) = mistakes(tmp_path, files)
    assert (finding.place.path, finding.place.line, finding.rule) == (
        "content/en/page.md",
        FIRST + 2,
        "broken-link",
    )
    assert near in finding.hint


def test_a_link_out_of_the_content_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path, {"en/a.md": HEAD + "[a](../../README.md) ![p](../../../p.png)"}) == [(FIRST, "bad-link")]


def test_pictures_are_bitmaps_that_lie_beside_the_playbooks(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "en/a.md": HEAD + "![a](a.svg)\n\n![b](https://x.example/b.png)\n\n![c](c.png)"
    }
    assert told(tmp_path, files) == [(FIRST, "bad-link"), (FIRST + 2, "bad-link"), (FIRST + 4, "broken-link")]


def test_a_link_to_the_other_language_is_fine_when_it_is_there(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"en/a.md": HEAD + "[ru](../ru/a.md)", "ru/a.md": HEAD}
    assert len(read(tmp_path, files).playbooks) == 1


# Headings


def test_heading_ids_are_prefixed_unique_and_keep_their_script(tmp_path: Path) -> None:
    playbook = note(
        tmp_path, "## Цена, ёлки!\n## Цена ёлки\n## getElementById\n## *A* `b`\n## X {#location}\n## !!!\n"
    )
    assert [each.id for each in playbook.headings] == [
        "h-цена-ёлки",
        "h-цена-ёлки-2",
        "h-getelementbyid",
        "h-a-b",
        "h-location",
        "h-section",
    ]
    assert [each.text for each in playbook.headings][3:5] == ["A b", "X"]
    assert 'id="h-location"' in playbook.html


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# Another title\n", "heading-level"),
        ("## A\n#### B\n", "heading-level"),
        ("### A\n", "heading-level"),
        ("## A {#x}\n## B {#x}\n", "duplicate-id"),
        ("##\n", "empty-heading"),
    ],
)
def test_headings_that_would_break_the_page_are_told(text: str, rule: str) -> None:
    assert rule in rules(text)


# Directives


def test_an_admonition_is_a_box_with_a_title_in_either_spelling(tmp_path: Path) -> None:
    text = "Words.\n\n:::{warning} Mind *this*\n:class: loud\nInside [a](b.md).\n:::\n\n```{note}\n- x\n```\n"
    files: dict[str, str | bytes] = {"en/page.md": HEAD + text, "en/b.md": HEAD}
    playbook = read(tmp_path, files).playbooks[1]
    assert '<div class="admonition warning loud" role="note">' in playbook.html
    assert '<p class="admonition-title">Mind <em>this</em></p>' in playbook.html
    assert '<p class="admonition-title">Note</p>' in playbook.html
    assert playbook.links == (Link("b.md", FIRST + 4),)
    assert "Inside a." in playbook.text
    assert playbook.summary == "Words."


def test_the_title_is_in_the_playbook_s_language(tmp_path: Path) -> None:
    (playbook,) = read(tmp_path, {"ru/a.md": HEAD + ":::{tip}\nx\n:::"}, "ru").playbooks
    assert ">Совет<" in playbook.html


def test_directives_nest(tmp_path: Path) -> None:
    html = note(tmp_path, "::::{note}\n:::{tip}\ndeep\n:::\n::::\n").html
    assert html.count('role="note"') == 2


@pytest.mark.parametrize(
    ("text", "line", "rule"),
    [
        ("x\n\n:::{nite}\ny\n:::\n", 2, "unknown-directive"),
        ("x\n\n:::note\ny\n:::\n", 2, "unknown-directive"),
        ("x\n\n:::{note}\ny\n", 2, "unclosed-directive"),
        ("x\n\n:::{note}\n:clas: a\ny\n:::\n", 3, "unknown-option"),
        ("::::{note}\nx\n\n:::{nite}\n:::\n::::", 3, "unknown-directive"),
        ("```{graph}\n```", 0, "unknown-directive"),
        ("> :::{tip} x\n> ", 0, "unclosed-directive"),
    ],
)
def test_a_mistake_in_a_directive_is_told_at_its_line(tmp_path: Path, text: str, line: int, rule: str) -> None:
    assert (FIRST + line, rule) in told(tmp_path, {"en/a.md": HEAD + text})


# Syntax beyond CommonMark


def test_table_alignment_is_a_class_not_a_style() -> None:
    html = body("| a | b |\n|:-:|--:|\n| 1 | 2 |\n")
    assert "style=" not in html
    assert '<th class="align-center">' in html
    assert '<td class="align-right">' in html


def test_only_class_and_id_may_be_set_and_ids_get_a_prefix(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {
        "en/a.md": HEAD + '[word]{.big #mine style="position:fixed" onclick="x()"}\n',
    }
    handbook = read(tmp_path, content)
    assert '<span id="h-mine" class="big">word</span>' in handbook.playbooks[0].html
    assert [each.rule for each in handbook.warnings] == ["attribute", "attribute"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("one sale for 21 000 ₽", "one sale for 21_000_₽"),
        ("1 234 567 and 17 %", "1_234_567 and 17_%"),
        ("in 2026 100 leads, 5 101 of 12,5 300", "in 2026 100 leads, 5_101 of 12,5 300"),
        ("list № 7, 10 1000", "list №_7, 10 1000"),
        ("the price — high", "the price_— high"),
        ("`as 21 000 % — so`", "as 21 000 % — so"),
    ],
)
def test_no_line_breaks_within_a_number_or_before_a_dash(written: str, shown: str) -> None:
    assert f">{shown}<".replace("_", "\u00a0") in body(written)


def test_task_lists_are_the_same_bytes_every_time() -> None:
    text = "- [ ] one\n- [x] two\n"
    assert body(text) == body(text)
    assert [tag for tag, _ in Tags(body(text)).tags].count("input") == 2


def test_footnotes_and_definitions_work() -> None:
    html = body("a[^1]\n\n[^1]: note\n\nterm\n: meaning\n")
    assert "<dt>term</dt>" in html
    assert 'class="footnotes"' in html


def test_the_plain_text_has_no_mark_up() -> None:
    text = render(
        Source("a.md", "## A *b*\n\n- c `d`\n\n```\ncode\n```\n\n| e |\n|---|\n| f |\n", 1, "en", "T")
    ).text
    assert text.split("\n")[:3] == ["A b", "c d", "code"]
    assert "f" in text.split("\n")


# Hostile text


@pytest.mark.parametrize(
    "text",
    [
        "[" * 119_000,
        "![" * 59_000,
        ">" * 10_000 + "a",
        "- " * 5_000 + "a",
        "- [ ] a\n" * 14_000,
        ":::{note}\n" * 11_000,
        "x" * 1_000_000,
        "\n".join("> " * depth + "a" for depth in range(300)),
    ],
)
def test_what_would_take_long_is_refused_quickly(text: str) -> None:
    before = time.process_time()
    assert rules(text) == {"too-complex"}
    assert time.process_time() - before < 2


def test_nothing_nested_deeply_is_dropped_without_a_word() -> None:
    for depth in range(1, 60):
        text = ">" * depth + "word"
        assert "word" in body(text) or rules(text) == {"too-complex"}


PIECES = st.sampled_from(
    (
        *("# ", "## ", "\n", "\n\n", "- ", "> ", "```", "```{note}\n", ":::{tip} x\n", ":::\n", "| a |\n|:-:|\n"),
        *("[a](b.md)", "[^1]", "[^1]: x", "{#id}", "{.c}", "*", "_", "`", "<b>", "\\", "слово", " ", "    "),
        *("![x](y.png)", "- [ ] ", ": d\n", "{", "}", "[", "]", "(", ")", '"', 'href="x"', "&quot;", "{% x %}"),
        *("<http://a>", "[r]: u", "[r]", "---\n", "\u2028"),
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_becomes_known_tags_whose_links_can_be_rewritten(text: str) -> None:
    html = body(text)
    tags = Tags(html).tags
    assert {tag for tag, _ in tags} <= TAGS
    assert all(set(attributes) <= ATTRIBUTES for _, attributes in tags)
    assert rewrite_links(html, lambda target: target) == html
    moved = Tags(rewrite_links(html, lambda _: "https://moved.example/")).tags
    places = [attributes.get("href") or attributes.get("src") for _, attributes in moved]
    assert not {"b.md", "y.png", "u"} & set(places)
