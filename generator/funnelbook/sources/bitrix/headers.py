"""What Bitrix24 calls things: labels of its exports, the older ones too, and the internal names of its API.

Names are compared by `plain` (case, ё, `_`, `-` apart). Labels stand first, the newer before the older.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from funnelbook.model.pipeline import LOST_NAMES, WON_NAMES
from funnelbook.sources.aliases import Aliases

#: Field -> its names. Beside the canonical columns: `moved_at`, when the deal came to its stage; `closed`, whether
#: it is; `group`, what its stage means; `repeat`, whether its client bought before; `title`; and what stands in
#: the rows of its products: `product`, `price`, `quantity`. The last name of some fields is that of a copy in a
#: database. Bitrix24 has no field for the reason of a loss; an account that adds one under these names has it read.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "deal_id": ("ID", "deal_id"),
        "created_at": ("Дата создания", "DATE_CREATE", "created_at"),
        "stage": ("Стадия сделки", "STAGE_ID"),
        "pipeline": ("Воронка", "Направление", "CATEGORY_ID"),
        "closed_at": ("Дата завершения", "Предполагаемая дата закрытия", "CLOSEDATE", "closed_at"),
        "moved_at": ("Когда передвинут", "MOVED_TIME"),
        "closed": ("Закрыта", "CLOSED"),
        "group": ("Группа стадии", "STAGE_SEMANTIC_ID"),
        "value": ("Сумма", "OPPORTUNITY", "expected_amount"),
        "currency": ("Валюта", "CURRENCY_ID", "currency"),
        "owner": ("Ответственный", "ASSIGNED_BY_ID", "manager_id"),
        "source": ("Источник", "SOURCE_ID", "source"),
        "loss_reason": ("Причина отказа", "Причина проигрыша", "lost_reason"),
        "contact_id": ("CONTACT_ID",),
        "repeat": ("Повторная сделка", "IS_RETURN_CUSTOMER"),
        "lead": ("Лид", "LEAD_ID"),
        "title": ("Название", "Название сделки", "TITLE"),
        "product": ("Товар",),
        "price": ("Цена",),
        "quantity": ("Количество",),
    }
)
DEALS = Aliases("Bitrix24", NAMES, ("deal_id", "created_at", "stage"))

#: What leads are called. Labels of the fields that deals do not share are unconfirmed: nobody showed a real export.
LEAD_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{field: NAMES[field] for field in ("deal_id", "created_at", "moved_at", "value", "currency", "owner")},
        **{field: NAMES[field] for field in ("source", "loss_reason", "contact_id")},
        "stage": ("Стадия", "Статус", "STATUS_ID"),
        "group": ("Группа стадии", "STATUS_SEMANTIC_ID"),
        "closed_at": ("DATE_CLOSED",),
        "title": ("Название лида", "TITLE"),
    }
)
LEADS = Aliases("Bitrix24", LEAD_NAMES, ("deal_id", "created_at", "stage"))
#: One of these stands in a table of leads.
LEAD_MARKS = ("Название лида", "STATUS_SEMANTIC_ID", "STATUS_DESCRIPTION")

#: `STAGE_ID` is a name that others use too: one of these must stand beside it.
MARKS = (
    "Стадия сделки", "CATEGORY_ID", "STAGE_SEMANTIC_ID", "ASSIGNED_BY_ID", "OPPORTUNITY", "expected_amount",
    "manager_id",
)  # fmt: skip

YES, NO = ("y", "да", "yes", "true", "1"), ("n", "нет", "no", "false", "0")

#: What a stage means, by its group (folded): in progress, success, failure.
GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "p": "open", "в работе": "open",
        "s": "won", "успех": "won", "успешная": "won", "успешно": "won", "успешная стадия": "won",
        "f": "lost", "провал": "lost", "провальная": "lost", "провалена": "lost", "провальная стадия": "lost",
    }
)  # fmt: skip
#: The group by its letter, in the API.
SEMANTICS: Mapping[str, str] = MappingProxyType({"P": "open", "S": "won", "F": "lost"})

#: Names and ids (folded, without the prefix of the pipeline) of the closings that Bitrix24 lays into a new account.
CLOSINGS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(WON_NAMES, "won"),
        **dict.fromkeys((*LOST_NAMES, "apology", "анализ причины провала"), "lost"),
    }
)
#: Ids and names (folded) of the statuses that close a lead in a new account; won = converted.
LEAD_CLOSINGS: Mapping[str, str] = MappingProxyType(
    {"converted": "won", "качественный лид": "won", "junk": "lost", "некачественный лид": "lost"}
)
#: The id of a stage begins with that of its pipeline, but for the first pipeline.
PREFIX = r"^C(\d+):"
