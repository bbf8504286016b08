"""A stage: where a deal is, where we lead it, who works for it, how it leaves (sales-system.md, S20)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "stage",
    (
        Section(
            "happened",
            {"en": "What has happened", "ru": "Что уже произошло"},
            {
                "en": ("what happened", "has happened", "what is true"),
                "ru": ("что произошло", "что случилось", "что сделано"),
            },
        ),
        Section(
            "target",
            {"en": "Target action", "ru": "Целевое действие"},
            {"en": ("target action",), "ru": ("целевое действ", "целевого действ")},
        ),
        Section(
            "effort",
            {"en": "Our effort and the buyer's", "ru": "Что делаем мы и что делает покупатель"},
            {
                "en": ("effort", "our work", "what we do"),
                "ru": ("что делаем", "усили", "затрат", "что делает", "наша работа", "что стоит"),
            },
        ),
        Section(
            "exits",
            {"en": "Exits", "ru": "Выходы"},
            {"en": ("exit", "ways out", "how leaves"), "ru": ("выход", "куда дальше", "чем кончается")},
        ),
    ),
    needs=("stage",),
)
