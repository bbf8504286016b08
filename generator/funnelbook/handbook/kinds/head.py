"""The head of sales: what is done each day, each week and each month (sales-system.md, S25)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "head",
    (
        Section(
            "day",
            {"en": "Every day", "ru": "Каждый день"},
            {"en": ("day", "daily"), "ru": ("день", "дня", "ежедневно")},
        ),
        Section(
            "week",
            {"en": "Every week", "ru": "Каждую неделю"},
            {"en": ("week",), "ru": ("недел", "еженедел")},
        ),
        Section(
            "month",
            {"en": "Every month", "ru": "Каждый месяц"},
            {"en": ("month",), "ru": ("месяц", "ежемесяч")},
        ),
    ),
)
