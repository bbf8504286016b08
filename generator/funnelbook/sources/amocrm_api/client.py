"""Ask an amoCRM account for documents: politely, patiently, and without ever telling anybody the token."""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from msgspec import Struct

from funnelbook.errors import Finding, Place, SourceError, UsageError

#: The API takes seven requests a second; this stays below.
_INTERVAL = 0.15
_TIMEOUT = 30.0
#: Waits before a question is asked again double from one second; all together two minutes.
_ATTEMPTS = 8
_LONGEST_WAIT = 60.0
#: A server that says to come back later than this is left to the next run.
_PATIENCE = 300.0
_LARGEST = 64 << 20
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE
)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
_HERE = ("localhost", "127.0.0.1", "::1")


class Account(Struct, frozen=True):
    """Where an account answers. Plain HTTP is for a server on this machine alone."""

    host: str
    port: int | None = None
    secure: bool = True

    @classmethod
    def of(cls, text: str) -> Account:
        """`team`, `team.kommo.com` or `https://team.amocrm.ru`; a bare subdomain is one of amocrm.ru.

        Raises `UsageError` for anything else: a path, a password, plain HTTP to another machine.
        """
        parts = urlsplit(text if "//" in text else f"https://{text}")
        try:
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port = "", None
        local = host in _HERE
        more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if more or parts.scheme not in (("https", "http") if local else ("https",)):
            host = ""
        if not local and not _HOST.fullmatch(host):
            hint = "name it like team, team.kommo.com or https://team.amocrm.ru"
            raise UsageError.one("bad-account", "that is no address of an account that answers over HTTPS", hint)
        return cls(host if local or "." in host else f"{host}.amocrm.ru", port, secure=parts.scheme == "https")


class Time(Struct, frozen=True):
    """The clocks of the outer world: seconds that only grow, a pause, and the time of day."""

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    now: Callable[[], datetime]


class _Answer(Struct, frozen=True):
    status: int
    body: bytes
    retry_after: str


class RefusedQueryError(SourceError):
    """The account does not know something in the question."""


class Client:
    """One account, asked one question after another. The token stays in here: no message and no address has it."""

    def __init__(self, account: Account, token: str, time: Time) -> None:
        """Raises `UsageError` when `token` is none."""
        if not _TOKEN.fullmatch(token):
            hint = "make a long-lived token in the account's settings of integrations, and put it into AMOCRM_TOKEN"
            raise UsageError.one("no-token", "the environment has no token of an account", hint)
        self._account = account
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "User-Agent": "funnelbook",
        }
        self._time = time
        self._next = 0.0
        self._line = self._connected()

    def get(self, path: str, query: Mapping[str, str]) -> dict[str, Any] | None:
        """The document at `path`; None where there is nothing (204).

        Too many requests (429), faults of the server (5xx) and broken lines are waited out, as long as the server
        says or twice as long each time. Raises `SourceError`: `api-token` (401), `api-rights` (402, 403),
        `api-address` (404 or a redirect), `api-unavailable` after the last attempt, `api-answer` for no JSON;
        `RefusedQueryError` (400).
        """
        address = f"{path}?{urlencode(query)}" if query else path
        for attempt in range(_ATTEMPTS):
            answer = self._ask(address)
            if answer and answer.status == 200:
                return self._document(answer.body)
            if answer and answer.status == 204:
                return None
            if answer and answer.status != 429 and answer.status < 500:
                raise self._refusal(answer.status)
            wait = self._wait(attempt, answer.retry_after if answer else "")
            if wait > _PATIENCE:
                break
            if attempt + 1 < _ATTEMPTS:
                self._time.sleep(wait)
        raise self._error("api-unavailable", "the account does not answer", "run the same again: what came stays")

    def close(self) -> None:
        self._line.close()

    def _connected(self) -> http.client.HTTPConnection:
        host, port = self._account.host, self._account.port
        if not self._account.secure:
            return http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())

    def _ask(self, address: str) -> _Answer | None:
        """None for a line that broke. A certificate that is not the host's is no matter of waiting."""
        self._pace()
        try:
            self._line.request("GET", address, headers=self._headers)
            found = self._line.getresponse()
            body = found.read(_LARGEST + 1)
        except ssl.SSLCertVerificationError:
            self._line.close()
            message = "the certificate is not the account's, so the token was not sent"
            raise self._error("api-certificate", message, "check the account's name and the network") from None
        except (OSError, http.client.HTTPException):
            self._line.close()
            return None
        if len(body) > _LARGEST:
            self._line.close()
            raise self._error("api-answer", f"an answer is larger than {_LARGEST >> 20} MiB")
        return _Answer(found.status, body, found.getheader("Retry-After", ""))

    def _pace(self) -> None:
        now = self._time.monotonic()
        if now < self._next:
            self._time.sleep(self._next - now)
            now = max(self._next, self._time.monotonic())
        self._next = now + _INTERVAL

    def _wait(self, attempt: int, said: str) -> float:
        """Seconds, by `Retry-After` (seconds or a date) where the server says so."""
        if said.isascii() and said.isdecimal():
            return float(said[:9])
        try:
            moment = parsedate_to_datetime(said)
        except (TypeError, ValueError):
            return min(2.0**attempt, _LONGEST_WAIT)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max((moment - self._time.now()).total_seconds(), 1.0)

    def _document(self, body: bytes) -> dict[str, Any]:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise self._error("api-answer", "an answer is no JSON document", "check that the account is amoCRM's")
        return document

    def _refusal(self, status: int) -> SourceError:
        if status == 400:
            return RefusedQueryError(
                [Finding(Place(self._account.host), "api-query", "it does not know the question")]
            )
        if status == 401:
            hint = "make a new long-lived token in the integration's keys, and put it into AMOCRM_TOKEN"
            return self._error("api-token", "the account refuses the token: it is wrong, revoked or expired", hint)
        if status in (402, 403):
            hint = (
                "the token's user must see all deals; after too many requests amoCRM shuts an address out for hours"
            )
            return self._error("api-rights", f"the account does not let this token in ({status})", hint)
        if status == 404 or 300 <= status < 400:
            return self._error(
                "api-address", f"no account answers there ({status})", "check its name in the address bar"
            )
        return self._error("api-answer", f"the account answers with status {status}")

    def _error(self, rule: str, message: str, hint: str = "") -> SourceError:
        return SourceError([Finding(Place(self._account.host), rule, message, hint)])
