"""Every record of every file is in exactly one bucket, whatever the files hold; mended rows come back."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import xlsxwriter
from hostile_handbook import export, lay, site_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import run_here
from funnelbook import metrics
from funnelbook.model.assemble import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.results import Results
from funnelbook.project import PipelineConfig, Project, Site, StageConfig
from funnelbook.sources import read

DEALS = "content/exports/deals.csv"
COLUMNS = ("deal_id", "created_at", "stage", "status", "closed_at", "value", "owner", "source")
STAGES = ("Asked", "Offered", "Signed")
LINE = PipelineConfig("main", tuple(StageConfig(name) for name in STAGES), ("won",), ("lost",))


def project(folder: Path) -> Project:
    return Project(root=folder, site=Site(timezone=ZoneInfo("UTC"), currency="EUR"), pipelines=(LINE,))


def laid(folder: Path, files: Mapping[str, bytes]) -> Project:
    made = project(folder)
    for name, content in files.items():
        path = made.exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return made


def records(content: bytes) -> int:
    """Physical records by a reader of our own: line ends outside quotes, the header left out.

    A quote opens only where a field begins; a doubled one inside is a quote.
    """
    text, count, quoted, fresh, begun = content.decode(), 0, False, True, False
    at = 0
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                at += 1
            elif sign == '"':
                quoted = False
        elif sign == '"' and fresh:
            quoted = True
        elif sign in "\r\n":
            at += text[at : at + 2] == "\r\n"
            count, begun, fresh = count + 1, False, True
            at += 1
            continue
        begun, fresh = True, not quoted and sign == ","
        at += 1
    return count + begun - 1


CELLS: Mapping[str, st.SearchStrategy[str]] = {
    "deal_id": st.sampled_from(["1", "2", "3", "00123", "", "8.49E+10", "a b", " 7 ", "NA"]),
    "created_at": st.sampled_from(["2026-01-02", "2026-02-30", "", "soon", "0202-01-01", "2026-01-05 10:00:00"]),
    "stage": st.sampled_from([*STAGES, "asked ", "won", "lost", "nowhere", "", "line\nend", 'quo"te']),
    "status": st.sampled_from(["open", "won", "lost", "", "maybe"]),
    "closed_at": st.sampled_from(["", "2026-01-20", "2025-01-01", "2099-01-01", "x"]),
    "value": st.sampled_from(["", "100", "0.1", "-5", "5tr", "10k", "1e15"]),
    "owner": st.sampled_from(["Anna", "anna ", "", "Борис", "=1+1"]),
    "source": st.sampled_from(["ads", "", "site"]),
}
ROW = st.fixed_dictionaries(dict(CELLS))
#: Lines that are no row of the table, or a broken one.
ODD = st.sampled_from(["", ",".join(COLUMNS), "1,2026-01-02", ",,,,,,,", "1" + "," * 12, "   "])
LINES = st.lists(st.one_of(ROW, ODD), min_size=1, max_size=12)


def text(lines: Sequence[str | Mapping[str, str]], end: str) -> bytes:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator=end)
    writer.writerow(COLUMNS)
    for line in lines:
        if isinstance(line, str):
            made.write(line + end)
        else:
            writer.writerow([line[name] for name in COLUMNS])
    return made.getvalue().encode()


@st.composite
def corpora(draw: st.DrawFn) -> dict[str, bytes]:
    """Some exports, of which two may be alike, beside each other or in dated folders."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    tables = [text(draw(LINES), end) for _ in range(draw(st.integers(1, 3)))]
    tables += tables[: draw(st.integers(0, 1))]
    dated = draw(st.booleans())
    name = "2026-0{}-01/deals.csv" if dated else "deals{}.csv"
    return {name.format(number): each for number, each in enumerate(tables, 2)}


def check_account(made: Project, files: Mapping[str, bytes]) -> None:
    found = read(made)
    data = assemble(found, made)
    wholes = data.quality.filter(pl.col("problem") == "all")
    for file, whole in zip(data.files, wholes.iter_rows(named=True), strict=True):
        assert file.rows == records(files[str(file.path.relative_to(made.exports))])
        parts = [whole[name] for name in ("accepted", "rejected", "duplicates", "ignored")]
        assert whole["rows"] == sum(parts) == file.rows
    first = data.refused.filter("primary").select("file", "row").rows()
    assert len(first) == len(set(first)), "a row is refused once, whatever is wrong with it"
    assert set(data.refused.select("file", "row").rows()) == set(first)
    taken = found.tables["deals"].select("file", "row").collect().rows() if "deals" in found.tables else []
    assert len(taken) == len(set(taken))
    told = set(taken) | set(found.refused.select("file", "row").rows())
    assert len(told) == len(taken) + found.refused.filter("primary").height == sum(file.rows for file in data.files)
    lines = data.quality.filter(pl.col("problem") != "all")
    for name in ("rejected", "duplicates", "ignored"):
        assert lines[name].sum() == wholes[name].sum()


@pytest.mark.slow
@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(files=corpora())
def test_every_record_of_any_corpus_is_in_exactly_one_bucket(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    made = laid(tmp_path_factory.mktemp("corpus"), files)
    check_account(made, files)


def test_a_row_with_three_mistakes_is_one_row_with_three_reasons(tmp_path: Path) -> None:
    lines = [dict(zip(COLUMNS, ("1", "2026-01-02", "Asked", "open", "", "10", "A", "s"), strict=True))]
    lines.append({**lines[0], "deal_id": "2", "created_at": "soon", "status": "maybe", "value": "5tr"})
    data = assemble(read(made := laid(tmp_path, {"d.csv": text(lines, "\n")})), made)
    assert data.refused.select("row", "problem", "column", "primary").rows() == [
        (3, "bad-date", "created_at", True),
        (3, "bad-value", "status", False),
        (3, "bad-amount", "value", False),
    ]
    assert data.quality.select("problem", "rows", "accepted", "rejected").rows() == [
        ("all", 2, 1, 1),
        ("bad-date", 1, 0, 1),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("5tr", None), ("abc", None), ("1.2.3,4,5", None), ("--5", None), ("1,2,3", None), ("10k", 10_000.0),
        ("1e15", 1e15), ("", None), ("0", None), ("-5", None), ("1.234,56", 1_234.56), ("1,234.56", 1_234.56),
    ],
)  # fmt: skip
def test_an_amount_is_read_or_its_row_is_rejected(tmp_path: Path, cell: str, value: float | None) -> None:
    """Never a silent nothing: only an empty cell, nothing and less are no price."""
    row = dict(zip(COLUMNS, ("1", "2026-01-02", "Asked", "open", "", cell, "A", "s"), strict=True))
    lines = [row, {**row, "deal_id": "2", "value": ""}]
    data = assemble(read(made := laid(tmp_path, {"d.csv": text(lines, "\n")})), made)
    readable = value is not None or cell in ("", "0", "-5")
    assert data.refused["problem"].to_list() == ([] if readable else ["bad-amount"])
    assert data.deals["value"].to_list() == ([value, None] if readable else [None])
    remarks = data.quality.filter(pl.col("problem") == "negative-price")["accepted"].to_list()
    assert remarks == ([1] if cell == "-5" else [])


def tables(results: Results, *leave_out: str) -> dict[str, list[dict[str, object]]]:
    found = {name: table for name, table in results.tables.items() if name not in leave_out}
    return {name: [dict(row) for row in table.rows] for name, table in found.items()}


def rejected(folder: Path) -> list[dict[str, str]]:
    with (folder / ".funnelbook" / "refused.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file, strict=True) if row["bucket"] == "rejected"]


def test_rows_mended_where_the_list_of_rejects_says_are_accepted_and_nothing_else_changes(tmp_path: Path) -> None:
    good = list(csv.reader(io.StringIO(export(40))))
    spoiled = [list(row) for row in good]
    wrong = {3: ("created_at", "soon"), 9: ("status", "maybe"), 17: ("value", "5tr"), 30: ("deal_id", "")}
    for row, (column, cell) in wrong.items():
        spoiled[row - 1][good[0].index(column)] = cell
    folder = lay(tmp_path / "book", {DEALS: as_csv(spoiled)})
    assert run_here("build", "-q", "--project", folder).code == 0
    listed = rejected(folder)
    assert {int(row["row"]): row["column"] for row in listed} == {row: column for row, (column, _) in wrong.items()}
    mended = [list(row) for row in spoiled]
    for told in listed:  # by the list alone
        assert told["file"] == DEALS
        place = int(told["row"]) - 1, good[0].index(told["column"])
        mended[place[0]][place[1]] = good[place[0]][place[1]]
    (folder / DEALS).write_text(as_csv(mended))
    assert run_here("build", "-q", "--project", folder).code == 0
    assert rejected(folder) == []
    perfect = lay(tmp_path / "perfect", {DEALS: as_csv(good)})
    assert run_here("build", "-q", "--project", perfect).code == 0
    assert files_of(site_of(folder)) == files_of(site_of(perfect))


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def files_of(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}


def dataset(folder: Path, rows: Sequence[Sequence[str]], name: str = "d.csv") -> Dataset:
    made = laid(folder, {name: as_csv(rows).encode()})
    return assemble(read(made), made)


def computed(folder: Path, rows: Sequence[Sequence[str]]) -> Results:
    return metrics.compute(dataset(folder, rows), project(folder))


GOOD = [
    [*row[:3], STAGES[number % 3], *row[4:]]
    for number, row in enumerate(csv.reader(io.StringIO(export(60, days=80))))
]
GOOD[0] = [*GOOD[0][:3], "stage", *GOOD[0][4:]]


def test_the_order_of_rows_and_blank_rows_between_them_change_no_number(tmp_path: Path) -> None:
    own = tables(computed(tmp_path / "own", GOOD), "quality")
    head, *rows = GOOD
    turned = [head, *(row for each in reversed(rows) for row in ([], each))]
    spoiled = [*turned[:8], ["x", "soon", *rows[0][2:]], *turned[8:]]
    found = dataset(tmp_path / "turned", spoiled)
    assert tables(metrics.compute(found, project(tmp_path)), "quality") == own
    lost = found.refused.filter(pl.col("bucket") == "rejected")
    assert lost.select("row", "problem").rows() == [(9, "bad-date")]
    whole = found.quality.filter(problem="all").select("rows", "accepted", "rejected", "ignored")
    assert whole.row(0) == (121, 60, 1, 60)


def test_the_same_export_as_text_workbook_table_and_json_gives_the_same_site(tmp_path: Path) -> None:
    """But for the name of what it was read from."""
    rows = list(csv.reader(io.StringIO(export(30))))
    book = xlsxwriter.Workbook(tmp_path / "deals.xlsx")
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").with_columns(
        pl.col("deal_id").cast(pl.Int64), pl.col("value").cast(pl.Float64)
    ).write_parquet(tmp_path / "deals.parquet")
    objects = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    typed = [{**each, "deal_id": int(each["deal_id"]), "value": float(each["value"])} for each in objects]
    contents = {
        "json": json.dumps(typed).encode(),
        "jsonl": "".join(f"{json.dumps(each)}\n" for each in objects).encode(),
        "csv": export(30).encode(),
        "xlsx": (tmp_path / "deals.xlsx").read_bytes(),
        "parquet": (tmp_path / "deals.parquet").read_bytes(),
    }
    sites = {}
    for kind, content in contents.items():
        folder = lay(tmp_path / kind, {f"content/exports/deals.{kind}": content})
        assert run_here("build", "-q", "--project", folder).code == 0
        sites[kind] = files_of(site_of(folder))
    for kind in contents:
        assert sites["csv"].keys() == sites[kind].keys()
        assert [name for name in sites["csv"] if sites["csv"][name] != sites[kind][name]] == []


def test_one_deal_more_changes_the_cells_that_it_explains_and_no_other(tmp_path: Path) -> None:
    head, *rows = GOOD
    as_of = ["999", "2026-06-01 10:00:00", "main", "Asked", "open", "", "5", "O1", "site", ""]
    more = ["1000", "2026-02-03 10:00:00", "main", "won", "won", "2026-03-02 10:00:00", "250", "O2", "site", ""]
    width = len(head)
    before = computed(tmp_path / "before", [head, *rows, as_of[:width]])
    after = computed(tmp_path / "after", [head, *rows, as_of[:width], more[:width]])
    keys = ("month", "pipeline", "dimension", "member")
    counted = ("created", "won", "lost", "revenue")
    told = {
        state: {tuple(row[key] for key in keys): [row[name] for name in counted] for row in results["monthly"].rows}
        for state, results in (("before", before), ("after", after))
    }
    assert told["before"].keys() == told["after"].keys()
    moved = {
        key: [now - was for now, was in zip(told["after"][key], told["before"][key], strict=True)]
        for key in told["after"]
        if told["after"][key] != told["before"][key]
    }
    slices = [("all", "all"), ("source", "site"), ("owner", "O2"), ("role", "—"), ("segment", "—")]
    assert moved == {
        **{("2026-02", "main", *each): [1, 0, 0, 0] for each in slices},
        **{("2026-03", "main", *each): [0, 1, 0, 250] for each in slices},
    }
    keys = ("cohort", "dimension", "member", "position")
    funnel = [
        Counter({tuple(row[key] for key in keys): row["reached"] for row in each["funnel"].rows})
        for each in (before, after)
    ]
    cohorts = [(cohort, *each) for cohort in ("2026-02", "all") for each in slices]
    assert funnel[1] - funnel[0] == {(*each, position): 1 for each in cohorts for position in (1, 2, 3, 4)}
    assert not funnel[0] - funnel[1]


BESIDE: Mapping[str, bytes] = {
    "team.csv": b"person,role,from,hours_per_week\nO1,seller,2026-01-01,40\nO2,head,2026-01-01,20\nO7,seller,,40\n",
    "plan.csv": b"month,pipeline,owner,sales,revenue\n2026-02,main,O1,5,900\n2026-06,main,O2,4,800\n",
    "spend.csv": b"month,source,amount\n2026-01,site,100\n2026-02,site,300\n",
    "activities.csv": b"deal_id,at,kind\n1,2026-01-05 10:00:00,call_out\n7,2026-01-09 10:00:00,email_out\n",
}


def rows_that_differ(before: Results, after: Results) -> dict[str, list[Mapping[str, object]]]:
    """By table, those that only one of the two has."""
    assert before.tables.keys() == after.tables.keys()
    found: dict[str, list[Mapping[str, object]]] = {}
    for name in before.tables:
        either = [{repr(dict(row)): row for row in each[name].rows} for each in (before, after)]
        found[name] = [either[key in either[1]][key] for key in sorted(either[0].keys() ^ either[1].keys())]
    return found


def test_a_deal_of_a_new_pipeline_changes_nothing_of_another_in_any_table(tmp_path: Path) -> None:
    """And of what all pipelines share, its own month, owner and source."""
    head, *rows = GOOD
    as_of = ["999", "2026-06-01 10:00:00", "main", "Asked", "open", "", "5", "O1", "site", ""]
    more = ["1000", "2026-02-03 10:00:00", "second", "won", "won", "2026-03-02 10:00:00", "250", "O7", "fair", ""]
    both = []
    for name, own in (("before", [as_of]), ("after", [as_of, more])):
        text = as_csv([head, *rows, *own])
        made = laid(tmp_path / name, {**BESIDE, "deals.csv": text.encode()})
        both.append(metrics.compute(assemble(read(made), made), project(tmp_path)))
    found = rows_that_differ(*both)
    assert sum(bool(each["monthly"].rows) for each in both) == 2
    shared = {name: each for name, each in found.items() if each and "pipeline" not in each[0]}
    own = [row["pipeline"] for name, each in found.items() if name not in shared for row in each]
    assert set(own) == {"second", "all"}
    assert {row["owner"] for row in shared.pop("capacity")} == {"O7"}
    assert {row["month"] for row in shared.pop("waves")} == {"2026-02"}
    assert {(row["rows"], row["accepted"]) for row in shared.pop("quality")} == {(61, 61), (62, 62)}
    leads = {(row["month"], row["member"]) for row in shared.pop("leads")}
    assert leads == {("2026-02", member) for member in ("all", "O7", "fair", "seller", "—")}
    hours = [(row["weekday"], row["hour"], row["leads"]) for row in shared.pop("response_by_hour")]
    assert [each[:2] for each in hours] == [(2, 10)] * 2, "a Tuesday at ten"
    assert shared == {}


def test_parts_of_tenths_add_up_to_the_whole_exactly(tmp_path: Path) -> None:
    rows = [
        [str(n), "2026-01-02", "Asked", "won", "2026-01-05", "0.1", f"O{n % 3}", f"s{n % 2}"] for n in range(10)
    ]
    lines = [row for row in computed(tmp_path, [COLUMNS, *rows])["monthly"].rows if row["won"]]
    whole = {row["dimension"]: 0 for row in lines}
    for row in lines:
        whole[row["dimension"]] += round(row["revenue"] * 10)
        assert row["revenue"] == row["won"] / 10
    assert set(whole.values()) == {10}


def test_of_a_deal_in_several_files_the_last_counts_and_the_others_say_which(tmp_path: Path) -> None:
    """Files are in the order of their names: a copy of a file, another spelling of its name, another stage."""
    asked, offered = (export(2, stage=(stage,), status="open") for stage in ("Asked", "Offered"))
    made = {"Deals.csv": offered, "deals copy.csv": asked, "deals.csv": asked + asked.splitlines(keepends=True)[1]}
    folder = lay(tmp_path / "book", {f"content/exports/{name}": text for name, text in made.items()})
    assert run_here("metrics", "quality", "--project", folder).code == 0
    with (folder / ".funnelbook" / "refused.csv").open(newline="") as file:
        told = [tuple(row.values()) for row in csv.DictReader(file, strict=True)]
    assert told == [
        (f"content/exports/{name}", row, "duplicate", "duplicate", "deal_id", f"{DEALS}:{by}")
        for name, row, by in (
            ("Deals.csv", "2", "4"), ("Deals.csv", "3", "3"), ("deals copy.csv", "2", "4"),
            ("deals copy.csv", "3", "3"), ("deals.csv", "2", "4"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("content", [",".join(COLUMNS) + "\n", ",".join(COLUMNS) + "\nx,soon,Asked,open,,,,\n", ""])
def test_no_accepted_deal_is_an_error_and_no_empty_site(tmp_path: Path, content: str) -> None:
    folder = lay(tmp_path / "book", {DEALS: content})
    ended = run_here("build", "-q", "--project", folder)
    assert ended.code == 1
    assert "(no-deals)" in ended.err or "(empty-file)" in ended.err
    assert not (folder / "site" / "latest").exists()


CALL = "deal_id,at,kind\n1,2026-05-02,call_out\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("spend.csv", "month,source,amount\nMay,site,1\n"),
        ("plan.csv", "month,sales\nsoon,5\n"),
        ("activities.csv", "deal_id,at,kind\n1,soon,call_out\n"),
    ],
)
def test_a_table_beside_the_deals_that_loses_all_of_its_rows_is_an_error(
    tmp_path: Path, name: str, content: str
) -> None:
    folder = lay(tmp_path / "book", {DEALS: export(30), f"content/exports/{name}": content})
    told = run_here("build", "-q", "--project", folder)
    assert "(many-rejected)" in told.err
    assert f"content/exports/{name}" in told.err
    assert "1 of 1 rows were rejected" in told.err
    assert (told.code, (folder / "site" / "latest").exists()) == (1, False)


def test_rows_after_a_day_that_was_set_by_hand_are_no_loss(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {DEALS: export(30), "content/exports/activities.csv": CALL}
    folder = lay(tmp_path / "book", files)
    config = folder / "funnelbook.toml"
    config.write_text(config.read_text().replace("[site]", "[site]\nas_of = 2026-01-20"))
    ended = run_here("build", "-q", "--project", folder)
    assert (ended.code, "in this file and 1 more, 22 of 31 rows" in ended.err) == (0, True), ended.text


def test_many_files_that_lose_rows_are_one_warning(tmp_path: Path) -> None:
    """One renamed stage: a line a month would bury everything else."""
    lossy = export(10) + "x,soon,main,Asked,open,,,,\n" * 3
    files: dict[str, str | bytes] = {f"content/exports/2026-0{month}-01/deals.csv": lossy for month in range(2, 8)}
    folder = lay(tmp_path / "book", files)
    told = run_here("check", "--project", folder)
    assert told.err.count("(many-rejected)") == 1
    assert "content/exports/2026-02-01/deals.csv: warning" in told.err or "2026-02-01/deals.csv" in told.err
    assert "in this file and 5 more, 18 of 78 rows were rejected" in told.err
