"""The text that generators are compared on: 1,000 pages of 4 KB, Cyrillic and Latin, in as many editions as wanted.

An edition says something else on every page, so that nothing that was remembered of another one helps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

SECTIONS = 20
#: Bytes of a text, about; Cyrillic letters take two.
SIZE = 4_000
SUBJECTS = (
    "Первый звонок",
    "Price objection",
    "Замер на объекте",
    "Follow-up call",
    "Договор",
    "Hand-over",
)
SAID = (
    "Перезваниваем в тот же день и записываем, о чём договорились.",
    "Покупатель сам называет срок, а мы только уточняем день и час.",
    "Если ответа нет три дня, пишем коротко: что решили и что дальше.",
    "Скидку обещает руководитель, и только вместе со встречным шагом.",
    "The next step has a day and an owner, or it is not a next step.",
    "We name the price once, calmly, and then we are silent.",
    "Ask what has to be true for them to decide this week.",
    "Nobody sells to a buyer whose need was never said aloud.",
)


def place(number: int) -> str:
    """The page's file below its root: `s07/rule-0127`."""
    return f"s{number % SECTIONS:02d}/{slug(number)}"


def slug(number: int) -> str:
    return f"rule-{number:04d}"


def title(number: int) -> str:
    return f"{SUBJECTS[number % len(SUBJECTS)]}, правило {number}"


def body(number: int, pages: int, edition: int = 0) -> str:
    """Paragraphs, lists, a quote, a table, and links to eight other pages, until the text has its size."""
    draw = random.Random(edition * 1_000_003 + number)

    def said(sentences: int) -> str:
        return " ".join(draw.choices(SAID, k=sentences))

    def link() -> str:
        other = draw.randrange(pages)
        return f"[{title(other)}](../{place(other)}.md)"

    parts = [
        f"{said(2)} См. {link()} и {link()}. Издание {edition}.",
        f"## Зачем / Why\n\n{said(2)} **{said(1)}**",
        "## Порядок / Steps\n\n" + "\n".join(f"{step}. {said(1)}" for step in range(1, 5)),
        f"### Как сказать / Words\n\n> {said(2)}",
        "## Числа / Numbers\n\n" + "\n".join(_table(draw)),
        "## Рядом / See also\n\n" + "\n".join(f"- {said(1)} {link()}" for _ in range(5)),
        f"## Ошибки / Pitfalls\n\n{said(1)} *{said(1)}* {link()} и [CommonMark](https://commonmark.org/).",
    ]
    while sum(len(each.encode()) for each in parts) < SIZE:
        parts.append(said(2))
    return "\n\n".join(parts) + "\n"


def _table(draw: random.Random) -> Iterator[str]:
    yield "| Этап / Stage | Лиды | Deals | Дней |"
    yield "| --- | ---: | ---: | ---: |"
    for stage in ("Новый лид", "Qualified", "Замер", "Offer"):
        yield f"| {stage} | {draw.randrange(50, 900)} | {draw.randrange(50)} | {draw.randrange(1, 30)} |"


def deals() -> Iterator[str]:
    """A few deals in three months, one in three won: without any, the program builds no site."""
    yield "deal_id,created_at,closed_at,stage,status,value"
    for number in range(9):
        month = f"2025-{number % 3 + 1:02d}"
        end = "Won,won" if number % 4 == 0 else "Lost,lost"
        yield f"{number + 1},{month}-03 10:00,{month}-20 12:00,{end},{1000 + number}"
