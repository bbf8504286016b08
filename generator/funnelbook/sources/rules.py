"""By which rule a column of a file was taken for what it is: the words of `import --explain`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The header is the canonical name.
OWN = "its own name"
#: A `[[sources]]` mapping of the project file names the column, joins it, or gives a constant.
MAPPED = "the mapping"
JOINED = "a join of the mapping"
CONSTANT = "a constant of the mapping"
ROW = "the row's number, by the mapping"
#: Names, phones and e-mails are never read for themselves.
PERSON = "only tells which deals are of one person; never kept"

#: When a deal left a stage tells only which of two entries at one time comes first.
LEFT = "tells the order of entries at one time"
#: The stage that a change left tells only where a deal began.
BEGUN = "tells where a deal began, at its first change"

_LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"ru": "Russian", "en": "English", "pt": "Portuguese", "es": "Spanish", "de": "German", "fr": "French"}
)


def alias(system: str, language: str = "") -> str:
    """The header is what `system` (amoCRM, HubSpot) calls the field in `language` ("" = in any)."""
    return f"{system}'s name in {_LANGUAGES[language]}" if language else f"{system}'s name"


def signed(rule: str, sign: str, currency: str = "") -> str:
    """`rule` for a header with a currency's sign behind it; a sign of several currencies tells none."""
    return f"{rule}, with the sign {sign}" + (f" ({currency})" if currency else "")


def pattern(shape: str) -> str:
    """The header fits a pattern, like `Date entered "…"`."""
    return f"the pattern {shape}"


def told_by(what: str) -> str:
    """The value follows from what another column says, like a stage that closes a deal."""
    return f"follows from {what}"
