"""The project file: what it accepts, and every mistake told at once, at its place, with the nearest right word."""

from __future__ import annotations

import os
import unicodedata
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funnelbook.errors import Finding, ProjectError
from funnelbook.model import tables
from funnelbook.project import DEFAULT_LOSS_RULES, NAME, Alias, Project, find, fold, load
from funnelbook.project.columns import COLUMNS, WORDS

GOLDEN = Path(__file__).parents[2] / "../shared/golden"


def write(folder: Path, text: str | bytes) -> Path:
    (folder / NAME).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def read(folder: Path, text: str) -> Project:
    return load(write(folder, text))


def mistakes(folder: Path, text: str | bytes) -> list[Finding]:
    with pytest.raises(ProjectError) as caught:
        load(write(folder, text))
    return list(caught.value.findings)


def told(folder: Path, text: str | bytes) -> list[tuple[int, int, str]]:
    return [(each.place.line, each.place.column, each.rule) for each in mistakes(folder, text)]


def pipeline(*stages: str, head: str = "") -> str:
    listed = "".join(f"[[pipelines.stages]]\n{each}\n" for each in stages)
    return f'[[pipelines]]\nname = "main"\n{head}\n{listed}'


def test_an_empty_file_is_a_project_with_defaults(tmp_path: Path) -> None:
    project = read(tmp_path, "")
    assert project.site.languages == ("ru",)
    assert project.metrics.min_n == 5
    assert project.pipelines == ()
    assert project.loss_rules == DEFAULT_LOSS_RULES
    assert project.root == tmp_path


@pytest.mark.real
@pytest.mark.skipif(not GOLDEN.is_dir(), reason="the golden example is not beside the repository")
def test_the_golden_example_is_read_as_it_says() -> None:
    project = load(GOLDEN)
    (main,) = project.pipelines
    assert [stage.name for stage in main.stages] == [
        "Request received",
        "Need understood",
        "Offer sent",
        "Terms agreed",
    ]
    assert [stage.qualifies for stage in main.stages] == [False, True, False, False]
    assert main.stages[3].after == ("Offer sent",)
    assert (main.stages[3].cost, main.stages[3].minutes, main.margin) == (300, 30, 0.4)
    assert project.site.as_of == datetime(2024, 4, 15, 12, tzinfo=timezone(timedelta(hours=3)))
    assert date(2024, 2, 23) in project.metrics.holidays
    assert [rule.cause for rule in project.loss_reasons] == ["price_value", "competitor", "fear", "spam"]


def test_the_repository_s_own_project_file_is_right() -> None:
    assert load(Path(__file__).parents[2]).pipelines


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-04-15T12:00:00+05:00", "2024-04-15T07:00:00+00:00"),
        ("2024-04-15T12:00:00", "2024-04-15T09:00:00+00:00"),
        ("2024-04-15", "2024-04-14T21:00:00+00:00"),
    ],
)
def test_as_of_without_offset_is_local_time(tmp_path: Path, written: str, meant: str) -> None:
    as_of = read(tmp_path, f'[site]\ntimezone = "Europe/Moscow"\nas_of = {written}').site.as_of
    assert as_of == datetime.fromisoformat(meant)


def test_an_ambiguous_local_time_is_the_earlier_one(tmp_path: Path) -> None:
    as_of = read(tmp_path, '[site]\ntimezone = "America/New_York"\nas_of = 2024-11-03T01:30:00').site.as_of
    assert as_of is not None
    assert as_of.utcoffset() == timedelta(hours=-4)


@pytest.mark.parametrize(
    ("written", "meant"), [('"en"', ("en",)), ('["ru", "en"]', ("ru", "en")), ('["en", "en"]', ("en",))]
)
def test_lang_is_one_language_or_several(tmp_path: Path, written: str, meant: tuple[str, ...]) -> None:
    assert read(tmp_path, f"[site]\nlang = {written}").site.languages == meant


def test_a_source_mapping_is_read_whole(tmp_path: Path) -> None:
    text = """
[[sources]]
file = "crm/*.csv"
table = "deals"
columns = { deal_id = "Номер", created_at = "Создана", stage = "Этап", status = "Итог" }
values.status = { "Закрыта" = "won", "" = "open" }
constants = { currency = "RUB" }
date_format = "%d.%m.%Y %H:%M"
delimiter = "\\t"
encoding = "cp1251"
[[sources.joins]]
file = "people.csv"
on = "contact_id"
key = "Id"
columns = { segment = "Тип" }
"""
    (source,) = read(tmp_path, text).sources
    assert source.columns["deal_id"] == "Номер"
    assert source.values["status"] == {"Закрыта": "won", "": "open"}
    assert (source.delimiter, source.encoding, source.date_format) == ("\t", "cp1251", "%d.%m.%Y %H:%M")
    assert source.joins[0].columns == {"segment": "Тип"}


def test_thresholds_keep_the_default_that_is_not_given(tmp_path: Path) -> None:
    project = read(
        tmp_path, "[mistakes]\nno_department = { alarm = 0.6 }\ntoo_cheap = { watch = 0.9, alarm = 0.8 }"
    )
    assert project.mistakes == {"no_department": (0.2, 0.6), "too_cheap": (0.9, 0.8)}


def test_after_may_use_an_alias_and_comes_out_as_the_name(tmp_path: Path) -> None:
    text = pipeline('name = "A"\naliases = ["Первый"]', 'name = "B"\nafter = [" первый "]')
    assert read(tmp_path, text).pipelines[0].stages[1].after == ("A",)


def test_a_stage_may_have_had_a_name_for_a_time(tmp_path: Path) -> None:
    dated = "{name = 'Б', since = 2025-01-01, until = 2026-03-31}"
    text = pipeline(f"name = 'А'\naliases = ['Раньше', {{name = 'Ещё'}}, {dated}]", "name = 'Б'")
    first, second = read(tmp_path, text).pipelines[0].stages
    assert first.aliases == ("Раньше", "Ещё")
    assert first.renamed == (Alias("Б", date(2025, 1, 1), date(2026, 3, 31)),)
    assert second.renamed == ()


def test_a_name_may_pass_from_stage_to_stage(tmp_path: Path) -> None:
    one = "name = 'А'\naliases = [{name = 'X', until = 2026-01-31}]"
    other = "name = 'Б'\naliases = [{name = 'x', since = 2026-02-01}]"
    assert [len(stage.renamed) for stage in read(tmp_path, pipeline(one, other)).pipelines[0].stages] == [1, 1]


def test_every_mistake_is_told_at_once_at_its_place(tmp_path: Path) -> None:
    text = """titel = 1
[site]
lang = ["ru", "de"]
timezone = "Moscow"
[metrics]
min_n = 0
answer_target_minuts = 3
[[pipelines]]
name = "main"
margin = 2
[[pipelines.stages]]
name = "A"
minutes = -1
bad = = 3
[[loss_reasons]]
pattern = "("
cause = "prise_value"
party = "declined"
[privcy]
"""
    assert told(tmp_path, text) == [
        (1, 1, "unknown-key"),
        (3, 15, "unknown-word"),
        (4, 12, "bad-timezone"),
        (6, 9, "out-of-range"),
        (7, 1, "unknown-key"),
        (10, 10, "out-of-range"),
        (13, 11, "out-of-range"),
        (14, 7, "toml-syntax"),
        (16, 11, "bad-value"),
        (17, 9, "unknown-word"),
        (19, 2, "unknown-table"),
    ]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("[site]\ntimezone = 'Moscow'", "Europe/Moscow"),
        ("[site]\ntimezone = 'Europe/Moskow'", "Europe/Moscow"),
        ("[metrics]\nmin_m = 1", "min_n"),
        ("[privcy]", "privacy"),
        ("[[loss_reasons]]\npattern = 'a'\ncause = 'competitors'\nparty = 'declined'", "competitor"),
        ("[[loss_reasons]]\npattern = 'a'\ncause = 'fit'\nparty = 'refusd'", "refused"),
        (pipeline('name = "Offer sent"', 'name = "B"\nafter = ["Offer snt"]'), "Offer sent"),
        ("[mistakes]\ntoo_cheep = {}", "too_cheap"),
        ("[[sources]]\nfile = 'a.csv'\ntable = 'daels'\ncolumns = {}", "deals"),
    ],
)
def test_the_nearest_right_word_is_suggested(tmp_path: Path, text: str, near: str) -> None:
    assert f"did you mean `{near}`?" in mistakes(tmp_path, text)[0].hint


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[site]\ntitle = 3", "wrong-type"),
        ("[site]\ntitle = ''", "empty"),
        ('[site]\ntitle = "a\\nb"', "control-character"),
        (f"[site]\ntitle = '{'x' * 201}'", "too-long"),
        ("[site]\ncurrency = 'rub'", "bad-value"),
        ("[site]\nurl = 'javascript:alert(1)'", "bad-value"),
        ("[site]\ntimezone = '../../etc/passwd'", "bad-timezone"),
        ("[site]\ntimezone = 'localtime'", "bad-timezone"),
        ("[site]\nas_of = '2024-01-01'", "wrong-type"),
        ("[site]\nas_of = 0001-01-01", "out-of-range"),
        ("site = 3", "wrong-type"),
        ("[metrics]\nmin_n = 2.5", "wrong-type"),
        ("[metrics]\nmin_n = true", "wrong-type"),
        ("[metrics]\nhour_rate = nan", "out-of-range"),
        ("[metrics]\nhour_rate = inf", "out-of-range"),
        ("[metrics]\nhour_rate = -1", "out-of-range"),
        ("[metrics]\nreject_share = 1.01", "out-of-range"),
        ("[metrics]\neasy_days = 0", "out-of-range"),
        ("[metrics]\nholidays = [2024-01-01T10:00:00]", "wrong-type"),
        ("[[pipelines]]\nname = 'a'", "missing-key"),
        ("[[pipelines]]\nname = 'a'\nstages = []", "out-of-range"),
        ("[pipelines]\nname = 'a'", "wrong-type"),
        (pipeline("name = 'A'", head="margin = 0"), "out-of-range"),
        (pipeline("name = 'A'", head="margin = 1.5"), "out-of-range"),
        (pipeline("name = 'A'\nbuyer_effort = 10.5"), "out-of-range"),
        (pipeline("name = 'A'\ncost = -0.01"), "out-of-range"),
        (pipeline("name = 'A'\nqualifies = true", "name = 'B'\nqualifies = true"), "two-qualifying"),
        (pipeline("name = 'A'", "name = ' a '"), "duplicate-name"),
        (pipeline("name = 'A'", "name = 'B'\naliases = ['a']"), "duplicate-name"),
        (pipeline("name = 'A'", head="won = ['a']"), "duplicate-name"),
        (pipeline("name = 'A'", "name = 'B'\naliases = [{name = 'a'}]"), "duplicate-name"),
        (
            pipeline(
                "name = 'A'\naliases = [{name = 'X', since = 2026-01-01}]",
                "name = 'B'\naliases = [{name = 'x', until = 2026-01-01}]",
            ),
            "overlapping-aliases",
        ),
        (pipeline("name = 'A'\naliases = [{name = 'X', since = 2026-02-01, until = 2026-01-01}]"), "bad-period"),
        (pipeline("name = 'A'\naliases = [{nam = 'X'}]"), "missing-key"),
        (pipeline("name = 'A'\naliases = [{name = 'X', until = 'May'}]"), "wrong-type"),
        (pipeline("name = 'A'\naliases = [1]"), "wrong-type"),
        (pipeline("name = 'A'", head="won = ['x']\nlost = ['X']"), "duplicate-name"),
        (pipeline("name = 'A'") + pipeline("name = 'B'"), "duplicate-name"),
        (pipeline("name = 'A'\nafter = ['A']"), "after-itself"),
        (pipeline("name = 'A'\nafter = ['Z']"), "unknown-stage"),
        (pipeline(*(f"name = 'S{n}'\nmovable = true" for n in range(17))), "too-many-movable"),
        ("[[loss_reasons]]\npattern = '(?=x)'\ncause = 'fit'\nparty = 'refused'", "bad-value"),
        ("[[loss_reasons]]\npattern = '(a)\\1'\ncause = 'fit'\nparty = 'refused'", "bad-value"),
        ("[[loss_reasons]]\npattern = 'a'", "missing-key"),
        ("[mistakes]\nno_department = { watch = 0.9, alarm = 0.1 }", "bad-thresholds"),
        ("[mistakes]\nno_department = 0.5", "wrong-type"),
        ("[privacy]\npublish_deal_ids = 1", "wrong-type"),
    ],
)
def test_a_mistake_is_told_by_its_rule(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in {each.rule for each in mistakes(tmp_path, text)}


def test_a_circle_of_after_is_told_at_each_of_its_stages_only(tmp_path: Path) -> None:
    text = pipeline(
        'name = "A"\nafter = ["B"]',
        'name = "B"\nafter = ["C"]',
        'name = "C"\nafter = ["A"]',
        'name = "D"\nafter = ["A"]',
    )
    assert [each for each in told(tmp_path, text) if each[2] == "after-cycle"] == [
        (6, 9, "after-cycle"),
        (9, 9, "after-cycle"),
        (12, 9, "after-cycle"),
    ]


@pytest.mark.parametrize("way", ["/etc/passwd", "../x.csv", "a/../../x", "C:/x", "a\\b.csv", "~/x", "./x", "a//b"])
def test_a_source_cannot_lie_outside_the_exports(tmp_path: Path, way: str) -> None:
    text = f"[[sources]]\nfile = '{way}'\ntable = 'spend'\ncolumns = {{month='m', source='s', amount='a'}}"
    assert told(tmp_path, text) == [(2, 8, "bad-value")]


def test_a_mapping_is_checked_against_the_table_it_feeds(tmp_path: Path) -> None:
    text = """[[sources]]
file = "a.csv"
table = "activities"
columns = { deal_id = "Id", tme = "Time" }
values.kind = { "Звонок" = "call_inn" }
date_format = "%H:%M"
encoding = "cp12511"
delimiter = ";;"
"""
    assert told(tmp_path, text) == [
        (1, 3, "missing-column"),
        (1, 3, "missing-column"),
        (4, 29, "unknown-column"),
        (5, 28, "unknown-word"),
        (6, 15, "bad-value"),
        (7, 12, "bad-value"),
        (8, 13, "bad-value"),
    ]


def test_columns_of_a_mapping_are_the_canonical_tables_columns() -> None:
    for name, schema in tables.TABLES.items():
        own = {column.alias or key for key, column in schema.columns().items()} - {"file", "row", "snapshot"}
        assert own <= set(COLUMNS[name]), name
    assert set(WORDS["kind"]) == set(tables.KINDS)
    assert set(WORDS["role"]) == set(tables.ROLES)


def test_columns_count_characters_not_bytes(tmp_path: Path) -> None:
    assert told(tmp_path, '[[pipelines]]\nname = "Окна"\nwon = ["Продажа", 3]\nstages = [{name="A"}]')[0] == (
        3,
        19,
        "wrong-type",
    )


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a" + ".a" * 20_000 + " = 1", "a = " + "{b=" * 2000, "a = " + "9" * 5000, "a = [", '"""'],
)
def test_a_hostile_text_is_a_finding(tmp_path: Path, text: str) -> None:
    assert {each.rule for each in mistakes(tmp_path, text)} <= {"too-deep", "toml-syntax"}


def test_many_mistakes_end_in_a_count(tmp_path: Path) -> None:
    found = mistakes(tmp_path, "".join(f"key{n} = 1\n" for n in range(2000)))
    assert "1500 more mistakes" in {each.message for each in found}


def test_a_repeated_key_does_not_hide_what_follows(tmp_path: Path) -> None:
    assert told(tmp_path, "[site]\ntitle = 'a'\ntitle = 'b'\n[metrics]\nmin_n = 0\n") == [
        (3, 12, "toml-syntax"),
        (5, 9, "out-of-range"),
    ]


def test_bytes_that_are_not_text_are_told_with_their_place(tmp_path: Path) -> None:
    (finding,) = mistakes(tmp_path, b"[site]\ntitle = '\xd0\x9e\xff'\n")
    assert (finding.rule, finding.place.line, finding.place.column) == ("encoding", 2, 11)
    assert "byte 18" in finding.message


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert load(write(tmp_path, b"\xef\xbb\xbf[site]\r\ntitle = 'A'\r\n")).site.title == "A"


def test_files_that_are_no_plain_files_are_refused(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("link", "folder", "pipe", "large", "absent")}
    for folder in folders.values():
        folder.mkdir()
    (tmp_path / "real.toml").write_text("")
    (folders["link"] / NAME).symlink_to(tmp_path / "real.toml")
    (folders["folder"] / NAME).mkdir()
    os.mkfifo(folders["pipe"] / NAME)
    (folders["large"] / NAME).write_bytes(b"#" * 1_000_001)
    rules = {}
    for name, folder in folders.items():
        with pytest.raises(ProjectError) as caught:
            load(folder)
        rules[name] = caught.value.findings[0].rule
    assert rules == {
        "link": "symlink",
        "folder": "not-a-file",
        "pipe": "not-a-file",
        "large": "too-large",
        "absent": "no-project",
    }


def test_the_project_is_found_from_a_folder_below(tmp_path: Path) -> None:
    write(tmp_path, "")
    below = tmp_path / "content" / "ru"
    below.mkdir(parents=True)
    assert find(below) == tmp_path
    assert find(tmp_path) == tmp_path


def test_without_a_project_the_hint_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        find(tmp_path)
    assert "funnelbook new DIR" in caught.value.findings[0].hint


@given(st.text(max_size=30))
def test_names_are_compared_trimmed(name: str) -> None:
    assert fold(f"  {name.strip()} ") == fold(name)


def test_names_are_compared_as_they_look() -> None:
    for name in ("Замер утверждённый", "Offre envoyée", "İş"):
        assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_bytes_are_a_project_or_findings(tmp_path: Path, raw: bytes) -> None:
    write(tmp_path, raw)
    found: tuple[Finding, ...] | None = None
    try:
        load(tmp_path)
    except ProjectError as error:
        found = error.findings
    assert found != ()


@pytest.mark.parametrize("text", ["a = " + "[" * 2_000 + "]" * 2_000, "a = " + "{b = " * 2_000 + "1" + "}" * 2_000])
def test_a_project_file_nested_without_end_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProjectError) as caught:
        load(write(tmp_path, text))
    (finding,) = caught.value.findings
    assert (finding.rule, finding.place.line) == ("too-deep", 1)
