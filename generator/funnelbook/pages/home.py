"""The home page: the last whole month at a glance, and the way to everything else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from funnelbook.pages import leaks
from funnelbook.pages import month as months
from funnelbook.pages.edition import Draft, Edition
from funnelbook.pages.effects.changes import newest
from funnelbook.pages.grid import Grid, Head, grid
from funnelbook.pages.honesty import gap_notes
from funnelbook.pages.numbers import total
from funnelbook.pages.page import Page, Task
from funnelbook.pages.text import crm, plain
from funnelbook.pages.tiles import tiles


def pages(edition: Edition) -> Iterator[Task]:
    yield partial(page, edition)


def page(edition: Edition) -> Page:
    """One page; without any month it says that there are no data."""
    words, numbers = edition.words, edition.numbers
    draft = edition.draft("index.html")
    month = numbers.last_complete or (numbers.months[-1] if numbers.months else "")
    title = plain(edition.book.project.site.title)
    if not month:
        return draft.page("home.html", title, words("There are no deals yet."), month="")
    main = numbers.pipelines[0]
    sentences = months.sentences_of(edition, main, month, together=True)
    current = numbers.months[-1]
    return draft.page(
        "home.html",
        title,
        " ".join(str(each.striptags()) for each in sentences),
        month=month,
        name=words.month(month).capitalize(),
        month_address=edition.month_address(month),
        current=(edition.month_address(current), words.month(current).capitalize()) if current != month else None,
        sentences=sentences,
        unfinished=months.unfinished(edition, month),
        leaks=leaks.largest(draft, numbers.pipelines, month),
        leaked=leaks.summary(edition, numbers.pipelines, month),
        moved=tuple(gap_notes(edition, *numbers.pipelines)),
        pipeline=crm(main.name) if len(numbers.pipelines) > 1 else "",
        tiles=tiles(edition, main.name, month)[:4],
        months=months_grid(edition, draft),
        pipelines=[
            (edition.pipeline_address(each), crm(each.name), words.plural("{n} stage", "{n} stages", each.k))
            for each in numbers.pipelines
        ],
        playbooks=[(f"playbooks/{each.slug}.html", each.title) for each in edition.playbooks[:8]],
        changes=newest(edition),
        playbook_count=len(edition.playbooks),
    )


def months_grid(edition: Edition, draft: Draft) -> Grid:
    """Every month, newest first: sums over all pipelines; no column of money when no deal ever had a price."""
    words, numbers = edition.words, edition.numbers
    heads = [
        Head(words("Month"), number=False),
        Head(words("New deals"), "created"),
        Head(words("Won"), "won"),
        Head(words("Lost"), "lost"),
    ]
    told = numbers.money_told()
    if told:
        heads.append(Head(words("Revenue"), "revenue"))
    rows, targets = [], []
    for month in reversed(numbers.months):
        found = [row for each in numbers.pipelines if (row := numbers.month(each.name, month))]
        name = words.month(month).capitalize()
        shown = name if numbers.complete(month) else words("{month}, not over", month=name)
        counts = [words.number(total(found, column)) for column in ("created", "won", "lost")]
        rows.append([shown, *counts, *([words.money(total(found, "revenue"))] if told else [])])
        targets.append(draft.link(edition.month_address(month)))
    return grid(words("Month by month, all pipelines together"), heads, rows, targets)
