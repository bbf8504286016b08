"""An XLSX archive checked before anybody unpacks it: bombs, lies about sizes, DOCTYPEs.

A workbook is a ZIP of XML parts. Nothing here trusts what the archive says of itself: every part is inflated
once, in pieces, and counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from funnelbook.errors import SourceError
from funnelbook.sources.files.bytes import wrong

MAX_PARTS = 1_000
MAX_INFLATED = 1 << 30
#: A part that grows more than this many times is a bomb; tiny parts of repeated XML may.
MAX_RATIO = 100
_SMALL = 1 << 16
_PIECE = 1 << 20
#: What is not unpacked of so many bytes at once is copied.
_PACKED = 1 << 16
SHARED_TEXTS = "xl/sharedStrings.xml"
_DOCTYPE = b"<!DOCTYPE"
_SHEETS = "xl/worksheets/"
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError)
_LOCAL_HEADER = struct.Struct("<26xHH")


class Archive:
    """A workbook archive: `parts` names its parts, `read` gives one of them.

    All are checked but the sheets, which take longest: `check_sheets` does that, and before it nobody may read one.

    The first sheet, nearly always the one that is asked for, and the shared texts are kept as they were unpacked
    for the check. Whether they are what they were packed from is left to `check_sums`.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        """Raises `SourceError`: wrong-container, archive-limits, dtd-forbidden."""
        self._path = path
        self._data = data
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
            self._check_layout(infos)
        except _DAMAGED:
            raise self._damaged() from None
        self._kept: dict[str, bytearray] = {}
        self._sums: dict[str, int] = {}
        self._inflated = 0
        self._sheets = [info for info in infos if info.filename.startswith(_SHEETS)]
        self._check([info for info in infos if not info.filename.startswith(_SHEETS)])
        self.parts = frozenset(info.filename for info in infos)

    def check_sheets(self) -> None:
        """Raises as the making of the archive."""
        self._check(self._sheets)

    def check_sums(self) -> None:
        """Raises as the making of the archive."""
        if any(zlib.crc32(content) != self._sums[name] for name, content in self._kept.items()):
            raise self._damaged()

    def forget(self) -> None:
        """What was kept: it is unpacked anew when somebody asks for it again."""
        self._kept.clear()

    def _check(self, infos: Iterable[zipfile.ZipInfo]) -> None:
        try:
            for info in infos:
                self._inflated += self._check_part(info, MAX_INFLATED - self._inflated)
        except _DAMAGED:
            raise self._damaged() from None

    def _damaged(self) -> SourceError:
        return wrong(self._path, "wrong-container", "a damaged or an encrypted workbook", "export it again")

    def read(self, name: str) -> bytes | bytearray:
        return self._kept[name] if name in self._kept else self._zip.read(name)

    def _limits(self, what: str) -> SourceError:
        return wrong(self._path, "archive-limits", what, "export it again as CSV")

    def _check_layout(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > MAX_PARTS:
            raise self._limits(f"the workbook has more than {MAX_PARTS} parts")
        if sum(info.file_size for info in infos) > MAX_INFLATED:
            raise self._limits(f"the workbook unpacks to more than {MAX_INFLATED >> 20} MiB")
        ordered = sorted(infos, key=lambda info: info.header_offset)
        for info, following in pairwise(ordered):
            if info.header_offset + 30 + info.compress_size > following.header_offset:
                raise self._limits("parts of the workbook overlap")

    def _check_part(self, info: zipfile.ZipInfo, room: int) -> int:
        """The true size of one part, which has no DOCTYPE."""
        limit = min(room, max(_SMALL, MAX_RATIO * info.compress_size))
        size, tail = 0, b""
        keeps = self._keeps(info.filename)
        kept = bytearray(min(limit, info.file_size) if keeps else 0)
        for piece in self._pieces(info):
            if keeps:
                kept[size : size + len(piece)] = piece
            size += len(piece)
            if size > limit:
                raise self._limits("a part of the workbook unpacks to far more than it should")
            if (b"!" in piece and _DOCTYPE in piece) or _DOCTYPE in tail + piece[: len(_DOCTYPE)]:
                raise wrong(self._path, "dtd-forbidden", "the workbook declares a DOCTYPE", "export it again")
            tail = (tail + piece[-len(_DOCTYPE) :])[-len(_DOCTYPE) :]
        if size != info.file_size:
            raise self._limits("a part of the workbook is not as long as it says")
        if keeps:
            self._kept[info.filename], self._sums[info.filename] = kept, info.CRC
        return size

    def _keeps(self, name: str) -> bool:
        if name.startswith(_SHEETS):
            return not any(kept.startswith(_SHEETS) for kept in self._kept)
        return name == SHARED_TEXTS

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """What the part holds, by its own stream and not by the sizes it claims."""
        named, extra = _LOCAL_HEADER.unpack_from(self._data, info.header_offset)
        start = info.header_offset + _LOCAL_HEADER.size + named + extra
        packed = memoryview(self._data)[start : start + info.compress_size]
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError
        if info.compress_type == zipfile.ZIP_STORED:
            yield bytes(packed)
            return
        stream = zlib.decompressobj(-15)
        for begin in range(0, len(packed), _PACKED):
            rest: bytes | memoryview = packed[begin : begin + _PACKED]
            while piece := stream.decompress(rest, _PIECE):
                yield piece
                rest = stream.unconsumed_tail
