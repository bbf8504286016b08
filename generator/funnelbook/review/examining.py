"""One state of the handbook, examined: its mistakes, its numbers, its playbooks, and what it was made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from funnelbook import metrics
from funnelbook.errors import ContentError, Finding, FunnelbookError
from funnelbook.handbook import Playbook, fill
from funnelbook.handbook.files import read_all
from funnelbook.handbook.front_matter import split
from funnelbook.handbook.reading import read_playbook
from funnelbook.memory import Memory
from funnelbook.model.dataset import Dataset
from funnelbook.model.results import Results
from funnelbook.project import NAME, Language, Project, load
from funnelbook.publish import build, exports
from funnelbook.publish.observer import Observer
from funnelbook.review.remembering import key_of, recall, remember
from funnelbook.review.states import EXPORTS, State

_LANGUAGES = get_args(Language)
_BLOCK = 1 << 20


class Text(Struct, frozen=True):
    """A playbook as a file has it, with mistakes or without. `matter`: key of the front matter -> its value."""

    playbook: Playbook
    matter: Mapping[str, str]
    source: str


class Inputs(Struct, frozen=True):
    """SHA-256 of what numbers are made from: the config, and each export by its path."""

    config: str
    exports: Mapping[str, str]


class Side(Struct, frozen=True):
    """`project` is None when the config cannot be read, `results` when no number can be made."""

    state: State
    project: Project | None
    findings: tuple[Finding, ...]
    texts: Mapping[str, Text]
    inputs: Inputs
    dataset: Dataset | None
    results: Results | None


def examine(state: State, memory: Memory, observer: Observer, like: Side | None = None) -> Side:
    """`like` is a state examined before: when config and exports are the same, its data are not read again."""
    inputs = _inputs(state.root)
    texts = _texts(state.root)
    try:
        project = load(state.root)
    except FunnelbookError as error:
        return Side(state, None, _told(state, error.findings), texts, inputs, None, None)
    dataset = _reread(like, state) if like is not None and like.inputs == inputs else None
    try:
        dataset = dataset or exports.read(project)
    except FunnelbookError:
        dataset = None
    key = key_of(state)
    told = recall(memory, key)
    if told is not None:
        return Side(state, project, told, texts, inputs, dataset, results_of(dataset, project, state))
    examined = build.examine(project, observer, build.Given(memory, state.history, dataset))
    told = _told(state, examined.findings)
    remember(memory, key, told)
    results = examined.made.results if examined.made else results_of(dataset, project, state)
    return Side(state, project, told, texts, inputs, dataset, results)


def _reread(like: Side, state: State) -> Dataset | None:
    """The data set of the same exports under the same config, its files standing where this state has them."""
    if like.dataset is None:
        return None
    old, new = like.state.root, state.root
    files = tuple(replace(each, path=new / each.path.relative_to(old)) for each in like.dataset.files)
    return replace(like.dataset, files=files)


def results_of(dataset: Dataset | None, project: Project, state: State) -> Results | None:
    """The numbers alone, of a state whose site cannot be made; None when they do not add up."""
    if dataset is None:
        return None
    try:
        handbooks = build.read_playbooks(project)
        facts = build.facts_of(dataset.as_of, project, handbooks, state.history)
    except ContentError:  # playbooks with mistakes tell nothing of their reviews
        return _computed(lambda: metrics.compute(dataset, project))
    return _computed(lambda: metrics.compute(dataset, project, facts=facts))


def _computed(compute: Callable[[], Results]) -> Results | None:
    try:
        return compute()
    except FunnelbookError:
        return None


def _told(state: State, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings with paths relative to the handbook, wherever the state was laid."""
    folder = f"{state.root}/"
    shown = (
        replace(
            each,
            place=replace(each.place, path=each.place.path.removeprefix(folder)),
            message=each.message.replace(folder, ""),
            hint=each.hint.replace(folder, ""),
        )
        for each in findings
    )
    return tuple(sorted({*shown, *state.left_out}))


def _texts(root: Path) -> dict[str, Text]:
    """Every playbook that can be read as text, by path."""
    found = {}
    for language in _LANGUAGES:
        files, _ = read_all(root / "content", language, _LANGUAGES)
        for file in files:
            playbook = _written_out(read_playbook(file, language)[0])
            matter = {key: ", ".join(value.texts) for key, value in split(file.path, file.text).values.items()}
            found[file.path] = Text(playbook, matter, file.text)
    return found


def _written_out(playbook: Playbook) -> Playbook:
    """The playbook with what its author wrote at each live place: the numbers there are compared by themselves."""

    def written(number: int) -> str:
        live = playbook.live[number]
        target = " ".join((live.target, *(f"{key}={value}" for key, value in live.options.items())))
        return f"{{{live.kind}}} {live.text} <{target}>" if live.text else f"{{{live.kind}}} {target}"

    return replace(
        playbook,
        html=fill(playbook.html, lambda number: f"<code>{escape(written(number))}</code>"),
        text=fill(playbook.text, written),
    )


def _inputs(root: Path) -> Inputs:
    exports = root / EXPORTS
    paths = sorted(path for path in exports.rglob("*") if path.is_file()) if exports.is_dir() else []
    return Inputs(_hash(root / NAME), {path.relative_to(exports).as_posix(): _hash(path) for path in paths})


def _hash(path: Path) -> str:
    """SHA-256 of a file, "" for one that cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
