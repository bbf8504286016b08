"""What every input was when it was looked at last, in little memory: in a storm they are hundreds of thousands."""

from __future__ import annotations

from collections.abc import Set

from funnelbook.stamps import Stamp


class KnownInputs:
    """Stamp and fingerprint of each input, by its path.

    The two are one text of bytes a file: as tuples of numbers they take more than three times the memory.
    """

    def __init__(self) -> None:
        self._found: dict[str, bytes] = {}

    @property
    def paths(self) -> Set[str]:
        return self._found.keys()

    def stamp(self, path: str) -> Stamp | None:
        """None for what was no input then."""
        found = self._found.get(path)
        return Stamp(*(int(each, 16) for each in found.partition(b"\n")[0].split())) if found else None

    def is_as(self, path: str, stamp: Stamp) -> bool:
        return self._found.get(path, b"").startswith(_head(stamp))

    def learn(self, path: str, now: bytes | None) -> bool:
        """`now` is `known_as` or, for what is no input any more, None. Returns whether the content is another."""
        before = self._found.pop(path, None)
        if now is not None:
            self._found[path] = now
        return _content(before) != _content(now)


def known_as(stamp: Stamp, content: bytes) -> bytes:
    return _head(stamp) + content


def _head(stamp: Stamp) -> bytes:
    """Of any length: file systems tell of years that no fixed number of bytes holds."""
    return b"%x %x %x %x %x %x\n" % stamp


def _content(known: bytes | None) -> bytes | None:
    return None if known is None else known.partition(b"\n")[2]
