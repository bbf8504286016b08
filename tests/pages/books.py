"""Books for the tests of pages: tables written by hand, or read from the golden example."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import polars as pl
from msgspec.structs import replace

from funnelbook.bundled import bundled
from funnelbook.handbook import Handbook
from funnelbook.language import Words
from funnelbook.memory import Memory
from funnelbook.model.differences import wilson
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Results, Table
from funnelbook.pages import Book
from funnelbook.pages.numbers import later
from funnelbook.project import MetricSettings, Project, Site, StageConfig

GOLDEN = Path(__file__).parents[2] / "../shared/golden/expected"
AS_OF = datetime(2024, 4, 15, 9, tzinfo=UTC)

#: Deals created, won, lost in a month; revenue follows from the won.
Month = tuple[int, int, int]


def pipeline(name: str, stages: Sequence[str], origin: str = "declared") -> Pipeline:
    configs = tuple(StageConfig(stage, target_action="The buyer answers") for stage in stages)
    return Pipeline(name, configs, ("won",), ("lost",), 1.0, origin)  # type: ignore[arg-type]  # a literal in tests


def book(results: Results, root: Path, languages: tuple[str, ...] = ("en", "ru"), **site: object) -> Book:
    """A book over these tables, with the bundled theme and without playbooks."""
    settings = Site(title="Test book", languages=languages, currency="EUR", **site)  # type: ignore[arg-type]
    catalogue = bundled("templates") / "locales"
    return Book(
        project=Project(root, site=settings, metrics=MetricSettings(min_n=5)),
        results=results,
        handbooks={code: Handbook(code) for code in languages},
        words={code: Words(code, catalogue / f"{code}.po", currency="EUR") for code in languages},  # type: ignore[arg-type]
        memory=Memory(None),
    )


def results_of(
    pipelines: Iterable[Pipeline], tables: Mapping[str, Sequence[Mapping[str, object]]], as_of: datetime = AS_OF
) -> Results:
    made = {name: Table(name, pl.DataFrame(list(rows), infer_schema_length=None)) for name, rows in tables.items()}
    return Results(as_of, tuple(pipelines), MappingProxyType(made), MappingProxyType({}), ())


def golden() -> Results:
    """The golden example's tables as they must come out."""
    tables = {
        path.stem: Table(path.stem, pl.read_csv(path, infer_schema_length=None))
        for path in sorted(GOLDEN.glob("*.csv"))
    }
    stages = ("Request received", "Need understood", "Offer sent", "Terms agreed")
    return Results(AS_OF, (pipeline("main", stages),), MappingProxyType(tables), MappingProxyType({}), ())


def months(
    since: str, course: Sequence[Month], pipe: Pipeline, reason: str | None = "too expensive"
) -> dict[str, list[dict[str, object]]]:
    """The six tables of one pipeline whose deals all pass or are lost at the first stage. Only `all` rows."""
    tables: dict[str, list[dict[str, object]]] = {
        name: [] for name in ("monthly", "funnel", "ways", "entries", "losses", "by_age")
    }
    standing = 0
    for number, (created, won, lost) in enumerate(course):
        month = later(since, number)
        standing += created - won - lost
        tables["monthly"].append(_monthly(month, pipe.name, created, won, lost))
        for position, stage in enumerate(pipe.stages, 1):
            first = position == 1
            tables["entries"].append(
                {
                    "month": month,
                    "pipeline": pipe.name,
                    "stage": stage.name,
                    "entered": created if first else won,
                    "left_forward": won,
                    "left_lost": lost if first else 0,
                    "at_end": standing if first else 0,
                }
            )
        tables["funnel"] += _funnel(month, pipe, created, min(won, created))
        tables["ways"].append(_ways(month, pipe.name, created))
        if lost:
            tables["losses"].append(
                {
                    "month": month,
                    "pipeline": pipe.name,
                    "stage": pipe.stages[0].name,
                    "cause": "price_value",
                    "party": "declined",
                    "reason": reason,
                    "deals": lost,
                    "value": None,
                    "cost": 0.0,
                }
            )
    everything, sold = sum(each[0] for each in course), sum(each[1] for each in course)
    tables["funnel"] += _funnel("all", pipe, everything, min(sold, everything))
    tables["ways"].append(_ways("all", pipe.name, everything))
    return tables


def _monthly(month: str, name: str, created: int, won: int, lost: int) -> dict[str, object]:
    share = wilson(won, won + lost)
    return {
        "month": month,
        "pipeline": name,
        "dimension": "all",
        "member": "all",
        "created": created,
        "qualified": None,
        "won": won,
        "lost": lost,
        "refused": 0,
        "declined": lost,
        "drifted": 0,
        "revenue": 1000.0 * won,
        "average_sale": 1000.0 if won else None,
        "win_rate": share and share.value,
        "win_rate_low": share and share.low,
        "win_rate_high": share and share.high,
        "cycle_median_days": 12.0 if won else None,
        "cycle_p90_days": 30.0 if won else None,
        "response_median_minutes": None,
        "answered_in_target": None,
        "cost": 0.0,
        "cost_of_sale": 0.0 if won else None,
    }


def _funnel(cohort: str, pipe: Pipeline, created: int, won: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for position, stage in enumerate((*(each.name for each in pipe.stages), "won"), 1):
        reached = created if position == 1 else won
        stands = position <= pipe.k
        share = wilson(won, reached) if stands else None
        rows.append(
            {
                "cohort": cohort,
                "pipeline": pipe.name,
                "dimension": "all",
                "member": "all",
                "position": position,
                "stage": stage,
                "reached": reached,
                "advanced": won if stands else None,
                "lost": reached - won if stands else None,
                "open": 0 if stands else None,
                "skipped": 0 if stands else None,
                "unknown_lost": 0 if stands else None,
                "conversion": share and share.value,
                "conversion_low": share and share.low,
                "conversion_high": share and share.high,
                "bound_low": share and share.value,
                "bound_high": share and share.value,
                "decided": share and share.value,
                "from_first": reached / created if created else None,
                "timed": reached if stands else None,
                "median_days": 2.0 if share else None,
                "p75_days": 3.0 if share else None,
                "p90_days": 4.0 if share else None,
            }
        )
    return rows


def _ways(cohort: str, name: str, deals: int) -> dict[str, object]:
    counts = {"basis_history": deals, "basis_snapshots": 0, "basis_current": 0}
    return {
        "cohort": cohort,
        "pipeline": name,
        "deals": deals,
        **counts,
        "skipping": 0,
        "moved_back": 0,
        "reopened": 0,
        "unknown_lost": 0,
    }


def merged(*parts: Mapping[str, Sequence[Mapping[str, object]]]) -> dict[str, list[Mapping[str, object]]]:
    """The same tables of several pipelines together."""
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


__all__ = ["AS_OF", "GOLDEN", "book", "golden", "json", "merged", "months", "pipeline", "replace", "results_of"]
