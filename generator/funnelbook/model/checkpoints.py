"""Where a series of exports stood after some of them, kept: a new export is compared with that alone.

A checkpoint is found by what it was made from: what names mean, and the seals of the exports so far, in their
order. Where one of them is changed or removed, the checkpoints before it stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import accumulate

import polars as pl
from msgspec import Struct

from funnelbook.memory import Memory, digest
from funnelbook.model import frames
from funnelbook.model.reading import Export
from funnelbook.packing import packed, unpacked

#: The newest, and the one before for an export that is corrected while it is the newest.
_KEPT = 2


class Checkpoint(Struct, frozen=True):
    """frames: by name; a `file` counts from the first one of the series. met: `Meanings.met`. taken: when the last
    export was.
    """

    frames: Mapping[str, pl.DataFrame]
    met: tuple[tuple[str, ...], ...]
    taken: datetime


class _Stored(Struct, frozen=True):
    seal: str
    frames: dict[str, bytes]
    met: tuple[tuple[str, ...], ...]
    taken: datetime


class Checkpoints:
    """In `memory`, of series that hang on `rules` beside their exports."""

    def __init__(self, memory: Memory, *rules: str) -> None:
        self._memory = memory
        self._rules = digest(*rules)

    def newest(self, exports: Sequence[Export]) -> tuple[int, Checkpoint | None]:
        """After how many of the exports there is one, and that; 0 when there is none."""
        slots = self._slots()
        for count, seal in reversed(list(enumerate(self._seals(exports), 1))):
            if seal and seal in slots and (found := self._read(slots.index(seal), seal)):
                return count, found
        return 0, None

    def wanted(self, exports: Sequence[Export], count: int) -> bool:
        """Whether one after so many of the exports is worth keeping."""
        return self._memory.folder is not None and count > len(exports) - _KEPT and bool(self._seals(exports)[-1])

    def keep(self, exports: Sequence[Export], count: int, checkpoint: Checkpoint) -> None:
        """That of the first `count` exports; it takes the place of one that is not wanted any more."""
        seals, slots = self._seals(exports), self._slots()
        seal, wanted = seals[count - 1], seals[-_KEPT:]
        place = next((number for number, each in enumerate(slots) if each not in wanted or each == seal), 0)
        stored = {name: frames.to_bytes(frame) for name, frame in checkpoint.frames.items()}
        self._memory.put(self._key(place), packed(_Stored(seal, stored, checkpoint.met, checkpoint.taken)))
        slots[place] = seal
        self._memory.put(self._memory.key("series"), packed(slots))

    def _seals(self, exports: Sequence[Export]) -> list[str]:
        """After each export; "" from one on that tells nothing of its rows."""
        after = accumulate(exports, lambda seal, each: digest(seal, each.seal) if seal and each.seal else "",
                           initial=self._rules)  # fmt: skip
        return list(after)[1:]

    def _slots(self) -> list[str]:
        slots = unpacked(self._memory.get(self._memory.key("series")), list[str]) or []
        return [*slots, *[""] * _KEPT][:_KEPT]

    def _read(self, place: int, seal: str) -> Checkpoint | None:
        stored = unpacked(self._memory.get(self._key(place)), _Stored)
        if stored is None or stored.seal != seal:
            return None
        read = {name: frames.from_bytes(raw) for name, raw in stored.frames.items()}
        whole = {name: frame for name, frame in read.items() if frame is not None}
        return Checkpoint(whole, stored.met, stored.taken) if len(whole) == len(read) else None

    def _key(self, place: int) -> str:
        return self._memory.key("series", str(place))
