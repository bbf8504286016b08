"""What the codes of the tables are called: causes, parties, bases, problems, notes."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from funnelbook.language import Words
from funnelbook.model.notes import Note
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

#: Causes that need no words to a buyer: nothing is known, or there is nobody to speak to.
WORDLESS = frozenset({"none", "other", "duplicate", "spam"})

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

#: Roles of the team, and those of them who make what is sold.
ROLES: Mapping[str, str] = {
    "seller": mark("Seller"),
    "head": mark("Head of sales"),
    "expert": mark("Expert"),
    "owner": mark("Owner of the business"),
    "owner+expert": mark("Owner and experts"),
    "all": mark("All together"),
    "—": mark("Not in the team"),
}

#: Of a seller's win rate against the limits of chance; doubtful: beyond those of 95 %, within those of 99.8 %.
VERDICTS: Mapping[str, str] = {
    "below": mark("worse, not noise"),
    "within": mark("noise"),
    "doubtful": mark("look closer"),
    "above": mark("better, not noise"),
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

#: Why a row was not taken, or what is odd about one that was, by the slug in the table `quality`.
PROBLEMS: Mapping[str, str] = {
    "missing-value": mark("A required value is missing"),
    "bad-value": mark("A value is none of those allowed"),
    "bad-type": mark("A value of the wrong kind"),
    "bad-date": mark("A date cannot be read"),
    "bad-number": mark("A number cannot be read"),
    "bad-amount": mark("An amount of money cannot be read"),
    "encoding": mark("The text is damaged"),
    "ragged-row": mark("More or fewer cells than the header has"),
    "blank-row": mark("An empty row"),
    "preamble": mark("Stands above the header: the report's title or filters"),
    "footer": mark("A total, or a note below the table"),
    "no-stage-change": mark("A change of something other than the stage"),
    "first-stage-unknown": mark("The creation of a deal whose first stage it does not tell"),
    "ambiguous-deal": mark("Several deals have this name"),
    "told-elsewhere": mark("Another file tells the same history in more detail"),
    "product-row": mark("A further product of the same deal"),
    "converted-lead": mark("A lead that became a deal: it is the beginning of the deal's way"),
    "lead-without-deal": mark("A lead that was converted, but to no deal of the export"),
    "lead-not-told": mark("A lead, and the deals do not tell which lead they came of: export their column “Lead”"),
    "lead-of-some-pipeline": mark(
        "A lead, and the deals are in several pipelines: nobody knows which would be its"
    ),
    "lead-without-history": mark("A lead without a history, beside deals that have one: save that of leads, too"),
    "lead-history-alone": mark("A lead's history, beside deals that have none"),
    "lead-stages-unknown": mark(
        "A lead whose status is no stage of the pipeline: declare the statuses of leads as its first stages"
    ),
    "not-needed": mark("Tells nothing that the numbers need"),
    "repeated-header": mark("The header once more"),
    "excel-error": mark("An error of the spreadsheet stands in a cell"),
    "excel-mangled": mark("The spreadsheet changed a number"),
    "formula-without-value": mark("A formula without a stored result"),
    "single-visits": mark("Dates of stages, one visit a stage (returns cannot be seen)"),
    "bulk-edit": mark("Moved together with other deals (a mass edit, which is no work)"),
    "change-of-pipeline": mark("A change of the pipeline (it tells where the stages belong)"),
    "deleted-deal": mark("A deal that lies in the bin of the CRM"),
    "no-change": mark("A row of the log that changes no stage"),
    "other-event": mark("An event that tells nothing here"),
    "duplicate-event": mark("The same event once more"),
    "after-as-of": mark("Later than the day of the export"),
    "unknown-stage": mark("A stage that is not in the pipeline"),
    "foreign-pipeline": mark("Belongs to another pipeline"),
    "no-closing-date": mark("Closed, but nobody knows when"),
    "unknown-deal": mark("Belongs to no deal"),
    "earlier-export": mark("A later export has the same deal"),
    "duplicate": mark("A later row of the same deal replaces it"),
    "open-with-closing-date": mark("Open, with a closing date (taken for a forecast)"),
    "closed-before-created": mark("Closed before it was created (gives no cycle)"),
    "reason-without-loss": mark("A reason for a loss, but the deal is not lost"),
    "negative-price": mark("A price below zero (counts as no price)"),
    "no-comparable-price": mark("A price in a currency without a rate (left out of money)"),
}

#: Why a table could not be made, and what to do about it, by the reason in the results.
ABSENCES: Mapping[str, str] = {
    "no-costs": mark(
        "Nobody told what a stage costs: give stages `cost`, or `minutes` and an `hour_rate`, in funnelbook.toml."
    ),
    "no-movable-stages": mark(
        "No stage may be moved: mark those that could stand elsewhere with `movable = true` in funnelbook.toml."
    ),
    "no-minutes": mark("Nobody told how long a stage takes us: give stages `minutes` in funnelbook.toml."),
    "no-team": mark(
        "There is no team: add content/exports/team.csv with person, role, from, to and hours_per_week."
    ),
    "no-roles": mark(
        "Nobody of content/exports/team.csv is in charge of a deal: write people there as the CRM names them."
    ),
    "no-start-dates": mark("Nobody told when people began: fill the column `from` of content/exports/team.csv."),
    "no-owners": mark("No deal has an owner: export the column of the person in charge."),
    "no-contacts": mark(
        "No deal has a contact, so nobody can be seen to come back: export contacts, phones or e-mail addresses."
    ),
    "no-reasons": mark(
        "No reason was recorded for any loss: let the CRM ask for one whenever a deal is closed, and export that "
        "column."
    ),
    "no-values": mark(
        "No deal that was closed in the last twelve months has a price: fill the deals' value, of lost ones too."
    ),
    "no-plan": mark(
        "There is no plan: add content/exports/plan.csv with month, pipeline, owner, sales and revenue."
    ),
    "no-temperatures": mark(
        "No lead has a temperature: let sellers mark each lead hot, warm or cold, and export that column."
    ),
    "no-sources": mark("No lead has a source: record where each lead came from, and export that column."),
    "no-segments": mark(
        "No lead has a segment: mark each one B2B or B2C, and export that column as `segment` (b2b, b2c)."
    ),
    "no-qualifying-stage": mark(
        "Nobody told which stage qualifies a lead: mark the stage where your questions have been answered "
        "with `qualifies = true` in funnelbook.toml."
    ),
    "ids-private": mark(
        "The ids of deals are not published: set publish_deal_ids = true under [privacy] in funnelbook.toml."
    ),
    "no-releases": mark("No version of the site has been released yet: `funnelbook release NAME` makes one."),
    "no-aims": mark(
        "No playbook names a number that it is to change: write `aims_at: decided` (with a stage), `win_rate`, "
        "`answered_in_target` or `comeback` at the top of one."
    ),
    "no-versions": mark(
        "Of no playbook that aims at a number is a change known up to the day of the data: keep the handbook in "
        "git, with its whole history, or write `effective:` with the dates at the top of a playbook."
    ),
    "no-series": mark(
        "There are no two exports of different days yet: bring in the next one with `funnelbook import`, "
        "which keeps each."
    ),
    "no-activities": mark("The data hold no calls, letters or messages: export activities or events."),
}

#: What a build assumed, by the rule's slug; `{}` is filled with the note's parameters.
NOTES: Mapping[str, str] = {
    "pipeline-inferred": mark(
        "The stages of {pipeline} ({stages}) and their order were inferred from the deals: declare them in the "
        "project file."
    ),
    "stage-order-of-appearance": mark(
        "No stage history was found: inferred stages stand in the order in which they first appear."
    ),
    "single-visits": mark(
        "The dates of the stages stand in columns, one visit a stage: returns to a stage cannot be seen, so loops "
        "are undercounted."
    ),
    "as-of-newest": mark("No date of the export was given: the newest moment in the data stands for it."),
    "currency-assumed": mark("No currency was given: {currency} was taken from the data."),
    "entries-between-exports": mark(
        "{entries} entries into stages happened between two exports: half of them are known to within {days} days, "
        "all of them to within {most} days."
    ),
    "several-currencies": mark("The data hold several currencies ({currencies}), and the site's is not given."),
    "spellings-joined": mark(
        "Names of people, sources and stages are compared without case, spaces, ё and invisible signs. Spellings "
        "taken as one: {spellings}; names they stand for: {names}."
    ),
    "without-rate": mark(
        "No rate is known for some prices in {currencies}, from {first} to {last}. Deals left out of money: "
        "{deals}. Add a table `rates` with the columns date, currency and rate."
    ),
    "derived-rows-left-out": mark("{rows} entries of the stage history were left out: {problem}."),
}


def label(words: Words, known: Mapping[str, str], code: str | None) -> Markup | str:
    """The code's name in the site's language; an unknown code as it stands."""
    if code is None:
        return "—"
    return words(known[code]) if code in known else crm(code)


def note(words: Words, told: Note) -> Markup:
    """A note's sentence; one without a sentence of its own shows its problem, or its slug, and its parameters."""
    values = {
        key: label(words, PROBLEMS, str(value)) if key == "problem" else crm(str(value))
        for key, value in told.params
    }
    if told.rule in NOTES:
        return filled(words(NOTES[told.rule]), **values)
    listing = ", ".join(str(value) for _, value in told.params)
    return filled(
        "{what}: {listing}" if listing else "{what}", what=label(words, PROBLEMS, told.rule), listing=listing
    )
