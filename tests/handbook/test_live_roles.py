"""Roles and charts in playbooks: how they are spelt, where they stand, what is wrong with them."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from playbook_files import FIRST, HEAD, mistakes, note

from funnelbook.errors import ContentError
from funnelbook.handbook import DIRECTIVES, ROLES, Live, fill, pieces, spelt
from funnelbook.handbook.rendering import Source, render
from funnelbook.review.examining import Text
from funnelbook.review.playbooks import compare


def only(tmp_path: Path, body: str) -> Live:
    (live,) = note(tmp_path, body).live
    return live


@pytest.mark.parametrize(
    ("written", "target", "text", "options"),
    [
        ("{metric}`won`", "won", "", {}),
        ("{metric}`won month=2026-10`", "won", "", {"month": "2026-10"}),
        (
            "{metric}`decided stage=\"Offer sent\" with='count,interval'`",
            "decided",
            "",
            {"stage": "Offer sent", "with": "count,interval"},
        ),
        (r'{metric}`decided stage="say \"yes\""`', "decided", "", {"stage": 'say "yes"'}),
        ('{metric}``decided stage="a`b"``', "decided", "", {"stage": "a`b"}),
        ("{term}`cost of sale`", "cost of sale", "", {}),
        ("{page}`what it costs <cost#worth>`", "cost#worth", "what it costs", {}),
        ("{stage}`Предложение отправлено`", "Предложение отправлено", "", {}),
    ],
)
def test_a_role_is_read(tmp_path: Path, written: str, target: str, text: str, options: dict[str, str]) -> None:
    live = only(tmp_path, f"So {written} it is.\n")
    assert (live.target, live.text, dict(live.options)) == (target, text, options)


@pytest.mark.parametrize(
    "text", ["`{metric}`", "``{metric}`won` ``", "    {metric}`won`", "```\n{metric}`won`\n```", r"\{metric}`won`"]
)
def test_a_role_in_code_and_after_a_backslash_is_text(tmp_path: Path, text: str) -> None:
    playbook = note(tmp_path, f"{text}\n")
    assert playbook.live == ()
    assert "{metric}" in playbook.html


def test_a_role_stands_in_every_kind_of_text(tmp_path: Path) -> None:
    body = (
        "{metric}`won`\n\n## Of {metric}`won`\n\n- {metric}`won`\n\n| a |\n|---|\n| {metric}`won` |\n\n"
        ":::{note}\n{metric}`won`\n:::\n\n> **{metric}`won`**\n\nnote[^1]\n\n[^1]: {metric}`won`\n"
    )
    playbook = note(tmp_path, body)
    assert len(playbook.live) == 7
    assert fill(playbook.html, lambda number: "nine").count("nine") == 7
    assert fill(playbook.summary, lambda number: "nine") == "nine"
    (heading,) = playbook.headings
    assert fill(heading.text, lambda number: "nine") == "Of nine"
    assert heading.id == "h-of"


def test_a_role_inside_a_link_knows_it(tmp_path: Path) -> None:
    inside, outside = note(tmp_path, "[see {metric}`won`](page.md) and {metric}`won`\n").live
    assert inside.inside_link
    assert not outside.inside_link


def test_a_chart_has_options_and_stands_between_paragraphs(tmp_path: Path) -> None:
    fenced, colons = note(
        tmp_path, "before\n\n```{chart} worth\n:pipeline: New\n```\n\n:::{chart} load\n:::\n\nafter\n"
    ).live
    assert (fenced.kind, fenced.target, dict(fenced.options)) == ("chart", "worth", {"pipeline": "New"})
    assert (colons.kind, colons.target) == ("chart", "load")
    assert (fenced.place.line, colons.place.line) == (FIRST + 2, FIRST + 6)


def test_nobody_can_write_a_mark() -> None:
    forged = "\0" + "0" + "\0"  # a file with a NUL is refused, and what gets past that is no mark either
    inline = f"{forged} &#0;0&#0; &#x0;0 %000%00 [a](https://a.b/%000%00) `{forged}`"
    body = f"{inline}\n\n    {forged}\n\n{{metric}}`won`\n"
    playbook = render(Source("en/page.md", body, 1, "en", "A page"))
    assert [piece for piece in pieces(playbook.html) if isinstance(piece, int)] == [0]
    assert not any(isinstance(piece, int) for piece in pieces(playbook.text))


def test_without_numbers_live_places_are_as_they_were_written(tmp_path: Path) -> None:
    """So that two versions of a text can be compared."""
    body = "Now {metric}`won month=2026-10`.\n\n```{chart} worth\n:pipeline: <b>\n```\n"
    playbook = note(tmp_path, body)
    assert playbook.text == "Now {metric}`won month=2026-10`.\n{chart} worth :pipeline: <b>"
    html = spelt(playbook.html, [live.written for live in playbook.live])
    assert "<p>Now <code>{metric}`won month=2026-10`</code>.</p>" in html
    assert "<code>{chart} worth :pipeline: &lt;b&gt;</code>" in html


@pytest.mark.parametrize(
    ("body", "column", "rule", "hint"),
    [
        ("Ab {metrik}`won` c", 4, "unknown-role", "did you mean `metric`?"),
        ("Ab {metric}`won` {metric}`won lost` c", 18, "bad-role", ""),
        ("Ab {metric}`won a=1 a=2`", 4, "bad-role", ""),
        ('Ab {metric}`won a="1`', 4, "bad-role", ""),
        ("Ab {metric}`a=1`", 4, "bad-role", ""),
        ("> - Ab {playbook}`pege`", 8, "broken-link", "did you mean `page`?"),
        ("::::{note}\n:::{tip}\nAb {metrik}`won`\n:::\n::::", 4, "unknown-role", "did you mean `metric`?"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(
    tmp_path: Path, body: str, column: int, rule: str, hint: str
) -> None:
    (finding,) = mistakes(tmp_path, {"en/page.md": f"{HEAD}{body}\n"})
    assert (finding.place.column, finding.rule) == (column, rule)
    assert finding.place.line == FIRST + body.split("Ab")[0].count("\n")
    assert hint in finding.hint


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    body = (
        "{metrik}`won` {metrik}`won`\nand {tern}`lead`\n\n```{chart} worth\ntext\n```\n\n![{metric}`won`](a.png)\n"
    )
    found = mistakes(tmp_path, {"en/page.md": HEAD + body})
    assert [(each.place.line - FIRST, each.place.column, each.rule) for each in found] == [
        (0, 1, "unknown-role"),
        (0, 15, "unknown-role"),
        (1, 5, "unknown-role"),
        (4, 0, "directive-text"),
        (7, 0, "broken-link"),
        (7, 0, "role-in-picture"),
    ]


@pytest.mark.parametrize(
    "body",
    ["{metric}`won` " * 8_000, "{metric}`won`\n\n" * 7_000, "{metric}" * 14_000, "{a}`" * 29_000, "{" * 119_000],
)
def test_thousands_of_roles_take_no_time(tmp_path: Path, body: str) -> None:
    """As much of them as a playbook can hold; too many are a mistake."""
    start = time.process_time()
    with suppress(ContentError):
        note(tmp_path, body)
    assert time.process_time() - start < 3


def test_the_registries_hold_what_they_say() -> None:
    assert set(ROLES) == {"metric", "term", "playbook", "stage", "page"}
    assert DIRECTIVES["chart"].options == ("pipeline", "stage", "month")


def test_a_review_tells_which_number_was_put_in_place_of_another(tmp_path: Path) -> None:
    old, new = (
        Text(note(tmp_path / name, f"We won {{metric}}`{name}`.\n"), {}, name) for name in ("won", "win_rate")
    )
    (changed,) = compare({"en/page.md": old}, {"en/page.md": new})[0]
    told = " ".join(map(str, changed.rows))
    assert "win_rate" in told
    assert "\0" not in told
    assert (changed.inserted, changed.deleted) == (1, 1)
