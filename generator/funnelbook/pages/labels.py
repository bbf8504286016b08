"""What the codes of the tables are called: causes, parties, bases, problems, notes."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.dataset import Note
from funnelbook.pages.text import crm, filled, mark

CAUSES: Mapping[str, str] = {
    "price_value": mark("Price and value"),
    "competitor": mark("Competitor"),
    "fear": mark("Fear of deciding"),
    "timing": mark("Not now"),
    "fit": mark("Not a fit"),
    "unreachable": mark("Unreachable"),
    "duplicate": mark("Duplicate"),
    "spam": mark("Spam"),
    "other": mark("Other"),
    "none": mark("No reason recorded"),
}

PARTIES: Mapping[str, str] = {
    "refused": mark("We refused"),
    "declined": mark("Buyer declined"),
    "drifted": mark("Drifted away"),
}

BASES: Mapping[str, str] = {
    "history": mark("Full stage history"),
    "snapshots": mark("Successive exports"),
    "current": mark("One export"),
}

#: Kinds of playbooks, in the order of the index.
KINDS: Mapping[str, str] = {
    "refusal": mark("Refusals"),
    "objection": mark("Objections"),
    "qualifying": mark("Qualifying questions"),
    "stage": mark("Stages"),
    "pricing": mark("Price and value"),
    "fears": mark("The buyer's fears"),
    "expert-call": mark("Calling in an expert"),
    "owner-selling": mark("The owner's selling"),
    "tricks": mark("Tricks and where the line is"),
    "head": mark("Head of sales"),
    "hiring": mark("Hiring"),
    "onboarding": mark("The first 90 days"),
    "letting-go": mark("Letting go"),
    "delegation": mark("Delegation"),
    "mistake": mark("Mistakes"),
    "note": mark("Notes"),
}

#: Why a row was not taken, by the slug that the quality table carries.
PROBLEMS: Mapping[str, str] = {
    "missing": mark("A required value is missing"),
    "bad-date": mark("A date cannot be read"),
    "bad-number": mark("A number cannot be read"),
    "encoding": mark("The text is damaged"),
    "after-as-of": mark("Later than the day of the export"),
    "unknown-stage": mark("A stage that is not in the pipeline"),
    "unknown-pipeline": mark("A pipeline that was not declared"),
    "unknown-status": mark("A status that is not known"),
    "foreign-pipeline": mark("Belongs to another pipeline"),
    "no-closing-time": mark("Closed, but nobody knows when"),
    "unknown-deal": mark("Belongs to no deal"),
    "duplicate": mark("A later row of the same deal replaces it"),
}

#: What a build assumed, by the rule's slug; `{}` is filled with the note's parameters.
NOTES: Mapping[str, str] = {
    "inferred-pipeline": mark(
        "The stages of {pipeline} and their order were inferred from the deals: declare them in the project file"
    ),
    "pipeline-inferred": mark(
        "The stages of {pipeline} and their order were inferred from the deals: declare them in the project file"
    ),
}


def label(words: Words, known: Mapping[str, str], code: str | None) -> Markup | str:
    """The code's name in the site's language; an unknown code as it stands."""
    if code is None:
        return "—"
    return words(known[code]) if code in known else crm(code)


def note(words: Words, told: Note) -> Markup:
    """A note's sentence; one without a sentence yet shows its slug and parameters."""
    values = {key: crm(str(value)) for key, value in told.params}
    if told.rule in NOTES:
        return filled(words(NOTES[told.rule]), **values)
    listing = ", ".join(f"{key}: {value}" for key, value in told.params)
    return crm(f"{told.rule} ({listing})" if listing else told.rule)
