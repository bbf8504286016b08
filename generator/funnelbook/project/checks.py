"""Checks that look at a text's meaning, or at several keys at once.

Those of several keys read the raw values, so that they find their mistakes beside other mistakes in the same table.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain

from funnelbook.project.columns import COLUMNS, WORDS, required
from funnelbook.project.document import Entry
from funnelbook.project.names import quoted, suggestion
from funnelbook.project.readers import Check, elements, names_of, wrong_type

#: The order search looks at every subset of the movable stages (metrics.md, `order`).
_MOST_MOVABLE = 16
#: Engines of regular expressions that never take exponential time know neither of these.
_UNSUPPORTED = re.compile(r"(?<!\\)(?:\\\\)*(?:\(\?(?:[=!]|<[=!]|P=|\()|\\[1-9])")


def currency(value: str) -> str | None:
    ascii_letters = value.isascii() and value.isalpha()
    ok = len(value) == 3 and value.isupper() if ascii_letters else len(value) <= 4 and not value.isdigit()
    return None if ok else f"is no currency: {quoted(value)}"


def web_address(value: str) -> str | None:
    ok = value == "" or re.fullmatch(r"https?://[^\s\"'<>\\]+", value)
    return None if ok else "must begin with http:// or https:// and hold no spaces or quotes"


def pattern(value: str) -> str | None:
    """A regular expression without look-around and back-references."""
    if _UNSUPPORTED.search(value):
        return "uses look-around or a back-reference, which is not supported"
    try:
        re.compile(value, re.IGNORECASE)
    except re.error as error:
        where = "" if error.pos is None else f" at sign {error.pos + 1}"
        return f"is no regular expression: {error.msg}{where}"
    except (OverflowError, RecursionError):
        return "is too complex a regular expression"
    return None


def export_path(value: str) -> str | None:
    """A path or glob inside content/exports: no way leads out of it, on any system."""
    parts = value.split("/")
    if "\\" in value or value.startswith(("/", "~")) or ":" in value:
        return "must be a relative path with / between folders"
    if any(part in ("", ".", "..") for part in parts):
        return "must stay inside content/exports/, without `..` or empty parts"
    return None


def date_format(value: str) -> str | None:
    """Enough of a strptime pattern to tell a day: year, month and day."""
    signs = set(re.findall(r"%[-#]?(.)", value))
    if signs & {"F", "D", "s", "x", "c"}:
        return None
    ok = (signs & set("Yy") and signs & set("mbBh") and signs & set("de")) or {"Y", "j"} <= signs
    return None if ok else "must tell year, month and day"


def encoding(value: str) -> str | None:
    try:
        codecs.lookup(value)
        "".encode(value)
    except (LookupError, ValueError):
        return f"names no encoding: {quoted(value)}"
    return None


def delimiter(entry: Entry) -> str | None:
    """One sign, a tab allowed."""
    value = entry.value
    if not isinstance(value, str):
        wrong_type(entry, "a text in quotes")
        return None
    if len(value) == 1 and (value == "\t" or value.isprintable()) and value.isascii() and value not in '"\\':
        return value
    entry.report("bad-value", "`delimiter` must be one sign", 'such as ";", "," or "\\t"')
    return None


def threshold(watch: float, alarm: float) -> Check:
    """Alarm must lie on the worse side of watch; the defaults tell which side that is."""

    def check(entry: Entry) -> None:
        given = (entry.table.get("watch", watch), entry.table.get("alarm", alarm))
        if all(isinstance(each, (int, float)) for each in given) and (given[1] - given[0]) * (alarm - watch) < 0:
            side = "below" if alarm > watch else "above"
            entry.report("bad-thresholds", f"`{entry.name}`: alarm must not be {side} watch")

    return check


def period(entry: Entry) -> None:
    """A time ends after it begins."""
    since, until = entry.table.get("since"), entry.table.get("until")
    if type(since) is date and type(until) is date and until < since:
        entry.child("until").report("bad-period", "`until` lies before `since`", "both days belong to the time")


def exception(entry: Entry) -> None:
    """It is about a value or about a column."""
    if ("value" in entry.table) == ("column" in entry.table):
        hint = 'such as value = "info@example.org", or column = "Company" for all values of a column of the exports'
        entry.report("one-of-two", "an exception names either a `value` or a `column`", hint, on_value=False)


def unique_names(root: Entry) -> None:
    """No two pipelines may answer to one name, no two people have one; an alias may pass from one to another."""
    people = elements(root, "people")
    _unique(map(_names_for_good, people), "people")
    _one_at_a_time(people, "people")
    pipelines = elements(root, "pipelines")
    _unique((names_of(each, "name", "aliases") for each in pipelines), "pipelines")


def pipeline(entry: Entry) -> None:
    """Names within one pipeline tell one thing each; one stage qualifies; `after` can be met."""
    stages = elements(entry, "stages")
    named = [_names_for_good(stage) for stage in stages]
    _unique((*named, names_of(entry, "won"), names_of(entry, "lost")), "stages or closings")
    _one_at_a_time(stages, "stages")
    qualifying = [stage for stage in stages if stage.table.get("qualifies") is True]
    for stage in qualifying[1:]:
        stage.child("qualifies").report("two-qualifying", "another stage of this pipeline already qualifies a lead")
    if sum(stage.table.get("movable") is True for stage in stages) > _MOST_MOVABLE:
        whose = f"of the pipeline {entry.table['name']!r} " if isinstance(entry.table.get("name"), str) else ""
        said = f"more than {_MOST_MOVABLE} stages {whose}are movable"
        entry.child("stages").report("too-many-movable", said)
    _after(stages, named)


def _names_for_good(owner: Entry) -> list[tuple[Entry, str]]:
    """The names of a stage or a person that are no other's now."""
    undated = [each for each in elements(owner, "aliases") if not {"since", "until"} & each.table.keys()]
    return [*names_of(owner, "name", "aliases"), *(one for each in undated for one in names_of(each, "name"))]


def _one_at_a_time(owners: list[Entry], what: str) -> None:
    """A name may pass from one to another, but means one of them on any day."""
    times: dict[str, list[tuple[int, date, date]]] = {}
    for place, owner in enumerate(owners):
        for each in elements(owner, "aliases"):
            since, until = each.table.get("since", date.min), each.table.get("until", date.max)
            if type(since) is not date or type(until) is not date or (since, until) == (date.min, date.max):
                continue
            for entry, name in names_of(each, "name"):
                others = times.setdefault(name, [])
                if any(other != place and since <= last and first <= until for other, first, last in others):
                    message = f"two {what} are called {quoted(str(entry.value))} on one day"
                    entry.report("overlapping-aliases", message, "let one time end before the other begins")
                others.append((place, since, until))


def _unique(groups: Iterable[list[tuple[Entry, str]]], what: str) -> None:
    owner: dict[str, int] = {}
    for place, group in enumerate(groups):
        for each, name in group:
            if owner.setdefault(name, place) != place:
                each.report(
                    "duplicate-name", f"two {what} are called {quoted(str(each.value))}", "rename one of them"
                )


def _after(stages: list[Entry], named: list[list[tuple[Entry, str]]]) -> None:
    position = {name: place for place, group in reversed(list(enumerate(named))) for _, name in group}
    own_names = [str(each.value) for each, _ in chain.from_iterable(named)]
    before: dict[int, list[int]] = {}
    for place, stage in enumerate(stages):
        for each, name in names_of(stage, "after"):
            if name not in position:
                message = f"`after` names no stage of this pipeline: {quoted(str(each.value))}"
                each.report("unknown-stage", message, suggestion(str(each.value), own_names))
            elif position[name] == place:
                each.report("after-itself", "a stage cannot come after itself")
            else:
                before.setdefault(place, []).append(position[name])
    for place in _on_cycles(before):
        stages[place].child("after").report("after-cycle", "`after` leads round in a circle", "drop one of them")


def _on_cycles(before: Mapping[int, list[int]]) -> list[int]:
    """Stages that, followed back through `after`, lead to themselves."""
    found = []
    for start in before:
        seen: set[int] = set()
        pending = list(before[start])
        while pending:
            place = pending.pop()
            if place not in seen:
                seen.add(place)
                pending += before.get(place, [])
        if start in seen:
            found.append(start)
    return found


def source(entry: Entry) -> None:
    """Columns exist in the table they are mapped to, required ones are told, words are known ones."""
    table = entry.table.get("table")
    if not isinstance(table, str) or table not in COLUMNS:
        return
    telling = [entry.child("columns"), entry.child("constants")]
    telling += [join.child("columns") for join in elements(entry, "joins")]
    for holder in (*telling, entry.child("values")):
        _known_columns(holder, table)
    told = {key for holder in telling for key in holder.table}
    for column in required(table) if entry.table.get("columns") else ():
        if column not in told:
            entry.report("missing-column", f"the table {table} needs the column {column}", "map it in `columns`")
    _known_words(entry)


def _known_columns(holder: Entry, table: str) -> None:
    for key in holder.table:
        if key not in COLUMNS[table]:
            message = f"the table {table} has no column {quoted(key)}"
            holder.child(key).report("unknown-column", message, suggestion(key, COLUMNS[table]), on_value=False)


def _known_words(entry: Entry) -> None:
    for column, words in WORDS.items():
        ours = entry.child("values").child(column)
        for each in (entry.child("constants").child(column), *(ours.child(theirs) for theirs in ours.table)):
            if isinstance(each.value, str) and each.value not in ("", *words):
                message = f"{quoted(each.value)} is no known {column}"
                each.report("unknown-word", message, suggestion(each.value, words))
