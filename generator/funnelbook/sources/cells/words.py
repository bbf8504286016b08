"""Words of a closed list, in English and Russian, whatever their case."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from funnelbook.model.pipeline import fold

_SYNONYMS: dict[str, dict[str, tuple[str, ...]]] = {
    "status": {
        "open": ("open", "opened", "active", "in progress", "открыта", "открыто", "открыт", "в работе", "активна"),
        "won": ("won", "closed won", "выиграна", "выиграно", "успешно реализовано", "продано", "успех"),
        "lost": ("lost", "closed lost", "проиграна", "проиграно", "закрыто и не реализовано", "потеряна", "отказ"),
    },
    "segment": {
        "b2b": ("b2b", "business", "компания", "юрлицо", "юр. лицо", "юридическое лицо", "бизнес"),
        "b2c": ("b2c", "consumer", "частное лицо", "физлицо", "физ. лицо", "физическое лицо", "розница"),
    },
    "temperature": {
        "hot": ("hot", "горячий", "горячая", "горячее"),
        "warm": ("warm", "тёплый", "тёплая", "теплый", "теплая"),
        "cold": ("cold", "холодный", "холодная", "холодное"),
    },
    "role": {
        "seller": ("seller", "продавец", "менеджер", "менеджер по продажам", "sales", "manager"),
        "head": ("head", "head of sales", "роп", "руководитель отдела продаж", "руководитель"),
        "owner": ("owner", "founder", "собственник", "владелец", "основатель"),
        "expert": ("expert", "specialist", "эксперт", "специалист"),
    },
    "kind": {
        "call_in": ("call_in", "incoming call", "входящий звонок"),
        "call_out": ("call_out", "outgoing call", "исходящий звонок"),
        "email_in": ("email_in", "incoming email", "входящее письмо"),
        "email_out": ("email_out", "outgoing email", "исходящее письмо"),
        "message_in": ("message_in", "incoming message", "входящее сообщение"),
        "message_out": ("message_out", "outgoing message", "исходящее сообщение"),
        "meeting": ("meeting", "встреча"),
        "task": ("task", "задача"),
        "note": ("note", "примечание", "заметка"),
    },
}


def spellings(column: str) -> Mapping[str, str]:
    """Folded spelling -> the canonical word, for a column with a closed list."""
    return {fold(word): ours for ours, words in _SYNONYMS[column].items() for word in words}


def folded(text: pl.Expr) -> pl.Expr:
    """`model.pipeline.fold` for a column (upper and lower case told apart by neither)."""
    plain = text.str.normalize("NFC").str.replace_all(r"\s+", " ").str.replace_all(r"[\p{Cc}\p{Cf}\p{Co}]", "")
    return plain.str.strip_chars().str.to_lowercase().str.replace_all("ё", "е", literal=True)
