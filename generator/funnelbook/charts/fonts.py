"""Texts are measured with the font that vl-convert brings along.

One of the machine's by the same name would be taken before it: in another version on another machine, so that
drawings differ, and opened anew for each text, which takes as long as all the rest of a drawing.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_CONFIG = "FONTCONFIG_FILE"
_NO_TEXT = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@cache
def leave_out_the_machines() -> None:
    """To be called before the first drawing of a process: vl-convert looks for fonts once, in the first picture."""
    import vl_convert

    before = os.environ.get(_CONFIG)
    os.environ[_CONFIG] = str(Path(__file__).with_name("fonts.conf"))
    try:
        vl_convert.svg_to_png(_NO_TEXT)
    finally:
        del os.environ[_CONFIG]  # programs that are started later have their own use for fonts
        if before is not None:
            os.environ[_CONFIG] = before
