"""Loss reasons sorted into causes and parties: metrics.md, section 1."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import get_args

import polars as pl

from funnelbook.model.names import Names
from funnelbook.project import Cause, LossRule, Party

CAUSES = pl.Enum(get_args(Cause))
PARTIES = pl.Enum(get_args(Party))
_UNMATCHED: tuple[Cause, Party] = ("other", "declined")
_UNRECORDED: tuple[Cause, Party] = ("none", "drifted")


def causes_of(reason: pl.Series, lost: pl.Series, rules: Sequence[LossRule]) -> pl.DataFrame:
    """`reason` (Enum), `cause`, `party` of each deal; all null unless it is `lost`.

    The first rule whose pattern is found in the reason decides, case ignored; no match is `other`, declined; no
    reason is `none`, drifted. Patterns meet distinct reasons only.
    """
    kept = pl.DataFrame({"reason": reason, "lost": lost}).select(pl.when("lost").then("reason")).to_series()
    names = Names()
    numbers = names.encode(kept)
    patterns = [(re.compile(rule.pattern, re.IGNORECASE), rule) for rule in rules]
    sorted_ = [_sort(name, patterns) for name in names.spelled]

    def column(part: int, kind: pl.Enum) -> pl.Series:
        told = pl.Series([each[part] for each in sorted_], dtype=kind).gather(numbers)
        return pl.select(pl.coalesce(told, pl.when(lost).then(pl.lit(_UNRECORDED[part], kind)))).to_series()

    return pl.DataFrame(
        {"reason": numbers.cat.to(pl.Enum(names.spelled)), "cause": column(0, CAUSES), "party": column(1, PARTIES)}
    )


def _sort(reason: str, patterns: Sequence[tuple[re.Pattern[str], LossRule]]) -> tuple[Cause, Party]:
    text = unicodedata.normalize("NFC", reason)
    return next(((rule.cause, rule.party) for pattern, rule in patterns if pattern.search(text)), _UNMATCHED)
