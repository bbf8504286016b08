"""Every key of `funnelbook.toml`: its reader stands beside its name. A new key is one line here and one field.

The keys follow metrics.md (section 1 and the settings it names) and the structs in settings.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from funnelbook.project import checks
from funnelbook.project.columns import COLUMNS
from funnelbook.project.names import fold
from funnelbook.project.readers import Reader, choice, flag, items, mapping, named_or, number, table, text
from funnelbook.project.settings import (
    Alias,
    Cause,
    Join,
    Language,
    Limits,
    LossRule,
    MetricSettings,
    Party,
    PersonConfig,
    PipelineConfig,
    Privacy,
    PrivacyException,
    Project,
    Site,
    SourceMapping,
    StageConfig,
)
from funnelbook.project.thresholds import DEFAULT_THRESHOLDS
from funnelbook.project.values import day, moment, time_zone

CAUSES: tuple[str, ...] = get_args(Cause)
PARTIES: tuple[str, ...] = get_args(Party)
LANGUAGES: tuple[str, ...] = get_args(Language)
#: Codes of stages are small integers, and two of them mean the closings (model.pipeline).
_MOST_STAGES = 250


def _site(lang: tuple[Language, ...] = ("ru",), as_of: date | None = None, **rest: Any) -> Site:
    zone: ZoneInfo = rest.get("timezone", ZoneInfo("UTC"))
    return Site(languages=tuple(dict.fromkeys(lang)), as_of=_instant(as_of, zone), **rest)


def _instant(value: date | None, zone: ZoneInfo) -> datetime | None:
    """A bare date is local midnight, a time without offset is local, the earlier reading when ambiguous."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        return datetime.combine(value, time(), zone)
    return value if value.tzinfo else value.replace(tzinfo=zone)


_SITE = table(
    _site,
    {
        "title": text(),
        "lang": items(choice(*LANGUAGES), least=1, single=True),
        "timezone": time_zone,
        "currency": text(check=checks.currency, hint="write an ISO 4217 code such as RUB or a sign such as ₽"),
        "as_of": moment,
        "url": text(empty=True, check=checks.web_address, hint="such as https://sales.example.org/"),
        "stale_days": number(high=36_500, above=0),
    },
)


def _metrics(holidays: tuple[date, ...] = (), **rest: Any) -> MetricSettings:
    return MetricSettings(holidays=tuple(sorted(set(holidays))), **rest)


_METRICS = table(
    _metrics,
    {
        "min_n": number(1, 10_000, whole=True),
        "hour_rate": number(),
        "answer_target_minutes": number(above=0),
        "easy_days": number(above=0),
        "drift_days": number(above=0),
        "reject_share": number(0, 1),
        "holidays": items(day),
    },
)

_NAMES = items(text())

_ALIASES = items(
    named_or(
        Alias,
        table(Alias, {"name": text(), "since": day, "until": day}, required=["name"], check=checks.period),
    )
)


def _stage(aliases: tuple[Alias, ...] = (), **rest: Any) -> StageConfig:
    names = tuple(each.name for each in aliases if not each.dated)
    return StageConfig(aliases=names, renamed=tuple(each for each in aliases if each.dated), **rest)


_STAGE = table(
    _stage,
    {
        "name": text(),
        "aliases": _ALIASES,
        "target_action": text(empty=True),
        "minutes": number(),
        "cost": number(),
        "buyer_effort": number(0, 10),
        "qualifies": flag,
        "movable": flag,
        "after": items(text(), single=True),
    },
    required=["name"],
)


def _pipeline(stages: tuple[StageConfig, ...], **rest: Any) -> PipelineConfig:
    """`after` may use an alias; it leaves here as the stage's own name."""
    own = {fold(name): stage.name for stage in stages for name in (*stage.aliases, stage.name)}
    return PipelineConfig(stages=tuple(_after_by_name(stage, own) for stage in stages), **rest)


def _after_by_name(stage: StageConfig, own: Mapping[str, str]) -> StageConfig:
    return replace(stage, after=tuple(own[fold(name)] for name in stage.after)) if stage.after else stage


_PIPELINE = table(
    _pipeline,
    {
        "name": text(),
        "aliases": _NAMES,
        "stages": items(_STAGE, least=1, most=_MOST_STAGES),
        "won": items(text(), single=True),
        "lost": items(text(), single=True),
        "margin": number(0, 1, above=0),
    },
    required=["name", "stages"],
    check=checks.pipeline,
)

_LOSS_RULE = table(
    LossRule,
    {
        "pattern": text(check=checks.pattern, hint="write words, with | between alternatives"),
        "cause": choice(*CAUSES),
        "party": choice(*PARTIES),
    },
    required=["pattern", "cause", "party"],
)

_FILE = text(check=checks.export_path, hint="name it as it lies in content/exports/; * stands for any signs")
_COLUMN_NAMES = mapping(text())


_JOIN = table(
    Join,
    {"file": _FILE, "on": text(), "key": text(), "columns": _COLUMN_NAMES},
    required=["file", "on", "key", "columns"],
)

_SOURCE = table(
    SourceMapping,
    {
        "file": _FILE,
        "table": choice(*COLUMNS),
        "columns": _COLUMN_NAMES,
        "values": mapping(mapping(text(empty=True))),
        "constants": _COLUMN_NAMES,
        "joins": items(_JOIN, most=20),
        "date_format": text(check=checks.date_format, hint="such as %d.%m.%Y %H:%M"),
        "delimiter": checks.delimiter,
        "encoding": text(check=checks.encoding, hint="such as utf-8, cp1251 or utf-16"),
    },
    required=["file", "table", "columns"],
    check=checks.source,
)


def _threshold(signal: str) -> Any:
    """The one of the two that is not given keeps its default."""
    watch, alarm = DEFAULT_THRESHOLDS[signal]

    def make(watch: float = watch, alarm: float = alarm) -> tuple[float, float]:
        return watch, alarm

    return table(make, {"watch": number(), "alarm": number()}, check=checks.threshold(watch, alarm))


_MISTAKES: Reader[dict[str, tuple[float, float]]] = table(
    dict, {signal: _threshold(signal) for signal in DEFAULT_THRESHOLDS}
)

_PERSON = table(PersonConfig, {"name": text(), "aliases": _ALIASES}, required=["name"])

_EXCEPTION = table(
    PrivacyException,
    {"value": text(), "column": text(), "reason": text()},
    required=["reason"],
    check=checks.exception,
)

_PRIVACY = table(
    Privacy,
    {
        "publish_deal_ids": flag,
        "exceptions": items(_EXCEPTION, most=1000),
        "owners": choice("names", "pseudonyms"),
    },
)

#: Rows are counted in 32 bits.
_LIMITS = table(Limits, {"rows": number(1, 4_000_000_000, whole=True)})


class Sections:
    """What the file says, still without the folder it lies in."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def project(self, root: Path) -> Project:
        return Project(root=root, **self._values)


PROJECT = table(
    Sections,
    {
        "site": _SITE,
        "metrics": _METRICS,
        "pipelines": items(_PIPELINE, most=100),
        "loss_reasons": items(_LOSS_RULE, most=1000),
        "sources": items(_SOURCE, most=200),
        "mistakes": _MISTAKES,
        "privacy": _PRIVACY,
        "people": items(_PERSON, most=10_000),
        "limits": _LIMITS,
    },
    check=checks.unique_names,
)
