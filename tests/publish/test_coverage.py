"""`funnelbook check` tells of losses without a reason or a playbook, and of refusals that nobody wrote down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import polars as pl
import pytest

from funnelbook.handbook import Handbook, Playbook
from funnelbook.model.results import Results, Table
from funnelbook.project import Project
from funnelbook.publish import coverage

#: Month, cause, party, deals.
Loss = tuple[str, str, str, int]


def playbook(kind: str, *cause: str, language: str = "en") -> Playbook:
    return Playbook("slug", f"content/{language}/slug.md", "Title", kind, language, cause=cause)


def found(losses: Sequence[Loss], *playbooks: Playbook) -> list[tuple[str, str]]:
    frame = pl.DataFrame(losses, schema=["month", "cause", "party", "deals"], orient="row")
    tables = MappingProxyType({"losses": Table("losses", frame)})
    results = Results(datetime(2024, 12, 15, tzinfo=UTC), (), tables, MappingProxyType({}), ())
    handbooks = {
        code: Handbook(code, tuple(each for each in playbooks if each.language == code)) for code in ("en", "ru")
    }
    findings = coverage.check(results, handbooks, Project(Path()))
    assert {each.severity for each in findings} <= {"warning"}
    return [(each.rule, each.message.split(",")[0]) for each in findings]


def test_a_cause_without_a_playbook_is_told_with_its_deals() -> None:
    losses = [("2024-11", "fear", "declined", 3), ("2024-12", "fear", "declined", 2)]
    assert found(losses, playbook("note", "timing")) == [
        ("cause-without-playbook", "5 of the deals lost in the last twelve months died of fear")
    ]
    assert found(losses, playbook("note", "timing", "fear", language="ru")) == []


def test_a_refusal_needs_a_script_and_not_just_any_playbook() -> None:
    losses = [("2024-12", "fit", "refused", 4), ("2024-12", "price_value", "declined", 9)]
    pricing = playbook("pricing", "fit", "price_value")
    assert found(losses, pricing) == [
        ("refusal-without-script", "4 buyers were refused for fit in the last twelve months")
    ]
    assert found(losses, pricing, playbook("refusal", "fit")) == []


@pytest.mark.parametrize("cause", ["none", "other", "duplicate", "spam"])
def test_some_causes_need_no_words(cause: str) -> None:
    losses = [("2024-12", cause, "refused", 4), ("2024-12", "fear", "declined", 4)]
    assert found(losses, playbook("note", "fear")) == []


def test_missing_reasons_are_told_once_they_outnumber_every_cause() -> None:
    losses = [
        ("2024-12", "none", "drifted", 5),
        ("2024-12", "other", "declined", 4),
        ("2024-12", "spam", "refused", 1),
    ]
    assert found(losses) == [
        ("losses-without-reason", "5 of the 10 deals lost in the last twelve months have no reason")
    ]
    assert found([*losses, ("2024-11", "other", "declined", 1)]) == []


def test_losses_of_a_year_ago_are_past() -> None:
    assert found([("2023-12", "fear", "declined", 4)], playbook("note")) == []
    assert len(found([("2024-01", "fear", "declined", 4)], playbook("note"))) == 1


def test_a_site_without_playbooks_is_left_alone() -> None:
    assert found([("2024-12", "fear", "declined", 4)]) == []
