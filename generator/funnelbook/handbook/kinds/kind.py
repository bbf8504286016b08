"""What a kind of playbook is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from funnelbook.project import fold


class Section(Struct, frozen=True):
    """A part that a playbook must have.

    It is there when a heading bears the id `anchor` (`## … {#anchor}`), or when all the word beginnings of one of
    `words` stand in a heading of that language, in this order. `title` is the heading a hint suggests.
    """

    anchor: str
    title: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]

    def matches(self, heading_id: str, text: str, language: str) -> bool:
        if heading_id == f"h-{self.anchor}":
            return True
        folded = fold(text).replace("ё", "е").replace("’", "'")
        return any(_in_order(each.split(), folded) for each in self.words.get(language, ()))


def _in_order(beginnings: list[str], text: str) -> bool:
    words = iter(word.lstrip("«“\"'(") for word in text.split())
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


class Kind(Struct, frozen=True):
    """`name` is what the front matter says; `needs` are front matter keys this kind cannot do without."""

    name: str
    sections: tuple[Section, ...] = ()
    needs: tuple[str, ...] = ()
