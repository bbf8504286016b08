"""A seeded simulator: the CRM of an invented company, for trying, for tests and for benchmarks."""

from __future__ import annotations

from funnelbook.sources.demo.account import write_amocrm
from funnelbook.sources.demo.simulation import Simulation, simulate
from funnelbook.sources.demo.tables import write_tables

__all__ = ["Simulation", "simulate", "write_amocrm", "write_tables"]
