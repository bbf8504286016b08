"""Hiring: whom we look for, how a trial shows it, who has a say, by when it is decided (sales-system.md, S24)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "hiring",
    (
        Section(
            "look-for",
            {"en": "What we look for", "ru": "Что ищем"},
            {"en": ("look for", "looking for", "whom we want"), "ru": ("ищем", "кто нужен", "кого берем")},
        ),
        Section(
            "trial",
            {"en": "How it is seen on trial", "ru": "Как это видно на пробе"},
            {"en": ("trial", "is seen"), "ru": ("проб", "видно", "испытани", "стажировк")},
        ),
        Section(
            "voices",
            {"en": "Who takes part", "ru": "Кто участвует"},
            {
                "en": ("who takes part", "who decides", "who votes"),
                "ru": ("кто участв", "кто решает", "кто голосу"),
            },
        ),
        Section(
            "deadline",
            {"en": "Deadline for the decision", "ru": "Срок решения"},
            {"en": ("deadline", "when decide", "decide by"), "ru": ("срок", "когда реша", "до какого")},
        ),
    ),
)
