"""What a version may be called: safe in an address and on every system, and told from every other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from funnelbook.errors import FunnelbookError, PublishError
from funnelbook.project import nearest

#: The folder of the current build or release; no version has its name.
LATEST = "latest"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?")
#: Names that some system, or this program, keeps for something else: in small letters, up to the first dot.
_RESERVED = {LATEST, "index", "versions", "events", "con", "prn", "aux", "nul"}
_RESERVED |= {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
_LONGEST_TITLE = 200
#: Control signs, marks that turn the direction of a text, line ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name.split(".")[0].lower() not in _RESERVED


def check_name(name: str, present: Sequence[str]) -> None:
    """Raises PublishError unless `name` may stand beside the versions that are `present`."""
    if not _NAME.fullmatch(name):
        raise _refused(
            "a version's name holds Latin letters, digits, `-`, `_` and `.` only, begins with a letter or a digit, "
            "does not end in a dot and has 64 signs at most",
            "name it 2026-10 or v1.2, and say the rest in --title",
        )
    if not is_name(name):
        raise _refused(f"the name {name!r} is kept for something else", "name the version otherwise")
    alike = [each for each in present if each != name and each.lower() == name.lower()]
    if alike:
        raise _refused(
            f"{name!r} differs from {alike[0]!r} in capitals only, which some systems take for the same name",
            "name the version otherwise",
        )


def is_title(title: str) -> bool:
    seen = all(unicodedata.category(sign) not in _UNSEEN for sign in title)
    return seen and bool(title.strip()) and len(title) <= _LONGEST_TITLE


def check_title(title: str) -> None:
    """Raises PublishError for a title that no list could show."""
    if not is_title(title):
        raise PublishError.one(
            "version-title", f"a title is one line of 1 to {_LONGEST_TITLE} signs", "shorten it or leave it out"
        )


def unknown(name: str, present: Sequence[str]) -> FunnelbookError:
    """There is no such version; the nearest one, or all."""
    near = nearest(name, present)
    hint = f"did you mean {near!r}?" if near else "there are: " + (", ".join(present) or "none yet")
    return PublishError.one("no-version", f"there is no version {name!r}", hint)


def _refused(message: str, hint: str) -> FunnelbookError:
    return PublishError.one("version-name", message, hint)
