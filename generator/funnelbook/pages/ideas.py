"""The ideas of the sales system, and where on the site each is to be seen as a number, a picture or a playbook."""

from __future__ import annotations

from msgspec import Struct

from funnelbook.pages.text import mark

#: Pages whose addresses the data decide: the last whole month, the main pipeline, its first stage.
MONTH, PIPELINE, STAGE = "month", "pipeline", "stage"


class Place(Struct, frozen=True):
    """A section of a page. `page` is an address, or one of those above.

    `tables` are those that its numbers stand in, and its chart shows; none where it lists what `check` finds.
    """

    page: str
    section: str
    tables: tuple[str, ...] = ()


class Idea(Struct, frozen=True):
    """`places` show it as numbers, `kinds` of playbooks tell of it; `checked`: `funnelbook check` guards it."""

    number: int
    text: str
    places: tuple[Place, ...] = ()
    kinds: tuple[str, ...] = ()
    checked: bool = False


IDEAS = (
    Idea(
        1,
        mark("Deals die chiefly because the price and the value in the buyer's eyes do not meet."),
        (
            Place("losses.html", "causes", ("losses",)),
            Place("losses.html", "price-value", ("price_value",)),
            Place("losses.html", "prices", ("prices",)),
        ),
        ("pricing",),
    ),
    Idea(
        2,
        mark("Buying is a chain of choices, and the fear of choosing wrong stops more people than money does."),
        (Place("losses.html", "fear", ("losses", "funnel")),),
        ("fears",),
    ),
    Idea(
        3,
        mark("Owners sell their own idea badly and have no time for it: selling is the first thing to hand over."),
        (Place("sellers.html", "roles", ("roles",)),),
        ("owner-selling",),
    ),
    Idea(
        4,
        mark("Everyone who showed interest is a lead and is recorded: who cannot buy today may buy tomorrow."),
        (Place("leads.html", "complete", ("leads",)), Place("leads.html", "temperature", ("temperature",))),
        ("note",),
        checked=True,
    ),
    Idea(
        5,
        mark("One or a few questions tell early how well a lead fits."),
        (Place("leads.html", "qualification", ("qualification",)),),
        ("qualifying",),
    ),
    Idea(
        6,
        mark("Leads sell in three waves: the easy ones, the hard ones, and those who come back."),
        (Place("leads.html", "waves", ("waves",)),),
    ),
    Idea(
        7,
        mark("Selling is a job of its own: quick, always there, calm; the expert is reached through the seller."),
        (
            Place("leads.html", "response", ("response_by_hour", "monthly")),
            Place("sellers.html", "roles", ("roles",)),
        ),
        ("expert-call", "objection"),
    ),
    Idea(
        8,
        mark("A sales department runs the selling by itself and answers for the plan."),
        (Place("plan.html", "course", ("plan",)), Place(MONTH, "plan", ("plan",))),
    ),
    Idea(
        9,
        mark("No company ever bought anything: people did, each for reasons of their own."),
        (Place("leads.html", "segments", ("monthly",)),),
        ("qualifying", "note"),
    ),
    Idea(
        10,
        mark("Only a system that records each loss can tell why a purchase did not happen."),
        (Place("losses.html", "matrix", ("losses",)), Place("losses.html", "recorded", ("losses",))),
        checked=True,
    ),
    Idea(
        11,
        mark("The system shows its weak spots itself, in money, instead of opinions about them."),
        (Place(MONTH, "stages", ("leaks",)),),
    ),
    Idea(
        12,
        mark("Selling means to sell where it pays and to refuse where it does not."),
        (Place("cost.html", "worth", ("worth",)),),
    ),
    Idea(
        13,
        mark("A sale costs all that was spent from first contact to purchase, on lost deals too."),
        (
            Place("cost.html", "by-month", ("monthly",)),
            Place("cost.html", "by-stage", ("cost",)),
            Place("cost.html", "members", ("monthly",)),
        ),
    ),
    Idea(
        14,
        mark("A department can put through only so much: how many leads does the plan need, and who carries them?"),
        (
            Place("capacity.html", "needs", ("capacity_plan",)),
            Place("capacity.html", "bottleneck", ("work",)),
            Place("capacity.html", "load", ("capacity",)),
        ),
        ("head",),
    ),
    Idea(
        15,
        mark("First task of a pipeline: deals that will be lost are lost at its start."),
        (Place("cost.html", "tasks", ("tasks",)),),
        ("note",),
    ),
    Idea(
        16,
        mark("Second task: our money and work come at its end, where a deal is likelier."),
        (Place("cost.html", "tasks", ("tasks",)), Place("cost.html", "order", ("order",))),
        ("note",),
    ),
    Idea(
        17,
        mark("Third task: the buyer's own effort comes at its start."),
        (Place("cost.html", "buyer-effort", ("tasks",)),),
        ("note",),
    ),
    Idea(
        18,
        mark("Every business has a pipeline, even “came in, bought, left”."),
        (Place(PIPELINE, "funnel", ("funnel",)),),
    ),
    Idea(
        19,
        mark("A stage is named by what has happened, not by what somebody is doing."),
        (Place("pipelines/index.html", "stage-names"),),
        ("note",),
        checked=True,
    ),
    Idea(
        20,
        mark("Each stage leads to one target action, and its conversion shows how well."),
        (Place(STAGE, "conversion", ("funnel",)),),
        ("stage",),
    ),
    Idea(
        21,
        mark("A good refusal can begin the next sale; a deal left to lie cannot."),
        (
            Place("losses.html", "party", ("monthly",)),
            Place("comebacks.html", "returned", ("comebacks",)),
            Place("comebacks.html", "drifting", ("drift",)),
            Place("today.html", "drifting", ("drift",)),
        ),
        ("refusal",),
    ),
    Idea(
        22,
        mark("A refusal says why, which criteria were not met, what we are good at, and how we differ."),
        (Place("losses.html", "refusals"),),
        ("refusal",),
        checked=True,
    ),
    Idea(23, mark("Hard tricks sell once. A team knows them, and knows where its own line is."), (), ("tricks",)),
    Idea(
        24,
        mark("A team is built by finding good people and parting early, not by teaching the unwilling anew."),
        (Place("sellers.html", "funnel-plot", ("sellers",)), Place("sellers.html", "ramp", ("ramp",))),
        ("hiring", "onboarding", "letting-go"),
    ),
    Idea(
        25,
        mark("The head of sales organises, hands out, controls and motivates: every day, by a list."),
        (Place("today.html", "drifting", ("drift",)), Place("today.html", "plan-gap", ("plan",))),
        ("head",),
    ),
    Idea(
        26,
        mark(
            "A simple product lets you delegate the selling, an expert service the making; a grown business, both."
        ),
        (Place("sellers.html", "delegation-risks", ("roles",)),),
        ("delegation",),
    ),
    Idea(
        27,
        mark("Eight mistakes hurt nearly every company that sells."),
        (Place("mistakes.html", "refusing-to-sell", ("mistakes",)),),
        ("mistake",),
    ),
)
