"""The data set: facts after every rule of metrics.md, section 1, dense and ready for the metrics."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from msgspec import Struct, field

from funnelbook.model.exports import TOLD
from funnelbook.model.ledger import REPLACED
from funnelbook.model.notes import Note
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.reading import SourceFile


class Dataset(Struct, frozen=True):
    """Accepted facts. No name, phone or note of a customer is among them.

    deals: `deal` UInt32 (= row number 0..n-1), `deal_id` String (an integer where the source has it so),
        `created_at`, `closed_at` (never null for won and lost, null for open) Datetime(us, UTC), `status`
        Enum(open, won, lost), `basis` Enum(history, snapshots, current), `pipeline` UInt8 (index in `pipelines`),
        `position` UInt8 (of the current stage when it is an open one of the pipeline, else null), `value`,
        `list_price` Float64 in the site's currency (null = no price), `owner`, `source`, `role`, `segment`,
        `temperature`, `cause`, `party`, `reason` Enum with null = not recorded (`cause`, `party`, `reason`: set for
        lost deals only), `contact` UInt32, `next_task_at`.
    entries: `deal` UInt32, `at` Datetime(us, UTC), `code` UInt8 (a position, `WON_CODE` or `LOST_CODE`), in file
        order; only deals of basis history or snapshots have any; nothing is added or inferred here.
    activities: `deal` UInt32, `at`, `outgoing` Boolean. `has_activities` is False when no source gave any.
    spend: `month` String, `source` String, `amount` Float64. plan, team: as `model.tables`, without file and row.
    quality: the table `quality` of metrics.md: file (its published label), table, problem ("all" for the totals),
        rows, accepted, rejected, duplicates, ignored.
    refused: `model.reading.REFUSED`, private. replaced: `model.ledger.REPLACED`, private.
    bounds: `deal`, `at`, `earliest` of the entries that successive exports tell: each happened after `earliest`
        (the export before, the deal's creation) and not after `at`; both are alike where the moment is known.
    exports: `model.exports.TOLD`, a row an export of a series; empty without one.
    currency: what `value` is in: an ISO 4217 code, or "" when neither the project nor the data tell.
    """

    as_of: datetime
    pipelines: tuple[Pipeline, ...]
    deals: pl.DataFrame
    entries: pl.DataFrame
    activities: pl.DataFrame
    has_activities: bool
    spend: pl.DataFrame
    plan: pl.DataFrame
    team: pl.DataFrame
    files: tuple[SourceFile, ...]
    quality: pl.DataFrame
    refused: pl.DataFrame
    notes: tuple[Note, ...] = ()
    currency: str = ""
    bounds: pl.DataFrame = field(default_factory=pl.DataFrame)
    exports: pl.DataFrame = field(default_factory=TOLD.to_frame)
    replaced: pl.DataFrame = field(default_factory=REPLACED.to_frame)
