"""What changed in `funnelbook.toml`, and which stages and pipelines only got another name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from funnelbook.errors import ProjectError
from funnelbook.project import PipelineConfig, Project, fold
from funnelbook.project.loading import read_text


class Setting(Struct, frozen=True):
    """`key` as one would say it, `metrics.hour_rate`; `before` and `after` as TOML would have them, "" for none."""

    key: str
    before: str
    after: str


class Rename(Struct, frozen=True):
    """A stage of `pipeline`, or a pipeline itself (`pipeline` ""), whose old name the config keeps as an alias."""

    pipeline: str
    before: str
    after: str


def settings(before: Path, after: Path, renamed: Iterable[Rename]) -> tuple[Setting, ...]:
    """Every key of the two folders' project files whose value differs, in the order of the newer file.

    A stage that got another name is told by the new one on both sides.
    """
    old, new = _flat(before, {each.before: each.after for each in renamed}), _flat(after, {})
    return tuple(
        Setting(key, old.get(key, ""), new.get(key, ""))
        for key in dict.fromkeys((*new, *old))
        if old.get(key) != new.get(key)
    )


def _flat(folder: Path, names: Mapping[str, str]) -> dict[str, str]:
    try:
        values = tomllib.loads(read_text(folder))
    except (ProjectError, tomllib.TOMLDecodeError, RecursionError):
        return {}
    return dict(_leaves("", values, names))


def _leaves(path: str, value: object, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A table in a list is told by its name, pattern or file; one without by its number."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner, names)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for number, each in enumerate(value, 1):
            told = _name(each, number)
            yield from _leaves(f"{path}[{names.get(told, told)}]", each, names)
    else:
        yield path, _written(value)


def _name(table: Mapping[str, Any], number: int) -> str:
    return next((table[key] for key in ("name", "pattern", "file") if isinstance(table.get(key), str)), str(number))


def _written(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_written(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def renames(before: Project | None, after: Project | None) -> tuple[Rename, ...]:
    """Names that are gone from the config and stand among the aliases of one that is new in it."""
    return tuple(_renames(before, after)) if before and after else ()


def _renames(before: Project, after: Project) -> Iterator[Rename]:
    old = {fold(each.name): each for each in before.pipelines}
    known = {fold(each.name) for each in after.pipelines}
    for pipeline in after.pipelines:
        same = old.get(fold(pipeline.name))
        if same is None:
            same = next((old[fold(name)] for name in pipeline.aliases if fold(name) in old.keys() - known), None)
            if same is not None:
                yield Rename("", same.name, pipeline.name)
        if same is not None:
            yield from _stages(same, pipeline)


def _stages(before: PipelineConfig, after: PipelineConfig) -> Iterator[Rename]:
    old = {fold(each.name): each.name for each in before.stages}
    known = {fold(each.name) for each in after.stages}
    for stage in after.stages:
        for alias in (*stage.aliases, *(each.name for each in stage.renamed)):
            if fold(stage.name) not in old and fold(alias) in old and fold(alias) not in known:
                yield Rename(after.name, old[fold(alias)], stage.name)
