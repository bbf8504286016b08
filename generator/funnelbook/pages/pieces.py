"""What a page is put together from: each piece stands by itself while what it asked is answered as before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook.pages.asking import Answers, Question, watched
from funnelbook.pages.edition import Edition


class Piece(Struct, frozen=True):
    """What was made, and what was asked for it."""

    made: Any
    asked: frozenset[Question]


class Pieces(Struct, frozen=True):
    """The pieces of one page in the making, which is made of `edition` and writes what it asks into `asked`.

    `last` are those of its last making, by what made them and of what (all of it can be hashed). `standing` tells
    today's answers to the questions of a piece; None where one of them is answered otherwise than it was.
    """

    edition: Edition
    asked: Answers
    last: Mapping[Hashable, Piece]
    standing: Callable[[frozenset[Question]], Answers | None]
    all: dict[Hashable, Piece] = field(default_factory=dict)

    def watched(self) -> Edition:
        """The edition that the page is made of."""
        return replace(watched(self.edition, self.asked), pieces=self)

    def made(self, make: Callable[..., Any], about: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """What `make(edition, *about, **named)` makes, or what it made where that is the same."""
        key = (make, about, tuple(sorted(named.items())))
        piece = self.last.get(key)
        answers = self.standing(piece.asked) if piece else None
        if piece is None or answers is None:
            answers = {}
            made = make(watched(self.edition, answers), *about, **named)
            piece = Piece(made, frozenset(answers))
        self.all[key] = piece
        self.asked.update(answers)
        return piece.made
