"""What is saved is made and shown; what is wrong is told, on the page and in the terminal, until it is mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from funnelbook.errors import ContentError, Finding, Place
from funnelbook.publish.observer import Silent
from funnelbook.serve.board import Board
from funnelbook.serve.session import FirstTime, Session, Voice

WRONG = Finding(Place("en/note.md", 3, 1), "broken-link", "leads nowhere")
WARNING = Finding(Place("deals.csv"), "many-rejected", "3 of 4 rows were rejected", severity="warning")
SAVED = frozenset(["/p/content/en/note.md"])


@dataclass(frozen=True)
class Site:
    files: Mapping[str, bytes]
    warnings: Sequence[Finding] = ()


@dataclass
class Maker:
    """Gives one outcome after another; keeps what it was told had changed."""

    outcomes: list[Site | Exception]
    asked: list[frozenset[str] | None] = field(default_factory=list)

    def make(self, changed: frozenset[str] | None = None) -> Site:
        self.asked.append(changed)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class Heard:
    """What the terminal was told."""

    told: list[str] = field(default_factory=list)
    shown: list[Finding] = field(default_factory=list)


def session(*outcomes: Site | Exception) -> tuple[Session, Board, Heard, Maker]:
    heard, board, maker = Heard(), Board("s"), Maker(list(outcomes))
    voice = Voice(heard.told.append, heard.shown.extend)
    return Session(Path("/nowhere"), maker, board, voice), board, heard, maker


def test_a_save_is_shown_and_told() -> None:
    made, board, heard, maker = session(
        Site({"a.html": b"1", "b.html": b"1"}), Site({"a.html": b"2", "b.html": b"1"})
    )
    assert made.first()
    made.follow([SAVED])
    assert board.shown.files == {"a.html": b"2", "b.html": b"1"}
    assert board.shown.changed == {"a.html": 2, "b.html": 1}
    assert maker.asked == [None, SAVED]
    assert heard.told[0].startswith("note.md: 1 file of the site, ")


def test_a_mistake_leaves_the_last_good_site_and_is_mended() -> None:
    good = Site({"a.html": b"1"})
    made, board, heard, _ = session(good, ContentError([WRONG]), Site({"a.html": b"2"}))
    made.first()
    changes = iter([SAVED, SAVED])
    made.follow([next(changes)])
    assert board.shown.files == good.files
    assert [each.rule for each in board.shown.mistakes] == ["broken-link"]
    assert heard.shown == [WRONG]
    made.follow([next(changes)])
    assert (board.shown.files, board.shown.mistakes) == ({"a.html": b"2"}, ())
    assert heard.told[-1].endswith("mended")


def test_a_first_build_that_fails_is_made_up_for() -> None:
    made, board, _, _ = session(ContentError([WRONG]), Site({"a.html": b"1"}))
    assert not made.first()
    assert (dict(board.shown.files), len(board.shown.mistakes)) == ({}, 1)
    made.follow([SAVED])
    assert (dict(board.shown.files), board.shown.mistakes) == ({"a.html": b"1"}, ())


def test_what_the_system_refuses_and_faults_of_the_program_are_told_and_quote_nothing() -> None:
    refused = PermissionError(13, "Permission denied", "/p/content/en/note.md")
    made, board, heard, _ = session(Site({"a": b""}), refused, ValueError("ZQ7 a customer's name"))
    made.first()
    made.follow([SAVED])
    assert board.shown.mistakes[0].message == "the system refuses: Permission denied"
    made.follow([SAVED])
    [told] = board.shown.mistakes
    assert told.message.startswith("the program itself failed: ValueError at test_session.py:")
    assert "ZQ7" not in told.message + str(heard.shown)


def test_a_warning_is_told_once() -> None:
    sites = [Site({"a": str(number).encode()}, (WARNING,)) for number in range(3)]
    made, _, heard, _ = session(*sites)
    made.first()
    made.follow([SAVED, SAVED])
    assert heard.shown == [WARNING]


def test_only_the_first_build_tells_of_its_phases() -> None:
    phases: list[str] = []

    class Telling(Silent):
        def phase(self, name: str):  # type: ignore[no-untyped-def]  # as the base class has it
            phases.append(name)
            return super().phase(name)

    observer = FirstTime(Telling())
    with observer.phase("data"):
        pass
    observer.done()
    with observer.phase("data"):
        pass
    assert phases == ["data"]


def test_what_is_brought_early_counts_and_stays_when_the_rest_fails() -> None:
    good = Site({"a.html": b"1", "b.html": b"1"})
    made, board, _, _ = session(good, Site({"a.html": b"2", "b.html": b"2"}), ContentError([WRONG]))
    made.first()
    board.bring({"a.html": b"2"})
    assert board.shown.changed == {"a.html": 2, "b.html": 1}
    made.follow([SAVED])
    assert board.shown.changed == {"a.html": 2, "b.html": 3}
    board.bring({"a.html": b"3"})
    made.follow([SAVED])
    assert board.shown.files == {"a.html": b"3", "b.html": b"2"}
    assert board.shown.mistakes


def test_the_board_knows_which_pages_are_open() -> None:
    board = Board("s")
    with board.looking("a.html"), board.looking("a.html"):
        with board.looking("b.html"):
            assert board.looked_at == {"a.html", "b.html"}
        assert board.looked_at == {"a.html"}
    assert board.looked_at == frozenset()
