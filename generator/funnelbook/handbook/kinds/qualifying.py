"""Qualifying: questions, what the answers mean, and where the line is (sales-system.md, S5)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "qualifying",
    (
        Section(
            "questions",
            {"en": "The questions", "ru": "Вопросы"},
            {"en": ("question", "what ask", "what we ask"), "ru": ("вопрос", "что спросить", "что спрашиваем")},
        ),
        Section(
            "answers",
            {"en": "What each answer means", "ru": "Что значит каждый ответ"},
            {"en": ("answer mean", "answers mean", "what answer"), "ru": ("значит ответ", "ответ", "что значат")},
        ),
        Section(
            "threshold",
            {"en": "The threshold", "ru": "Порог"},
            {"en": ("threshold", "line", "enough"), "ru": ("порог", "границ", "когда достаточно", "сколько нужно")},
        ),
        Section(
            "decider",
            {"en": "Who decides", "ru": "Кто решает"},
            {"en": ("who decid",), "ru": ("кто реша", "кто прини", "решает")},
        ),
    ),
)
