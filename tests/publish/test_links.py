"""A link that leads nowhere stops a build."""

from __future__ import annotations

import pytest

from funnelbook.publish import links

FILES = {"assets/site.css", "data/funnel.csv"}


def problems(html: str, path: str = "2026-10/index.html") -> list[str]:
    pages = {path: html, "index.html": '<h1 id="h-top">Home</h1>', "playbooks/a.html": "<p>"}
    return [finding.message for finding in links.check(pages, FILES)]


@pytest.mark.parametrize(
    "link",
    [
        "../index.html",
        "../index.html#h-top",
        "#here",
        "../data/funnel.csv",
        "../assets/site.css",
        "https://example.org/",
        "mailto:a@example.org",
        "../playbooks/a.html",
    ],
)
def test_good_links_pass(link: str) -> None:
    assert problems(f'<p id="here"><a href="{link}">x</a></p>') == []


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("../nowhere.html", "leads to no page"),
        ("../index.html#h-gone", "part of the page that is not there"),
        ("#gone", "part of the page that is not there"),
        ("../../outside.html", "leaves the site"),
        ("//evil.example/x", "leaves the site"),
        ("javascript:alert(1)", "leaves the site"),
        ("/absolute.html", "leaves the site"),
        ("..", "leads to no page"),
    ],
)
def test_bad_links_are_found(link: str, problem: str) -> None:
    found = problems(f'<p><a href="{link}">x</a></p>')
    assert len(found) == 1
    assert problem in found[0]


def test_a_finding_says_where_the_link_stands() -> None:
    (finding,) = links.check({"a/b.html": "<p>\n<p>\n<img src='x.png' alt=''>"}, [])
    assert str(finding.place) == "a/b.html:3"
    assert finding.rule == "broken-link"
