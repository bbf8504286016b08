"""Live places of playbooks: what a number, chart or link by name becomes, and what is said of a wrong one."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import books
import pytest
from made_pages import COURSE, STAGES, Anatomy, by_path, small, sound, sound_section, text
from msgspec.structs import replace

from funnelbook import handbook, metrics, pages
from funnelbook.bundled import bundled
from funnelbook.charts.drawing import DRAWINGS
from funnelbook.errors import Finding
from funnelbook.pages import Book, Page, playbooks
from funnelbook.pages.live.catalogue import METRICS
from funnelbook.pages.live.charts import CHARTS
from funnelbook.pages.live.references import PAGES, SECTIONS
from funnelbook.pages.mistakes.texts import SIGNALS
from funnelbook.pages.terms import GROUPS

HEAD = "---\ntitle: A page\nkind: {kind}\n{more}---\n"
FIRST = 6


def with_playbook(book: Book, body: str, more: str = "owner: Zoe\n", kind: str = "note") -> Book:
    """The book with one playbook, `content/en/page.md`; its body begins on line FIRST."""
    content = book.project.root / "content"
    (content / "en").mkdir(parents=True, exist_ok=True)
    (content / "en" / "page.md").write_text(HEAD.format(kind=kind, more=more) + body, "utf-8")
    return replace(book, handbooks={**book.handbooks, "en": handbook.load(content, "en")})


def shown(book: Book, body: str, **options: str) -> Page:
    made = with_playbook(book, body, **options)
    assert pages.check(made) == []
    return sound_section(made, playbooks.pages)["playbooks/page.html"]


def said(book: Book, body: str) -> str:
    """The playbook's text behind its owner."""
    return text(shown(book, body)).split("Zoe ", 1)[1].split(" Data up to")[0].strip()


def wrong(book: Book, body: str) -> list[Finding]:
    return pages.check(with_playbook(book, body))


# The numbers of `made_pages.COURSE`: July 2024 is the last whole month, 5 won and 12 lost of 18 created.


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("win_rate", "29%"),
        ("win_rate with=count", "29% (5 of 17)"),
        ("win_rate with=count,interval,period", "29% (5 of 17; 95% interval: 13–53%; July 2024)"),
        ("won", "5"),
        ("created month=2024-02", "22"),
        ("revenue", "€5,000"),
        ("won period=year with=period", "43 (twelve months, the last is July 2024)"),
        ("win_rate period=year with=count", "33% (43 of 129)"),
        ("losses", "12"),
        ("lost_for cause=price_value with=count", "100% (12 of 12)"),
        ("lost_for cause=fear with=count", "0% (0 of 12)"),
        ('decided stage="Request received" with=count', "29% (5 of 17)"),
        ("decided stage='offer SENT' with=count", "100% (5 of 5)"),
        ('standing stage="Offer sent"', "0"),
        ("response", "no number (nothing to count: July 2024)"),
    ],
)
def test_a_number_is_that_of_the_tables(tmp_path: Path, written: str, expected: str) -> None:
    assert said(small(tmp_path), f"So {{metric}}`{written}`.\n") == f"So {expected}."


def test_few_cases_are_counts_and_none_are_told(tmp_path: Path) -> None:
    book = small(tmp_path, [(6, 1, 2), (6, 0, 0), (3, 0, 0)])
    assert said(book, "{metric}`win_rate month=2024-01 with=count`") == "1 of 3"
    assert said(book, "{metric}`win_rate`") == "no number (nothing to count: February 2024)"


def test_an_absent_table_tells_its_reason(tmp_path: Path) -> None:
    book = small(tmp_path)
    book = replace(book, results=replace(book.results, absent=MappingProxyType({"capacity_plan": "no-plan"})))
    told = said(book, "Need {metric}`leads_needed`.")
    assert told.startswith("Need no number (")
    assert len(told) > 30


def test_a_number_links_to_its_definition_and_tells_its_cases(tmp_path: Path) -> None:
    page = shown(small(tmp_path), "So {metric}`win_rate`.\n")
    (link,) = [
        attributes for tag, attributes in Anatomy(page.html).tags if "metric" in (attributes.get("class") or "")
    ]
    assert link["href"] == "../glossary.html#win-rate"
    assert link["title"] == "5 of 17; 95% interval: 13–53%; July 2024"


def test_the_russian_page_has_the_russian_form(tmp_path: Path) -> None:
    book = small(tmp_path, languages=("ru",))
    content = tmp_path / "content" / "ru"
    content.mkdir(parents=True)
    (content / "page.md").write_text(
        HEAD.format(kind="note", more="") + "Так: {metric}`win_rate with=count`.", "utf-8"
    )
    book = replace(book, handbooks={"ru": handbook.load(tmp_path / "content", "ru")})
    assert "Так: 29\u00a0% (5 из 17)." in Anatomy(by_path(pages.render(book))["playbooks/page.html"].html).text


def test_headings_contents_summary_and_description_are_plain(tmp_path: Path) -> None:
    body = "We won {metric}`won`.\n\n" + "".join(f"## Part {n}: {{metric}}`won`\n\n" for n in range(4))
    book = with_playbook(small(tmp_path), body)
    made = by_path(pages.render(book))
    page = made["playbooks/page.html"].html
    assert '<a href="#h-part-0">Part 0: 5</a>' in page
    assert 'content="We won 5."' in page
    assert "We won 5." in text(made["playbooks/index.html"])
    assert not any("\0" in each.html for each in made.values())


def test_inside_a_link_a_number_is_plain(tmp_path: Path) -> None:
    page = shown(small(tmp_path), "[See {metric}`won` and {term}`lead`](page.md)\n")
    assert '<a href="page.html">See 5 and Lead</a>' in page.html


# Links by name


@pytest.mark.parametrize(
    ("written", "address", "words"),
    [
        ("{term}`Cost of sale`", "../glossary.html#cost-of-sale", "Cost of sale"),
        ("{term}`what it takes <cost-of-sale>`", "../glossary.html#cost-of-sale", "what it takes"),
        ("{term}`себестоимость продажи`", None, ""),
        ("{playbook}`page`", "page.html", "A page"),
        ("{stage}`offer sent`", "../pipelines/1/stage-2.html", "<bdi>Offer sent</bdi>"),
        ("{page}`cost`", "../cost.html", "Cost and worth"),
        ("{page}`dear deals <cost#worth>`", "../cost.html#worth", "dear deals"),
        ("{page}`losses#matrix`", "../losses.html#matrix", "Losses"),
    ],
)
def test_a_link_by_name(tmp_path: Path, written: str, address: str | None, words: str) -> None:
    if address is None:
        assert [each.rule for each in wrong(small(tmp_path), written)] == ["unknown-term"]
        return
    page = shown(small(tmp_path), f"See {written}.\n").html
    (found,) = re.findall(r'See <a class="[a-z ]+" href="([^"]*)" title="[^"]*">(.*?)</a>', page)
    assert found == (address, words)


def test_a_section_without_data_leaves_a_link_to_its_page(tmp_path: Path) -> None:
    """The book has no costs: the link does not break the site."""
    sound(with_playbook(small(tmp_path), "See {page}`cost#order` and {page}`capacity#what-if`.\n"))


def test_every_page_and_section_of_the_registry_exists(tmp_path: Path) -> None:
    made = by_path(pages.render(small(tmp_path)))
    assert {address for address, _ in PAGES.values()} <= set(made)
    assert set(SECTIONS) <= set(PAGES)


# Charts


def test_a_chart_is_drawn_into_the_page(tmp_path: Path) -> None:
    nested = "::::{note}\n:::{chart} entries\n:stage: Offer sent\n:::\n::::"
    body = f"Before\n\n```{{chart}} win_rate\n```\n\n{nested}\n\nAfter\n"
    page = shown(small(tmp_path), body)
    names = [path for path, _ in page.files]
    assert "playbooks/page-win_rate-0.svg" in names
    assert "playbooks/page-entries-1-narrow.svg" in names
    assert "playbooks/page-charts.js" in names
    assert page.html.count("<figure") == 2
    assert page.html.index("Before") < page.html.index("<figure") < page.html.index("After")


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_stands_or_says_why_not(tmp_path: Path, name: str) -> None:
    stage = ":stage: Offer sent\n" if CHARTS[name].needs else ""
    page = shown(small(tmp_path), f"```{{chart}} {name}\n{stage}```\n").html
    assert "<figure" in page or '<p class="reason">' in page


@pytest.mark.parametrize("name", [name for name, drawn in CHARTS.items() if "pipeline" in drawn.takes])
def test_a_chart_of_a_pipeline_that_lost_nothing_of_late_stands_or_says_why_not(tmp_path: Path, name: str) -> None:
    """As in a handbook whose data end long before the day that its project file names."""
    stage = ":stage: Offer sent\n" if CHARTS[name].needs else ""
    pipeline = books.pipeline("main", STAGES)
    tables = books.months("2024-01", [*COURSE[:2], *[(3, 2, 0)] * 14], pipeline)
    results = books.results_of([pipeline], tables, datetime(2025, 4, 28, 12, tzinfo=UTC))
    page = shown(books.book(results, tmp_path), f"```{{chart}} {name}\n{stage}```\n").html
    assert "<figure" in page or '<p class="reason">' in page


# Mistakes


def test_all_mistakes_come_with_their_places_and_the_nearest_word(tmp_path: Path) -> None:
    parts = [
        ("{metric}`win_rat`", "unknown-metric"),
        ('{metric}`decided stage="Offer snt"`', "unknown-stage"),
        ("{metric}`won month=2031-01`", "unknown-month"),
        ("{metric}`won month=May`", "unknown-month"),
        ("{metric}`won pipeline=mian`", "unknown-pipeline"),
        ("{metric}`won stage=x`", "unknown-option"),
        ("{metric}`lost_for`", "missing-option"),
        ("{metric}`decided`", "missing-option"),
        ("{metric}`win_rate with=sun`", "unknown-extra"),
        ("{term}`cost of sail`", "unknown-term"),
        ("{page}`costs`", "unknown-page"),
        ("{page}`cost#wort`", "unknown-section"),
        ("{stage}`Ofer sent`", "unknown-stage"),
        ("{metric}`lost_for cause=prise_value`", "unknown-cause"),
    ]
    line = "- " + " and ".join(written for written, _ in parts)
    charts = "\n\n```{chart} winrate\n```\n\n> ```{chart} worth\n> :month: 2024-01\n> ```\n"
    found = wrong(small(tmp_path), f"{line}{charts}")
    assert {each.place.path for each in found} == {"content/en/page.md"}
    assert [(each.place.line, each.place.column, each.rule) for each in found] == [
        *((FIRST, line.index(written) + 1, rule) for written, rule in parts),
        (FIRST + 2, 4, "unknown-chart"),
        (FIRST + 5, 6, "unknown-option"),
    ]
    hints = [each.hint for each in found]
    assert hints[:3] == [
        "did you mean `win_rate`?",
        "did you mean `Offer sent`?",
        "the data have 2024-01 to 2024-08",
    ]
    assert hints[9:14] == [
        "did you mean `Cost of sale`?",
        "did you mean `cost`?",
        "did you mean `worth`?",
        "did you mean `Offer sent`?",
        "did you mean `price_value`?",
    ]


# Names of a CRM


@pytest.mark.parametrize(
    "name",
    [
        'say "yes" & <b>go</b>',
        "a\u202egnp.exe",
        "it's `here`",
        "{metric}`won`",
        "</script><script>alert(1)</script>",
    ],
)
def test_a_hostile_stage_stays_a_name(tmp_path: Path, name: str) -> None:
    pipe = books.pipeline("main", (STAGES[0], name))
    tables = books.months("2024-01", [(20, 6, 10), (22, 7, 12), (20, 5, 9)], pipe)
    book = books.book(books.results_of([pipe], tables), tmp_path)
    quote = "'" if '"' in name else '"'
    written = name if quote == '"' else name.replace("'", r"\'")
    page = shown(
        book, f"{{stage}}``` {name} ``` {{metric}}```decided stage={quote}{written}{quote} with=count```\n"
    )
    assert f"<bdi>{html.escape(name, quote=False)}</bdi>" in page.html.replace("&#39;", "'").replace("&#34;", '"')
    assert "100% (7 of 7)" in text(page) or "100% (5 of 5)" in text(page)
    assert "<script>alert" not in page.html


# A playbook's own numbers


def test_a_stages_playbook_shows_its_stage(tmp_path: Path) -> None:
    sections = "## What has happened\n\n## Target action\n\n## Effort\n\n## Exits\n"
    content = with_playbook(small(tmp_path), sections, "stage: Request received\n", "note")
    made = replace(content.handbooks["en"].playbooks[0], kind="stage")
    book = replace(
        content, handbooks={**content.handbooks, "en": replace(content.handbooks["en"], playbooks=(made,))}
    )
    told = text(by_path(pages.render(book))["playbooks/page.html"])
    assert "Went on, of all deals that came 30% (49 of 164)" in told
    assert "Went on, of those that left, July 2024 29% (5 of 17); the year before 34%: −5 pp, noise" in told
    assert "Price and value: 86 of 86" in told


def test_a_causes_playbook_shows_its_share_and_a_note_without_either_nothing(tmp_path: Path) -> None:
    book = small(tmp_path)
    told = text(shown(book, "Words.\n", more="cause: price_value\n"))
    assert "Price and value, of losses with a reason, July 2024 100% (12 of 12); the year before 100%" in told
    assert "What our numbers say" not in text(shown(book, "Words.\n"))


def test_every_metric_of_the_registry_has_a_page_of_its_own_words(tmp_path: Path) -> None:
    """With whatever arguments it needs, in a book that has few of the tables."""
    needed = {
        "stage": 'stage="Offer sent"', "cause": "cause=fear", "party": "party=refused", "role": "role=seller",
        "signal": "signal=too_cheap",
    }  # fmt: skip
    body = "".join(
        f"- {{metric}}`{name} {' '.join(needed[key] for key in metric.needs)}`\n"
        for name, metric in METRICS.items()
    )
    assert text(shown(small(tmp_path), body)).count("no number") > 10


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_reference_names_all_there_is_to_write(language: str) -> None:
    """What a team can write stands in a playbook of the starter handbook."""
    reference = (bundled("content") / language / "writing-playbooks.md").read_text("utf-8")
    written = set(re.findall(r"`([^`\n]+)`", reference))
    names = {*METRICS, *CHARTS, *PAGES, *SIGNALS, *handbook.DIRECTIVES} - {"chart"}
    names |= {part for parts in SECTIONS.values() for part in parts}
    names |= {option for metric in METRICS.values() for option in metric.options} - {"month", "period", "signal"}
    assert names - written == set()
    for role in handbook.ROLES:
        assert f"``{{{role}}}`" in reference
    assert "```{chart} " in reference
    assert {"period=year", "month=2026-10"} <= written


def test_the_registries_name_tables_columns_terms_and_charts_that_exist() -> None:
    schemas = {table.NAME: set(table.SCHEMA) for table in metrics.TABLES}
    for name, metric in METRICS.items():
        assert {metric.part, *metric.whole, *metric.fixed} <= schemas[metric.table], name
        members = set() if "dimension" in schemas[metric.table] else {*metric.takes, *metric.needs} - {"signal"}
        assert members <= schemas[metric.table], name
    assert {metric.term for metric in METRICS.values()} <= {term.slug for _, _, terms in GROUPS for term in terms}
    assert set(CHARTS) <= set(DRAWINGS)
    assert {drawn.table for drawn in CHARTS.values()} <= set(schemas)
