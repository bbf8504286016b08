"""What stands for a person: a keyed hash of a phone, an address or an id, which nobody without the key can undo.

Phones are few enough to be tried one after the other, so a plain hash of one is as good as the phone. The key is
the project's own, made once, kept in its private folder and readable by its owner only. Without it nothing can be
joined to snapshots that were made with it: that is an error, never a reason to hash in another way.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from funnelbook.errors import Finding, Place, SourceError
from funnelbook.project import Project

if TYPE_CHECKING:  # a mark is made without it
    import polars as pl

_KEY_BYTES = 32
#: 128 bits: no two persons of any company share them by chance.
_DIGITS = 32


class Persons(Struct, frozen=True, dict=True):
    """Hashes what tells a person. `path` is where the key lies, None = a key of this run alone.

    needed: the fingerprints of the keys that something was hashed with already: no other key will do.
    numbers: whether ids that typed files hold as whole numbers are hashed too. They are a CRM's own and tell
        nobody's phone, but must be alike to those that other files hold as text.
    """

    path: Path | None = None
    needed: frozenset[str] = frozenset()
    numbers: bool = True

    @classmethod
    def of(cls, project: Project, *, needed: frozenset[str] = frozenset(), numbers: bool = True) -> Persons:
        return cls(project.persons_key, needed, numbers)

    def keyed(self, told: pl.Expr, but: str = "") -> pl.Expr:
        """The hash of each text, equal for equal texts; null stays null, and what matches `but` stays as it is.
        SourceError without a usable key.

        It is the first half of HMAC-SHA-256 (RFC 2104) under the key as it is written, in hexadecimal digits.
        """
        import polars as pl

        key = self._key.hex()  # now: what is raised while a frame is collected would be wrapped
        hashed = partial(_hashed, key=key, but=but)
        return told.cast(pl.String).map_batches(hashed, return_dtype=pl.String, is_elementwise=True)

    def mark(self, text: str) -> str:
        """As `keyed`, of one text."""
        return _mark(self._key, text)

    @property
    def have_hashed(self) -> bool:
        """Whether the key was asked for."""
        return "_key" in self.__dict__

    @cached_property
    def fingerprint(self) -> str:
        """Tells keys apart without telling the key."""
        return _fingerprint(self._key)

    @cached_property
    def _key(self) -> bytes:
        if self.path is None:
            return secrets.token_bytes(_KEY_BYTES)
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_file()):
            raise _unusable(self.path, "is a link or no plain file", "remove it, and restore the key from a backup")
        hint = "restore it from a backup, or remove the snapshots and import the exports anew"
        if not self.path.exists() and self.needed:
            raise _unusable(self.path, "is missing, and snapshots were made with it", hint)
        key = _read(self.path) if self.path.exists() else _made(self.path)
        if self.needed - {_fingerprint(key)}:
            raise _unusable(self.path, "is not the one that snapshots were made with", hint)
        return key


def _hashed(told: pl.Series, key: str, but: str) -> pl.Series:
    import polars as pl
    from polars_hash import CryptographicHashingNameSpace as Hashing

    # Padded by nothing it is written anew; else the half that is not wanted would be kept in memory with it.
    mark = Hashing(pl.col("told")).hmac_sha256(key=key).str.head(_DIGITS).str.pad_end(_DIGITS)
    hashes = told.to_frame("told").select_seq(mark).to_series().alias(told.name)
    left = told.str.contains(but) if but else None
    return hashes if left is None or not left.any() else told.zip_with(left, hashes)


def _mark(key: bytes, text: str) -> str:
    return hmac.digest(key.hex().encode(), text.encode(), "sha256").hex()[:_DIGITS]


def _fingerprint(key: bytes) -> str:
    return _mark(key, "funnelbook: which key")


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise _unusable(path, "holds no key", "restore it from a backup")
    return key


def _made(path: Path) -> bytes:
    """A new key. Of two programs that make one at the same time, the first is heard."""
    key = secrets.token_bytes(_KEY_BYTES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return _read(path)
    finally:
        fresh.unlink()
    return key


def _unusable(path: Path, what: str, hint: str) -> SourceError:
    message = f"the key that hashes customers' contacts {what}"
    return SourceError([Finding(Place(str(path)), "persons-key", message, hint)])
