"""How names are compared, quoted and guessed."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_SHOWN = 60


def fold(name: str) -> str:
    """How names are compared: NFC, case folded, ё as е, any run of spaces as one, invisible signs apart."""
    if name.isascii() and name.isprintable():
        return " ".join(name.split()).casefold()
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    seen = "".join(sign for sign in spaced if not is_invisible(sign))
    return seen.strip().casefold().replace("ё", "е")


def quoted(text: str) -> str:
    """`text` fit for a message: clipped, with control and direction signs written out."""
    clipped = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "`" + "".join(sign if not is_invisible(sign) else f"\\u{ord(sign):04x}" for sign in clipped) + "`"


def is_invisible(sign: str) -> bool:
    """Control, format (zero width, direction) and private signs, and halves of a surrogate pair."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of; None when nothing is near."""
    by_fold = {fold(each): each for each in sorted(known, reverse=True)}
    found = difflib.get_close_matches(fold(word[:_SHOWN]), sorted(by_fold), n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for an unknown word: the nearest known one, else all of them when they are few."""
    words = sorted(known)
    if near := nearest(word, words):
        return f"did you mean `{near}`?"
    return "use one of: " + ", ".join(words) if len(words) <= 20 else ""
