"""The page's question, and the list of what to do: the dearest first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.pages import answers
from funnelbook.pages.answers import Answer, Group
from funnelbook.pages.edition import Edition
from funnelbook.pages.honesty import absence
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import sentence, strong
from funnelbook.pages.today.load import overfull, plan_gap
from funnelbook.pages.today.waiting import drifting, next_steps, unanswered, unworthy

ADDRESS = "today.html"
DUTIES = (drifting, unanswered, overfull, plan_gap, unworthy, next_steps)


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    words = edition.words
    draft = edition.draft(ADDRESS)
    duties = [duty(draft) for duty in DUTIES]
    todo = sorted((each for each in duties if each.call), key=lambda each: -(each.money or 0.0))
    moment = words.moment(edition.numbers.as_of)
    said = words.plural("{n} thing to do", "{n} things to do", len(todo)) if todo else words("nothing to do")
    private = absence(edition, "urgent")
    return answers.page(
        draft,
        Answer(
            words("Today"),
            words("What must the head of sales do today?"),
            (sentence(words, "As of {moment}: {said}.", moment=moment, said=strong(said)),),
            groups=(Group("", "today", tuple(each.part for each in duties)),),
            playbooks=edition.about(kind="head"),
            template="today.html",
        ),
        todo=[(each.part.ident, each.part.title, each.call) for each in todo],
        private=private,
    )
