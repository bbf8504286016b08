"""Where every page leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from funnelbook.pages.text import mark, rendered

if TYPE_CHECKING:
    from funnelbook.pages.edition import Draft

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

PLAYBOOKS = "playbooks/index.html"

#: What stands beside them on every page: address, text. The site's name leads home.
NAVIGATION = [
    (PLAYBOOKS, mark("Playbooks")),
    ("data/index.html", mark("Data")),
    ("glossary.html", mark("Glossary")),
]

_LED_TO = frozenset({"today.html", *(address for address, _ in (*QUESTIONS, *NAVIGATION))})


def sections(draft: Draft) -> Markup:
    """The navigation. All pages of a folder have the same one, but for those that it leads to."""
    edition, latest = draft.edition, draft.edition.numbers.latest
    filled = edition.catalogue.filled
    current = draft.address if draft.address in {f"{latest}/index.html", *_LED_TO} else ""
    given = {
        "_": edition.words,
        "link": draft.link,
        "latest": latest,
        "current": current,
        "questions": QUESTIONS,
        "navigation": [each for each in NAVIGATION if filled or each[0] != PLAYBOOKS],
    }
    told = (edition.language, draft.folder, current, latest, filled)
    return rendered(edition.theme.shared("partials/sections.html", given, *told))
