"""An amoCRM account on this machine, which answers as the API's documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from funnelbook.sources.amocrm_api.client import Account, Client, Time

TOKEN = "eyJ0eXAi.CANARY-0f3a91.c2lnbmF0dXJl"
_PATHS = {
    "/api/v4/leads": ("leads", 250),
    "/api/v4/leads/pipelines": ("pipelines", 0),
    "/api/v4/leads/loss_reasons": ("loss_reasons", 250),
    "/api/v4/users": ("users", 250),
    "/api/v4/events": ("events", 100),
}

Item = Mapping[str, object]
#: Looks at the number of a request (from 0) and its path; a status and headers to answer with, or None.
Fault = Callable[[int, str], tuple[int, dict[str, str]] | None]


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def time(self) -> Time:
        start = datetime(2026, 9, 30, 12, tzinfo=UTC)
        return Time(lambda: self.now, self.sleep, lambda: start + timedelta(seconds=self.now))


@dataclass
class AmocrmServer:
    """collections: kind -> items; `deleted` are leads in the bin. knows_types: whether it sifts events by type."""

    collections: Mapping[str, Sequence[Item]]
    clock: Clock = field(default_factory=Clock)
    fault: Fault = lambda number, path: None
    knows_types: bool = True
    knows_pages: bool = True
    asked: list[tuple[float, str, dict[str, str]]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    port: int = 0

    def client(self, token: str = TOKEN) -> Client:
        return Client(Account.of(self.address), token, self.clock.time())

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target: str, token: str) -> tuple[int, dict[str, str], object]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        number = len(self.asked)
        self.asked.append((self.clock.now, parts.path, query))
        self.tokens.add(token)
        if fault := self.fault(number, parts.path):
            return *fault, {"title": "no", "detail": f"your token is {token}"}
        if token != f"Bearer {TOKEN}":
            return 401, {}, {"title": "Unauthorized", "detail": f"your token is {token}"}
        if parts.path not in _PATHS:
            return 404, {}, {"title": "Not Found"}
        kind, most = _PATHS[parts.path]
        if "filter[type]" in query and not self.knows_types:
            return 400, {}, {"title": "Bad Request", "validation-errors": []}
        items = self._found(kind, query)
        limit = min(int(query.get("limit", 50)), most) if most and self.knows_pages else len(items)
        page = int(query.get("page", 1)) if self.knows_pages else 1
        shown = items[(page - 1) * limit : page * limit]
        links = {"self": {"href": target}}
        if page * limit < len(items):
            links["next"] = {"href": "http://evil.example/steal"}
        return (200, {}, {"_page": page, "_links": links, "_embedded": {kind: shown}}) if shown else (204, {}, None)

    def _found(self, kind: str, query: Mapping[str, str]) -> Sequence[Item]:
        if query.get("with") == "only_deleted":
            return self.collections.get("deleted", ())
        types = query.get("filter[type]", "").split(",")
        found = self.collections.get(kind, ())
        return [each for each in found if each["type"] in types] if "filter[type]" in query else found


@contextmanager
def serving(server: AmocrmServer) -> Iterator[AmocrmServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, document = server.answer(self.path, self.headers.get("Authorization", ""))
            body = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
