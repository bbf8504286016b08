"""Reading the playbooks of one language, every mistake at once."""

from __future__ import annotations

from pathlib import Path

from funnelbook.handbook.playbook import Handbook
from funnelbook.handbook.reading import read_playbook
from funnelbook.handbook.remembered import Reader
from funnelbook.handbook.shelf import Shelf


def load(content: Path, language: str, read: Reader = read_playbook) -> Handbook:
    """The playbooks below content/<language>, by path; an absent folder is a handbook without playbooks.

    `read` reads one of them (see `readers` for one that many processes share).
    Raises ContentError with every mistake; places are `content/<language>/….md:line:column`.
    """
    return Shelf(read).load(content, language)
