"""`import --explain`: what a file and each of its columns was taken for, by which rule, and what nobody reads."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import pytest

from funnelbook.project import Join, Project, Site, SourceMapping
from funnelbook.sources.drafted import mappings
from funnelbook.sources.explain import ExplainedColumn, Explanation, explain

Explained = dict[str, ExplainedColumn]


def laid(folder: Path, **files: str) -> list[Path]:
    paths = [folder / name.replace("__", ".") for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def alone(folder: Path, text: str, *sources: SourceMapping, name: str = "a__csv") -> Explanation:
    project = Project(root=folder / "book", site=Site(timezone=ZoneInfo("Europe/Moscow")), sources=sources)
    (explanation,), findings = explain(project, laid(folder, **{name: text}))
    assert not findings
    return explanation


def columns(explanation: Explanation) -> Explained:
    return {each.target.removeprefix("deals."): each for each in explanation.columns}


def test_an_amocrm_export_is_explained_column_by_column(tmp_path: Path) -> None:
    told = alone(tmp_path, samples.RUSSIAN_B)
    assert (told.reader, told.rows, told.refused) == ("amoCRM deals", 3, 0)
    assert "all that amoCRM deals must have" in told.why
    assert told.form == "text with ; between cells, UTF-8"
    found = columns(told)
    assert found["value"].headers == ("Бюджет руб.",)
    assert found["value"].rule == "amoCRM's name in Russian, with the sign руб. (RUB)"
    assert found["created_at"].written == "DD.MM.YYYY"
    assert found["status"].rule == "follows from the stage"
    assert (found["closed_at"].filled, found["closed_at"].read, found["closed_at"].rejected) == (3, 2, 0)
    assert found["contact_id"].headers == ("Мобильный телефон (контакт)",)
    assert "never kept" in found["contact_id"].rule
    assert told.unread == ("Название сделки", "Теги сделки", "Основной контакт", "Источник (контакт)")


@pytest.mark.parametrize(
    ("text", "language"),
    [(samples.PORTUGUESE_B, "Portuguese"), (samples.SPANISH, "Spanish"), (samples.ENGLISH, "English")],
)
def test_the_language_of_a_name_is_told(tmp_path: Path, text: str, language: str) -> None:
    assert columns(alone(tmp_path, text))["stage"].rule == f"amoCRM's name in {language}"


def test_cells_that_do_not_parse_are_counted_by_column(tmp_path: Path) -> None:
    text = "deal_id,created_at,stage,status,value\n1,2026-01-02,New,open,1\n2,soon,New,open,2\n3,,New,open,x\n"
    told = alone(tmp_path, text)
    found = columns(told)
    assert told.refused == 2
    assert (found["created_at"].filled, found["created_at"].read, found["created_at"].rejected) == (2, 1, 1)
    assert (found["value"].filled, found["value"].read, found["value"].rejected) == (3, 2, 1)
    assert found["deal_id"].read == 3
    assert found["deal_id"].rule == "its own name"


def test_a_mapping_a_join_and_a_constant_are_told_apart(tmp_path: Path) -> None:
    mapping = SourceMapping(
        file="a.csv",
        table="deals",
        columns={"deal_id": "@row", "created_at": "when", "owner": "who"},
        constants={"status": "open"},
        joins=(Join(file="b.csv", on="owner", key="login", columns={"source": "came from"}),),
    )
    project = Project(root=tmp_path / "book", site=Site(timezone=ZoneInfo("UTC")), sources=(mapping,))
    paths = laid(tmp_path, a__csv="when;who;what\n2026-01-02;ann;x\n", b__csv="login;came from\nann;site\n")
    project.exports.mkdir(parents=True)
    explanations, findings = explain(project, paths)
    assert not findings
    (told, joined) = explanations
    rules = {each.target.removeprefix("deals."): each.rule for each in told.columns}
    assert rules == {
        "deal_id": "the row's number, by the mapping",
        "created_at": "the mapping",
        "owner": "the mapping",
        "source": "a join of the mapping",
        "status": "a constant of the mapping",
    }
    assert told.unread == ("what",)
    assert "names it" in told.why
    assert "joins it" in joined.why


def test_a_dump_says_what_it_holds(tmp_path: Path) -> None:
    project = Project(root=tmp_path / "book", site=Site(timezone=ZoneInfo("UTC")))
    documents = {"p__json": json.dumps(samples.PIPELINES), "u__json": json.dumps(samples.USERS)}
    explanations, findings = explain(project, laid(tmp_path, **documents))
    assert not findings
    assert [set(each.holds) for each in explanations] == [{"pipelines"}, {"users"}]
    assert all(sum(each.holds.values()) + each.refused == each.rows for each in explanations)


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    project = Project(root=tmp_path / "book", site=Site(timezone=ZoneInfo("UTC")))
    explanations, findings = explain(project, laid(tmp_path, a__csv="x;y\n1;2\n", b__csv=samples.RUSSIAN_B))
    assert [each.reader for each in explanations] == ["amoCRM deals"]
    assert [each.rule for each in findings] == ["unknown-file"]
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (
            "deal_id,created_date,closed_date,sales_rep_id,industry,lead_source,deal_stage,deal_amount,outcome",
            {
                "deal_id": "deal_id", "created_at": "created_date", "closed_at": "closed_date",
                "stage": "deal_stage", "status": "outcome", "value": "deal_amount",
                "owner": "sales_rep_id", "source": "lead_source",
            },
        ),
        (
            'Покупатель;"Этап ""А""";Дата заявки;Сумма, руб;Причина отказа;Менеджер',
            {
                "deal_id": "@row", "created_at": "Дата заявки", "loss_reason": "Причина отказа", "stage":
                'Этап "А"', "value": "Сумма, руб", "owner": "Менеджер",
            },
        ),
        ("Ann Secret,+79161234567,New", {"deal_id": "@row", "created_at": "…", "stage": "…"}),
    ],
)  # fmt: skip
def test_a_mapping_is_drafted_for_a_table_that_nobody_knows(
    tmp_path: Path, header: str, columns: dict[str, str]
) -> None:
    project = Project(root=tmp_path / "book", site=Site(timezone=ZoneInfo("Europe/Moscow")))
    paths = [*laid(tmp_path, a__csv=f"{header}\n", b__csv="{"), tmp_path / "none.csv"]
    (draft,) = mappings(project, paths, explain(project, paths)[1])
    (told,) = tomllib.loads(draft)["sources"]
    assert told == {"file": "a.csv", "table": "deals", "columns": columns}
