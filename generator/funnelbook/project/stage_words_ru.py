"""Russian stage names: endings and words that tell a fact from an activity. Words come folded, with е for ё."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from funnelbook.project.stage_words import words

_PARTICIPLE = re.compile(r".{2,}(?:[ая]н|ен|ят|ыт|нут)(?:а|о|ы)?$")
_PAST = re.compile(r".{2,}[аяиыуео]л(?:а|о|и)?(?:ся|сь)?$")
_FULL_PARTICIPLE = re.compile(r".{3,}(?:нн|вш|ят|ыт)(?:ый|ая|ое|ые|ий|ие|ее|ийся|иеся)$")
_INFINITIVE = re.compile(r".+(?:[аяиеуыо]ть|йти|вести|нести|везти|лечь|мочь)(?:ся|сь)?$")
_PRESENT = re.compile(r".+(?:[аяую](?:ет|ют|ем)|ится|ятся|ается)(?:ся)?$")
_ADJECTIVE = re.compile(r".+(?:ый|ий|ой|ая|яя|ое|ее|ые|ие)")
_WHEREABOUTS = re.compile(r".+(?:ании|ении|ции|ке|оте|ссе|узе)")
_VERBAL_NOUN = re.compile(r".{2,}(?:ани[еяю]|ени[еяю]|яни[еяю]|аци[яию]|овк[аиу])$")

#: Nouns that end like a participle or a past tense.
_NO_FACTS = re.compile(
    r"(?:цен|смен|замен|обмен|план|экзамен|стен|стран|охран|экран|ресторан|диван|времен|имен|домен|арен|кран|член"
    r"|магазин|маршрут|минут|институт|опыт|быт|объект|отдел|раздел|канал|материал|портал|потенциал|сигнал|файл"
    r"|персонал|финал|журнал|филиал|капитал|дел|начал|числ|стол|школ|цел|рол|модел|недел|мебел|детал|угол|угл"
    r"|провал|интервал|формул|сил|правил|есл|ил)(?:а|о|ы|и|у|е|ов|ам)?$|.*тели$|долж(?:ен|на|ны|но)$"
)
#: Short words that state a fact without such an ending.
_FACTS = frozenset(
    words(
        """
    готов готова готово готовы согласен согласна согласны есть нет смог смогли принес привез взят взята
    взято взяты начат начата начато сдан сдана сдано недозвон
    """
    )
)
#: Beginnings that make an arrival of what follows: "Новая заявка", "Входящий звонок".
_ARRIVALS = words("новый новая новое новые входящ неразобран повторн")
_PRESENT_WORDS = frozenset(
    words(
        """
    ждет ждут ждем жду готовит готовят готовим звоним звонит смотрит смотрят хочет хотят просит может платит
    молчит ищет ищут пишет едет едем берет торгуемся
    """
    )
)
_PLANS = frozenset(words("надо нужно будет будем будут предстоит должен должна должны план перезвонить"))
_NO_INFINITIVES = frozenset(words("печать память кровать сеть опять пять"))
_ACTIVITIES = words(
    """
    переговор обзвон прозвон дозвон звонок звонки созвон встреча встречи замер дожим прогрев торг показ
    просмотр расчет подбор контакт касани презентаци брифинг консультаци проверка отправка подготовка
    обработка оценка доработка переписка рассылка примерка доставка выезд осмотр аудит анализ демо пилот
    монтаж дожать интервью холд пауза ожидани работа работы процесс уточнени обсуждени рассмотрени
    """
)
_THINGS = words("договор кп счет оплата аванс предоплата смета предложени решени контракт")
#: Verbal nouns that name something received, not something being done.
_RECEIVED = words("обращени сообщени приглашени помещени здани задани компани образовани заявлени")

#: Beginning of a word -> a name that states the fact behind it; the first that fits is suggested.
BETTER: tuple[tuple[str, str], ...] = (
    ("кп", "КП отправлено"),
    ("предложени", "Предложение отправлено"),
    ("договор", "Договор подписан"),
    ("контракт", "Контракт подписан"),
    ("счет", "Счёт выставлен"),
    ("предоплат", "Предоплата получена"),
    ("аванс", "Аванс получен"),
    ("оплат", "Оплата получена"),
    ("смет", "Смета отправлена"),
    ("расчет", "Расчёт отправлен"),
    ("замер", "Замер сделан"),
    ("встреч", "Встреча проведена"),
    ("презентаци", "Презентация проведена"),
    ("демо", "Демонстрация проведена"),
    ("переговор", "Условия согласованы"),
    ("торг", "Условия согласованы"),
    ("согласовани", "Условия согласованы"),
    ("обзвон", "Дозвонились"),
    ("прозвон", "Дозвонились"),
    ("дозвон", "Дозвонились"),
    ("звон", "Разговор состоялся"),
    ("созвон", "Разговор состоялся"),
    ("контакт", "Разговор состоялся"),
    ("квалификаци", "Потребность выяснена"),
    ("выявлени", "Потребность выяснена"),
    ("дума", "Решение принято"),
    ("решени", "Решение принято"),
    ("дожим", "Решение принято"),
    ("доставк", "Заказ доставлен"),
    ("монтаж", "Монтаж выполнен"),
)


def objection(name: Sequence[str]) -> str | None:
    """Why the words of a name state no fact, or None."""
    if any(_is_fact(word) for word in name):
        return None
    if any(word in _PLANS or _is_infinitive(word) for word in name):
        return "is a plan, not a fact"
    if any(word in _PRESENT_WORDS or _PRESENT.fullmatch(word) for word in name):
        return "says what is going on, not what has happened"
    if any(word.startswith(_ARRIVALS) or _FULL_PARTICIPLE.fullmatch(word) for word in name):
        return None
    return _noun_objection(name)


def _noun_objection(name: Sequence[str]) -> str | None:
    if any(before in ("в", "на") and _WHEREABOUTS.fullmatch(word) for before, word in pairwise(name)):
        return "says where a deal lies, not what has happened"
    nouns = (
        word for word in name if not _ADJECTIVE.fullmatch(word) or _is_verbal(word) or word.startswith(_THINGS)
    )
    first = next(nouns, name[0])
    if first.startswith(_ACTIVITIES) or _is_verbal(first):
        return "is an activity, not a fact"
    if any(first == thing or (len(thing) > 2 and first.startswith(thing)) for thing in _THINGS):
        return "names a thing, not what has happened to it"
    return None


def _is_fact(word: str) -> bool:
    if word in _FACTS:
        return True
    return bool(_PARTICIPLE.fullmatch(word) or _PAST.fullmatch(word)) and not _NO_FACTS.fullmatch(word)


def _is_infinitive(word: str) -> bool:
    return bool(_INFINITIVE.fullmatch(word)) and word not in _NO_INFINITIVES


def _is_verbal(word: str) -> bool:
    return bool(_VERBAL_NOUN.fullmatch(word)) and not word.startswith((*_RECEIVED, *_THINGS))
