"""Mistakes as a reader of the page sees them: the lines around them, and never a line of a data file."""

from __future__ import annotations

from pathlib import Path

import pytest

from funnelbook.bundled import bundled
from funnelbook.errors import Finding, Place
from funnelbook.serve.mistakes import Line, Mistake, mistakes_of


def one(root: Path, place: Place, message: str = "wrong") -> Mistake:
    [found] = mistakes_of([Finding(place, "rule", message, "hint")], root)
    return found


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_three_lines_are_shown_with_the_column_marked(tmp_path: Path) -> None:
    write(tmp_path / "content/en/note.md", "one\ntwo\nthree words\tand\nfour\nfive\n")
    found = one(tmp_path, Place("en/note.md", 3, 7))
    assert found.place == "content/en/note.md:3:7"
    assert found.excerpt == (Line(2, "two"), Line(3, "three ", "w", "ords and"), Line(4, "four"))


@pytest.mark.parametrize(("line", "numbers"), [(1, [1, 2]), (5, [4, 5]), (6, [5]), (9, []), (0, [])])
def test_at_the_ends_there_are_fewer_lines(tmp_path: Path, line: int, numbers: list[int]) -> None:
    write(tmp_path / "funnelbook.toml", "1\n2\n3\n4\n5\n")
    found = one(tmp_path, Place("funnelbook.toml", line, 99))
    assert [each.number for each in found.excerpt] == numbers


def test_of_a_long_line_the_part_around_the_column_is_shown(tmp_path: Path) -> None:
    write(tmp_path / "funnelbook.toml", "a" * 5000 + "B" + "c" * 5000)
    [line] = one(tmp_path, Place("funnelbook.toml", 1, 5001)).excerpt
    assert (line.mark, line.text[0], line.rest[-1]) == ("B", "…", "…")
    assert len(line.text + line.rest) < 250


def test_templates_of_the_project_and_of_the_program_are_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "templates/home.html", "{{ x }}")
    assert one(tmp_path, Place(str(path), 1)).place == "templates/home.html:1"
    assert one(tmp_path, Place(str(path), 1)).excerpt == (Line(1, "{{ x }}"),)
    assert len(one(tmp_path, Place(str(bundled("templates") / "base.html"), 2)).excerpt) == 3


@pytest.mark.parametrize(
    "path",
    [
        "content/exports/deals.csv",
        "content/exports/notes.md",
        "exports/notes.md",
        "../outside.md",
        "content/en/link.md",
        ".env",
        "secret.txt",
        "/etc/passwd",
        "content/en/note.md\0",
        "",
    ],
)
def test_nothing_else_is_shown(tmp_path: Path, path: str) -> None:
    root = tmp_path / "project"
    for name in ("content/exports/deals.csv", "content/exports/notes.md", "../outside.md", ".env", "secret.txt"):
        write(root / name, "ZQ7 a customer")
    (root / "content/en").mkdir()
    (root / "content/en/link.md").symlink_to(root / "secret.txt")
    assert one(root, Place(path, 1, 1)).excerpt == ()


def test_control_signs_and_broken_bytes_become_visible(tmp_path: Path) -> None:
    write(tmp_path / "funnelbook.toml", "a\x1b[2Jb\r\n")
    found = one(tmp_path, Place("bad\udcff\x07.md", 1, 1), "told\x1b[31m\x9b")
    assert (found.place, found.message) == ("bad�␇.md:1:1", "told␛[31m�")
    assert one(tmp_path, Place("funnelbook.toml", 1)).excerpt == (Line(1, "a␛[2Jb"),)


def test_twenty_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    found = mistakes_of([Finding(Place(f"{number}.md"), "rule", "wrong") for number in range(33)], tmp_path)
    assert (len(found), found[-1].message) == (21, "13 more mistakes")
