"""Persons: however a phone or an address is written it is one person, and only a keyed hash of it is ever kept."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import amocrm_samples as samples
import polars as pl
import pytest
from files_by_hand import ReadFiles
from hypothesis import given
from hypothesis import strategies as st

from funnelbook.errors import SourceError
from funnelbook.sources.persons import Persons

HEADER = "ID;Название сделки;Этап сделки;Дата создания;Мобильный телефон (контакт);Рабочий email (контакт)\n"


def person_of(read_files: ReadFiles, *contacts: tuple[str, str]) -> list[str | None]:
    """What stands for the person of deals with these phones and e-mails."""
    rows = "".join(
        f'{number};A;Заявка;01.09.2026;"{phone}";"{email}"\n' for number, (phone, email) in enumerate(contacts)
    )
    return read_files({"deals.csv": HEADER + rows}).tables["deals"].collect()["contact_id"].to_list()


@pytest.mark.parametrize(
    "phone",
    [
        "+7 (916) 123-45-67", "8 916 123 45 67", "'89161234567", "79161234567", "79161234567.0",
        "007 916 123-45-67",
        "8\u00a0916\u00a0123\u201145\u201167", "8(916)123-45-67 доб. 12", "+79161234567, +7 495 765-43-21",
        "+79161234567; 8 495 765-43-21", "+79161234567\n84957654321", "нет, 8 916 123-45-67",
        "0000000, 89161234567",
    ],
)  # fmt: skip
def test_a_phone_is_one_however_it_is_written(read_files: ReadFiles, phone: str) -> None:
    first, second = person_of(read_files, ("79161234567", ""), (phone, "Other@Example.org"))
    assert first == second is not None


def test_phones_that_a_spreadsheet_rounded_tell_nobody_and_are_counted(read_files: ReadFiles) -> None:
    cells = ("8.49E+10;", "8,49E+10;a@b.ru", "0912345678;")
    rows = "".join(f"{number};A;Заявка;01.09.2026;{each}\n" for number, each in enumerate(cells))
    found = read_files({"deals.csv": HEADER + rows})
    nobody, by_address, whole = found.tables["deals"].collect()["contact_id"]
    assert (nobody, by_address is None, whole is None) == (None, False, False)
    assert next(note for note in found.files[0].notes if "8.49E+10" in note).endswith(": 2")


def test_another_phone_is_another_person(read_files: ReadFiles) -> None:
    found = person_of(read_files, ("89161234567", "a@b.ru"), ("89161234568", "a@b.ru"), ("+1 916 123 4567", ""))
    assert len(set(found)) == 3


@pytest.mark.parametrize("email", ["IVAN@Example.org", " ivan@example.org ", "Иван <ivan@example.org>, x@y.ru"])
def test_an_address_is_one_whatever_its_case(read_files: ReadFiles, email: str) -> None:
    first, second = person_of(read_files, ("", "ivan@example.org"), ("-", email))
    assert first == second is not None


def test_no_hash_that_anybody_can_make_comes_out(read_files: ReadFiles, tmp_path: Path) -> None:
    reading = read_files(
        {
            "a.csv": samples.RUSSIAN_A,
            "b.csv": "deal_id,created_at,stage,status,contact_id\n1,2026-09-01,A,open,89161\n",
        }
    )
    told = set(reading.tables["deals"].collect()["contact_id"].drop_nulls())
    plain = (
        "79161234567",
        "+79161234567",
        "89161234567",
        "8 (916) 123-45-67",
        "olga@example.org",
        "OLGA@example.org",
        "89161",
    )
    known = {
        digest[:size]
        for text in plain
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b")
        for digest in [hashlib.new(name, text.encode()).hexdigest()]
        for size in (16, 32, 40, 64, 128)
    }
    assert told
    assert not told & (known | set(plain))
    assert not [text for text in plain for each in told if text in each]


@given(st.lists(st.none() | st.text(max_size=200)))
def test_a_persons_hash_is_half_of_an_hmac(texts: list[str | None]) -> None:
    with TemporaryDirectory() as folder:
        persons = Persons(Path(folder, "persons.key"))
        found = pl.DataFrame({"told": pl.Series(texts, dtype=pl.String)}).select(persons.keyed(pl.col("told")))
        key = Path(folder, "persons.key").read_text().strip().encode()
    wanted = [None if text is None else hmac.digest(key, text.encode(), "sha256").hex()[:32] for text in texts]
    assert found.to_series().to_list() == wanted
    assert [None if text is None else persons.mark(text) for text in texts] == wanted


def test_the_key_is_made_once_and_for_its_owner_alone(read_files: ReadFiles, tmp_path: Path) -> None:
    first = person_of(read_files, ("89161234567", ""))
    key = tmp_path / ".funnelbook" / "persons.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert person_of(read_files, ("89161234567", "")) == first
    key.unlink()
    assert person_of(read_files, ("89161234567", "")) != first


def test_files_without_persons_need_no_key(read_files: ReadFiles, tmp_path: Path) -> None:
    reading = read_files({"deals.csv": "deal_id,created_at,stage,status\n1,2026-09-01,A,open\n"})
    reading.tables["deals"].collect()
    assert not (tmp_path / ".funnelbook" / "persons.key").exists()


@pytest.mark.parametrize("content", ["", "abc", "00" * 31, "zz" * 32])
def test_a_spoiled_key_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "persons.key"
    path.write_text(content)
    with pytest.raises(SourceError, match="persons-key"):
        Persons(path).mark("x")
    assert path.read_text() == content


def test_a_key_behind_a_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "persons.key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match="persons-key"):
        Persons(tmp_path / "persons.key").mark("x")
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_that_snapshots_need_is_never_made_anew(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="persons-key"):
        Persons(tmp_path / "persons.key", needed=True).mark("x")
    assert not list(tmp_path.iterdir())


def test_ids_of_a_table_are_alike_in_every_kind_of_file(read_files: ReadFiles, tmp_path: Path) -> None:
    rows = {"deal_id": ["1"], "created_at": ["2026-09-01"], "stage": ["A"], "status": ["open"], "contact_id": [17]}
    (tmp_path / "content" / "exports").mkdir(parents=True)
    pl.DataFrame(rows).with_columns(pl.col("created_at").str.to_datetime()).write_parquet(
        tmp_path / "content" / "exports" / "a.parquet"
    )
    reading = read_files({"b.csv": "deal_id,created_at,stage,status,contact_id\n2,2026-09-01,A,open,17\n"})
    first, second = reading.tables["deals"].collect()["contact_id"]
    assert first == second
