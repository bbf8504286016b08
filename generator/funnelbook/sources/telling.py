"""What tells a person in a text: phones, e-mail addresses and names, each as a key alike however it is written.

A phone's key is its digits as it is called from abroad, an address's is itself in lower case: the texts that
`funnelbook.sources.contacts` has hashed. A name's key is its words without their Russian case endings, in the order
of the alphabet, so that `Иванова Анна` is found in `позвонить Анне Ивановой`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from msgspec import Struct

from funnelbook.project import fold

Kind = Literal["phone", "e-mail", "name"]

#: E.164 has at most 15 digits; with fewer than ten it is a local number, which too many other numbers are like.
_DIGITS = range(10, 16)
_GAP = "\u0020\u00a0\u202f\u2009"
_GROUPS = rf"(?:\d{{1,3}}[{_GAP}-]?)?\(?\d{{3,5}}\)?[{_GAP}-]?\d{{1,3}}[{_GAP}-]\d{{2}}[{_GAP}-]?\d{{2}}"
_DATE = r"\d{4}-\d\d-\d\d|\d\d?-\d\d?-\d{4}"
#: With a plus, in the groups that phones are written in (never in threes, as sums are), or with no sign between.
_WRITTEN = re.compile(
    rf"(?<![\w.,+-])(?!{_DATE})(?:\+\d[\d{_GAP}().‐-–-]{{8,22}}\d|{_GROUPS}|\d{{10,12}})(?![.,]?\d|[^\W\d_])"
)
_IN_CELL = re.compile(rf"[+\d][\d{_GAP}\t().‐-–-]*")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Capitals; in Latin Extended-A they alternate with small letters, which are taken for them.
_UPPER = "A-ZÀ-ÖØ-ÞĀ-ſЀ-ЯҐ"
_WORD = rf"[{_UPPER}](?:[^\W_]|['’-](?=[^\W_]))*"
#: Written small within names, and no word of a key.
_PARTICLES = ("и", "and", "of", "de", "da", "del", "van", "von", "der", "la", "le", "the", "The", "THE")
#: Between two words of a name: spaces, quotes, a dot after an initial, emphasis in Markdown and in HTML.
_BETWEEN = (
    r"(?:[\s\u00a0\"«»“”„'*_.]|</?(?:a|b|em|i|mark|span|strong)\b[^<>]*>"
    rf"|(?<![^\W_])(?:{'|'.join(_PARTICLES)})(?![^\W_])){{1,8}}"
)
_NAMES = re.compile(rf"(?<![^\W_]){_WORD}(?:{_BETWEEN}{_WORD})+")
#: In Rust's regular expressions: whatever the three above may match, and more.
_WORTH = (
    rf"@|\d{{10}}|\+\d|\d{{3}}\)?[{_GAP}-]?\d{{1,3}}[{_GAP}-]\d{{2}}[{_GAP}-]?\d{{2}}"
    rf"|\p{{Lu}}[^\s<>\"«»“”„*_.]*(?:[\s\u00a0\"«»“”„'*_.]|<[^<>]*>|{'|'.join(_PARTICLES)})+\p{{Lu}}"
)
_ONE = re.compile(_WORD)
_LETTERS = re.compile(r"[^\W_](?:[^\W_]|['’-](?=[^\W_]))*")
_MOST_WORDS = 4
_FEW = 500_000
_PATRONYMIC = re.compile(r"(?:ович|евич|ьич|овна|евна|ична|инична)(?:[ауеы]|ем|ой|у)?$")
_ENDING = re.compile(r"(?:ого|его|ому|ему|ыми|ими|ым|им|ой|ей|ою|ею|ую|юю|ом|ем|[аеёиоуыэюяйь])$")
_SHORTEST_STEM = 3


class Told(Struct, frozen=True):
    """Something of a text that may tell a person: where it begins, and the keys it would have in an export.

    written: as it stands there; private, never for a message.
    """

    kind: Kind
    start: int
    keys: tuple[str, ...]
    written: str = ""


def telling_ones(texts: Collection[str]) -> list[str]:
    """Those of the texts in which `told_in` may find something: most of a site's are left out quickly.

    Of a few texts all are: Polars takes longer to be imported than to look at them.
    """
    if sum(map(len, texts)) < _FEW:
        return list(texts)
    import polars as pl

    series = pl.Series(list(texts), dtype=pl.String)
    return series.filter(series.str.contains(_WORTH)).to_list()


def told_in(text: str) -> Iterator[Told]:
    """Every phone, address and name of two to four words in the text; those of a longer row of words overlap."""
    yield from numbers_in(text)
    for found in _NAMES.finditer(text):
        yield from _names(text, found)


def numbers_in(text: str) -> Iterator[Told]:
    """The phones and addresses alone."""
    for found in _WRITTEN.finditer(text):
        if keys := _dialled(found[0]):
            yield Told("phone", found.start(), keys, found[0])
    if "@" in text:
        for found in _ADDRESS.finditer(text):
            yield Told("e-mail", found.start(), (address_key(found[0]),))


def _names(text: str, found: re.Match[str]) -> Iterator[Told]:
    words = list(_ONE.finditer(text, found.start(), found.end()))
    for first in range(len(words) - 1):
        for last in range(first + 2, min(first + _MOST_WORDS, len(words)) + 1):
            if key := _key([word[0] for word in words[first:last]]):
                yield Told("name", words[first].start(), (key,))


def _dialled(written: str) -> tuple[str, ...]:
    """With and without the country's prefix, where it may have been left out."""
    digits = phone_key(written)
    if len(digits) == _DIGITS[0]:
        return (digits, f"7{digits}", f"1{digits}")
    if len(digits) == _DIGITS[1] and digits[0] in "17":
        return (digits, digits[1:])
    return (digits,) if digits else ()


def phone_key(written: str) -> str:
    """The digits of one phone as it is called from abroad; "" when it is none, or a placeholder."""
    digits = re.sub("[^0-9]", "", written).removeprefix("00")
    if len(digits) == _DIGITS[1] and digits[0] == "8":
        digits = f"7{digits[1:]}"
    return digits if len(digits) in _DIGITS and len(set(digits[-7:])) > 1 else ""


def phone_keys(cell: str) -> list[str]:
    """Of every phone in a cell that holds phones."""
    return [key for written in _IN_CELL.findall(cell.removesuffix(".0")) if (key := phone_key(written))]


def address_key(written: str) -> str:
    return written.lower().strip(".")


def address_keys(cell: str) -> list[str]:
    return [address_key(found) for found in _ADDRESS.findall(cell)] if "@" in cell else []


def name_keys(cell: str) -> list[str]:
    """Of a cell that is a name: of all of it, and of a first and a last name when a patronymic stands beside them.

    A name of one word, or of more than four, tells nobody: too much else is called so.
    """
    words = _LETTERS.findall(cell)
    whole = _key(words)
    without = [word for word in words if not _PATRONYMIC.search(fold(word))]
    shorter = _key(without) if len(words) == 3 and len(without) == 2 else ""
    return [key for key in (whole, shorter) if key]


def keys_of_whole(text: str) -> list[str]:
    """Of a text that is one phone, address or name and nothing else."""
    whole = text.strip()
    phones = phone_keys(whole) if _IN_CELL.fullmatch(whole) else []
    return [*name_keys(whole), *phones, *(address_keys(whole) if _ADDRESS.fullmatch(whole) else [])]


def _key(words: list[str]) -> str:
    words = [word for word in words if word not in _PARTICLES]
    long = [word for word in words if len(word) > 1 and not word.isdigit()]
    if not 2 <= len(long) <= len(words) <= _MOST_WORDS:
        return ""
    return " ".join(sorted(_stem(fold(word)) for word in words))


def stems_of(words: Iterable[str]) -> Iterator[str]:
    """As the words of a name's key are."""
    return (_stem(fold(word)) for word in words)


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word
