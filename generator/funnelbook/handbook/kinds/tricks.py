"""Tricks: how they work, how a team sees them in itself, what we do instead, the line (sales-system.md, S23)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "tricks",
    (
        Section(
            "how",
            {"en": "How it works", "ru": "Как это работает"},
            {
                "en": ("how works", "how work", "why works", "why work"),
                "ru": ("как работа", "как действ", "почему работа"),
            },
        ),
        Section(
            "recognise",
            {"en": "How we recognise it in ourselves", "ru": "Как узнать приём у себя"},
            {
                "en": ("recogni", "signs", "how we see", "how to spot", "notice"),
                "ru": ("узна", "признак", "замет", "распозна"),
            },
        ),
        Section(
            "instead",
            {"en": "What we do instead", "ru": "Что делаем вместо"},
            {"en": ("instead",), "ru": ("вместо", "взамен")},
        ),
        Section(
            "line",
            {"en": "The line we do not cross", "ru": "Черта, которую не переходим"},
            {"en": ("line", "never do", "limit"), "ru": ("черт", "границ", "никогда не")},
        ),
    ),
)
