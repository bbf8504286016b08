"""What changed between two texts, word by word."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest

from funnelbook.handbook.word_diff import Piece, changes


def told(before: str, after: str) -> str:
    """`-deleted-`, `+inserted+`, the rest as it is."""
    marks = {"same": "", "deleted": "-", "inserted": "+"}
    return "".join(f"{marks[each.kind]}{each.text}{marks[each.kind]}" for each in changes(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("", "new", "+new+"),
        ("old", "", "-old-"),
        ("the price is high", "the price is fair", "the price is- high-+ fair+"),
        ("answer in 15 minutes", "answer within 15 minutes", "answer- in-+ within+ 15 minutes"),
        ("call", "call, then write", "call+, then write+"),
        ("it costs 1.5 and don't", "it costs 1.7 and don't", "it costs- 1.5-+ 1.7+ and don't"),
        ("цена высока, увы", "цена честная, увы", "цена- высока-+ честная+, увы"),
        ("one\ntwo  three", "one two\nthree", "one two\nthree"),
        ("the big price", "a big cost", "-the big price-+a big cost+"),
        ("a b c d", "b c d a", "-a-b c d+ a+"),
        ("same \n", "same", "same- \n-"),
    ],
)
def test_what_changed(before: str, after: str, expected: str) -> None:
    assert told(before, after) == expected


def test_a_text_is_itself_and_hostile_signs_are_text() -> None:
    text = "<script>\x1b[0m\u202e a_b & —  \n\n ¶ e\u0301"
    assert changes(text, text) == (Piece("same", text),)


def test_the_pieces_are_the_texts() -> None:
    """Nothing is lost and nothing made up, for any two texts; blank space alone is taken from the text after."""
    draw = random.Random(1)
    for _ in range(300):
        before, after = (
            "".join(draw.choice(["a", "b", "в", " ", "\n", ", ", "цена "]) for _ in range(draw.randrange(40)))
            for _ in range(2)
        )
        pieces = changes(before, after)
        assert "".join(each.text for each in pieces if each.kind != "deleted") == after
        kept = "".join(each.text for each in pieces if each.kind != "inserted")
        assert "".join(kept.split()) == "".join(before.split())
        assert all(each.text for each in pieces)
        assert all(one.kind != two.kind for one, two in pairwise(pieces))


@pytest.mark.parametrize("kind", ["words", "repeated", "every second", "shuffled", "one sign"])
def test_long_texts_take_bounded_time(kind: str) -> None:
    draw = random.Random(2)
    words = [f"w{draw.randrange(900)}" for _ in range(20_000)]
    before, after = {
        "words": (words, [w if draw.random() > 0.05 else "new" for w in words]),
        "repeated": (["a", "b"] * 10_000, ["b", "b", "a"] * 7_000),
        "every second": ([f"x{n // 2}" if n % 2 else "the" for n in range(20_000)],
                         [f"y{n // 2}" if n % 2 else "the" for n in range(20_000)]),
        "shuffled": (words, draw.sample(words, len(words))),
        "one sign": (["!"] * 60_000, ["?"] * 60_000),
    }[kind]  # fmt: skip
    begun = time.process_time()
    pieces = changes(" ".join(before), " ".join(after))
    assert time.process_time() - begun < 5
    assert "".join(each.text for each in pieces if each.kind != "deleted") == " ".join(after)
    if kind == "words":
        assert sum(each.kind == "deleted" for each in pieces) > 500, "small changes are told one by one"
