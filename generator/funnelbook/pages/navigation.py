"""Where every page leads."""

from __future__ import annotations

from funnelbook.pages.text import mark

#: The pages of numbers, which the navigation keeps behind one word: address, text.
QUESTIONS = [
    ("pipelines/index.html", mark("Pipelines")),
    ("losses.html", mark("Losses")),
    ("comebacks.html", mark("Come-backs")),
    ("cost.html", mark("Cost and worth")),
    ("leads.html", mark("Leads")),
    ("plan.html", mark("Plan")),
    ("capacity.html", mark("Capacity")),
    ("sellers.html", mark("Sellers")),
    ("mistakes.html", mark("Eight mistakes")),
    ("effects.html", mark("Effects")),
    ("system.html", mark("Sales system")),
]

#: What stands beside them on every page: address, text. The site's name leads home.
NAVIGATION = [
    ("playbooks/index.html", mark("Playbooks")),
    ("data/index.html", mark("Data")),
    ("glossary.html", mark("Glossary")),
]
