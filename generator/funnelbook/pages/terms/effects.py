"""Changes of playbooks and what came after them."""

from __future__ import annotations

from funnelbook.pages.terms.term import Term
from funnelbook.pages.text import mark

EFFECTS = (
    Term(
        "effect",
        mark("Before and after a playbook"),
        mark(
            "A playbook may name the number it is to change. Each change of the playbook parts time in two: the "
            "cases of the 90 days before, and of the 90 days from it on, each followed for 90 days; a neighbouring "
            "change ends the days earlier. The other pipelines in the same days are compared as well. Better and "
            "worse are beyond chance; none of them proves that the playbook did it."
        ),
        mark("share after − share before, with Newcombe's interval; 20 cases on each side at least"),
    ),
)
