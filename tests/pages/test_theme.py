"""The theme: escaping everywhere, mistakes at their place, a project's own templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from jinja2.meta import find_referenced_templates

from funnelbook import compiled
from funnelbook.bundled import bundled
from funnelbook.errors import ContentError
from funnelbook.pages import compiling
from funnelbook.pages.theme import Theme, lint, open_theme, read_assets


def theme(folder: Path, **files: str) -> Theme:
    for name, content in files.items():
        (folder / f"{name}.html").write_text(content, encoding="utf-8")
    return open_theme((folder,))


def test_the_bundled_theme_has_no_finding() -> None:
    assert list(lint(bundled("templates"))) == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("<p>{{ x|safe }}</p>", "template-safe-filter"),
        ("<p>{{ x | safe }}</p>", "template-safe-filter"),
        ("{{ Markup(x) }}", "template-markup"),
        ("{% autoescape false %}", "template-autoescape"),
        ("<p class={{ x }}>", "template-unquoted-attribute"),
        ('<a href="{{ x }}">', "template-raw-url"),
        ("<img src='{{ x }}'>", "template-raw-url"),
        ('<p data-x="{{ x|tojson }}">', "template-tojson-in-attribute"),
        ("<script>go()</script>", "template-inline-script"),
        ('<p style="color: red">', "template-inline-style"),
        ("<style>", "template-inline-style"),
        ('<p onclick="go()">', "template-handler"),
    ],
)
def test_what_switches_safety_off_is_found_with_its_line(line: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "own.html").write_text(f"<p>fine</p>\n{line}\n", encoding="utf-8")
    findings = list(lint(tmp_path))
    assert rule in {finding.rule for finding in findings}
    assert {finding.place.line for finding in findings} == {2}


def test_a_name_that_is_no_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "{x!r}.html").write_text("", encoding="utf-8")
    assert [finding.rule for finding in lint(tmp_path)] == ["template-name"]


@pytest.mark.parametrize("name", ["a.html", "a.html.j2", "a.svg.j2", "a.md.j2", "a.xml", "a"])
def test_everything_is_escaped_whatever_a_template_is_called(name: str, tmp_path: Path) -> None:
    made = theme(tmp_path)
    made.environment.loader = DictLoader({name: "{{ x }}"})
    assert made.render(name, {"x": "<b>"}) == "&lt;b&gt;"


@pytest.mark.parametrize(
    "mistake",
    [
        "{{ nothing }}",
        "{{ 1 / 0 }}",
        "{{ x.y.z }}",
        "{% if %}",
        "{{ x | nofilter }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ x + 1 }}",
    ],
)
def test_a_mistake_is_told_with_file_and_line(mistake: str, tmp_path: Path) -> None:
    made = theme(tmp_path, page=f"<p>fine</p>\n{mistake}\n")
    with pytest.raises(ContentError) as caught:
        made.render("page.html", {"x": "text"})
    (finding,) = caught.value.findings
    assert finding.place.path == str(tmp_path / "page.html")
    assert finding.place.line == 2
    assert finding.hint


def test_a_projects_template_stands_in_for_the_bundled_one(tmp_path: Path) -> None:
    (tmp_path / "glossary.html").write_text("own", encoding="utf-8")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/site.css").write_text("own", encoding="utf-8")
    folders = (tmp_path, bundled("templates"))
    assert open_theme(folders).render("glossary.html", {}) == "own"
    assert read_assets(folders)["assets/site.css"] == b"own"
    assert "assets/favicon.svg" in read_assets(folders)


def test_links_in_a_projects_theme_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("{{ secret }}", encoding="utf-8")
    own = tmp_path / "templates"
    (own / "assets").mkdir(parents=True)
    (own / "page.html").symlink_to(tmp_path / "secret")
    (own / "assets" / "site.css").symlink_to(tmp_path / "secret")
    (own / "partials").symlink_to(tmp_path)
    with pytest.raises(ContentError) as caught:
        open_theme((own, bundled("templates")))
    assert [finding.rule for finding in caught.value.findings] == ["symlink"] * 3


def test_a_theme_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to("/etc")
    with pytest.raises(ContentError) as caught:
        open_theme((tmp_path / "templates", bundled("templates")))
    assert "symlink" in {finding.rule for finding in caught.value.findings}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{% extends "base.html" %}', {"base.html"}),
        ("{%- include 'a.html' ignore missing with context -%}", {"a.html"}),
        ('{% import "a.html" as a without context %}{% from "b.html" import c, d as e %}', {"a.html", "b.html"}),
        ('{% include\n  "a.html"\n%}', {"a.html"}),
        ("{% include name %}", None),
        ('{% include "a.html" if x else "b.html" %}', None),
        ('{% include ["a.html", "b.html"] %}', None),
        ('{% include "a" ~ ".html" %}', None),
        ('{% include "a\\x2ehtml" %}', None),
    ],
)
def test_a_page_hangs_on_every_template_that_its_own_needs(
    text: str, named: set[str] | None, tmp_path: Path
) -> None:
    made = theme(tmp_path, own=text, other="")
    found = {name for name, _ in made.sources("own.html")}
    assert found == {"own.html", *(made.files if named is None else named)}


def test_the_shipped_templates_need_what_jinja_finds_that_they_need() -> None:
    made = open_theme((bundled("templates"),))
    for name, (_, raw) in made.files.items():
        if name.endswith(".html"):
            needed = find_referenced_templates(made.environment.parse(raw.decode()))
            assert {name, *needed} <= {each for each, _ in made.sources(name)}


def test_a_compiled_template_of_the_program_is_run_again_and_one_of_a_project_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_place", lambda name: tmp_path / name)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder in (shipped, own):
        folder.mkdir()
    monkeypatch.setattr(compiling, "bundled", lambda _: shipped)
    assert theme(shipped, page="<p>{{ x }}</p>").render("page.html", {"x": 1}) == "<p>1</p>"
    assert theme(own, page="<i>{{ x }}</i>").render("page.html", {"x": 1}) == "<i>1</i>"
    assert [path.name for path in tmp_path.glob("template-*")] == ["template-page.html"]
    monkeypatch.setattr(Environment, "compile", None)  # whoever compiles fails
    assert open_theme((shipped,)).render("page.html", {"x": 2}) == "<p>2</p>"
    with pytest.raises(TypeError):
        theme(shipped, page="<b>{{ x }}</b>").environment.get_template("page.html")


def test_what_was_kept_of_other_sources_or_garbled_is_as_good_as_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "_place", lambda name: tmp_path / name)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    compiled.keep("words", b"source", b"value")
    assert compiled.kept("words", b"source") == b"value"
    assert compiled.kept("words", b"another") is None
    (tmp_path / "words").write_bytes((tmp_path / "words").read_bytes()[:-1])
    assert compiled.kept("words", b"source") is None
