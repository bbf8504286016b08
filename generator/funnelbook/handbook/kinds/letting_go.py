"""Letting a seller go: soon, in plain words, with every deal handed over (sales-system.md, S24)."""

from __future__ import annotations

from funnelbook.handbook.kinds.kind import Kind
from funnelbook.handbook.kinds.onboarding import SECTIONS

KIND = Kind("letting-go", SECTIONS)
