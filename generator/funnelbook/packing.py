"""Frozen values as bytes and back. What is read is checked against its type as it is read, and runs nothing."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

_T = TypeVar("_T")


def packed(value: object) -> bytes:
    """The bytes of structs, texts, numbers, moments, and tuples and mappings of them."""
    return msgspec.msgpack.encode(value, enc_hook=_plain)


def packed_if_text(value: object) -> bytes | None:
    """The same; None when a name of a file in it is no text (a lone surrogate stands for each such byte)."""
    try:
        return packed(value)
    except UnicodeEncodeError:
        return None


def unpacked(raw: bytes | msgspec.Raw | None, kind: type[_T]) -> _T | None:
    """The value of that type; None for nothing and for what no such value was packed into."""
    if raw is None:
        return None
    try:
        return msgspec.msgpack.decode(raw, type=kind)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):  # garbled: as good as absent
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} cannot be packed")
