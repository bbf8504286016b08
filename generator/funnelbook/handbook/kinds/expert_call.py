"""Calling in an expert: through the seller, who opens the talk and closes the sale (sales-system.md, S7)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "expert-call",
    (
        Section(
            "when",
            {"en": "When to call the expert in", "ru": "Когда зовём эксперта"},
            {"en": ("when",), "ru": ("когда", "в каких случаях")},
        ),
        Section(
            "opening",
            {"en": "How the seller opens the talk", "ru": "Как продавец открывает разговор"},
            {
                "en": ("seller open", "seller begin", "seller start", "opening", "introduc"),
                "ru": ("продавец откры", "продавец начин", "продавец представ", "начало разговора", "как представ"),
            },
        ),
        Section(
            "expert",
            {"en": "How the expert behaves", "ru": "Как ведёт себя эксперт"},
            {
                "en": ("expert behave", "what expert does", "expert does", "expert says", "rules expert"),
                "ru": ("ведет эксперт", "эксперт ведет", "что делает эксперт", "правила эксперт", "роль эксперт"),
            },
        ),
        Section(
            "close",
            {"en": "Who closes", "ru": "Кто закрывает сделку"},
            {"en": ("who close", "after talk", "who ends"), "ru": ("кто закры", "кто заверш", "после разговора")},
        ),
    ),
)
