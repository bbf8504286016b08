"""Delegation: what to hand over and when, and how its two risks are watched (sales-system.md, S26)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "delegation",
    (
        Section(
            "table",
            {"en": "Decision table", "ru": "Таблица решений"},
            {
                "en": ("decision table", "what to delegate", "what to hand"),
                "ru": ("таблица", "что отда", "что делегир"),
            },
        ),
        Section(
            "risks",
            {"en": "Risks and how they are watched", "ru": "Риски и как за ними следим"},
            {"en": ("risk watch", "risks watch"), "ru": ("риск след", "риски след", "риски вид", "риски наблюд")},
        ),
    ),
)
