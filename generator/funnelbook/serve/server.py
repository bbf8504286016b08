"""The last good site and the releases over HTTP, for this machine only unless asked otherwise.

All clients are taken to be hostile: a request has limits in bytes and in time, connections in number, and one that
does not read is dropped.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from http import HTTPStatus

from msgspec import Struct

from funnelbook.errors import UsageError
from funnelbook.serve import answers, events
from funnelbook.serve.access import Access, Where, access_to
from funnelbook.serve.addresses import Addresses, path_of
from funnelbook.serve.answers import Answer, send
from funnelbook.serve.board import Board
from funnelbook.serve.requests import RefusedError, Request, Requests

EVENTS = "events"


class Limits(Struct, frozen=True):
    """Seconds for a request to come, for a piece of an answer to be taken, between two signs of life; connections
    at once, and of them those that wait for events.
    """

    request: float = 15
    piece: float = 30
    sign: float = 15
    connections: int = 200
    listeners: int = 64


class Server:
    """Answers on the loop that `start` is called on."""

    def __init__(self, board: Board, addresses: Addresses, limits: Limits | None = None) -> None:
        self.listeners = 0
        self.port = 0
        self._board = board
        self._addresses = addresses
        self._limits = limits or Limits()
        self._access = Access(frozenset())
        self._asking: dict[asyncio.StreamWriter, None] = {}
        self._open = 0
        self._server: asyncio.Server | None = None

    async def start(self, where: Where) -> None:
        """Raises UsageError when the port cannot be used."""
        where.check()
        try:
            self._server = await asyncio.start_server(
                self._connected, where.host, where.port, family=_family(where.host), limit=16_384, backlog=256
            )
        except OSError as error:
            raise UsageError.one(
                "port-in-use",
                f"port {where.port} of {where.host} cannot be used: {error.strerror or 'it is taken'}",
                "end what uses it, or name another with --port; --port 0 takes a free one",
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]
        own = () if where.host in {"0.0.0.0", "::"} else (where.host,)  # noqa: S104 -- compared, not bound
        self._access = access_to((*own, *where.allowed), self.port)
        self._board.attach(asyncio.get_running_loop())

    def stop(self) -> None:
        """Takes no more connections. Those that are open end with the loop."""
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            with suppress(OSError, TimeoutError, asyncio.CancelledError):  # cancelled: the server ends
                if self._open > self._limits.connections and not self._drop_one_that_asks_slowly():
                    await self._refuse(reader, writer, HTTPStatus.SERVICE_UNAVAILABLE)
                else:
                    await self._talk(reader, writer)
                writer.close()
                async with asyncio.timeout(self._limits.piece):
                    await writer.wait_closed()
        finally:
            self._open -= 1
            self._asking.pop(writer, None)
            writer.transport.abort()

    def _drop_one_that_asks_slowly(self) -> bool:
        """Makes room for a newcomer: what has been at its request for longest goes."""
        oldest = next(iter(self._asking), None)
        if oldest is None:
            return False
        self._asking.pop(oldest)
        oldest.transport.abort()
        return True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests = Requests(reader)
        stays = True
        while stays:
            self._asking[writer] = None
            try:
                async with asyncio.timeout(self._limits.request):
                    request = await requests.next()
            except RefusedError as refused:
                await self._refuse(reader, writer, refused.status)
                return
            except TimeoutError:
                if requests.begun:
                    await self._refuse(reader, writer, HTTPStatus.REQUEST_TIMEOUT)
                return
            finally:
                self._asking.pop(writer, None)
            if request is None:
                return
            stays = await self._serve(request, reader, writer)

    async def _serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers; returns whether another request may follow."""
        try:
            answer, heard = self._answer(request)
        except RefusedError as refused:
            if request.method not in {"GET", "HEAD"} or refused.status == HTTPStatus.BAD_REQUEST:
                await self._refuse(reader, writer, refused.status)
                return False
            answer, heard = answers.error(refused.status), None
        stays = request.stays and answer.body is not None
        body = answer.body if answer.body and request.method == "GET" else b""
        await send(writer, answer.head(stays=stays) + body, self._limits.piece)
        if heard is not None and request.method == "GET":
            with self._board.looking(heard[0]):
                await self._tell(heard, reader, writer)
        return stays

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: HTTPStatus) -> None:
        """A fixed text; what is still being sent is read for a moment, or the other side would not get it."""
        answer = answers.error(status)
        await send(writer, answer.head(stays=False) + (answer.body or b""), 1)
        writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                while await reader.read(65_536):
                    pass

    def _answer(self, request: Request) -> tuple[Answer, tuple[str, str] | None]:
        """The answer and, when events follow it, the page that hears them and what it has seen."""
        self._access.check(request)
        if request.method not in {"GET", "HEAD"}:
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED)
        path, _ = path_of(request.target)
        first, _, rest = path.partition("/")
        if first != EVENTS:
            return self._addresses.answer(request.target, self._board.shown), None
        self._access.check_own_page(request)
        if self.listeners >= self._limits.listeners:
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE)
        seen, _, page = rest.partition("/")
        return Answer(HTTPStatus.OK, "text/event-stream", None), (page, seen)

    async def _tell(
        self, heard: tuple[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Sends what the page has yet to hear, now and as it comes, until the other side goes."""
        page, seen = heard
        shown = self._board.shown
        since = shown.since(seen)
        self.listeners += 1
        gone = asyncio.ensure_future(reader.read(1))
        try:
            await send(writer, b": connected\n\n" + events.messages(shown, page or None, since), self._limits.sign)
            while not gone.done():
                since = max(since, shown.revision)
                turn = asyncio.ensure_future(self._board.beyond(since))
                try:
                    await asyncio.wait({gone, turn}, timeout=self._limits.sign, return_when=asyncio.FIRST_COMPLETED)
                    if turn.done():
                        shown = turn.result()
                        await send(writer, events.messages(shown, page or None, since), self._limits.sign)
                    elif not gone.done():
                        await send(writer, b": still here\n\n", self._limits.sign)
                finally:
                    turn.cancel()
        finally:
            self.listeners -= 1
            gone.cancel()


def _family(host: str) -> socket.AddressFamily:
    """One door: `localhost` would open two, at two ports when any is taken."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET
