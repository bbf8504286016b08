"""The project file: `funnelbook.toml` becomes one frozen `Project`, or every mistake in it at once."""

from __future__ import annotations

from funnelbook.project.left_over import is_left_over, is_lock
from funnelbook.project.loading import FOLDERS, INPUTS, NAME, find, load, place_of
from funnelbook.project.names import fold, is_invisible, nearest, quoted, suggestion
from funnelbook.project.settings import (
    DEFAULT_LOSS_RULES,
    KEY_NAME,
    Alias,
    Cause,
    Join,
    Language,
    LossRule,
    MetricSettings,
    Mistake,
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
from funnelbook.project.stage_names import lint_stage_names
from funnelbook.project.thresholds import DEFAULT_THRESHOLDS

__all__ = [
    "DEFAULT_LOSS_RULES",
    "DEFAULT_THRESHOLDS",
    "FOLDERS",
    "INPUTS",
    "KEY_NAME",
    "NAME",
    "Alias",
    "Cause",
    "Join",
    "Language",
    "LossRule",
    "MetricSettings",
    "Mistake",
    "Party",
    "PersonConfig",
    "PipelineConfig",
    "Privacy",
    "PrivacyException",
    "Project",
    "Site",
    "SourceMapping",
    "StageConfig",
    "find",
    "fold",
    "is_invisible",
    "is_left_over",
    "is_lock",
    "lint_stage_names",
    "load",
    "nearest",
    "place_of",
    "quoted",
    "suggestion",
]
