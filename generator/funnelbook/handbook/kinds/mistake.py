"""One of the eight mistakes: its face, its price, what data cannot say, what to do (sales-system.md, S27)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "mistake",
    (
        Section(
            "looks",
            {"en": "What it looks like", "ru": "Как это выглядит"},
            {"en": ("looks like", "look like", "how we see"), "ru": ("выглядит", "как проявл", "как узнать")},
        ),
        Section(
            "hurts",
            {"en": "Why it hurts", "ru": "Чем это вредит"},
            {
                "en": ("why hurts", "what costs", "why matters"),
                "ru": ("вредит", "чем плохо", "почему плохо", "во что"),
            },
        ),
        Section(
            "checklist",
            {"en": "Checklist: what data cannot say", "ru": "Проверка: чего не видно в данных"},
            {"en": ("checklist", "questions"), "ru": ("проверка", "вопросы", "чек-лист", "чеклист")},
        ),
        Section(
            "this-week",
            {"en": "What to do this week", "ru": "Что сделать на этой неделе"},
            {"en": ("do week", "do first", "what to do"), "ru": ("сделать недел", "что сделать", "что делать")},
        ),
        Section(
            "number",
            {"en": "What the number can and cannot say", "ru": "О чём говорит и о чём молчит число"},
            {"en": ("number", "figure"), "ru": ("число", "цифр", "показатель")},
        ),
    ),
    needs=("mistake",),
)
