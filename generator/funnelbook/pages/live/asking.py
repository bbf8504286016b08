"""What a live place asks for, checked against the data: pipeline, stage, month and the rest; else what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from funnelbook.handbook import Card, Live
from funnelbook.model.pipeline import Pipeline
from funnelbook.pages.edition import Edition
from funnelbook.pages.labels import CAUSES, PARTIES, ROLES
from funnelbook.pages.mistakes.texts import SIGNALS
from funnelbook.pages.text import UNNAMED
from funnelbook.project import fold, quoted, suggestion

_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")

#: Arguments with a fixed set of words.
_WORDS: Mapping[str, Iterable[str]] = {
    "cause": CAUSES,
    "party": PARTIES,
    "role": tuple(role for role in ROLES if role != UNNAMED),
    "signal": SIGNALS,
    "segment": ("b2b", "b2c"),
    "days": ("90", "180", "365"),
    "period": ("year",),
}


class WrongError(Exception):
    """A live place that asks for what is not there."""

    def __init__(self, rule: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint


class Asked(Struct, frozen=True):
    """`position` is the stage's, 0 for none; `month` "" for the usual one; `rest` the other arguments."""

    pipeline: Pipeline | None = None
    position: int = 0
    month: str = ""
    rest: Mapping[str, str] = field(default_factory=dict)

    @property
    def stage(self) -> str | None:
        return self.pipeline.stages[self.position - 1].name if self.pipeline and self.position else None


def one_of(word: str, known: Iterable[str], what: str) -> str:
    """The known word that `word` means, case and outer spaces aside."""
    found = next((each for each in known if fold(each) == fold(word)), None)
    if found is None:
        raise WrongError(f"unknown-{what}", f"there is no {what} {quoted(word)}", suggestion(word, known))
    return found


def ask(edition: Edition, playbook: Card, live: Live, options: Iterable[str], needs: Iterable[str] = ()) -> Asked:
    """`options` are the arguments that are known. A needed stage or cause is the playbook's own unless written."""
    known = tuple(options)
    for key in live.options:
        if key not in known:
            message = f"{quoted(live.target)} has no argument {quoted(key)}"
            raise WrongError("unknown-option", message, suggestion(key, known))
    needed = tuple(needs)
    written = dict(live.options)
    if "cause" in needed and "cause" not in written and playbook.cause:
        written["cause"] = playbook.cause[0]
    pipeline, position = _place(edition, playbook, written, "stage" in needed)
    for key in needed:
        if key not in written and key != "stage":
            raise WrongError("missing-option", f"{quoted(live.target)} needs `{key}=`", _words(key))
    rest = {
        key: _checked(edition, key, value) for key, value in written.items() if key in _WORDS or key == "source"
    }
    return Asked(pipeline, position, _month(edition, written.get("month", "")), rest)


def _words(key: str) -> str:
    words = tuple(_WORDS.get(key, ()))
    return "one of: " + ", ".join(words) if words else ""


def _checked(edition: Edition, key: str, value: str) -> str:
    if key == "source":
        rows = edition.numbers.table("monthly", dimension="source") if edition.numbers.has("monthly") else ()
        return one_of(value, sorted({row["member"] for row in rows}), "source")
    return one_of(value, _WORDS[key], key)


def _month(edition: Edition, written: str) -> str:
    months = edition.numbers.months
    if written and (not _MONTH.fullmatch(written) or written not in months):
        hint = f"the data have {months[0]} to {months[-1]}" if months else ""
        raise WrongError("unknown-month", f"there is no month {quoted(written)}", hint)
    return written


def pipelines(edition: Edition) -> tuple[Pipeline, ...]:
    """The main one first; those without deals last."""
    present = edition.numbers.pipelines
    return (*present, *(each for each in edition.numbers.known if each not in present))


def _place(
    edition: Edition, playbook: Card, written: Mapping[str, str], needed: bool
) -> tuple[Pipeline | None, int]:
    every = pipelines(edition)
    if "pipeline" in written:
        name = one_of(written["pipeline"], [each.name for each in every], "pipeline")
        every = tuple(each for each in every if each.name == name)
    if "stage" in written:
        return stage_of(every, written["stage"])
    if needed:
        own = (found for name in playbook.stage if (found := _found(every, name)))
        if not playbook.stage:
            raise WrongError("missing-option", "it needs `stage=`", "a playbook with a `stage` may leave it out")
        return next(own, (None, 0))
    return (every[0] if every else None), 0


def stage_of(every: Iterable[Pipeline], name: str) -> tuple[Pipeline, int]:
    """The first of the pipelines that has the stage, and its position there."""
    every = tuple(every)
    found = _found(every, name)
    if found is None:
        names = [stage.name for each in every for stage in each.stages]
        raise WrongError("unknown-stage", f"no pipeline has the stage {quoted(name)}", suggestion(name, names))
    return found


def _found(every: Iterable[Pipeline], name: str) -> tuple[Pipeline, int] | None:
    return next(((each, position) for each in every for position in positions(each, name)), None)


def positions(pipeline: Pipeline, name: str) -> tuple[int, ...]:
    """Where a pipeline has stages of this name or alias."""
    return tuple(
        position
        for position, stage in enumerate(pipeline.stages, 1)
        if fold(name) in {fold(each) for each in (stage.name, *stage.aliases)}
    )
