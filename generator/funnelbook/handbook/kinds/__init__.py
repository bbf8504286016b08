"""The kinds of playbooks. One that must have sections is a file here and a name in `_CHECKED`; others are free."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from funnelbook.handbook.kinds import (
    delegation,
    expert_call,
    fears,
    head,
    hiring,
    letting_go,
    mistake,
    objection,
    onboarding,
    owner_selling,
    pricing,
    qualifying,
    refusal,
    stage,
    tricks,
)
from funnelbook.handbook.kinds.kind import Kind, Section

__all__ = ["KINDS", "Kind", "Section"]

_CHECKED = (
    refusal.KIND,
    objection.KIND,
    qualifying.KIND,
    stage.KIND,
    pricing.KIND,
    fears.KIND,
    expert_call.KIND,
    owner_selling.KIND,
    tricks.KIND,
    hiring.KIND,
    onboarding.KIND,
    letting_go.KIND,
    delegation.KIND,
    head.KIND,
    mistake.KIND,
)
_FREE = ("note",)

#: Name -> kind, in the order in which a handbook lists them.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*_CHECKED, *(Kind(name) for name in _FREE))}
)
