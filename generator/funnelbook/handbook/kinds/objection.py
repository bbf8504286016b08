"""An objection: what is said, what is meant, what to answer (sales-system.md, S7)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "objection",
    (
        Section(
            "words",
            {"en": "The buyer's words", "ru": "Слова покупателя"},
            {
                "en": ("buyer words", "buyer's words", "what buyers say", "what we hear", "customer's words"),
                "ru": ("слова", "что говорит", "что говорят", "что слышим", "как звучит"),
            },
        ),
        Section(
            "behind",
            {"en": "What stands behind them", "ru": "Что за ними стоит"},
            {
                "en": ("behind", "what mean", "what means"),
                "ru": ("что стоит", "что скрывается", "что значит", "что имеет виду", "что самом деле"),
            },
        ),
        Section(
            "answer",
            {"en": "The answer", "ru": "Ответ"},
            {"en": ("answer", "reply"), "ru": ("ответ", "что ответ", "как ответ", "что сказать")},
        ),
        Section(
            "avoid",
            {"en": "What not to say", "ru": "Чего не говорить"},
            {
                "en": ("not to say", "never say", "not say", "do not say", "avoid"),
                "ru": ("чего не", "что не", "как не", "нельзя говорить", "не говор"),
            },
        ),
    ),
)
