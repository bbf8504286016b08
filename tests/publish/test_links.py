"""A link that leads nowhere stops a build."""

from __future__ import annotations

import pytest

from funnelbook.pages import Page
from funnelbook.pages.hrefs import anatomy
from funnelbook.publish import links

FILES = {"assets/site.css", "data/funnel.csv"}


def problems(html: str, path: str = "2026-10/index.html") -> list[str]:
    others = {"index.html": '<h1 id="h-top">Home</h1>', "playbooks/a.html": "<p>"}
    return [finding.message for finding in links.check(pages({**others, path: html}), FILES)]


def pages(written: dict[str, str]) -> list[Page]:
    return [
        Page(path, "", html.encode(), tuple(found[0]), (), found[1])
        for path, html in written.items()
        for found in [anatomy(path, html)]
    ]


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


def test_a_finding_says_which_page_the_link_stands_on() -> None:
    (finding,) = links.check(pages({"a/b.html": '<p><img src="x.png" alt="">'}), [])
    assert str(finding.place) == "a/b.html"
    assert "a/x.png" in finding.message
    assert finding.rule == "broken-link"


def test_text_that_looks_like_an_attribute_is_no_link() -> None:
    assert problems("<p>write href=&#34;gone.html&#34; there</p>") == []
