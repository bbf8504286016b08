"""Price and value: where the two part, how value is shown, and where a discount ends (sales-system.md, S1)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind, Section

KIND = Kind(
    "pricing",
    (
        Section(
            "check",
            {"en": "What to check", "ru": "Что проверить"},
            {
                "en": ("check", "where lose", "what to look at", "when price"),
                "ru": ("провер", "где теряем", "на что смотр", "когда цен"),
            },
        ),
        Section(
            "value",
            {"en": "How to show the value", "ru": "Как показать ценность"},
            {"en": ("value", "what for the money"), "ru": ("ценност", "за что плат", "что за эти деньги")},
        ),
        Section(
            "discount",
            {"en": "Where a discount ends", "ru": "Где кончается скидка"},
            {
                "en": ("discount", "give way", "concession", "concede"),
                "ru": ("скидк", "скидок", "уступ"),
            },
        ),
    ),
)
