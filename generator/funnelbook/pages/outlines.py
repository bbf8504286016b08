"""What the pages of numbers are about, for the search: titles, questions and headings, as the pages have them.

Words of the program alone. Headings that a CRM's names or numbers are part of are left out.
"""

from __future__ import annotations

from funnelbook.pages.text import mark

#: Title, question, headings.
MONTH = (
    mark("This month"),
    "",
    (
        mark("Where money leaks"),
        mark("Flow of the month"),
        mark("Win rate and revenue"),
        mark("Plan, fact, forecast"),
        mark("Stage by stage"),
        mark("What was lost, and why"),
        mark("The month's new deals, as far as they have come"),
        mark("Cost of sale"),
        mark("The three tasks of the funnel"),
        mark("First response"),
    ),
)

#: Address, title, question or "", headings.
OUTLINES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "today.html",
        mark("Today"),
        mark("What must the head of sales do today?"),
        (
            mark("Drifting deals"),
            mark("Leads without an answer"),
            mark("Overloaded sellers"),
            mark("Plan and what is missing"),
            mark("Deals not worth pursuing"),
            mark("Open deals without a next step"),
        ),
    ),
    (
        "pipelines/index.html",
        mark("Pipelines"),
        mark("Every pipeline with its stages: conversion, time and losses."),
        (mark("Do the names of the stages say what has happened?"),),
    ),
    (
        "losses.html",
        mark("Losses and refusals"),
        mark("Why do deals die, where, and is it the price or something else?"),
        (
            mark("Why"),
            mark("Price and value: where they do not meet"),
            mark("Do dear deals sell worse?"),
            mark("Too dear, or not sure?"),
            mark("Who ended it"),
            mark("Do we know why?"),
            mark("Where: stage, reason, who ended it"),
            mark("Our refusals and their scripts"),
        ),
    ),
    (
        "comebacks.html",
        mark("Come-backs"),
        mark("Do refused and lost buyers come back, when, and what do they bring?"),
        (mark("Who comes back, and when"), mark("What come-backs bring"), mark("Drifting today")),
    ),
    (
        "cost.html",
        mark("Cost and worth"),
        mark("What does one sale cost us, and which deals are worth pursuing?"),
        (
            mark("Cost of a sale by month"),
            mark("Where the money goes"),
            mark("Cost of a sale by source and by seller"),
            mark("What went on deals that were lost"),
            mark("Which deals are worth pursuing"),
            mark("The cheapest order of the stages"),
            mark("What if"),
            mark("The three tasks of the funnel"),
            mark("The buyer's effort beside our cost"),
        ),
    ),
    (
        "leads.html",
        mark("Leads and sources"),
        mark("Do we record every lead, answer in time, and where do the leads that buy come from?"),
        (
            mark("Are all leads recorded?"),
            mark("First response"),
            mark("Who records and who answers"),
            mark("Easy sales, hard sales, and those who came back"),
            mark("Where the leads that buy come from"),
            mark("How many leads come in"),
            mark("Qualifying leads"),
            mark("Hot, warm and cold leads"),
            mark("B2B and B2C side by side"),
        ),
    ),
    (
        "plan.html",
        mark("Plan"),
        mark("Will we make the plan, and who is behind?"),
        (mark("Plan and fact by month"), mark("By pipeline"), mark("By seller")),
    ),
    (
        "capacity.html",
        mark("Capacity"),
        mark("How many leads do we need for the plan, and can we carry them?"),
        (
            mark("Leads needed, come and carried"),
            mark("Where the hours of a lead go"),
            mark("What if"),
            mark("Who is full"),
            mark("Open deals at hand"),
        ),
    ),
    (
        "sellers.html",
        mark("Sellers"),
        mark("Who sells better than the team, and who needs help — beyond noise?"),
        (
            mark("Who sells better or worse than chance explains"),
            mark("What to expect of the next deals"),
            mark("Whose hands the deals are in"),
            mark("How new people come up to speed"),
            mark("Two risks of giving selling away"),
        ),
    ),
    (
        "mistakes.html",
        mark("Eight mistakes"),
        mark("Which of the eight painful mistakes are we making?"),
        (
            mark("Dwelling on failures"),
            mark("Refusing to sell"),
            mark("Selling too cheap"),
            mark("No sales department"),
            mark("Selling to everybody"),
            mark("Too much freedom for sellers"),
            mark("Forgetting the team's principles"),
            mark("Being too precious about the business"),
        ),
    ),
    (
        "effects.html",
        mark("Effects"),
        mark("Which playbook changes helped?"),
        (mark("Before and after"), mark("Too early, or too few")),
    ),
    (
        "system.html",
        mark("Sales system"),
        mark("Twenty-seven ideas about selling, and where each of them is to be seen here."),
        (),
    ),
    (
        "data/index.html",
        mark("Data"),
        mark(
            "What was read, what was rejected and why, what the numbers can and cannot say, "
            "and every table to download."
        ),
        (
            mark("What was read"),
            mark("What the numbers can and cannot say"),
            mark("What was assumed"),
            mark("Every table to download"),
        ),
    ),
)
