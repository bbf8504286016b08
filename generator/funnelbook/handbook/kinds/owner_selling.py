"""The owner's selling: why it goes badly, what stays, how the rest is handed over (sales-system.md, S3)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "owner-selling",
    (
        Section(
            "why",
            {"en": "Why owners sell their own idea badly", "ru": "Почему собственник плохо продаёт свою идею"},
            {"en": ("why",), "ru": ("почему", "отчего", "чем плох")},
        ),
        Section(
            "stays",
            {"en": "Which deals stay with the owner", "ru": "Какие сделки остаются у собственника"},
            {
                "en": ("deals stay", "which deals", "what stays", "owner keeps"),
                "ru": ("какие сделки", "что остается", "сделки остаются", "оставляет себе"),
            },
        ),
        Section(
            "handover",
            {"en": "How to hand over", "ru": "Как передать сделки"},
            {"en": ("hand over", "handing over", "handover", "pass"), "ru": ("переда",)},
        ),
        Section(
            "plan",
            {"en": "A plan for 30 days", "ru": "План на 30 дней"},
            {"en": ("plan", "day by day", "30 days"), "ru": ("план", "по дням", "30 дней")},
        ),
    ),
)
