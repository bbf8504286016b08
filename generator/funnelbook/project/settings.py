"""What the project file says, frozen. `schema.py` names the keys that lead here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct, field

KEY_NAME = "persons.key"
Language = Literal["ru", "en"]
Cause = Literal[
    "price_value", "competitor", "fear", "timing", "fit", "unreachable", "duplicate", "spam", "other", "none"
]
Party = Literal["refused", "declined", "drifted"]
Mistake = Literal[
    "refusing_to_sell", "too_cheap", "no_department", "selling_to_all", "too_much_freedom", "dwelling_on_failures",
    "forgetting_principles", "too_precious",
]  # fmt: skip


class Site(Struct, frozen=True):
    """`[site]`. `languages[0]` is the default; `as_of` None means the newest moment in the data.

    Pages whose data are older than `stale_days` on the day they are read say so; the default allows a month's
    export to come two weeks late.
    """

    title: str = "Sales handbook"
    languages: tuple[Language, ...] = ("ru",)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = ""
    as_of: datetime | None = None
    url: str = ""
    stale_days: float = 45


class MetricSettings(Struct, frozen=True):
    """`[metrics]`. Money is in the site's currency; None means the default that metrics.md derives."""

    min_n: int = 5
    hour_rate: float | None = None
    answer_target_minutes: float = 15
    easy_days: float | None = None
    drift_days: float | None = None
    reject_share: float = 0.05
    holidays: tuple[date, ...] = ()


class Alias(Struct, frozen=True):
    """One of `aliases`: a name that was theirs from `since` to `until`, local dates, both inclusive."""

    name: str
    since: date | None = None
    until: date | None = None

    @property
    def dated(self) -> bool:
        return self.since is not None or self.until is not None


class StageConfig(Struct, frozen=True):
    """`[[pipelines.stages]]`. `minutes` and `cost` are ours per deal standing there; `buyer_effort` 0-10.

    aliases: names that always meant this stage; renamed: those that meant it for a time, whatever they mean now.
    """

    name: str
    aliases: tuple[str, ...] = ()
    target_action: str = ""
    minutes: float | None = None
    cost: float | None = None
    buyer_effort: float | None = None
    qualifies: bool = False
    movable: bool = False
    after: tuple[str, ...] = ()
    renamed: tuple[Alias, ...] = ()


class PipelineConfig(Struct, frozen=True):
    """`[[pipelines]]`: open stages in order, names of its closings, margin (share of value)."""

    name: str
    stages: tuple[StageConfig, ...]
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    margin: float = 1.0
    aliases: tuple[str, ...] = ()


class LossRule(Struct, frozen=True):
    """`[[loss_reasons]]`: a reason that matches `pattern` (a case-insensitive regular expression)."""

    pattern: str
    cause: Cause
    party: Party


#: What a loss reason means when no rule of the project matches it (metrics.md, section 1), in order of trial.
DEFAULT_LOSS_RULES = (
    LossRule("duplicate|дубл", "duplicate", "refused"),
    LossRule("spam|спам", "spam", "refused"),
    LossRule("no answer|no reply|unreachable|не дозвон|недозвон|не отвеча", "unreachable", "drifted"),
    LossRule("competitor|конкурент", "competitor", "declined"),
    LossRule("price|expensive|budget|value|дорог|цен|бюджет", "price_value", "declined"),
    LossRule("not a fit|no fit|disqualif|not our|не подход|не наш|не целев|нецелев", "fit", "refused"),
    LossRule("postpon|later|timing|not now|позже|отлож|не сейчас", "timing", "declined"),
    LossRule("fear|afraid|doubt|no decision|undecided|боит|сомне|дума", "fear", "declined"),
)


class Join(Struct, frozen=True):
    """`[[sources.joins]]`: further columns from `file`, one row a key; `on` = our column, `key` = theirs."""

    file: str
    on: str
    key: str
    columns: Mapping[str, str]


class SourceMapping(Struct, frozen=True):
    """`[[sources]]`: how a file nobody knows becomes a canonical table.

    `columns` canonical name -> file's header; `values` canonical name -> {file's value: ours};
    `constants` canonical name -> value for every row; `date_format` a strptime pattern for every date.
    """

    file: str
    table: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()
    date_format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None


class PersonConfig(Struct, frozen=True):
    """`[[people]]`: one person, and the other names the CRM has or had for them."""

    name: str
    aliases: tuple[Alias, ...] = ()


class PrivacyException(Struct, frozen=True):
    """`[[privacy.exceptions]]`: a value, or all values of a column of the exports, that may be published, and why.

    Either `value` or `column` is given, the other is "".
    """

    reason: str
    value: str = ""
    column: str = ""


class Privacy(Struct, frozen=True):
    """`[privacy]`: what a site may publish beyond the tables.

    owners: sellers by their names, or under pseudonyms. key: tells which key these are made with, "" = none is.
    """

    publish_deal_ids: bool = False
    exceptions: tuple[PrivacyException, ...] = ()
    owners: Literal["names", "pseudonyms"] = "names"
    key: str = ""

    @property
    def told(self) -> tuple[Mapping[str, str], ...]:
        """The exceptions as a manifest tells them: their keys as in the project file."""
        keys = ("value", "column", "reason")
        return tuple({key: text for key in keys if (text := getattr(each, key))} for each in self.exceptions)


class Limits(Struct, frozen=True):
    """`[limits]`: what is refused before it fills memory. `rows` of one file."""

    rows: int = 5_000_000


class Project(Struct, frozen=True):
    """Everything the project file says. `root` is the folder it lies in."""

    root: Path
    site: Site = field(default_factory=Site)
    metrics: MetricSettings = field(default_factory=MetricSettings)
    pipelines: tuple[PipelineConfig, ...] = ()
    loss_reasons: tuple[LossRule, ...] = ()
    sources: tuple[SourceMapping, ...] = ()
    mistakes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    privacy: Privacy = field(default_factory=Privacy)
    people: tuple[PersonConfig, ...] = ()
    limits: Limits = field(default_factory=Limits)

    @property
    def loss_rules(self) -> tuple[LossRule, ...]:
        """Every rule in the order of trial: the project's own, then the defaults."""
        return (*self.loss_reasons, *DEFAULT_LOSS_RULES)

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def exports(self) -> Path:
        return self.content / "exports"

    @property
    def private(self) -> Path:
        """The folder for what must never be published: rejected rows, the cache."""
        return self.root / ".funnelbook"

    @property
    def persons_key(self) -> Path:
        """The key of hashes that stand for persons (`sources.persons`)."""
        return self.private / KEY_NAME
