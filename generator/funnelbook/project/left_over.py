"""Names of the files that programs lay beside the one they are asked to write: none of them is an input."""

from __future__ import annotations

import re

_LEFT_OVER = re.compile(
    r"\..*"  # hidden: .note.md.swp, .goutputstream-X, .#note.md, .~lock.deals.xlsx#, .DS_Store
    r"|~\$.*"  # a workbook that is open
    r"|#.*#|.*~"  # a copy kept by emacs or vim
    r"|___jb.*|.*___jb_(?:tmp|old)___"
    r"|.*\.(?:tmp|vsctmp|sw[a-p]|part|crdownload|download)"
    r"|4913|5036|5159"  # vim tries whether it may write here; while the first is taken, 123 more
    r"|thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)
#: Emacs marks a file that is being edited with a link that leads nowhere.
_LOCK = ".#"


def is_left_over(name: str) -> bool:
    """Whether an editor, a spreadsheet, a browser or a file manager names a file or folder of its own so."""
    return _LEFT_OVER.fullmatch(name) is not None


def is_lock(name: str) -> bool:
    """Whether it is the name of a link that says who is editing; every other link is one that someone laid."""
    return name.startswith(_LOCK)
