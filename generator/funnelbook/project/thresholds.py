"""`[mistakes]`: the signals of the eight mistakes and when each is worth watching or alarming."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Signal -> (watch, alarm), as in metrics.md's table of mistakes. A mistake with two signals has a line for each;
#: where watch is the greater one, small values are the bad ones.
DEFAULT_THRESHOLDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "refusing_to_sell": (0.05, 0.15),
        "too_cheap": (0.95, 0.85),
        "too_cheap_losses": (0.10, 0.05),
        "no_department": (0.20, 0.50),
        "selling_to_all": (0.90, 0.97),
        "selling_to_all_earliness": (0.5, 0.35),
        "too_much_freedom": (0.20, 0.40),
        "too_much_freedom_spread": (0.05, 0.10),
        "dwelling_on_failures": (0.60, 0.80),
        "forgetting_principles": (1, 2),
        "too_precious": (0.20, 0.50),
    }
)
