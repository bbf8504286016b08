"""The glossary's entries: words of the sales system, metrics with their formulas, how to read a number.

A family of numbers is a file here and a line in `GROUPS`, in the order of the page.
"""

from __future__ import annotations

from funnelbook.pages.terms import (
    capacity,
    cost,
    effects,
    leads,
    losses,
    mistakes,
    month,
    plan,
    reading,
    sellers,
    way,
    words,
)
from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

__all__ = ["GROUPS", "Term"]

#: Anchor, title, entries.
GROUPS = (
    ("group-words", mark("Words of the sales system"), words.WORDS),
    ("group-month", mark("Numbers of a month"), month.MONTH),
    ("group-way", mark("Numbers of the pipeline"), way.WAY),
    ("group-losses", mark("Losses and come-backs"), losses.LOSSES),
    ("group-plan", mark("Plan and leaks"), plan.PLAN),
    ("group-capacity", mark("Leads, hours and sellers"), capacity.CAPACITY),
    ("group-sellers", mark("Sellers and roles"), sellers.SELLERS),
    ("group-cost", mark("Costs, and what a deal is worth"), cost.COST),
    ("group-leads", mark("Leads and sources"), leads.LEADS),
    ("group-mistakes", mark("The eight mistakes, and today"), mistakes.MISTAKES),
    ("group-effects", mark("Playbooks and what came after them"), effects.EFFECTS),
    ("group-reading", mark("How to read a number"), reading.READING),
)
