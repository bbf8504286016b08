"""Headers below a title, tables in HTML, quotes after backslashes, Western text: what CRMs call CSV and XLS."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from files_by_hand import cells, refused
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.errors import SourceError
from funnelbook.sources.files import html
from funnelbook.sources.files.opening import open_file
from funnelbook.sources.reader import RawFile

Opens = Callable[..., RawFile]


def knows(header: Sequence[str]) -> bool:
    return {"ID", "Stage"} <= set(header)


@pytest.fixture
def opens(tmp_path: Path) -> Opens:
    def work(content: str | bytes, name: str = "file.csv") -> RawFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        file = open_file(path, knows=knows)
        assert isinstance(file, RawFile)
        return file

    return work


def test_what_stands_above_a_known_header_is_ignored_and_counted(opens: Opens) -> None:
    file = opens('Won, lost, open\n"As of 1/2/2024, by Ann"\n\nID,Stage,Sum\n1,New,5\n')
    assert (file.header, cells(file), file.rows) == (("ID", "Stage", "Sum"), [(5, "1", "New", "5")], 4)
    assert refused(file.refused) == [
        (1, "ignored", "preamble"), (2, "ignored", "preamble"), (3, "ignored", "blank-row"),
    ]  # fmt: skip


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_header_and_not_of_the_lines_above(opens: Opens, sign: str) -> None:
    file = opens(f"a, b, c; d; e\nf, g, h; i; j\n{sign.join(('ID', 'Stage'))}\n{sign.join(('1', 'New'))}\n")
    assert (file.header, cells(file)) == (("ID", "Stage"), [(4, "1", "New")])


def test_a_quote_that_is_not_closed_above_the_header_costs_nothing(opens: Opens) -> None:
    file = opens('"Deals of 2024\nID,Stage\n1,New\n')
    assert (file.header, refused(file.refused)) == (("ID", "Stage"), [(1, "ignored", "preamble")])


def test_a_header_that_nobody_knows_is_the_first_row(opens: Opens) -> None:
    file = opens("number,name\n1,ID\n2,Stage\n")
    assert (file.header, file.rows) == (("number", "name"), 2)


def test_the_first_known_row_is_the_header_and_the_next_one_repeats_it(opens: Opens) -> None:
    file = opens("ID,Stage\n1,New\nID,Stage\n2,Won\n")
    assert refused(file.refused) == [(3, "rejected", "repeated-header")]


def test_a_workbook_with_a_title(opens: Opens) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    for number, row in enumerate([["", "Deals"], [], ["", "ID", "Stage"], ["", 1, "New"]]):
        sheet.write_row(number, 0, row)
    book.close()
    file = opens(content.getvalue(), "report.xlsx")
    assert (file.header, file.rows) == (("ID", "Stage"), 3)
    assert refused(file.refused) == [(1, "ignored", "preamble"), (2, "ignored", "blank-row")]
    assert file.frame.select("row", "c1").collect().rows() == [(4, "New")]


def test_the_text_of_a_lone_cell_is_kept_for_who_knows_footers(opens: Opens) -> None:
    file = opens('ID,Stage\n1,New\n\n"Copyright, 2024"\nx,y,z\n,,only\n')
    assert file.lone == {4: "Copyright, 2024", 6: "only"}
    assert refused(file.refused)[1:] == [
        (4, "rejected", "ragged-row"), (5, "rejected", "ragged-row"), (6, "rejected", "ragged-row"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r'"1";"ООО \"Ромашка\""', 'ООО "Ромашка"'),
        (r'"1";"\"Ромашка\" и Ко"', '"Ромашка" и Ко'),
        (r'"1";"C:\new \"x\""', r'C:\new "x"'),
        (r'"1";"a; \"b; c\"; d"', 'a; "b; c"; d'),
        ('"1";"две \\"строки\\"\nи \\"ещё\\""', 'две "строки"\nи "ещё"'),
        (r'"1";"ends so \\"', r"ends so \\"),
    ],
)
def test_backslashes_escape_quotes_where_the_file_says_so(opens: Opens, text: str, found: str) -> None:
    file = opens(f'"ID";"Stage"\n"0";"\\"Сталь\\" и \\"Ко\\""\n{text}\n"2";"Новая"\n')
    assert [row[2] for row in cells(file)] == ['"Сталь" и "Ко"', found, "Новая"]
    assert (file.refused.height, file.notes) == (0, ("quotes escaped by backslashes",))


def test_a_backslash_before_a_closing_quote_is_text_where_quotes_are_doubled(opens: Opens) -> None:
    file = opens('ID;Stage\n1;"C:\\"\n2;"a ""b"""\n')
    assert [row[2] for row in cells(file)] == ["C:\\", 'a "b"']
    assert file.notes == ()


@given(st.lists(st.text(st.sampled_from('ab я;"\n'), min_size=1, max_size=6), min_size=1, max_size=8))
def test_what_php_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    rows = "".join('"{}";"{}"\n'.format(i, word.replace('"', '\\"')) for i, word in enumerate(words))
    path = tmp_path_factory.mktemp("php") / "file.csv"
    path.write_text(f'ID;Stage\n{rows}"z";"\\"a\\" b"\n', encoding="utf-8", newline="")
    file = open_file(path, knows=knows)
    assert isinstance(file, RawFile)
    assert [row[2] for row in cells(file)] == [*words, '"a" b']


@pytest.mark.parametrize("sign", ["€", "© 2024", "“won”", "Café", "Ørsted über Señor Ñandú", "naïve à la carte"])
def test_western_text_is_read_and_said(opens: Opens, sign: str) -> None:
    file = opens(f"ID,Stage\n1,{sign}\n".encode("cp1252"))
    assert cells(file) == [(2, "1", sign)]
    assert file.notes == ("encoding windows-1252",)


PAGE = """\
<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>td{color:red}</style>
<title>Сделки</title></head><body><script>var a = "<table><tr><td>ID</td><td>Stage</td></tr></table>";</script>
<table><tr><td>menu</td></tr></table>
<table border="1"><thead><tr><th>ID</th><th>Stage</th><th>Sum</th></tr></thead><tbody>
<tr><td>1</td><td>Новая &amp; первая &lt;b&gt;</td><td>1&nbsp;000,50</td></tr>
<tr><td>2<td>В работе<br>давно<td></tr>
<tr><td colspan="3">Total</td></tr>
<tr><td></td><td> </td><td>&nbsp;</td></tr>
<tr><td rowspan="2">3</td><td>a<table><tr><td>x</td><td>y</td></tr></table>b</td><td>7</td></tr>
<tr><td>b</td><td>8</td></tr>
<tr><td>4</td><td>c</td></tr>
<tr><td>ID</td><td>Stage</td><td>Sum</td></tr>
</tbody></table></body></html>
"""


def test_a_page_is_read_as_it_shows(opens: Opens) -> None:
    file = opens(PAGE, "DEAL_20240101.xls")
    assert file.header == ("ID", "Stage", "Sum")
    assert cells(file) == [
        (2, "1", "Новая & первая <b>", "1 000,50"),
        (3, "2", "В работе давно", None),
        (4, "Total", None, None),
        (6, "3", "a x y b", "7"),
        (7, "3", "b", "8"),
    ]
    assert refused(file.refused) == [
        (5, "ignored", "blank-row"), (8, "rejected", "ragged-row"), (9, "rejected", "repeated-header"),
    ]  # fmt: skip
    assert file.notes == ("further tables of the page not read: 2",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_pages_in_other_encodings(opens: Opens, encoding: str) -> None:
    page = PAGE.replace("charset=utf-8", f"charset={'windows-1251' if encoding == 'cp1251' else encoding[:6]}")
    assert cells(opens(page.encode(encoding), "deals.xls"))[0][2] == "Новая & первая <b>"


def test_a_page_is_told_by_what_it_holds(opens: Opens) -> None:
    for start in ("<TABLE>", "<!DOCTYPE html>\n<table>", '<?xml version="1.0"?><html><table>', "<!-- x --><table>"):
        file = opens(f"{start}<tr><td>ID<td>Stage<tr><td>1<td>New</table>", "export.html")
        assert cells(file) == [(2, "1", "New")]


@pytest.mark.parametrize(
    ("content", "name", "rule"),
    [
        ("<html><body>Please log in</body></html>", "deals.xls", "wrong-container"),
        ("<html><script><table><tr><td>ID</td></tr></table></html>", "deals.xls", "wrong-container"),
        ("<table><tr><td>ID<td>Stage</table>", "deals.csv", "wrong-container"),
        ('<?xml version="1.0"?><Workbook><Table></Table></Workbook>', "deals.xls", "wrong-container"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "deals.xls", "wrong-container"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "deals.xls", "wrong-container"),
        ("<table><tr><td></td></tr></table>", "deals.xls", "empty-file"),
        ("<table><tr><th colspan=2>ID</th></tr><tr><td>1<td>2</table>", "deals.xls", "merged-header"),
        ("<table><tr><td>" * 40 + "ID", "deals.xls", "html-limits"),
        ("<table><tr>" + "<td colspan=60000>a" * 2, "deals.xls", "html-limits"),
        ("<table><tr><td>" + '<a b="' * 50_000, "deals.xls", "html-limits"),
        ("<table><tr>" + "<td rowspan=60000>a" * 2_000 + "<tr><td>b" * 3_000, "deals.xls", "html-limits"),
        ("<table><tr><td>" + "<!--" * 200_000, "deals.xls", "empty-file"),
    ],
)
def test_pages_that_are_no_export_say_what_to_do(opens: Opens, content: str | bytes, name: str, rule: str) -> None:
    with pytest.raises(SourceError) as caught:
        opens(content, name)
    (finding,) = caught.value.findings
    assert finding.rule == rule
    assert "passwd" not in finding.message
    assert finding.hint


def test_a_page_of_many_rows_is_whole(opens: Opens) -> None:
    rows = "".join(f"<tr><td>{i}</td><td>New &quot;{i}&quot;</td></tr>" for i in range(5_000))
    file = opens(f"<table><tr><th>ID</th><th>Stage</th></tr>{rows}</table>", "deals.xls")
    assert file.frame.collect().height == file.rows == 5_000
    assert html.MAX_DEPTH < 100
