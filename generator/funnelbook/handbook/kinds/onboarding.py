"""Onboarding: the first days of a seller, and how it is told early whether they stay (sales-system.md, S24)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

#: What a seller's coming and going have in common.
SECTIONS = (
    Section(
        "steps",
        {"en": "Steps by day", "ru": "Шаги по дням"},
        {"en": ("day by day", "by day", "steps"), "ru": ("по дням", "шаги", "день за днем")},
    ),
    Section(
        "signals",
        {"en": "The signals", "ru": "Сигналы"},
        {"en": ("signal", "signs"), "ru": ("сигнал", "признак")},
    ),
    Section(
        "talk",
        {"en": "The talk", "ru": "Разговор"},
        {"en": ("talk", "conversation", "what to say"), "ru": ("разговор", "что сказать")},
    ),
    Section(
        "told",
        {"en": "Who is told", "ru": "Кому и что говорим"},
        {"en": ("who is told", "whom we tell", "who hears"), "ru": ("кому", "кто узна")},
    ),
)

KIND = Kind("onboarding", SECTIONS)
