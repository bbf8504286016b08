"""A `[[sources]]` mapping for a table that nobody knows, drafted from its header for the user to complete."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from funnelbook.errors import Finding
from funnelbook.project import Project
from funnelbook.sources.mapping import ROW
from funnelbook.sources.reader import RawFile, plain
from funnelbook.sources.rejected import opened

#: What the columns of deals are called in most programs, as `plain` has it. The first that fits a name has it.
_CALLED: Mapping[str, str] = {
    "deal_id": r"^(?:deal |lead ?|opportunity )?id$|^(?:№|номер|код)(?: сделки)?$",
    "created_at": r"\bcreat|\bopened|созда|дата заявки",
    "loss_reason": r"\b(?:loss|lost|reject)\w* reason|\breason|причин",
    "closed_at": r"\bclos|закры|заверш",
    "stage": r"\bstage|этап|стади",
    "status": r"\boutcome|\bresult|\bstatus|статус|исход|итог",
    "value": r"\bamount|\bvalue|\bprice|\bbudget|\bsum\b|сумм|бюджет|стоимост",
    "owner": r"\bowner|\bmanager|\brep\b|\bseller|\bassigned|\bresponsib|ответствен|менеджер|продав",
    "source": r"\bsource|\bchannel|источник|канал",
    "pipeline": r"\bpipeline|воронк",
}


def mappings(project: Project, paths: Sequence[Path], findings: Collection[Finding]) -> Iterator[str]:
    """For each of the files that nobody knows (`findings`) and that is a table, what funnelbook.toml could say."""
    unknown = {each.place.path for each in findings if each.rule == "unknown-file"}
    for path in paths:
        if str(path) in unknown and isinstance(file := opened(project, path), RawFile):
            yield mapping(path.name, file.header)


def mapping(name: str, header: Sequence[str]) -> str:
    """A draft for the file of this name. Of the header only names that look like those of deals are in it."""
    found = dict(_likely(header))
    columns = {"deal_id": ROW, "created_at": "…", "stage": "…", **found}
    lines = [
        f"{column} = {json.dumps(columns[column], ensure_ascii=False)}" for column in _CALLED if column in columns
    ]
    if "deal_id" not in found:
        lines[0] += "  # each row is a deal; better is a column that has its number"
    return "\n".join(
        [
            "[[sources]]",
            f"file = {json.dumps(name, ensure_ascii=False)}",
            'table = "deals"',
            "",
            "[sources.columns]",
            *lines,
        ]
    )


def _likely(header: Sequence[str]) -> Iterator[tuple[str, str]]:
    left = {plain(name): name for name in reversed(header) if name}
    for column, pattern in _CALLED.items():
        said = next((said for said in reversed(left) if re.search(pattern, said)), None)
        if said is not None:
            yield column, left.pop(said)
