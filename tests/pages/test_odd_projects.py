"""Whole projects of odd shapes: each becomes a site that is sound and says nothing that its data deny."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from made_pages import anatomy, sound_page, text
from odd_projects import ODD, movable

from funnelbook import project
from funnelbook.errors import FunnelbookError
from funnelbook.pages import Page
from funnelbook.publish import build, drawing
from funnelbook.publish.observer import Silent

#: What a value or a text that nobody filled looks like, and an amount or a share of nothing.
UNFILLED = re.compile(r"\b(None(?! of)|NaN|nan|inf|undefined|Traceback)\b|[{}]")
#: A share over none, and counts told twice.
EMPTY = re.compile(r"(?<![\d,.])0 of 0(?![\d,.])|\b\d+ of (\d+) of \1\b|no data for this chart yet")

#: What is said on a page of a project (True), and what its data deny (False).
SAID: Mapping[str, tuple[tuple[str, bool, str], ...]] = {
    "no_wins": (
        ("capacity.html", False, "not every pipeline with a plan tells its minutes"),
        ("capacity.html", True, "Nothing was sold, so there is no usual cycle"),
        ("today.html", True, "nobody knows the chance of a sale"),
        ("2025-09/index.html", True, "The win rate was 0% in every month."),
    ),
    "no_losses": (("today.html", False, "hand new leads to the others"),),
    "one_stage": (("leads.html", False, "— qualified"),),
    "all_open": (
        ("leads.html", True, "No lead that was answered has been closed yet."),
        ("mistakes.html", False, "nobody told what a deal costs"),
    ),
    "zero_costs": (
        ("capacity.html", False, "Hours suffice"),
        ("cost.html", False, "the least price is"),
    ),
    "plan_of_future_months": (
        ("plan.html", True, "and nothing was planned"),
        ("plan.html", False, "the plan is safe"),
    ),
    "sixteen_movable": (("capacity.html", False, "Nobody told how long a stage takes us"),),
    "one_value": (("losses.html", True, "All deals with a price have the same one, ₽50,000."),),
    "all_in_one_day": (("cost.html", False, "In the last 1 whole month"),),
    "lost_of_unknown_stage": (("losses.html", False, "are lost at Stage not known"),),
    "no_owners": (("today.html", False, "Nobody had work this month."),),
    "huge_values": (("leads.html", True, "tn"),),
}


def built(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Page]:
    monkeypatch.setattr(drawing, "draw_ahead", lambda *_: None)
    made = build.make(project.load(ODD[name]().write(root)), Silent())
    return {page.path: page for page in made.pages}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_project_becomes_a_site_that_its_data_do_not_deny(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = built(name, tmp_path, monkeypatch)
    for path, page in site.items():
        sound_page(page)
        if path == "glossary.html":
            continue
        seen = [text(page), *(str(tag.get("alt") or "") for _, tag in anatomy(page.html).tags)]
        for each in seen:
            assert not EMPTY.search(each), (path, EMPTY.search(each), each)
            if name != "hostile_names":
                assert not UNFILLED.search(each), (path, UNFILLED.search(each))
    for path, said, words in SAID.get(name, ()):
        assert (words in text(site[path])) is said, (path, words)


def test_hostile_names_are_text_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, page in built("hostile_names", tmp_path, monkeypatch).items():
        assert re.fullmatch(r"[a-z0-9/.-]+", path)
        tags = anatomy(page.html).tags
        assert not any("onerror" in attributes for _, attributes in tags), path
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page.html), path


def test_more_movable_stages_than_can_be_searched_are_a_mistake_that_names_the_pipeline(tmp_path: Path) -> None:
    root = movable(17).write(tmp_path)
    with pytest.raises(FunnelbookError, match="more than 16 stages of the pipeline 'main' are movable"):
        project.load(root)
