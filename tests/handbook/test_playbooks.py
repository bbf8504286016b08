"""Loading playbooks: front matter, kinds and their sections, files, slugs, languages."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from playbook_files import HEAD, lay, mistakes, read, told

from funnelbook import handbook, project
from funnelbook.handbook import KINDS, translation, translations
from funnelbook.handbook.kinds import Kind

ROOT = Path(__file__).parents[2]

FULL = """---
title: "Too small: how to say no"
kind: refusal
lang: en
stage: [Need understood, Offer sent]
cause: fit
owner: Head of sales
review_every: 90 days
aims_at: comeback
effective: 2026-03-01
index: false
---
# Too small: how to say no

First words, with **weight**
and a second line.

## Why we refuse {#why}
## The criteria that were not met
## What we are good at
## How we differ
## The door stays open
"""

REFUSAL = ("Why we refuse", "Which criteria", "What we are good at", "How we differ", "How the door stays open")


def front(**keys: str) -> str:
    lines = {"title": "T", "kind": "note", **keys}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in lines.items() if value) + "---\n"


def test_a_playbook_is_read_whole(tmp_path: Path) -> None:
    (playbook,) = read(tmp_path, {"en/refusals/too-small.md": FULL}).playbooks
    assert (playbook.slug, playbook.path) == ("too-small", "content/en/refusals/too-small.md")
    assert playbook.title == "Too small: how to say no"
    assert (playbook.kind, playbook.language, playbook.owner) == ("refusal", "en", "Head of sales")
    assert playbook.stage == ("Need understood", "Offer sent")
    assert playbook.cause == ("fit",)
    assert (playbook.review_every, playbook.aims_at, playbook.index) == (90, "comeback", False)
    assert playbook.effective == (date(2026, 3, 1),)
    assert playbook.body_line == 13
    assert playbook.summary == "First words, with weight and a second line."
    assert "<h1" not in playbook.html
    assert playbook.headings[0] == handbook.Heading("h-why", 2, "Why we refuse", 18)


def test_front_matter_scalars_stay_texts(tmp_path: Path) -> None:
    (playbook,) = read(tmp_path, {"en/a.md": front(owner="NO", stage="[010, 12:30:45, null, ~]")}).playbooks
    assert playbook.owner == "NO"
    assert playbook.stage == ("010", "12:30:45", "null", "~")


@pytest.mark.parametrize(
    ("written", "days"),
    [("90", 90), ("90 days", 90), ("1 day", 1), ("90 дней", 90), ("21 день", 21), ("22 дня", 22)],
)
def test_review_every_counts_days(tmp_path: Path, written: str, days: int) -> None:
    assert read(tmp_path, {"en/a.md": front(review_every=written)}).playbooks[0].review_every == days


@pytest.mark.parametrize(
    ("text", "place", "rule", "near"),
    [
        (front(ownr="x"), (4, 1), "unknown-key", "owner"),
        (front(kind="refusel"), (3, 7), "unknown-kind", "refusal"),
        (front(cause="[fit, prise_value]"), (4, 14), "unknown-cause", "price_value"),
        (front(aims_at="win-rate"), (4, 10), "unknown-aims_at", "win_rate"),
    ],
)
def test_an_unknown_word_is_told_with_the_nearest_one(
    tmp_path: Path, text: str, place: tuple[int, int], rule: str, near: str
) -> None:
    (finding,) = mistakes(tmp_path, {"en/a.md": text})
    assert (finding.place.line, finding.place.column) == place
    assert finding.rule == rule
    assert f"`{near}`" in finding.hint


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no front matter", "no-front-matter"),
        ("", "no-front-matter"),
        ("---\ntitle: x\n", "unclosed-front-matter"),
        ("---\n---\n", "missing-key"),
        ("---\ntitle: [a\n---\n", "yaml-syntax"),
        ("---\ntitle: a: b\n---\n", "yaml-syntax"),
        ("---\n- a\n---\n", "wrong-type"),
        ("---\ntitle: a\x07b\nkind: note\n---\n", "yaml-syntax"),
        ('---\ntitle: "a\\nb"\nkind: note\n---\n', "control-character"),
        ("---\ntitle: T\ntitle: U\nkind: note\n---\n", "duplicate-key"),
        ("---\na: &x [1]\nb: *x\n---\n", "yaml-alias"),
        ("---\na: *x\n---\n", "yaml-alias"),
        ("---\na: !!python/object/apply:os.system [id]\n---\n", "yaml-tag"),
        ("---\na: [[[[[[x]]]]]]\n---\n", "too-deep"),
        ("---\na: " + "[" * 30_000 + "\n---\n", "too-deep"),
        (f"---\ntitle: {'x' * 70_000}\n---\n", "too-large"),
        (front(title="x" * 201), "too-long"),
        (front(title="''"), "empty"),
        (front(stage="{a: b}"), "wrong-type"),
        (front(title="[a, b]"), "wrong-type"),
        (front(review_every="soon"), "bad-value"),
        (front(review_every="0 days"), "bad-value"),
        (front(index="maybe"), "bad-value"),
        (front(effective="2026-13-01"), "bad-value"),
        (front(lang="ru"), "wrong-language"),
        (front(lang="de"), "unknown-lang"),
        (front(aims_at="decided"), "missing-key"),
        (front(kind="stage"), "missing-key"),
    ],
)
def test_a_mistake_in_the_front_matter_is_told(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in {each.rule for each in mistakes(tmp_path, {"en/a.md": text})}


def test_no_language_and_no_folder_is_an_empty_handbook(tmp_path: Path) -> None:
    assert handbook.load(tmp_path / "content", "en").playbooks == ()


def test_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    found = mistakes(tmp_path, {"en/a.md": front(kind="nte"), "en/b.md": front(cause="x"), "en/c.md": "x"})
    assert {each.place.path for each in found} == {"content/en/a.md", "content/en/b.md", "content/en/c.md"}


def test_playbooks_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    names = ["en/b.md", "en/a/z.md", "en/a.md", "en/c/a1.md"]
    found = read(tmp_path, dict.fromkeys(names, HEAD)).playbooks
    assert [each.path for each in found] == sorted(each.path for each in found)
    assert len(found) == 4


# Kinds and their sections


def test_a_refusal_needs_its_four_parts_and_an_open_door(tmp_path: Path) -> None:
    found = mistakes(tmp_path, {"en/a.md": front(kind="refusal") + "## Why we refuse\n"})
    assert [each.rule for each in found] == ["missing-section"] * 4
    assert "door" in found[2].message + found[0].message + found[1].message + found[3].message
    assert all("{#" in each.hint for each in found)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.sections], ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_suggested_headings_and_anchors_satisfy_each_kind(tmp_path: Path, kind: Kind, language: str) -> None:
    titles = "".join(f"## {section.title[language]}\n" for section in kind.sections)
    anchors = "".join(f"## Part {{#{section.anchor}}}\n" for section in kind.sections)
    head = front(kind=kind.name, stage="A", mistake="too_cheap")
    files: dict[str, str | bytes] = {f"{language}/a.md": head + titles, f"{language}/b.md": head + anchors}
    assert len(read(tmp_path, files, language).playbooks) == 2
    for left_out in kind.sections:
        body = "".join(f"## {each.title[language]}\n" for each in kind.sections if each is not left_out)
        (finding,) = mistakes(tmp_path, {f"{language}/a.md": head + body}, language)
        assert left_out.title[language] in finding.message


@pytest.mark.parametrize(
    ("kind", "headings", "missing"),
    [
        ("hiring", "## Whom we look for\n## Day one: what is seen\n## Who votes\n", "Deadline for the decision"),
        ("onboarding", "## Day by day\n## Signs of trouble\n## What to say on day 30\n", "Who is told"),
        ("letting-go", "## Steps\n## The talk\n## Whom we tell\n", "The signals"),
        ("delegation", "## What to delegate\n## The risks of it\n", "Risks and how they are watched"),
        ("head", "## The day before\n## Monday\n## The month's first meeting\n", "Every week"),
        ("mistake", "## Looks like\n## Why it hurts\n## Questions\n## The number\n", "What to do this week"),
    ],
)
def test_a_playbook_about_the_team_is_told_the_part_it_lacks(
    tmp_path: Path, kind: str, headings: str, missing: str
) -> None:
    (finding,) = mistakes(tmp_path, {"en/a.md": front(kind=kind, mistake="too_cheap") + headings})
    assert finding.rule == "missing-section"
    assert f"“{missing}”" in finding.message


def test_a_playbook_about_a_mistake_names_the_mistake(tmp_path: Path) -> None:
    found = mistakes(tmp_path, {"en/a.md": front(kind="mistake")})
    assert "`mistake`" in next(each.message for each in found if each.rule == "missing-key")


def test_every_kind_of_the_handbook_is_known() -> None:
    assert set(KINDS) == {
        "refusal", "objection", "qualifying", "stage", "hiring", "onboarding", "letting-go", "delegation", "head",
        "pricing", "fears", "expert-call", "owner-selling", "tricks", "mistake", "note",
    }  # fmt: skip


# Files


def test_symbolic_links_are_refused_wherever_they_lie(tmp_path: Path) -> None:
    content = lay(tmp_path, {"en/a.md": HEAD, "pictures/x.png": b""})
    (content / "en" / "inside.md").symlink_to(content / "en" / "a.md")
    (content / "en" / "outside").symlink_to("/")
    (content / "en" / "broken.md").symlink_to(tmp_path / "nowhere")
    (content / "pictures" / "loop").symlink_to(content)
    (content / "en" / ".hidden.md").symlink_to("/etc/passwd")
    found = mistakes(tmp_path, {})
    assert {each.rule for each in found} == {"symlink"}
    assert {each.place.path for each in found} == {
        "content/en/.hidden.md",
        "content/en/broken.md",
        "content/en/inside.md",
        "content/en/outside",
        "content/pictures/loop",
    }


def test_a_linked_content_folder_is_refused(tmp_path: Path) -> None:
    real = lay(tmp_path / "other", {"en/a.md": HEAD})
    (tmp_path / "content").symlink_to(real)
    assert told(tmp_path, {}) == [(0, "symlink")]


def test_files_that_are_no_text_are_told_with_their_place(tmp_path: Path) -> None:
    content = lay(
        tmp_path,
        {
            "en/latin.md": HEAD.encode() + "Цена".encode("cp1251"),
            "en/nul.md": HEAD + "a\0b",
            "en/large.md": b"x" * 1_000_001,
        },
    )
    (content / "en" / "folder.md").mkdir()
    os.mkfifo(content / "en" / "pipe.md")
    found = {each.place.path.rpartition("/")[2]: each for each in mistakes(tmp_path, {})}
    assert {name: each.rule for name, each in found.items()} == {
        "latin.md": "encoding",
        "nul.md": "nul-byte",
        "large.md": "too-large",
        "folder.md": "not-a-file",
        "pipe.md": "not-a-file",
    }
    assert found["latin.md"].place.line == 5
    assert f"byte {len(HEAD)}" in found["latin.md"].message


def test_editors_own_files_are_no_playbooks(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"en/a.md": HEAD, "en/.#a.md": "x", "en/#a.md#": "x", "en/a.md~": "x"}
    files |= {"en/.git/x.md": "x", "en/~$a.md": "x", "en/a.txt": "x"}
    assert [each.slug for each in read(tmp_path, files).playbooks] == ["a"]


# Slugs


@pytest.mark.parametrize(
    "name",
    ["con", "aux", "LPT1", "Big", "a b", "a_b", "a.b", "отказ", "a-", "-a", "a--b", "x" * 81, "…", "index", "<b>"],
)
def test_a_name_that_is_not_safe_everywhere_is_refused(tmp_path: Path, name: str) -> None:
    (finding,) = mistakes(tmp_path, {f"en/{name}.md": HEAD})
    assert finding.rule == "bad-slug"
    suggested = finding.hint.removeprefix("rename it to ")
    assert len(read(tmp_path / "again", {f"en/{suggested}": HEAD}).playbooks) == 1


def test_the_suggested_name_is_spelt_in_latin(tmp_path: Path) -> None:
    (finding,) = mistakes(tmp_path, {"en/Отказ слишком мало.md": HEAD})
    assert finding.hint == "rename it to otkaz-slishkom-malo.md"


@pytest.mark.parametrize("names", [("a.md", "deep/a.md"), ("a.md", "A.md"), ("\u0439.md", "\u0438\u0306.md")])
def test_two_playbooks_with_one_slug_are_both_told(tmp_path: Path, names: tuple[str, str]) -> None:
    all_found = mistakes(tmp_path, {f"en/{name}": HEAD for name in names})
    found = [each for each in all_found if each.rule == "duplicate-slug"]
    assert {each.place.path for each in found} == {f"content/en/{name}" for name in names}
    assert all(any(f"content/en/{name}" in each.message for name in names) for each in found)


# Languages


def test_namesakes_are_translations_of_each_other(tmp_path: Path) -> None:
    content = lay(tmp_path, {"en/a.md": HEAD, "ru/x/a.md": HEAD, "en/b.md": HEAD})
    books = {language: handbook.load(content, language) for language in ("en", "ru")}
    first, second = books["en"].playbooks
    assert translation(first, books["ru"]) == books["ru"].playbooks[0]
    assert translations(first, books) == {"ru": books["ru"].playbooks[0]}
    assert translations(second, books) == {}


WORKDAYS = front(kind="head") + "## День\n## Неделя\n## Месяц\n"


def test_the_lint_tells_unknown_stages_and_missing_translations(tmp_path: Path) -> None:
    (tmp_path / "funnelbook.toml").write_text(
        '[site]\nlang = ["en", "ru"]\n[[pipelines]]\nname = "main"\n[[pipelines.stages]]\nname = "Offer sent"\n'
    )
    lay(tmp_path, {"en/a.md": front(stage="Offer snt"), "ru/a.md": WORKDAYS, "en/b.md": HEAD})
    found = handbook.lint(project.load(tmp_path))
    assert [(each.place.path, each.rule) for each in found] == [
        ("content/en/a.md", "translation-kind"),
        ("content/en/a.md", "unknown-stage"),
        ("content/en/b.md", "untranslated"),
        ("content/ru/a.md", "translation-kind"),
    ]
    assert {each.severity for each in found} == {"warning"}
    assert "`Offer sent`" in found[1].hint


def test_the_starter_handbook_is_in_order() -> None:
    starter = project.load(ROOT)
    assert handbook.lint(starter) == ()
    assert project.lint_stage_names(starter) == ()
    assert len(handbook.load(starter.content, "ru").playbooks) >= 30


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_starter_handbook_covers_each_stage_and_each_cause_of_a_sale_lost(language: str) -> None:
    starter = project.load(ROOT)
    playbooks = handbook.load(starter.content, language).playbooks
    described = {stage for each in playbooks if each.kind == "stage" for stage in each.stage}
    assert described == {stage.name for pipeline in starter.pipelines for stage in pipeline.stages}
    answered = {cause for each in playbooks if each.kind in {"refusal", "objection"} for cause in each.cause}
    assert answered >= {"price_value", "competitor", "fear", "timing", "fit", "unreachable"}


def test_a_playbook_and_its_translation_say_the_same_in_their_front_matter() -> None:
    starter = project.load(ROOT)
    russian, english = (handbook.load(starter.content, language) for language in ("ru", "en"))
    for each in russian.playbooks:
        other = translation(each, english)
        assert other is not None, each.path
        for field in ("kind", "stage", "cause", "mistake", "aims_at", "review_every", "effective"):
            assert getattr(each, field) == getattr(other, field), (each.path, field)
