"""A refusal: four parts said aloud, and a door that stays open (sales-system.md, S21 and S22)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "refusal",
    (
        Section(
            "why",
            {"en": "Why we refuse", "ru": "Почему отказываем"},
            {
                "en": ("why refus", "why we say no", "why say no", "why not", "reason refus", "why no"),
                "ru": ("почему отказ", "почему нет", "почему не ", "причин отказ", "отказ потому"),
            },
        ),
        Section(
            "criteria",
            {"en": "Which criteria were not met", "ru": "Каким критериям не соответствует"},
            {"en": ("criteri",), "ru": ("критери",)},
        ),
        Section(
            "strengths",
            {"en": "What we are good at and why it costs so", "ru": "В чём мы хороши и почему столько стоит"},
            {
                "en": ("good at", "we do well", "our strength", "why costs", "strong at"),
                "ru": ("чем хороши", "чем сильны", "сильные сторон", "почему стоит", "почему стоим", "что умеем"),
            },
        ),
        Section(
            "difference",
            {"en": "How we differ from others", "ru": "Чем отличаемся от других"},
            {"en": ("differ",), "ru": ("отлич", "чем не похожи", "чем друг")},
        ),
        Section(
            "door",
            {"en": "How the door stays open", "ru": "Как дверь остаётся открытой"},
            {
                "en": ("door", "come back", "coming back", "stay in touch", "when return"),
                "ru": ("двер", "вернуться", "остаемся связи", "остаться связи", "возвращ"),
            },
        ),
    ),
)
