"""One request's head, read within limits; nothing is left in it that two readers could read in two ways."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus

from msgspec import Struct

_MOST_BYTES = 32_768
_LONGEST_LINE = 8_192
_MOST_HEADERS = 100
_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.([01])")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")


class RefusedError(Exception):
    """The request is answered with `status` and a fixed text, and the connection ends."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Request(Struct, frozen=True):
    """`target` as it was sent; the names of `headers` are in small letters."""

    method: str
    target: str
    minor: int
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]

    @property
    def stays(self) -> bool:
        """Whether the connection is kept for another request."""
        told = ",".join(self.all("connection")).lower()
        return "close" not in told if self.minor else "keep-alive" in told


class Requests:
    """The requests of one connection, one after another."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._read = bytearray()

    @property
    def begun(self) -> bool:
        """Whether a part of a request has come."""
        return bool(self._read)

    async def next(self) -> Request | None:
        """The next request, None when the other side has ended. Raises RefusedError."""
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            self._refuse_long()
            more = await self._reader.read(_LONGEST_LINE)
            if not more:
                if self._read:
                    raise RefusedError(HTTPStatus.BAD_REQUEST)
                return None
            self._read += more
        self._refuse_long()
        head = self._read[:end].decode("latin-1")
        del self._read[: end + 4]
        return _parse(head)

    def _refuse_long(self) -> None:
        line = self._read.find(b"\r\n")
        if max(line, 0) > _LONGEST_LINE or (line < 0 and len(self._read) > _LONGEST_LINE):
            raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG)
        if len(self._read) > _MOST_BYTES:
            raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


def _parse(head: str) -> Request:
    first, *rest = head.split("\r\n")
    line = _LINE.fullmatch(first)
    headers = [_HEADER.fullmatch(each) for each in rest]
    if len(headers) > _MOST_HEADERS:
        raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if line is None or None in headers:
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    found = tuple((each[1].lower(), each[2].strip()) for each in headers if each)
    request = Request(line[1], line[2], int(line[3]), found)
    if request.method in {"GET", "HEAD"} and (
        request.all("transfer-encoding") or set(request.all("content-length")) - {"0"} or request.all("upgrade")
    ):
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    return request
