"""What a CRM knows of its customers: nothing of it is in the site, on the terminal, or in the private list."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import polars as pl
import pytest
from hostile_handbook import bytes_of, in_base64, lay, readings, site_of, text_of

from commands import Ended, run_here

#: The site that they share is built once.
pytestmark = pytest.mark.xdist_group("canaries")

DEALS = (
    "ID", "Название сделки", "Компания", "Основной контакт", "Компания контакта", "Ответственный", "Этап сделки",
    "Воронка", "Бюджет", "Дата создания сделки", "Кем создана сделка", "Дата редактирования", "Кем редактирована",
    "Дата закрытия", "Теги сделки", "Примечание 1", "Примечание 2", "Рабочий телефон", "Мобильный телефон",
    "Рабочий email", "Личный email", "Источник", "Причина отказа", "Адрес", "note2",
)  # fmt: skip
CONTACTS = (
    "ID", "Тип", "Имя", "Фамилия", "Название компании", "Дата создания контакта", "Кем создан контакт", "Сделки",
    "Теги", "Рабочий телефон", "Мобильный телефон", "Рабочий email", "Примечание 1", "Скайп",
)  # fmt: skip
#: What a site may tell.
DIMENSIONS = ("Ответственный", "Этап сделки", "Воронка", "Источник", "Причина отказа")
PHONES = {"Рабочий телефон", "Мобильный телефон"}
TOKEN = re.compile(r"ZQ[a-z]\d\d[a-z]\d\dx7", re.I)


def token(table: str, column: int, row: int) -> str:
    return f"ZQ{table}{column:02}r{row:02}x7"


def phone(column: int, row: int) -> str:
    return f"+7916{column:02}555{row:02}"


def cell(table: str, header: tuple[str, ...], column: int, row: int) -> str:
    """A word of its own in every cell, of the kind that the column takes."""
    name, word = header[column], token(table, column, row)
    if name in PHONES:
        return phone(column, row)
    if "email" in name:
        return f"{word}@example.org"
    return word


def deal(row: int) -> list[str]:
    cells = [cell("d", DEALS, column, row) for column in range(len(DEALS))]
    lost = row % 3 == 0
    known = {
        "ID": str(9_000_100 + row),
        "Воронка": token("d", 7, 0),
        "Этап сделки": "Закрыто и не реализовано" if lost else token("d", 6, row % 2),
        "Бюджет": "1 000",
        "Дата создания сделки": f"{row % 27 + 1:02}.01.2026 10:00:00",
        "Дата редактирования": "20.02.2026 10:00:00",
        "Дата закрытия": "20.02.2026 10:00:00" if lost else "не закрыта",
    }
    if row == 29:
        known["Дата создания сделки"] = token("d", 9, row)  # a row that is rejected
    return [known.get(name, word) for name, word in zip(DEALS, cells, strict=True)]


def contact(row: int) -> list[str]:
    known = {"ID": str(8_000_100 + row), "Тип": "контакт", "Дата создания контакта": "01.01.2026 10:00:00"}
    known["Сделки"] = token("d", 1, row)
    return [known.get(name, cell("c", CONTACTS, column, row)) for column, name in enumerate(CONTACTS)]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A built handbook, and what its building said."""
    folder = lay(
        tmp_path_factory.mktemp("canaries"),
        {
            f"content/exports/{token('f', 0, 1)} deals.csv": text_of(DEALS, [deal(row) for row in range(30)]),
            f"content/exports/{token('f', 0, 2)} contacts.csv": text_of(
                CONTACTS, [contact(row) for row in range(30)]
            ),
        },
    )
    toml = folder / "funnelbook.toml"
    toml.write_text(toml.read_text() + f"# {token('t', 0, 0)}\n")
    ended = run_here("build", "--project", folder, "--timings")
    assert ended.code == 0, ended.text
    return folder, ended


def allowed() -> set[str]:
    return {token("d", DEALS.index(name), row).lower() for name in DIMENSIONS for row in range(30)}


def secrets() -> dict[str, str]:
    """Every phone, e-mail and name, and the digests of the forms it may take -> the cell it is from."""
    found: dict[str, str] = {}
    for table, header in (("d", DEALS), ("c", CONTACTS)):
        for column, name in enumerate(header):
            for row in range(30):
                word = cell(table, header, column, row)
                if name in PHONES or "email" in name or name in {"Основной контакт", "Имя"}:
                    forms = {word, word.lower(), word.upper(), word.strip("+"), word[-10:], f"{word} "}
                    for form in forms:
                        for kind in ("sha256", "md5", "sha1", "blake2b"):
                            found[hashlib.new(kind, form.encode()).hexdigest()] = f"{kind} of {name} {row}"
                    if name in PHONES:
                        found[word.strip("+")] = found[word[-10:]] = f"{name} {row}"
    return found


def test_no_private_cell_is_in_any_byte_of_the_site(told: tuple[Path, Ended]) -> None:
    folder, _ = told
    fine, hidden = allowed(), secrets()
    pattern = re.compile(r"\b(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|\d{10,11})\b")
    for name, content in bytes_of(site_of(folder)):
        assert not TOKEN.search(name), name
        for text in readings(content):
            assert {word.lower() for word in TOKEN.findall(text)} <= fine, name
            assert [hidden[found] for found in pattern.findall(text) if found in hidden] == [], name


def test_the_site_does_tell_the_dimensions(told: tuple[Path, Ended]) -> None:
    """Otherwise the test above proves nothing."""
    text = (site_of(told[0]) / "data" / "monthly.csv").read_text()
    assert token("d", DEALS.index("Источник"), 1) in text


def test_nothing_private_is_in_base64(told: tuple[Path, Ended]) -> None:
    columns = [DEALS.index(name) for name in ("Основной контакт", "note2")]
    parts = [part for row in range(30) for column in columns for part in in_base64(token("d", column, row))]
    for name, content in bytes_of(site_of(told[0])):
        assert not [part for part in parts if part in content], name


def test_the_terminal_names_files_alone(told: tuple[Path, Ended]) -> None:
    words = {word.lower() for word in TOKEN.findall(told[1].text)}
    assert words <= {token("f", 0, 1).lower(), token("f", 0, 2).lower()}


def test_the_list_of_refused_rows_holds_places_and_no_cells(told: tuple[Path, Ended]) -> None:
    text = (told[0] / ".funnelbook" / "refused.csv").read_text()
    assert "bad-date" in text
    assert {word.lower() for word in TOKEN.findall(text)} <= {token("f", 0, 1).lower(), token("f", 0, 2).lower()}
    assert not re.search(r"\d{10}", text)


def test_what_is_remembered_holds_no_private_cell(told: tuple[Path, Ended]) -> None:
    """Beside what the site tells, the names of the exports' files: the summary of a build is remembered whole."""
    fine, hidden, frames = allowed() | {token("f", 0, 1).lower(), token("f", 0, 2).lower()}, secrets(), 0
    for name, content in bytes_of(told[0] / ".funnelbook" / "cache"):
        for text in unpacked(content[_SEAL:]):
            frames += isinstance(text, pl.DataFrame)
            told_here = text.write_csv() if isinstance(text, pl.DataFrame) else text
            assert {word.lower() for word in TOKEN.findall(told_here)} <= fine, name
            assert [hidden[found] for found in re.findall(r"\d{10,11}", told_here) if found in hidden] == [], name
    assert frames > 1, "tables are remembered in few bytes, in which nothing could be found"


#: What is remembered begins with a digest of so many bytes.
_SEAL = 32


def unpacked(content: bytes) -> Iterator[str | pl.DataFrame]:
    """The texts and the tables in bytes, packed or not."""
    for magic, read in ((b"ARROW1", pl.read_ipc), (b"PAR1", pl.read_parquet)):
        if content.startswith(magic):
            yield read(io.BytesIO(content)).cast(pl.String)
            return
    try:
        inner = list(parts(msgspec.msgpack.decode(content)))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        inner = []
    yield content.decode("utf-8", "replace")
    for each in inner:
        yield from unpacked(each)


def parts(value: object) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from parts(each)


def test_a_column_that_nobody_knows_is_counted_and_not_shown(told: tuple[Path, Ended]) -> None:
    assert not [name for name, content in bytes_of(site_of(told[0])) if b"note2" in content]


def test_what_is_private_is_its_owners_alone(told: tuple[Path, Ended]) -> None:
    for path in (told[0] / ".funnelbook", told[0] / ".funnelbook" / "refused.csv"):
        assert path.stat().st_mode & 0o077 == 0, path
