"""What goes back: a status, headers that every answer bears, a body. Texts of errors are fixed and echo nothing."""

from __future__ import annotations

import asyncio
import mimetypes
from http import HTTPStatus
from pathlib import PurePosixPath

from msgspec import Struct

#: On every answer, errors too.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
#: Tables are saved, not opened as pages.
_DOWNLOADS = {"text/csv", "application/json"}
_TEXT = {"text/plain", "text/html", "text/javascript", "text/css", "text/csv", "application/json", "image/svg+xml"}

_PIECE = 65_536


class Answer(Struct, frozen=True):
    """`body` None: what follows the head is sent as it comes, until the connection ends."""

    status: HTTPStatus
    kind: str
    body: bytes | None
    more: tuple[tuple[str, str], ...] = ()

    def head(self, *, stays: bool) -> bytes:
        kind = f"{self.kind}; charset=utf-8" if self.kind in _TEXT else self.kind
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}", f"Content-Type: {kind}"]
        if self.body is not None:
            lines.append(f"Content-Length: {len(self.body)}")
        if self.kind in _DOWNLOADS:
            lines.append("Content-Disposition: attachment")
        lines += [f"{name}: {value}" for name, value in (*self.more, *HEADERS.items())]
        lines.append(f"Connection: {'keep-alive' if stays else 'close'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def file(path: str, body: bytes) -> Answer:
    """A file of the site, by the kind that its name says."""
    kind = _TYPES.get(PurePosixPath(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Answer(HTTPStatus.OK, kind, body)


def error(status: HTTPStatus) -> Answer:
    """A fixed text."""
    more = {
        HTTPStatus.METHOD_NOT_ALLOWED: ("Allow", "GET, HEAD"),
        HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After", "2"),
    }
    return Answer(status, "text/plain", status.phrase.encode(), (more[status],) if status in more else ())


def moved(target: str) -> Answer:
    return Answer(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", (("Location", target),))


async def send(writer: asyncio.StreamWriter, content: bytes, seconds: float) -> None:
    """Sends it in pieces, each of which the other side must take in time. Raises TimeoutError, OSError."""
    view = memoryview(content)
    for start in range(0, len(view), _PIECE):
        writer.write(view[start : start + _PIECE])
        async with asyncio.timeout(seconds):
            await writer.drain()
