"""The schema of the front matter: each key with its reader, in one place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, get_args

from msgspec import Struct, field

from funnelbook.errors import Finding, Place
from funnelbook.handbook.front_matter import FrontMatter, Value
from funnelbook.handbook.kinds import KINDS
from funnelbook.project import Cause, Language, Mistake, quoted, suggestion

AIMS = ("decided", "win_rate", "answered_in_target", "comeback")
_LONGEST = 200
_DAYS = re.compile(r"(\d{1,4})\s*(?:days?|дн(?:ей|я|\.)?|день|d|д)?", re.IGNORECASE)


class Reading(Struct):
    """Collects what the readers of one playbook report."""

    findings: list[Finding] = field(default_factory=list)

    def report(self, place: Place, rule: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(place, rule, message, hint))


Reader = Callable[[str, Value, Reading], Any]


def _text(key: str, value: Value, reading: Reading) -> str:
    if value.is_list:
        reading.report(value.place, "wrong-type", f"`{key}` must be one text, here it is a list")
        return ""
    return _line(key, value.texts[0], value.place, reading)


def _line(key: str, text: str, place: Place, reading: Reading) -> str:
    if len(text) > _LONGEST:
        reading.report(place, "too-long", f"`{key}` has {len(text)} signs", f"{_LONGEST} are the most")
    elif any(unicodedata.category(sign) == "Cc" for sign in text):
        reading.report(place, "control-character", f"`{key}` holds a line break or a control sign")
    elif not text.strip():
        reading.report(place, "empty", f"`{key}` is empty", "write a text or leave the key out")
    return unicodedata.normalize("NFC", text.strip())


def _texts(key: str, value: Value, reading: Reading) -> tuple[str, ...]:
    found = [_line(key, text, place, reading) for text, place in zip(value.texts, value.places, strict=True)]
    return tuple(dict.fromkeys(found))


def _word(*words: str) -> Reader:
    def read(key: str, value: Value, reading: Reading) -> str:
        text = _text(key, value, reading)
        _known(key, text, value.place, words, reading)
        return text

    return read


def _words(*words: str) -> Reader:
    def read(key: str, value: Value, reading: Reading) -> tuple[str, ...]:
        for text, place in zip(value.texts, value.places, strict=True):
            _known(key, text, place, words, reading)
        return tuple(dict.fromkeys(value.texts))

    return read


def _known(key: str, text: str, place: Place, words: tuple[str, ...], reading: Reading) -> None:
    if text not in words:
        reading.report(place, f"unknown-{key}", f"{quoted(text)} is no known {key}", suggestion(text, words))


def _days(key: str, value: Value, reading: Reading) -> int | None:
    """Days: `90`, `90 days` or `90 дней`."""
    found = _DAYS.fullmatch(value.texts[0].strip()) if not value.is_list else None
    if found and 1 <= int(found[1]) <= 3650:
        return int(found[1])
    reading.report(value.place, "bad-value", f"`{key}` must be a number of days", "such as 90 days")
    return None


def _flag(key: str, value: Value, reading: Reading) -> bool:
    words = {"true": True, "yes": True, "да": True, "false": False, "no": False, "нет": False}
    text = value.texts[0].strip().casefold() if not value.is_list else ""
    if text not in words:
        reading.report(value.place, "bad-value", f"`{key}` must be true or false")
    return words.get(text, True)


def _dates(key: str, value: Value, reading: Reading) -> tuple[date, ...]:
    found = []
    for text, place in zip(value.texts, value.places, strict=True):
        try:
            found.append(date.fromisoformat(text.strip()))
        except ValueError:
            reading.report(place, "bad-value", f"`{key}` must be a date", "such as 2026-03-01")
    return tuple(sorted(set(found)))


#: Key -> its reader. `lang` is checked against the folder and is no field of a playbook.
FIELDS: Mapping[str, Reader] = MappingProxyType(
    {
        "title": _text,
        "kind": _word(*KINDS),
        "lang": _word(*get_args(Language)),
        "stage": _texts,
        "cause": _words(*get_args(Cause)),
        "owner": _text,
        "review_every": _days,
        "mistake": _words(*get_args(Mistake)),
        "aims_at": _word(*AIMS),
        "effective": _dates,
        "index": _flag,
        "draft": _flag,
    }
)
_REQUIRED = ("title", "kind")


def read_fields(matter: FrontMatter, path: str, language: str, reading: Reading) -> dict[str, Any]:
    """The front matter's keys as the fields of a playbook; what is wrong goes to `reading`."""
    for key, place in matter.keys.items():
        if key not in FIELDS:
            reading.report(place, "unknown-key", f"there is no key {quoted(key)}", suggestion(key, FIELDS))
    known = [key for key in FIELDS if key in matter.values]
    found = {key: FIELDS[key](key, matter.values[key], reading) for key in known}
    if found.pop("lang", language) != language and "lang" in matter.keys:
        message = f"`lang` says another language than the folder `{language}`"
        reading.report(matter.values["lang"].place, "wrong-language", message, "move the file or mend `lang`")
    if matter.findings:
        return found
    kind = KINDS.get(str(found.get("kind")))
    needed = dict.fromkeys((*_REQUIRED, *(kind.needs if kind else ())))
    if found.get("aims_at") == "decided":
        needed["stage"] = None
    for key in needed:
        if key not in matter.keys:
            reading.report(Place(path, 1, 1), "missing-key", f"the front matter needs `{key}`")
    return found
