"""When the program itself fails with a customer's row in its hands, nothing of the row is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from private_handbook import handbook

from funnelbook import cli
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent
from funnelbook.serve.board import Board
from funnelbook.serve.mistakes import told
from funnelbook.serve.session import Session, Voice

ROW = {"name": "Щеколдина Вера", "phone": "+7 (916) 555-01-02"}
#: Where the data are in scope: read, computed, drawn.
PLACES = (
    "funnelbook.publish.exports.read",
    "funnelbook.sources.private_values.marks_of",
    "funnelbook.metrics.compute",
    "funnelbook.publish.build.draw",
)


def broken(*arguments: object, **options: object) -> None:
    row = ROW
    raise ValueError(f"cannot read {row} of {arguments} {options}")


@pytest.mark.parametrize("name", PLACES)
def test_a_failing_command_quotes_no_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    folder = handbook(tmp_path)
    monkeypatch.setattr(name, broken)
    monkeypatch.setattr(sys, "argv", ["funnelbook", "build", "--timings", "--project", str(folder)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    out, err = capfd.readouterr()
    assert "the program itself failed: ValueError at test_faults.py" in err
    assert "build.py:" in err
    assert not any(cell in out + err for cell in (*ROW.values(), "Щеколдина", "555", "Traceback", "cannot read"))
    assert not (folder / "site" / "latest").exists()


def test_an_open_page_and_the_terminal_of_serve_quote_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handbook(tmp_path)
    board, said = Board("s"), list[str]()
    monkeypatch.setattr("funnelbook.publish.build.draw", broken)
    voice = Voice(said.append, lambda findings: said.extend(map(str, findings)))
    session = Session(folder, KeptSite(folder, Silent()), board, voice)
    assert not session.first()
    shown = json.dumps([told(each) for each in board.shown.mistakes], ensure_ascii=False) + " ".join(said)
    assert "the program itself failed" in shown
    assert not any(cell in shown for cell in ("Щеколдина", "555", "cannot read"))


def test_who_develops_it_may_see_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handbook(tmp_path)
    monkeypatch.setattr("funnelbook.publish.build.draw", broken)
    monkeypatch.setenv("FUNNELBOOK_TRACEBACK", "1")
    monkeypatch.setattr(sys, "argv", ["funnelbook", "build", "-q", "--project", str(folder)])
    with pytest.raises(ValueError, match="cannot read"):
        cli.main()
