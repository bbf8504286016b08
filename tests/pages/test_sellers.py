"""The page of the sellers: who is beyond chance, what that is worth, who is new, whose hands deals are in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import books
import pytest
from made_pages import COURSE, STAGES, by_path, sound, text
from msgspec.structs import replace

from funnelbook.handbook import Handbook, Playbook
from funnelbook.metrics.shrinkage import Z998, group_of
from funnelbook.model.differences import Z, wilson
from funnelbook.pages import Book, render

AS_OF = datetime(2024, 8, 28, 12, tzinfo=UTC)
Rows = list[dict[str, Any]]


def sellers(*people: tuple[str, int, int], role: str = "seller") -> Rows:
    """Rows of `sellers` for (name, won, closed), by the formulas of the table."""
    group = group_of([(won, closed) for _, won, closed in people])
    rows: Rows = []
    for name, won, closed in people:
        shrunk, low, high = group.shrunk(won, closed)
        inner, outer = group.limits(closed, Z), group.limits(closed, Z998)
        rate = won / closed
        verdict = "below" if rate < outer[0] else "above" if rate > outer[1] else "within"
        rows.append(
            {
                "pipeline": "main", "owner": name, "role": role, "closed": closed, "won": won, "win_rate": rate,
                "shrunk": shrunk, "shrunk_low": low, "shrunk_high": high, "limit95_low": inner[0],
                "limit95_high": inner[1], "limit998_low": outer[0], "limit998_high": outer[1], "verdict": verdict,
            }
        )  # fmt: skip
    return rows


def role(name: str, created: int, won: int, lost: int, **more: object) -> dict[str, Any]:
    share = wilson(won, won + lost)
    return {
        "pipeline": "main", "role": name, "created": created, "share": created / 100,
        "response_median_minutes": 30.0, "due": created, "in_target": created // 4, "answered_in_target": 0.25,
        "closed": won + lost, "won": won, "lost": lost, "refused": 0, "declined": lost, "drifted": 0,
        "win_rate": share and share.value, "win_rate_low": share and share.low,
        "win_rate_high": share and share.high,
        "sales": won, "average_sale": 1000.0, "priced": won, "full_price": won // 2, "price_kept": 0.95, **more,
    }  # fmt: skip


ROLES = [role("all", 100, 30, 60), role("expert", 8, 2, 6), role("owner", 12, 4, 8), role("seller", 80, 24, 46)]


def owned(name: str, until: int) -> Rows:
    """Rows of `monthly` of an owner with new deals in each month up to `until`."""
    counts = {"created": 5, "won": 1, "lost": 2}
    slice_ = {"pipeline": "main", "dimension": "owner", "member": name}
    return [{"month": f"2024-{month:02d}", **slice_, **counts} for month in range(1, until + 1)]


def ramp(name: str, first: int, last: int, won: int, closed: int) -> Rows:
    return [
        {
            "owner": name, "months": month, "closed": closed, "won": won, "win_rate": won / closed,
            "win_rate_low": 0.0, "win_rate_high": 1.0, "leads": 9, "response_median_minutes": 20.0,
        }
        for month in range(first, last + 1)
    ]  # fmt: skip


def again(name: str, at_risk: int, share: float | None) -> Rows:
    ends = {"again_low": share and share - 0.1, "again_high": share and share + 0.1}
    return [
        {"role": name, "days": days, "buyers": 40, "at_risk": at_risk, "again": share, **ends}
        for days in (90, 180, 365)
    ]


def book(tmp_path: Path, tables: dict[str, Rows], absent: dict[str, str] | None = None, monthly: Rows = []) -> Book:  # noqa: B006
    pipe = books.pipeline("main", STAGES)
    made: dict[str, Any] = books.months("2024-01", COURSE, pipe) | tables
    made["monthly"] = [*made["monthly"], *monthly]
    results = books.results_of([pipe], made, AS_OF)
    return books.book(replace(results, absent=MappingProxyType(absent or {})), tmp_path)


def page(tmp_path: Path, tables: dict[str, Rows], **more: Any) -> str:
    return text(sound(book(tmp_path, tables, **more))["sellers.html"])


THREE = (("Anna", 60, 120), ("Boris", 30, 150), ("Clara", 33, 130))


def test_who_is_beyond_chance_is_named_with_counts_and_money(tmp_path: Path) -> None:
    rows = sellers(*THREE)
    assert [row["verdict"] for row in rows] == ["above", "within", "within"]
    made = page(tmp_path, {"sellers": rows, "roles": ROLES})
    assert "Better than the team, and not noise: Anna — 50% (60 of 120), against 31% of all together." in made
    assert "Nobody is worse beyond noise. The other 2 people: differences within noise." in made
    beyond = 120 * (rows[0]["shrunk"] - 123 / 400)
    low, high = (120 * (rows[0][end] - 123 / 400) for end in ("shrunk_low", "shrunk_high"))
    assert (
        f"brings {beyond:.0f} sales a year ({low:.0f}–{high:.0f}), about €{1000 * beyond:,.0f} of revenue, more"
        in made
    )


def test_a_seller_below_is_told_carefully(tmp_path: Path) -> None:
    rows = sellers(("Anna", 50, 120), ("Boris", 10, 150), ("Clara", 50, 130))
    made = page(tmp_path, {"sellers": rows, "roles": ROLES})
    assert "Worse than the team, and not noise: Boris — 7% (10 of 150), against 28% of all together." in made
    short = 150 * (110 / 400 - rows[1]["shrunk"])
    assert f"By a cautious estimate Boris brings {short:.0f} sales a year" in made
    assert f"about €{1000 * short:,.0f} of revenue, less than the same deals" in made
    assert "the numbers do not tell" in made


def test_without_prices_the_gap_is_told_in_sales(tmp_path: Path) -> None:
    made = page(tmp_path, {"sellers": sellers(("Anna", 50, 120), ("Boris", 10, 150))})
    assert "less than the same deals at the mean of all" in made
    assert "of revenue" not in made


def test_nobody_is_beyond_chance(tmp_path: Path) -> None:
    made = page(tmp_path, {"sellers": sellers(("Anna", 10, 30), ("Boris", 12, 31))})
    assert "Nobody differs from the team by more than noise: all 2 people are within the limits" in made
    assert "By a cautious estimate" not in made
    assert "we expect a win rate of 36% for everybody" in made


def test_low_but_perhaps_by_chance_is_a_reason_to_look_and_not_to_judge(tmp_path: Path) -> None:
    rows = sellers(("Anna", 60, 200), ("Boris", 7, 50), ("Clara", 61, 200))
    assert rows[1]["verdict"] == "within"
    assert rows[1]["win_rate"] < rows[1]["limit95_low"]
    made = page(tmp_path, {"sellers": rows}, monthly=owned("Boris", 8))
    assert "Look first into the deals of Boris — 14% (7 of 50): low, though it may still be noise." in made
    assert "Of 3 people about 0.2 lie there by chance alone" in made
    left = page(tmp_path, {"sellers": rows}, monthly=owned("Boris", 4))
    assert "Look first into" not in left
    assert "Boris has had no new deal since April 2024" in left


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (
            [("Anna", 4, 9)],
            "Only Anna closed deals in the last twelve months, 4 of 9 won: there is nobody to compare with.",
        ),
        ([("Anna", 0, 9), ("Boris", 0, 7)], "0 of the 16 closed deals were won: win rates tell nobody apart."),
        ([("Anna", 9, 9), ("Boris", 7, 7)], "16 of the 16 closed deals were won: win rates tell nobody apart."),
    ],
)
def test_where_nothing_can_be_compared_nobody_is_judged(
    people: list[tuple[str, int, int]], told: str, tmp_path: Path
) -> None:
    made = page(tmp_path, {"sellers": sellers(*people)})
    assert told in made
    assert "nothing to compare with" in made
    assert "beyond noise:" not in made


def test_everybody_stands_by_name_and_few_deals_have_no_share(tmp_path: Path) -> None:
    made = page(tmp_path, {"sellers": sellers(("Anna", 20, 60), ("Boris", 3, 4), ("Clara", 25, 60))})
    table = made.split("Everybody by name")[1]
    assert re.search(r"Anna Seller 60 20 33% .* Boris Seller 4 3 — .* Clara Seller 60 25 42%", table)
    assert "75%" not in table


def test_the_drawn_limits_are_those_of_the_formula(tmp_path: Path) -> None:
    from funnelbook.charts import DRAWINGS
    from funnelbook.charts.facts import Options
    from funnelbook.language import Words

    rows = sellers(*THREE)
    curves = DRAWINGS["sellers"].tell(rows, Words("en"), Options()).marks["curves"]
    mean = 123 / 400
    for curve in curves:
        half = (mean * (1 - mean) / curve["n"]) ** 0.5
        assert curve["inner_low"] == pytest.approx(max(0, mean - 1.959963984540054 * half))
        assert curve["inner_high"] == pytest.approx(min(1, mean + 1.959963984540054 * half))
        assert curve["outer_low"] == pytest.approx(max(0, mean - 3.090232306167813 * half))
        assert curve["outer_high"] == pytest.approx(min(1, mean + 3.090232306167813 * half))
    assert curves[-1]["n"] >= 150


def test_who_is_new_and_how_new_people_begin(tmp_path: Path) -> None:
    rows = [
        *ramp("all", 0, 8, 1, 10), *ramp("all", 12, 20, 5, 20), *ramp("Anna", 12, 20, 5, 20),
        *ramp("Dora", 0, 4, 1, 5), *ramp("Gone", 0, 3, 0, 5),
    ]  # fmt: skip
    made = page(tmp_path, {"ramp": rows}, monthly=[*owned("Dora", 8), *owned("Gone", 4)])
    assert "In the first year: Dora — month 5, 5 of 25 won." in made
    assert "In the first three months new people win 10% (3 of 30), after a year 25% (45 of 180): −15 pp" in made
    assert "Dora, won" in made
    assert "Gone, won" not in made


def test_nobody_is_new(tmp_path: Path) -> None:
    made = page(tmp_path, {"ramp": ramp("all", 14, 20, 5, 20)})
    assert "Nobody is in the first year." in made
    assert "Nobody began in this time." in made


def test_the_share_in_sellers_hands(tmp_path: Path) -> None:
    """The interval is that of statsmodels' confint_proportions_2indep(24, 70, 6, 20, method="newcomb")."""
    made = page(tmp_path, {"roles": ROLES})
    assert (
        "In sellers' hands: 80% (80 of 100) of the new deals of twelve months; with the owner and experts: 20%"
        in made
    )
    assert (
        "Sellers win 34% (24 of 70), the owner and experts 30% (6 of 20): +4 pp (−20 to +24): within noise." in made
    )


def test_who_answers_sooner_is_told_with_what_chance_explains(tmp_path: Path) -> None:
    """The interval is that of statsmodels' confint_proportions_2indep(20, 80, 5, 20, method="newcomb")."""
    made = page(tmp_path, {"roles": ROLES})
    assert "sellers 25% (20 of 80), the owner and experts 25% (5 of 20); ±0 pp (−23 to +17): within noise" in made


def test_the_risks_of_delegation_are_compared_with_their_counts(tmp_path: Path) -> None:
    rows = [*again("all", 20, 0.4), *again("seller", 20, 0.5), *again("owner+expert", 9, 0.3)]
    made = page(tmp_path, {"roles": ROLES, "repeat_buyers": rows}).split("Two risks of giving selling away")[-1]
    assert "Win rate 34% (24 of 70) 30% (6 of 20) +4 pp (−20 to +24): within noise" in made
    assert "Sold at the list price or above 50% (12 of 24) 50% (3 of 6)" in made
    # the hybrid of both intervals: 0.2 -+ sqrt(0.1² + 0.1²)
    assert (
        "within 365 days 50% (40–60%) of 40 buyers 30% (20–40%) of 40 buyers +20 pp (+6 to +34): not noise" in made
    )
    assert "Losses that the buyer ended 100% (46 of 46) 100% (14 of 14)" in made


def test_a_shorter_time_is_shown_and_said_while_few_were_watched_for_a_year(tmp_path: Path) -> None:
    rows = [*again("all", 20, 0.4), *again("seller", 20, 0.5), *again("owner+expert", 9, 0.3)]
    for row in rows:
        if row["role"] == "owner+expert" and row["days"] == 365:
            row["at_risk"] = 4
    made = page(tmp_path, {"roles": ROLES, "repeat_buyers": rows})
    assert (
        "Fewer than 5 buyers of one side have been watched for 365 days, so shown is what came of 180 days." in made
    )
    assert "Buyers who came again within 180 days" in made


def test_a_time_that_few_were_watched_for_is_not_told(tmp_path: Path) -> None:
    rows = [*again("all", 4, 0.4), *again("seller", 4, 0.5)]
    made = page(tmp_path, {"roles": ROLES, "repeat_buyers": rows})
    assert "came again within" not in made
    assert "No buyer has been watched long enough" in made


@pytest.mark.parametrize(
    ("table", "reason", "told"),
    [
        ("sellers", "no-owners", "No deal has an owner: export the column of the person in charge."),
        ("ramp", "no-start-dates", "Nobody told when people began: fill the column from of"),
        ("roles", "no-team", "There is no team: add content/exports/team.csv"),
        ("roles", "no-roles", "Nobody of content/exports/team.csv is in charge of a deal"),
    ],
)
def test_a_table_that_could_not_be_made_is_a_reason(table: str, reason: str, told: str, tmp_path: Path) -> None:
    made = page(tmp_path, {}, absent={table: reason}).replace("`", "")
    assert told in made
    answer = made.split("beyond noise?")[1].split("Leads are not dealt out by lot")[0].strip()
    assert answer.startswith(told if table == "sellers" else "Nobody closed a deal in the last twelve months.")


def test_every_section_can_be_linked_to_with_and_without_its_table(tmp_path: Path) -> None:
    full = {"sellers": sellers(*THREE), "roles": ROLES, "ramp": ramp("all", 0, 3, 1, 5)}
    empty = books.book(books.results_of([], {}), tmp_path)
    made = by_path(render(empty)), sound(book(tmp_path, {})), sound(book(tmp_path, full))
    for html in (pages["sellers.html"].html for pages in made):
        for anchor in ("funnel-plot", "shrunk", "ramp", "roles", "delegation-risks"):
            assert f'id="{anchor}"' in html


def test_the_playbooks_about_people_end_the_page(tmp_path: Path) -> None:
    def playbook(kind: str) -> Playbook:
        return Playbook(kind, f"content/en/{kind}.md", f"About {kind}", kind, "en", html="<p>Yes.</p>\n")

    made = book(tmp_path, {})
    kinds = ("owner-selling", "hiring", "onboarding", "letting-go", "delegation", "head")
    shelf = {"en": Handbook("en", tuple(map(playbook, kinds))), "ru": Handbook("ru")}
    end = text(sound(replace(made, handbooks=shelf))["sellers.html"]).split("What to do about it")[1]
    assert re.search("About hiring About onboarding About letting-go About delegation About owner-selling", end)
    assert "About head" not in end


def test_a_hostile_name_is_text(tmp_path: Path) -> None:
    name = "</script>{{ 7*7 }}\u202e"
    tables = {
        "sellers": sellers((name, 60, 120), ("Boris", 20, 150)),
        "ramp": [*ramp("all", 0, 1, 1, 5), *ramp(name, 0, 1, 1, 5)],
    }
    html = sound(book(tmp_path, tables, monthly=owned(name, 8)))["sellers.html"].html
    assert "</script>{{" not in html
    assert "{{ 7*7 }}" in html
