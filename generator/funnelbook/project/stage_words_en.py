"""English stage names: endings and words that tell a fact from an activity. Words come folded, split at hyphens."""

from __future__ import annotations

from collections.abc import Sequence

from funnelbook.project.stage_words import words

#: Past forms without -ed; those that are also a present are facts only when something stands before them.
_FACTS = frozenset(
    words(
        """
    sent won lost paid met made given gave got gotten done sold bought held seen told chosen chose written
    known taken shown drawn begun began built found heard kept left said gone came brought understood spoken
    spoke set put ready complete live over out due no
    """
    )
)
_PRESENT_TOO = frozenset(words("set put"))
_NO_FACTS = frozenset(words("need feed speed seed proceed exceed succeed bed red shed embed weed"))
_ARRIVALS = frozenset(words("new incoming inbound fresh unsorted repeat"))
_WAITING = frozenset(words("waiting awaiting pending to must should will"))
_NO_ACTIVITIES = frozenset(
    words(
        """
    thing king ring spring string building wedding ceiling nothing something during morning evening listing
    clothing housing wing
    """
    )
)
_VERBS = frozenset(
    words(
        """
    send call contact follow prepare schedule make close negotiate book ask get chase write sign present
    qualify check discuss offer find meet show plan win collect confirm set put give identify id understand
    nurture convince push wait email ring visit measure quote invoice deliver demo work evaluate agree
    decide
    """
    )
)
_PRESENTS = frozenset(
    words(
        """
    thinks considers decides waits negotiates compares wants thinking undecided hesitates
    """
    )
)
_ACTIVITIES = words(
    """
    negotiation presentation demo demonstration discovery qualification evaluation follow call review
    discussion consultation approval outreach nurture analysis trial pilot poc assessment preparation visit
    measurement survey talks conversation installation delivery work progress process hold interview audit
    research proposition
    """
)
_THINGS = words(
    """
    proposal quote quotation offer contract invoice payment deposit estimate decision agreement commitment
    """
)

#: Beginning of a word -> a name that states the fact behind it; the first that fits is suggested.
BETTER: tuple[tuple[str, str], ...] = (
    ("propos", "Offer sent"),
    ("quot", "Offer sent"),
    ("offer", "Offer sent"),
    ("contract", "Contract signed"),
    ("agreement", "Contract signed"),
    ("invoic", "Invoice sent"),
    ("payment", "Payment received"),
    ("paying", "Payment received"),
    ("deposit", "Deposit received"),
    ("estimat", "Estimate sent"),
    ("negotiat", "Terms agreed"),
    ("approv", "Terms agreed"),
    ("present", "Demo given"),
    ("demo", "Demo given"),
    ("meet", "Meeting held"),
    ("visit", "Visit made"),
    ("measur", "Measured"),
    ("survey", "Measured"),
    ("qualif", "Need understood"),
    ("discover", "Need understood"),
    ("analysis", "Need understood"),
    ("call", "Buyer reached"),
    ("contact", "Buyer reached"),
    ("outreach", "Buyer reached"),
    ("prospect", "Buyer reached"),
    ("follow", "Buyer answered"),
    ("think", "Buyer decided"),
    ("decid", "Buyer decided"),
    ("decision", "Buyer decided"),
    ("consider", "Buyer decided"),
    ("deliver", "Order delivered"),
    ("install", "Installed"),
)


def objection(name: Sequence[str]) -> str | None:
    """Why the words of a name state no fact, or None."""
    if name[0] in _WAITING:
        return "is a plan, not a fact"
    if any(_is_fact(word, place) for place, word in enumerate(name)):
        return None
    if name[0] in _VERBS and (len(name) > 1 or name[0] not in (*_THINGS, *_ACTIVITIES)):
        return "is a plan, not a fact"
    if any(word in _WAITING or word in _PRESENTS for word in name):
        return "says what is going on, not what has happened"
    if any(word in _ARRIVALS for word in name):
        return None
    if any(_is_activity(word) for word in name):
        return "is an activity, not a fact"
    if name[-1].rstrip("s") in _THINGS or name[0].rstrip("s") in _THINGS:
        return "names a thing, not what has happened to it"
    return None


def _is_fact(word: str, place: int) -> bool:
    if word in _FACTS:
        return place > 0 or word not in _PRESENT_TOO
    return len(word) > 3 and word.endswith("ed") and word not in _NO_FACTS


def _is_activity(word: str) -> bool:
    gerund = len(word) > 4 and word.endswith("ing") and word not in _NO_ACTIVITIES
    return gerund or word in _ACTIVITIES or word.removesuffix("s") in _ACTIVITIES
