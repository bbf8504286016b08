"""A pipeline nobody declared: closings and the order of stages (metrics.md, section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from readings import day, reading

from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.pipeline import Pipeline
from funnelbook.project import Project

Way = tuple[str, str, str]


def inferred(*ways: Way) -> Pipeline:
    """Each way: stages in order, current stage, status ("ABC", "C", "open"). Stages have names of one letter."""
    return data(ways).pipelines[0]


def data(ways: Sequence[Way]) -> Dataset:
    deals, stages = [], []
    for number, (history, stage, status) in enumerate(ways):
        closed = {"closed_at": day(30)} if status != "open" else {}
        deals.append(
            {"deal_id": str(number), "created_at": day(1), "stage": stage or None, "status": status, **closed}
        )
        stages += [
            {"deal_id": str(number), "stage": each, "entered_at": day(at)} for at, each in enumerate(history, 1)
        ]
    return assemble(reading(deals=deals, stages=stages), Project(Path()))


def order(pipeline: Pipeline) -> str:
    return "".join(stage.name for stage in pipeline.stages)


def test_most_deals_decide_the_order() -> None:
    assert order(inferred(("BA", "A", "open"), ("ABC", "C", "open"), ("ABC", "C", "open"))) == "ABC"


def test_first_entries_count_and_returns_do_not() -> None:
    assert order(inferred(("ABAB", "B", "open"), ("CBA", "A", "open"), ("ACA", "A", "open"))) == "CAB"


def test_ties_keep_the_order_of_appearance() -> None:
    assert order(inferred(("BA", "A", "open"), ("AB", "B", "open"))) == "BA"
    assert order(inferred(("", "B", "open"), ("", "A", "open"), ("", "B", "open"))) == "BA"


def test_without_any_history_the_site_says_that_the_order_is_of_appearance() -> None:
    rules = {note.rule for note in data([("", "B", "open")]).notes}
    assert {"pipeline-inferred", "stage-order-of-appearance"} <= rules
    assert "stage-order-of-appearance" not in {note.rule for note in data([("B", "B", "open")]).notes}


def test_names_that_only_won_or_only_lost_deals_bear_are_closings() -> None:
    pipeline = inferred(
        ("AX", "X", "won"), ("ABY", "Y", "lost"), ("AB", "B", "open"), ("A", "A", "lost"), ("A", "A", "open")
    )
    assert (order(pipeline), pipeline.won, pipeline.lost) == ("AB", ("X",), ("Y",))


def test_a_stage_that_most_histories_go_on_from_is_no_closing() -> None:
    pipeline = inferred(("AB", "A", "lost"), ("AB", "B", "open"))
    assert (order(pipeline), pipeline.lost) == ("AB", ())


def test_a_closing_may_be_reopened_by_half() -> None:
    pipeline = inferred(("AY", "Y", "lost"), ("AYB", "B", "open"))
    assert (order(pipeline), pipeline.lost) == ("AB", ("Y",))


def test_names_of_closings_that_mean_one_anywhere() -> None:
    deals = [{"deal_id": "1", "created_at": day(1), "stage": "A", "status": "open"}]
    stages = [
        {"deal_id": "1", "stage": name, "entered_at": day(at)}
        for at, name in enumerate(("Closed - Lost", "A", "Успешно реализовано", "A"), 1)
    ]
    pipeline = assemble(reading(deals=deals, stages=stages), Project(Path())).pipelines[0]
    assert (order(pipeline), pipeline.won, pipeline.lost) == ("A", ("Успешно реализовано",), ("Closed - Lost",))


def test_a_deal_without_a_stage_bears_the_last_one_of_its_history() -> None:
    pipeline = inferred(("AX", "", "won"), ("A", "", "open"))
    assert (order(pipeline), pipeline.won) == ("A", ("X",))


def test_a_pipeline_of_closings_alone_has_one_nameless_stage() -> None:
    pipeline = inferred(("", "X", "won"), ("", "Y", "lost"))
    assert (order(pipeline), pipeline.won, pipeline.lost) == ("—", ("X",), ("Y",))


histories = st.lists(st.text("ABCDE", min_size=1, max_size=7), min_size=1, max_size=12)


def copeland(ways: Sequence[str]) -> dict[str, int]:
    """The definition, deal by deal."""
    names = sorted(set("".join(ways)))
    score = dict.fromkeys(names, 0)
    for one, other in combinations(names, 2):
        both = [way for way in ways if one in way and other in way]
        lead = sum(1 if way.index(one) < way.index(other) else -1 for way in both)
        score[one] += (lead > 0) - (lead < 0)
        score[other] -= (lead > 0) - (lead < 0)
    return score


@settings(max_examples=25, deadline=None)
@given(histories)
def test_order_follows_the_copeland_score(ways: list[str]) -> None:
    found = order(inferred(*((way, way[-1], "open") for way in ways)))
    score = copeland(ways)
    appearance = "".join(ways)
    assert list(found) == sorted(score, key=lambda name: (-score[name], appearance.index(name)))


@settings(max_examples=25, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_rows_matters_only_among_ties(ways: list[str], random: Any) -> None:
    score = copeland(ways)
    shuffled = random.sample(ways, len(ways))
    one, other = (order(inferred(*((way, way[-1], "open") for way in rows))) for rows in (ways, shuffled))
    assert [score[name] for name in one] == [score[name] for name in other]
    assert sorted(one) == sorted(other)
