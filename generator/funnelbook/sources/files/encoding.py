"""Which encoding a text is in, as UTF-8 bytes with one kind of line end."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from funnelbook.sources.files.bytes import wrong
from funnelbook.sources.threads import side_by_side

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
#: Bytes that are checked together: what is copied for it stays in a processor's cache.
_CHECKED = 1 << 18
#: Bytes that one thread checks.
_SPAN = 16 << 20
_SAMPLE = 4 << 20
_WORD = re.compile(rb"[A-Za-z\xa8\xb8\xc0-\xff]*[\xa8\xb8\xc0-\xff][A-Za-z\xa8\xb8\xc0-\xff]*")
_HIGH = re.compile(rb"[\x80-\xff]")
_RUSSIAN = re.compile(
    rb"[\xa8\xb8\xc0-\xff]{2,}|[\xc0\xc2\xc8\xca\xce\xd1\xd3\xdf\xe0\xe2\xe8\xea\xee\xf1\xf3\xff]"
)
#: A word with one capital, and what it looks like when it is in KOI8-R, where letters of both sizes change places.
_CAPITAL, _KOI8 = re.compile(rb"[\xc0-\xdf][\xe0-\xff]+"), re.compile(rb"[\xe0-\xff][\xc0-\xdf]+")
#: « » № – — “ ” „ ₽ … and the no-break space, as Windows-1251 has them.
_PUNCTUATION = frozenset(b"\xab\xbb\xb9\x96\x97\x93\x94\x84\x88\x85\xa0")

_LATIN = re.compile(rb"[A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff\x8a\x8c\x8e\x9a\x9c\x9e\x9f]+")
#: © ® ™ • € £ § ° · « » ‘ ’ “ ” – — … and the no-break space, as Windows-1252 has them.
_WESTERN = frozenset(b"\xa9\xae\x99\x95\x80\xa3\xa7\xb0\xb7\xab\xbb\x91\x92\x93\x94\x96\x97\x85\xa0")

_VIETNAMESE = (b"\xd0", b"\xf0")

#: What UTF-8 writes for Russian, for letters of the West among plain ones and for signs like “ and №. In the old
#: encodings it would be `РќРѕ`, `Ã¼` and `â€œ`, which nobody writes.
_UTF8 = re.compile(
    rb"(?:[\xd0\xd1][\x80-\xbf]){2}|[a-z]\xc3[\x80-\xbf]|\xc3[\x80-\xbf][a-z]|\xe2[\x80-\x84][\x80-\xbf]"
)
#: By byte: whether the last one of these letters and signs may follow it.
_BEFORE_LAST = np.zeros(256, np.bool_)
_BEFORE_LAST[[0xD0, 0xD1, 0xC3, *range(0x80, 0x85)]] = True


def to_utf8(path: Path, data: bytes, encoding: str | None, marked: int = 0) -> tuple[bytes, tuple[str, ...]]:
    """`data` as UTF-8 without BOM, and what had to be assumed. In the file so many `marked` bytes stand before it.

    UTF-8 unless a BOM says UTF-16, or the text can only be Russian in Windows-1251 or Western in Windows-1252; one
    that is also in UTF-8 somewhere was put together of two files.

    Raises `SourceError` `encoding` with the byte offset otherwise.
    """
    if encoding:
        return _as_told(path, data, encoding), (f"encoding {encoding}",)
    for bom, name in _UTF16.items():
        if data.startswith(bom) and not data.startswith(codecs.BOM_UTF32_LE):
            return _decoded(path, data[2:], name), (f"encoding {name}",)
    offset = _first_invalid(data)
    if offset is None:
        return data.removeprefix(codecs.BOM_UTF8), ()
    message = f"not UTF-8: byte {data[offset]:#04x} at offset {marked + offset}"
    if data[:offset].isascii() and (found := _told_by_words(data)):
        other = _first_utf8(data)
        if other is None:
            return _decoded(path, data, found[0]), (f"encoding {found[1]}",)
        message = f"in two encodings: {message}, and UTF-8 at offset {marked + other}"
    raise wrong(path, "encoding", message, "save it as UTF-8, or name its `encoding` in a [[sources]] mapping")


def _told_by_words(data: bytes) -> tuple[str, str] | None:
    """The old encoding that most of the text can only be in, as Python calls it and as Windows does."""
    if _is_cp1251(data):
        return "cp1251", "windows-1251"
    return ("cp1252", "windows-1252") if _is_cp1252(data) else None


def _first_utf8(data: bytes) -> int | None:
    """Offset of the first letters or signs that are UTF-8's.

    They end with a byte that is rare in the old encodings: an expression that looks at every byte takes far longer.
    """
    signs = np.frombuffer(data, np.uint8)
    for start in range(1, len(signs), _SPAN):
        last = start + np.flatnonzero(signs[start : start + _SPAN] - np.uint8(0x80) < 0x40)
        for offset in last[_BEFORE_LAST.take(signs[last - 1])].tolist():
            if found := _UTF8.search(data, max(offset - 3, 0), offset + 3):
                return found.start()
    return None


def _as_told(path: Path, data: bytes, encoding: str) -> bytes:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise wrong(path, "encoding", f"there is no encoding called {encoding}", "utf-8, cp1251, utf-16") from None
    return _decoded(path, data.removeprefix(codecs.BOM_UTF8) if name.startswith("utf-8") else data, name)


def _decoded(path: Path, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeError as error:
        offset = getattr(error, "start", 0)
        raise wrong(path, "encoding", f"not {encoding}: the byte at offset {offset} does not fit") from None


def _first_invalid(data: bytes) -> int | None:
    """Offset of the first byte that is not UTF-8. Polars checks several times faster than `bytes.decode`."""
    if data.isascii():
        return None
    ends = [*(_whole(data, end) for end in range(_SPAN, len(data), _SPAN)), len(data)]
    found = side_by_side(lambda span: _invalid_within(data, *span), pairwise((0, *ends)))
    return next((offset for offset in found if offset is not None), None)


def _invalid_within(data: bytes, start: int, stop: int) -> int | None:
    while start < stop:
        end = min(stop, _whole(data, start + _CHECKED))
        try:
            pl.Series([data[start:end]], dtype=pl.Binary).cast(pl.String)
        except pl.exceptions.PolarsError:
            try:
                data[start:end].decode()
            except UnicodeDecodeError as error:
                return start + error.start
        start = end
    return None


def _whole(data: bytes, end: int) -> int:
    """An offset a little before `end` at which no letter of UTF-8 is cut in two; if there is none, `end`."""
    for offset in range(end, end - 4, -1):
        if offset >= len(data) or data[offset] & 0xC0 != 0x80:
            return offset
    return end


def _is_cp1251(data: bytes) -> bool:
    """Words of high bytes are Russian ones: no Latin letter among them, and nothing but letters and known signs."""
    sample = data[:_SAMPLE]
    high = len(_HIGH.findall(sample))
    words = [word for word in _WORD.findall(sample) if _HIGH.search(word)]
    russian = [word for word in words if _RUSSIAN.fullmatch(word)]
    known = sum(map(len, words)) + sum(byte in _PUNCTUATION for byte in sample)
    capital, koi8 = (sum(map(bool, map(each.fullmatch, russian))) for each in (_CAPITAL, _KOI8))
    if koi8 > capital:
        return False
    return len(russian) >= 0.95 * len(words) > 0 and known >= 0.98 * high and any(len(word) > 2 for word in russian)


def _is_cp1252(data: bytes) -> bool:
    """High bytes are signs or stand in words among plain Latin letters, mostly no two of them together.

    Vietnamese in Windows-1258 looks alike, but for its letter đ, which Windows-1252 has only for Icelandic.
    """
    sample = data[:_SAMPLE]
    if any(letter in sample for letter in _VIETNAMESE):
        return False
    high = len(_HIGH.findall(sample))
    words = [word for word in _LATIN.findall(sample) if _HIGH.search(word)]
    western = [word for word in words if len(word) == 1 or 2 * len(_HIGH.findall(word)) <= len(word)]
    known = sum(len(_HIGH.findall(word)) for word in western) + sum(byte in _WESTERN for byte in sample)
    return known >= 0.98 * high and len(western) >= 0.95 * len(words)
