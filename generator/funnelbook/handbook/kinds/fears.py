"""The buyer's fears: what is feared at each stage, how it shows, and what helps (sales-system.md, S2)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "fears",
    (
        Section(
            "stages",
            {"en": "The fear at each stage", "ru": "Чего боятся на каждом этапе"},
            {
                "en": ("fear stage", "afraid stage", "stage by stage"),
                "ru": ("боятся этап", "боится этап", "страх этап", "по этапам"),
            },
        ),
        Section(
            "signs",
            {"en": "Signs that it is fear", "ru": "Признаки страха"},
            {"en": ("sign", "how shows", "how tell"), "ru": ("признак", "как узна", "как отлич", "по чему видно")},
        ),
        Section(
            "help",
            {"en": "What helps", "ru": "Что помогает"},
            {
                "en": ("help", "what to say", "what we say", "what to do"),
                "ru": ("помога", "помочь", "что сказать", "что говорим", "что делать"),
            },
        ),
    ),
)
