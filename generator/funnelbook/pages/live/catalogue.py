"""Every number that a playbook can show, by name. A new one is a line here and in `writing-playbooks.md`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from funnelbook.pages.live.metric import Metric

_LEADS = ("source", "segment")
_SOLD = ("pipeline", *_LEADS)
_SLICED = ("pipeline", "source", "segment", "role")
_STAGE = ("stage",)
_PLACE = ("pipeline", "stage")
_ROLE = ("role",)
#: The table `order` repeats what a lead and a sale cost on each of its rows.
_ANY_RANK = {"rank": 1}
_PLACES = ("pipeline", "stage", "cause", "party")
_CLOSED = ("won", "lost")
_DECIDED = ("left_forward", "left_lost")

_MONTH: dict[str, Metric] = {
    "created": Metric("monthly", "created", "count", "created", takes=_SLICED),
    "won": Metric("monthly", "won", "count", "won", takes=_SLICED),
    "lost": Metric("monthly", "lost", "count", "lost", takes=_SLICED),
    "refused": Metric("monthly", "refused", "count", "party", takes=_SLICED),
    "declined": Metric("monthly", "declined", "count", "party", takes=_SLICED),
    "drifted": Metric("monthly", "drifted", "count", "party", takes=_SLICED),
    "win_rate": Metric("monthly", "won", "share", "win-rate", _CLOSED, takes=_SLICED),
    "revenue": Metric("monthly", "revenue", "money", "revenue", takes=_SLICED),
    "cost_of_sale": Metric("monthly", "cost", "money", "cost-of-sale", ("won",), takes=_SLICED),
    "response": Metric("monthly", "response_median_minutes", "minutes", "response", takes=_SLICED),
    "answered_in_target": Metric("monthly", "answered_in_target", "portion", "response", takes=_SLICED),
    "average_sale": Metric("sales", "average_sale", "money", "average-sale", period="year", takes=_SOLD),
    "cycle": Metric("sales", "cycle_median_days", "days", "cycle", period="year", takes=_SOLD),
    "recorded_in_full": Metric("leads", "complete", "share", "complete", ("leads",), takes=_LEADS),
}
_WAY: dict[str, Metric] = {
    "entered": Metric("entries", "entered", "count", "entered", needs=_STAGE),
    "standing": Metric("entries", "at_end", "count", "open", needs=_STAGE),
    "decided": Metric("entries", "left_forward", "share", "decided", _DECIDED, needs=_STAGE),
    "conversion": Metric("funnel", "advanced", "share", "conversion", ("reached",), "cohort", needs=_STAGE),
    "time_in_stage": Metric("funnel", "median_days", "days", "time-in-stage", period="cohort", needs=_STAGE),
}
_LOSSES: dict[str, Metric] = {
    "losses": Metric("losses", "deals", "count", "lost", takes=_PLACES),
    "losses_cost": Metric("losses", "cost", "money", "wasted", takes=_PLACES),
    "cost_of_loss": Metric("losses", "cost", "money", "wasted", ("deals",), takes=_PLACES),
    "lost_for": Metric(
        "losses",
        "deals",
        "share",
        "told-share",
        ("deals",),
        takes=_PLACE,
        needs=("cause",),
        of="cause",
    ),
    "lost_at": Metric("losses", "deals", "share", "lost", ("deals",), needs=_STAGE, of="stage"),
    "came_back": Metric(
        "comebacks", "returned", "portion", "comeback", period="year", takes=("days",), needs=("party",)
    ),
}
_COST: dict[str, Metric] = {
    "spent": Metric("cost", "spent", "money", "cost-of-sale", takes=_PLACE),
    "wasted": Metric("cost", "spent_on_lost", "portion", "wasted", ("spent",), takes=_PLACE),
    "win_chance": Metric("chances", "won", "share", "win-chance", ("reached",), "year", needs=_STAGE),
    "remaining_cost": Metric("worth", "remaining_cost", "money", "remaining-cost", period="year", needs=_STAGE),
    "least_margin": Metric("worth", "least_margin", "money", "least-margin", period="year", needs=_STAGE),
    "expected_value": Metric("worth", "expected", "money", "expected-value", period="year", needs=_STAGE),
    "cost_of_stage": Metric("work", "cost", "money", "cost-per-lead", period="year", needs=_STAGE),
    "share_that_comes": Metric("work", "reach", "portion", "from-first", period="year", needs=_STAGE),
    "work_per_lead": Metric("order", "cost_per_lead_now", "money", "cost-per-lead", period="year", fixed=_ANY_RANK),
    "work_per_sale": Metric("order", "cost_per_sale_now", "money", "cost-per-sale", period="year", fixed=_ANY_RANK),
    "work_per_sale_best": Metric(
        "order", "cost_per_sale_best", "money", "cost-per-sale", period="year", fixed=_ANY_RANK
    ),
    "loss_earliness": Metric("tasks", "loss_earliness", "hundred", "loss-earliness"),
    "spent_lateness": Metric("tasks", "spent_lateness", "hundred", "cost-lateness"),
    "cost_lateness": Metric("tasks", "cost_lateness", "hundred", "cost-lateness"),
    "buyer_earliness": Metric("tasks", "buyer_earliness", "hundred", "buyer-earliness"),
}
_PLAN: dict[str, Metric] = {
    "plan_sales": Metric("capacity_plan", "plan_sales", "count", "sales-plan", period="plan"),
    "leads_needed": Metric("capacity_plan", "leads_needed", "count", "leads-needed", period="plan"),
    "leads_carried": Metric("capacity_plan", "leads_capacity", "count", "leads-carried", period="plan"),
    "sellers_needed": Metric("capacity_plan", "sellers_needed", "hours", "sellers-needed", period="plan"),
    "hours_per_lead": Metric("capacity_plan", "hours_per_lead", "hours", "hours-per-lead", period="plan"),
    "hours_available": Metric("capacity_plan", "hours_available", "count", "leads-carried", period="plan"),
    "bottleneck": Metric("capacity_plan", "bottleneck", "name", "hours-per-lead", period="plan"),
    "sellers": Metric("staffing", "sellers", "count", "sellers-needed", period="plan", takes=()),
}
_PEOPLE: dict[str, Metric] = {
    "role_win_rate": Metric("roles", "won", "share", "win-rate", ("closed",), "year", needs=_ROLE),
    "role_response": Metric("roles", "response_median_minutes", "minutes", "response", period="year", needs=_ROLE),
    "in_hands": Metric("roles", "share", "portion", "in-hands", period="year", needs=_ROLE),
    "price_kept": Metric("roles", "price_kept", "portion", "price-kept", period="year", needs=_ROLE),
    "signal": Metric("mistakes", "value", "signal", "signal", period="quarter", takes=(), needs=("signal",)),
}

METRICS: Mapping[str, Metric] = MappingProxyType({**_MONTH, **_WAY, **_LOSSES, **_COST, **_PLAN, **_PEOPLE})
