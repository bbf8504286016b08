"""Pulling a dump: the same facts as the API has them, politely, resumably, without what is personal."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import amocrm_samples as samples
import polars as pl
import pytest
from amocrm_samples import event, lead, moved
from amocrm_server import TOKEN, AmocrmServer, Clock, Item, serving

from funnelbook.errors import SourceError, UsageError
from funnelbook.model.reading import Reading
from funnelbook.project import Project, Site
from funnelbook.sources import read
from funnelbook.sources.amocrm_api.client import Account
from funnelbook.sources.amocrm_api.pull import Destination, pull

DAY = date(2026, 9, 30)
PERSON = "ZQpetrovax7"


def embedded(document: dict[str, object], kind: str) -> list[Item]:
    inside = document["_embedded"]
    assert isinstance(inside, dict)
    return list(inside[kind])


def account(leads: int = 3, events: int = 4) -> dict[str, list[Item]]:
    own = [
        {"field_id": 1, "field_name": "Источник", "values": [{"value": "сайт"}]},
        {"field_id": 2, "field_name": "Телефон", "field_code": "PHONE", "values": [{"value": PERSON}]},
    ]
    note = {"value_after": [{"note": {"id": 5, "text": PERSON}}], "value_before": []}
    return {
        "pipelines": embedded(samples.PIPELINES, "pipelines"),
        "users": [{"id": 7, "name": "Анна", "email": f"{PERSON}@example.org", "rights": {"is_active": True}}],
        "loss_reasons": embedded(samples.REASONS, "loss_reasons"),
        "leads": [
            lead(number, 143 if number == 2 else 22, name=PERSON, custom_fields_values=own, loss_reason_id=None)
            for number in range(1, leads + 1)
        ],
        "deleted": [{"id": 9_999, "updated_at": samples.START, "is_deleted": True}],
        "events": [
            *(moved(number, 1 + number / 1000, 21, 22) for number in range(1, events + 1)),
            event("incoming_call", 1, 0.5, **note),
            event("common_note_added", 1, 0.6, **note),
            event("robot_replied", 1, 0.7, **note),
            moved(9_999, 3, 21, 22),
        ][::-1],
    }


@contextmanager
def silent(name: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda done, total: None


def destination(tmp_path: Path, day: date = DAY) -> Destination:
    exports = tmp_path / "content" / "exports"
    return Destination.of(exports, exports / day.isoformat(), day, "team.amocrm.ru")


def pulled(server: AmocrmServer, where: Destination) -> dict[str, bytes]:
    with serving(server):
        client = server.client()
        try:
            return {path.name: path.read_bytes() for path in pull(client, where, silent)}
        finally:
            client.close()


def failing(server: AmocrmServer, where: Destination) -> str:
    with pytest.raises(SourceError) as error:
        pulled(server, where)
    return str(error.value)


def reading(root: Path) -> Reading:
    return read(Project(root=root, site=Site(timezone=ZoneInfo("UTC"))))


def facts(found: Reading) -> dict[str, list[tuple[object, ...]]]:
    """The tables without the places their rows stand in."""
    return {
        name: sorted(
            table.drop("file", "row", strict=False).drop("snapshot", strict=False).collect().rows(), key=str
        )
        for name, table in found.tables.items()
    }


def test_a_pulled_dump_tells_what_the_whole_answers_tell(tmp_path: Path) -> None:
    there = account()
    pulled(AmocrmServer(there), destination(tmp_path / "pulled"))
    whole = tmp_path / "whole" / "content" / "exports"
    whole.mkdir(parents=True)
    for name, items in there.items():
        kind = "leads" if name == "deleted" else name
        (whole / f"{name}.json").write_text(json.dumps({"_embedded": {kind: items}}))
    mine = reading(tmp_path / "pulled")
    shutil.copytree(tmp_path / "pulled" / ".funnelbook", tmp_path / "whole" / ".funnelbook")  # persons by one key
    assert facts(mine) == facts(reading(tmp_path / "whole"))
    assert mine.tables["deals"].collect()["source"].to_list() == ["сайт"] * 3
    assert mine.refused.filter(pl.col("bucket") == "rejected").is_empty()


def test_pages_are_as_large_as_the_api_gives_and_links_are_not_followed(tmp_path: Path) -> None:
    server = AmocrmServer(account(leads=501, events=250))
    files = pulled(server, destination(tmp_path))
    leads = [
        query for _, path, query in server.asked if path.endswith("/leads") and query["with"] != "only_deleted"
    ]
    assert [(query["page"], query["limit"]) for query in leads] == [("1", "250"), ("2", "250"), ("3", "250")]
    events = [query["limit"] for _, path, query in server.asked if path.endswith("/events")]
    assert events == ["100"] * 3
    assert len(files["leads.json"].splitlines()) == 3
    assert server.tokens == {f"Bearer {TOKEN}"}


def test_a_full_last_page_is_followed_by_one_more_question(tmp_path: Path) -> None:
    server = AmocrmServer(account(leads=250))
    files = pulled(server, destination(tmp_path))
    assert files["leads.json"].count(b'"price"') == 250


def test_seven_questions_a_second_at_most(tmp_path: Path) -> None:
    server = AmocrmServer(account(events=2_000))
    pulled(server, destination(tmp_path))
    times = [at for at, *_ in server.asked]
    assert len(times) > 20
    assert all(late - early > 1 for early, late in zip(times, times[7:], strict=False))


def test_nothing_personal_is_kept(tmp_path: Path) -> None:
    files = pulled(AmocrmServer(account()), destination(tmp_path))
    everything = b"".join(files.values())
    assert PERSON.encode() not in everything
    assert b"example.org" not in everything
    assert b"robot_replied" not in everything


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    where = destination(tmp_path)
    pulled(AmocrmServer(account()), where)
    assert stat.S_IMODE(where.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in where.folder.iterdir()} == {0o600}


def test_what_was_interrupted_goes_on_where_it_stopped(tmp_path: Path) -> None:
    there = account(leads=300, events=350)
    whole = pulled(AmocrmServer(there), destination(tmp_path / "whole"))
    where = destination(tmp_path)
    server = AmocrmServer(there)
    server.fault = lambda number, path: (503, {}) if number >= 9 else None
    assert "api-unavailable" in failing(server, where)
    assert not where.folder.exists()
    again = AmocrmServer(there)
    assert pulled(again, where) == whole
    assert [(path, query["page"]) for _, path, query in again.asked] == [("/api/v4/events", "4")]
    assert not where.partial.exists()


def test_a_page_that_was_cut_short_is_asked_for_again(tmp_path: Path) -> None:
    there = account(leads=300)
    whole = pulled(AmocrmServer(there), destination(tmp_path / "whole"))
    where = destination(tmp_path)
    server = AmocrmServer(there)
    server.fault = lambda number, path: (503, {}) if number >= 5 else None
    failing(server, where)
    pages = where.partial / "leads.pages"
    pages.write_bytes(whole["leads.json"][:-40])
    assert pulled(AmocrmServer(there), where) == whole


def test_a_dump_of_another_day_is_begun_anew(tmp_path: Path) -> None:
    server = AmocrmServer(account())
    server.fault = lambda number, path: (503, {}) if number >= 3 else None
    yesterday = destination(tmp_path, date(2026, 9, 29))
    failing(server, yesterday)
    assert yesterday.partial.exists()
    again = AmocrmServer(account())
    pulled(again, destination(tmp_path))
    assert not yesterday.partial.exists()
    assert again.asked[0][1].endswith("/pipelines")


def test_half_a_dump_is_no_export(tmp_path: Path) -> None:
    server = AmocrmServer(account())
    server.fault = lambda number, path: (503, {}) if path.endswith("/events") else None
    failing(server, destination(tmp_path))
    with pytest.raises(SourceError, match="no-exports"):
        reading(tmp_path)


def test_nothing_there_is_an_empty_page(tmp_path: Path) -> None:
    files = pulled(AmocrmServer({"pipelines": account()["pipelines"]}), destination(tmp_path))
    assert files["events.json"] == b'{"_embedded":{"events":[]}}\n'
    assert {file.reader for file in reading(tmp_path).files} == {"amoCRM API"}


def test_too_many_requests_are_waited_out_as_long_as_the_server_says(tmp_path: Path) -> None:
    server = AmocrmServer(account())
    server.fault = lambda number, path: (429, {"Retry-After": "17"}) if number == 1 else None
    files = pulled(server, destination(tmp_path))
    assert 17.0 in server.clock.waits
    assert files == pulled(AmocrmServer(account()), destination(tmp_path / "whole"))


def test_a_date_to_come_back_at_is_understood(tmp_path: Path) -> None:
    server = AmocrmServer(account())
    server.fault = lambda number, path: (
        (503, {"Retry-After": "Wed, 30 Sep 2026 12:00:40 GMT"}) if number == 0 else None
    )
    pulled(server, destination(tmp_path))
    assert server.clock.waits[0] == 40.0


def test_waits_grow_and_end(tmp_path: Path) -> None:
    server = AmocrmServer(account(), fault=lambda number, path: (502, {}))
    assert "run the same again" in failing(server, destination(tmp_path))
    long = [wait for wait in server.clock.waits if wait >= 1]
    assert long == [1, 2, 4, 8, 16, 32, 60]


def test_hours_are_not_waited(tmp_path: Path) -> None:
    server = AmocrmServer(account(), fault=lambda number, path: (429, {"Retry-After": "86400"}))
    assert "api-unavailable" in failing(server, destination(tmp_path))
    assert server.clock.now < 1


@pytest.mark.parametrize(
    ("status", "headers", "rule", "advice"),
    [
        (401, {}, "api-token", "new long-lived token"),
        (403, {}, "api-rights", "must see all deals"),
        (402, {}, "api-rights", "402"),
        (404, {}, "api-address", "check its name"),
        (301, {"Location": "http://127.0.0.1:9/steal"}, "api-address", "check its name"),
        (418, {}, "api-answer", "418"),
    ],
)
def test_a_refusal_says_what_to_do(
    tmp_path: Path, status: int, headers: dict[str, str], rule: str, advice: str
) -> None:
    server = AmocrmServer(account(), fault=lambda number, path: (status, headers))
    told = failing(server, destination(tmp_path))
    assert rule in told
    assert advice in told
    assert TOKEN not in told
    assert len(server.asked) == 1


def test_an_account_that_cannot_sift_events_is_asked_for_all(tmp_path: Path) -> None:
    there = account()
    sifted = pulled(AmocrmServer(there), destination(tmp_path / "sifted"))
    assert pulled(AmocrmServer(there, knows_types=False), destination(tmp_path)) == sifted


def test_a_server_without_pages_is_not_asked_for_ever(tmp_path: Path) -> None:
    server = AmocrmServer(account(leads=250), knows_pages=False)
    assert pulled(server, destination(tmp_path))["leads.json"].count(b'"price"') == 250


def test_a_dump_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    where = destination(tmp_path)
    pulled(AmocrmServer(account()), where)
    server = AmocrmServer(account(leads=9))
    assert "would-overwrite" in failing(server, where)
    assert not server.asked


def test_a_folder_with_other_exports_gets_the_dump_beside_them(tmp_path: Path) -> None:
    where = destination(tmp_path)
    where.folder.mkdir(parents=True)
    (where.folder / "spend.csv").write_text("month,source,amount\n2026-09,site,1\n")
    pulled(AmocrmServer(account()), where)
    assert (where.folder / "leads.json").is_file()
    assert (where.folder / "spend.csv").is_file()
    assert not where.partial.exists()


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("team", "team.amocrm.ru"),
        ("team.kommo.com", "team.kommo.com"),
        ("https://team.amocrm.ru/", "team.amocrm.ru"),
        ("http://localhost:8080", "localhost"),
    ],
)
def test_an_account_is_named_in_several_ways(text: str, host: str) -> None:
    assert Account.of(text).host == host


@pytest.mark.parametrize(
    "text",
    [
        "http://team.amocrm.ru",
        "https://user:secret@team.amocrm.ru",
        "https://team.amocrm.ru/leads",
        "ftp://team",
        "te am",
        "team\r\nX: y",
        "",
        "team.amocrm.ru:x",
        "http://localhost.evil.example",
        "-x",
    ],
)
def test_no_other_address_gets_the_token(text: str) -> None:
    with pytest.raises(UsageError) as error:
        Account.of(text)
    assert "secret" not in str(error.value)


def test_a_token_that_is_none_is_not_quoted() -> None:
    with pytest.raises(UsageError) as error:
        AmocrmServer({}, Clock(), port=9).client(f"{TOKEN}\r\nX-Evil: 1")
    assert TOKEN not in str(error.value)


def fetch(server: AmocrmServer, *arguments: object, token: str = TOKEN) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "funnelbook", "fetch", "amocrm", *map(str, arguments)]
    assert TOKEN not in " ".join(command)
    environment = {**os.environ, "AMOCRM_TOKEN": token, "AMOCRM_ACCOUNT": server.address}
    return subprocess.run(command, capture_output=True, check=False, env=environment)


@pytest.mark.parametrize(("status", "code"), [(None, 0), (401, 1), (500, 1)])
def test_the_token_is_in_nothing_that_a_run_leaves(tmp_path: Path, status: int | None, code: int) -> None:
    server = AmocrmServer(account())
    if status:
        server.fault = lambda number, path: (status, {"Retry-After": "9999"}) if number >= 4 else None
    with serving(server):
        ended = fetch(server, "--out", tmp_path / "out")
    assert ended.returncode == code, ended.stderr
    files = [path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files
    assert not any(TOKEN.encode() in each for each in (ended.stdout, ended.stderr, *files))
    assert b"Traceback" not in ended.stderr


def test_a_run_without_a_token_says_how_to_get_one(tmp_path: Path) -> None:
    ended = fetch(AmocrmServer({}, port=9), "--out", tmp_path / "out", token="")
    assert ended.returncode == 2
    assert b"AMOCRM_TOKEN" in ended.stderr
    assert not (tmp_path / "out").exists()
