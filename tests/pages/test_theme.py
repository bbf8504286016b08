"""The theme: escaping everywhere, mistakes at their place, a project's own templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader

from funnelbook.bundled import bundled
from funnelbook.errors import ContentError
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
