"""The generic layout of a history with one column a stage: `date entered <stage>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import polars as pl

from funnelbook.sources import rules
from funnelbook.sources.cells.texts import words
from funnelbook.sources.ignored import without
from funnelbook.sources.reader import Context, Match, Part, RawFile, Taken, plain
from funnelbook.sources.stage_dates import Dates, StageDate
from funnelbook.sources.stage_names import Seen

SHAPE = "date entered …"
_ENTERED = re.compile(
    r'date[ _]entered[ _:]+["“«]?(.+?)["”»]?|["“«]?(.+?)["”»]?[ _]+date[ _]entered', re.IGNORECASE
)


def is_stage_date(name: str) -> bool:
    return _ENTERED.fullmatch(name) is not None


def stage_dates(header: Sequence[str], seen: Seen) -> tuple[StageDate, ...]:
    """The columns of the header's stages; in `date_entered_offer_sent` an underscore stands for a space, too."""
    found = []
    for index, name in enumerate(header):
        if match := _ENTERED.fullmatch(name):
            written = (match[1] or match[2]).strip()
            underscored = "_entered" in name.lower() and " " not in name
            label = seen.spelled(written)
            if underscored and label == written:
                label = written.replace("_", " ")
            found.append(StageDate(index, *seen.labelled(label, always=False), SHAPE))
    return tuple(found)


class StageDates:
    """A history alone: an id and the dates of the stages, one deal a row. The deals stand in another file."""

    name = "stage dates"
    table: Literal["stage_dates"] = "stage_dates"

    def match(self, header: Sequence[str]) -> Match:
        ids, dates = _ids(header), sum(map(is_stage_date, header))
        missing = (*(() if ids else ("deal_id",)), *(() if dates else ("date entered <stage>",)))
        return Match(missing, len(ids[:1]) + dates)

    def read(self, raw: RawFile, context: Context) -> Part:
        """A row without an id is rejected. The rows of the stages' history are derived from those of the file."""
        index = _ids(raw.header)[0]
        own = words(pl.col(f"c{index}"), raw.frame.collect_schema()[f"c{index}"])
        kept = without(raw, own.is_null(), "missing-value", "rejected", "deal_id")
        known = kept.frame.select("row", own.alias("deal_id")).collect()
        columns = stage_dates(raw.header, seen_in(context))
        used = {index, *(each.index for each in columns)}
        unknown = tuple(name for i, name in enumerate(raw.header) if i not in used and name)
        taken = (Taken("stages.deal_id", (index,), rules.OWN),)
        part = Part({}, kept.refused, notes=raw.notes, unknown=unknown, taken=taken)
        return Dates(columns).add(kept, part, known, context)


def seen_in(context: Context) -> Seen:
    """Where the deals of the folder's generic table stand."""
    found = [_standing(raw) for raw in context.others.get("deals", ())]
    return Seen.of(pl.concat(found)) if found else Seen()


def _standing(raw: RawFile) -> pl.DataFrame:
    schema = raw.frame.collect_schema()

    def cells(name: str) -> pl.Expr:
        at = raw.columns(name)
        return words(pl.col(f"c{at[0]}"), schema[f"c{at[0]}"]) if at else pl.lit(None, dtype=pl.String)

    return raw.frame.select(**{name: cells(name) for name in ("stage", "pipeline")}).unique().collect()


def _ids(header: Sequence[str]) -> list[int]:
    return [index for index, name in enumerate(header) if plain(name) == plain("deal_id")]


STAGE_DATES = StageDates()
