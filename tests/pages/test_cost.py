"""The page of costs: what one sale costs, where the money goes, which deals are worth pursuing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path

import pytest
import read_books
from made_pages import sound, sound_page, text
from read_books import Deals, pipeline

from funnelbook.pages import Page, funnel_tasks
from funnelbook.pages.cost import answer as cost
from funnelbook.pages.edition import Edition
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.theme import open_theme

MONTHS = ("2024-01", "2024-02", "2024-03")
ASKED, SENT = 'name = "Asked"\ncost = 10', 'name = "Sent"\ncost = 30\nqualifies = true'
TWO = pipeline("main", (ASKED, SENT), "margin = 0.5")
NO_COSTS = "Nobody told what a stage costs"


def course(months: Iterable[str] = MONTHS) -> list[Deals]:
    """A month: 10 won (40 each), 20 lost at the first stage (10 each), 10 lost at the second (40 each)."""
    return [
        each
        for month in months
        for each in (
            Deals(10, month, "won", "Sent", value=1000),
            Deals(20, month, "lost", "Asked", value=100),
            Deals(10, month, "lost", "Sent", value=500),
        )
    ]


def page_of(root: Path, config: str, deals: list[Deals], spend: str = "", language: str = "en") -> Page:
    """The page alone; a test of all pages is `test_two_pipelines_stand_apart_each_with_its_own_reasons`."""
    book = read_books.book(root, config, deals, spend)
    numbers = Numbers(book.results, book.project.site.timezone)
    page = cost.page(Edition(book, language, open_theme(book.theme), numbers))
    sound_page(page)
    return page


def section(page: Page, ident: str) -> str:
    """The text of a section, up to the next one."""
    html = re.split(r'<(?:section|div) class="part" id="', page.html)
    found = next(part for part in html if part.startswith(f'{ident}"'))
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", found))).strip()


def test_the_answer_is_told_in_money(tmp_path: Path) -> None:
    page = text(page_of(tmp_path, TWO, course()))
    # a month costs 10 x 40 + 20 x 10 + 10 x 40 = 1000, of which the lost took 600
    assert "In the last 3 whole months one sale cost us €100: €3,000 in all, 30 sales, 90 lost deals." in page
    assert "60% of that money, €1,800, went on deals that were lost." in page
    # P = 1/2 and R = 30 at the qualifying stage: 60 of margin, 120 of price
    assert "At Sent go on with a deal from €120, which leaves us €60" in page


def test_the_stages_and_the_lost_deals_add_up_to_what_was_spent(tmp_path: Path) -> None:
    page = page_of(tmp_path, TWO, course())
    # the first stage: 120 deals x 10; the second: 60 x 30
    assert "The largest part is Sent: €1,800 of €3,000, 60%; of it 50% went on deals that were lost." in section(
        page, "by-stage"
    )
    assert "Lost deals took €1,800 of €3,000 in 3 whole months: 60%." in section(page, "wasted")


def test_the_worth_of_a_stage_has_its_counts(tmp_path: Path) -> None:
    made = section(page_of(tmp_path, TWO, course()), "worth")
    # P = 30/120, R = 10 + 1/2 x 30 = 25, least margin 100, expected 1/4 x 500 - 25; then 30/60, 30, 60, 220
    assert "Asked 30 of 120 25% (18–33%) €25 €100 €100" in made
    assert "Sent 30 of 60 50% (38–62%) €30 €60 €220" in made
    assert "A mean sale of €1,000 is worth it at every stage; the highest threshold is at Asked: €200." in made
    assert "Least price = least margin / 50%" in made


def test_a_mean_sale_that_does_not_pay_is_said_to(tmp_path: Path) -> None:
    deals = [Deals(10, "2024-01", "won", "Sent", value=150), Deals(30, "2024-01", "lost", "Asked")]
    made = section(page_of(tmp_path, TWO, deals), "worth")
    # P = 1/4 and R = 10 + 1/4 x 30 = 17.5: 70 of margin, 140 of price; with twice the cost 280
    assert "A mean sale of €150 is worth it at every stage" in made
    dear = pipeline("main", ('name = "Asked"\ncost = 20', 'name = "Sent"\ncost = 60'), "margin = 0.5")
    made = section(page_of(tmp_path / "dear", dear, deals), "worth")
    assert "A mean sale of €150 does not pay for what is still to be spent at: Asked." in made


def test_a_cheaper_order_is_told_with_its_saving_and_what_it_assumes(tmp_path: Path) -> None:
    stages = ('name = "Asked"\ncost = 30\nmovable = true', 'name = "Sent"\ncost = 10\nmovable = true')
    page = page_of(tmp_path, pipeline("main", stages), course())
    # both pass 1/2, a sale takes 4 leads: 4 x (30 + 5) today, 4 x (10 + 15) turned round
    assert "with Asked at place 2 instead of 1, would save €40 a sale, assuming" in text(page)
    told = section(page, "order")
    assert "Our work would cost €100 a sale instead of €140: €40 less." in told
    assert "At 30 sales in the last 3 whole months that is €1,200." in told


def test_the_cheapest_order_is_said_to_be(tmp_path: Path) -> None:
    stages = tuple(f"{stage}\nmovable = true" for stage in (ASKED, SENT))
    page = page_of(tmp_path, pipeline("main", stages), course())
    assert "No other order of the stages would make a sale cheaper." in text(page)
    assert "Today's order is already the cheapest of those allowed: €100 of our work a sale." in section(
        page, "order"
    )


def test_late_losses_are_told_in_money(tmp_path: Path) -> None:
    made = section(page_of(tmp_path, TWO, course()), "tasks")
    assert "At Sent or later we lost 30 of 90 deals in twelve months." in made
    assert "They took €1,200 of the €1,800 that lost deals cost us. Their price was €15,000 in all." in made
    # 1 - 30/90 of the losses are early; 60 % of the money is spent at the second stage
    assert "Lose early 67 67" in made
    assert "Spend late, in fact 60 60" in made


def test_the_tasks_of_an_earlier_month_know_nothing_of_later_ones(tmp_path: Path) -> None:
    book = read_books.book(tmp_path, TWO, course())
    edition = Edition(book, "en", open_theme(book.theme), Numbers(book.results, book.project.site.timezone))
    part = funnel_tasks.tasks(edition.draft("2024-02/index.html"), edition.numbers.pipelines[0], "2024-02")
    assert part.figures[0] is not None
    assert "At <bdi>Sent</bdi> or later we lost 20 of 60 deals" in str(part.figures[0].finding)
    assert [head.label for head in part.grids[0].heads[1:4]] == ["Feb 2024", "Jan 2024", "Feb 2023"]


def test_a_source_is_told_from_the_others_only_beyond_noise(tmp_path: Path) -> None:
    deals = [
        Deals(40, "2024-01", "won", "Sent", source="site"),
        Deals(40, "2024-01", "lost", "Sent", source="site"),
        Deals(2, "2024-01", "won", "Sent", source="ads"),
        Deals(58, "2024-01", "lost", "Sent", source="ads"),
        Deals(1, "2024-01", "won", "Sent", source="fair"),
        Deals(1, "2024-01", "lost", "Sent", source="fair"),
    ]
    made = section(page_of(tmp_path, TWO, deals), "members")
    # 142 deals of 40 over 43 sales: 132; of ads 60 over 2, of the site 80 over 40, of the fair 2 over 1
    assert "All together €132; beyond noise dearer: ads (€1,200); cheaper: site (€80)." in made


def test_segments_are_told_apart_where_the_deals_have_them(tmp_path: Path) -> None:
    deals = [Deals(10, "2024-01", "won", "Sent", segment="b2b"), Deals(30, "2024-01", "lost", "Sent")]
    page = section(page_of(tmp_path, TWO, deals), "members")
    # 40 deals of 40 over 10 sales; those of b2b alone 400 over 10, the others have no sale
    assert "Cost of a sale, B2B and B2C Who Won Lost Spent on closed deals" in page
    assert "B2B 10 0 €400 €40" in page
    assert "Not recorded 0 30 €1,200 —" in page
    without = section(page_of(tmp_path / "without", TWO, course()), "members")
    assert "B2B" not in without


def test_the_buyers_effort_stands_beside_our_cost(tmp_path: Path) -> None:
    config = pipeline("main", (f"{ASKED}\nbuyer_effort = 1", f"{SENT}\nbuyer_effort = 3"))
    made = section(page_of(tmp_path, config, course()), "buyer-effort")
    assert "The buyer has made half of the effort by Sent; by then we have spent 100%" in made
    silent = section(page_of(tmp_path / "silent", TWO, course()), "buyer-effort")
    assert "Nobody told what a stage asks of the buyer" in silent


@pytest.mark.parametrize("stage", ["minutes = 30", ""], ids=["minutes without a rate", "nothing declared"])
def test_without_prices_every_section_says_what_to_declare(stage: str, tmp_path: Path) -> None:
    config = pipeline("main", (f'name = "Asked"\n{stage}', 'name = "Sent"'))
    page = page_of(tmp_path, config, course())
    assert "What a sale costs is not known yet. Nobody told what a stage costs" in text(page)
    assert NO_COSTS in section(page, "by-month")
    for ident in ("by-stage", "members", "wasted", "worth", "order"):
        assert "Not known until" in section(page, ident), ident
    assert "At Sent or later we lost 30 of 90 deals" in section(page, "tasks")


def test_stages_that_cost_nothing_are_not_called_unpriced(tmp_path: Path) -> None:
    config = pipeline("main", ('name = "Asked"\ncost = 0', 'name = "Sent"\ncost = 0'))
    page = page_of(tmp_path, config, course())
    assert "declared to cost nothing" in section(page, "by-month")
    assert NO_COSTS not in text(page)


def test_money_spent_on_sources_alone_is_told_to_be_that(tmp_path: Path) -> None:
    config = pipeline("main", ('name = "Asked"', 'name = "Sent"'))
    page = page_of(tmp_path, config, course(), "2024-01,ads,4000\n")
    assert "one sale cost us €133: €4,000 in all" in text(page)
    assert "so only attracting the leads is counted" in section(page, "by-stage")
    assert NO_COSTS in section(page, "worth")
    assert "What attracting the leads cost is not known" in section(
        page_of(tmp_path / "stages", TWO, course()), "by-stage"
    )


def test_a_pipeline_of_one_stage_has_no_early_and_late(tmp_path: Path) -> None:
    deals = [Deals(10, "2024-01", "won", "Asked", value=100), Deals(10, "2024-01", "lost", "Asked")]
    page = page_of(tmp_path, pipeline("main", (ASKED,)), deals)
    assert "one sale cost us €20" in text(page)
    assert "nothing in it can be early or late" in section(page, "tasks")
    assert "No margin is declared" in section(page, "worth")


def test_without_a_sale_there_is_no_cost_of_a_sale(tmp_path: Path) -> None:
    page = page_of(tmp_path, TWO, [Deals(10, "2024-01", "lost", "Asked"), Deals(2, "2024-02", "open", "Sent")])
    assert "nothing was sold: €100 in all, 10 lost deals." in text(page)
    assert "Nothing was sold" in section(page, "members")
    assert "no deal was won, so nobody knows the chance of a sale" in section(page, "worth")
    assert "100% of that money" in text(page)


def test_without_a_loss_nothing_was_wasted(tmp_path: Path) -> None:
    page = page_of(tmp_path, TWO, [Deals(10, "2024-01", "won", "Sent", value=100)])
    assert "0% of that money, €0, went on deals that were lost." in text(page)
    assert "No deal was lost at a known stage." in section(page, "tasks")


def test_a_stage_that_no_closed_deal_came_to_is_said_to_be_unknown(tmp_path: Path) -> None:
    stages = tuple(f"{stage}\nmovable = true" for stage in (ASKED, SENT))
    deals = [Deals(10, "2024-01", "lost", "Asked"), Deals(5, "2024-01", "open", "Sent")]
    page = page_of(tmp_path, pipeline("main", stages), deals)
    assert "Sent — too few to tell" in section(page, "worth")
    assert "known to have gone on from Asked, Sent" in section(page, "order")


def test_nothing_closed_is_not_nothing_spent(tmp_path: Path) -> None:
    page = text(page_of(tmp_path, TWO, [Deals(3, "2024-01", "open", "Asked")]))
    assert "No deal has been closed yet, so nothing can be said of what a sale cost." in page


def test_two_pipelines_stand_apart_each_with_its_own_reasons(tmp_path: Path) -> None:
    config = TWO + pipeline("repeat", ('name = "Called"', 'name = "Billed"'))
    repeat = [Deals(2, "2024-01", "won", "Billed", pipeline="repeat")]
    page = sound(read_books.book(tmp_path, config, [*course(), *repeat]))["cost.html"]
    assert "main. In the last 3 whole months one sale cost us €100" in text(page)
    assert "repeat. What a sale costs is not known yet." in text(page)
    assert NO_COSTS in section(page, "by-month-2")
    assert "Not known until" in section(page, "worth-2")
    assert "No stage may be moved" in section(page, "order")


def test_a_year_is_compared_with_the_year_before(tmp_path: Path) -> None:
    years = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
    before = [each for month in years[:15] for each in (Deals(10, month, "won", "Sent"),)]
    after = [each for month in [*years[15:], *MONTHS] for each in course([month])]
    made = section(page_of(tmp_path, TWO, [*before, *after]), "by-month")
    assert "The twelve months before: €40 over 120 sales. Since then +150%: not noise." in made


def test_the_page_speaks_russian(tmp_path: Path) -> None:
    made = text(page_of(tmp_path, TWO, course(), language="ru"))
    assert "За последние 3 полных месяца одна продажа обошлась нам в 100 €" in made
