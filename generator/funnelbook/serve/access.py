"""Who may ask: by host names that are ours, so that a page of another site cannot come by a name of its own.

`LOCALHOST` is ours as `localhost` is; `localhost.`, with its dot, is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from msgspec import Struct

from funnelbook.errors import UsageError
from funnelbook.serve.requests import RefusedError, Request

_BRACKETED = re.compile(r"\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f]*(?::[0-9A-Fa-f]*){2,}")
_LOCAL = ("127.0.0.1", "localhost")


class Where(Struct, frozen=True):
    """What the server listens to, and by which further names it may be asked for."""

    host: str = "127.0.0.1"
    port: int = 0
    allowed: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises UsageError for names that are none, and for a door that is open and nobody named for it."""
        for name in self.allowed:
            if not _NAME.fullmatch(name):
                raise UsageError.one(
                    "allow-host", f"{name!r} is no host name", "name it without a port: --allow-host office.example"
                )
        if self.host not in {*_LOCAL, "::1"} and not self.allowed:
            raise UsageError.one(
                "allow-host",
                f"--host {self.host} lets other machines in, and no name is given by which they may ask",
                "add --allow-host NAME, the name or the address in their browsers",
            )


class Access(Struct, frozen=True):
    """The values of `Host` and of `Origin` that are ours, in small letters."""

    hosts: frozenset[str]

    def check(self, request: Request) -> None:
        """Raises RefusedError unless the request names this server and nothing else."""
        told = request.all("host")
        if len(told) != 1 or not told[0] or ("[" in told[0] and not _BRACKETED.fullmatch(told[0])):
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        if told[0].lower() not in self.hosts or not request.target.startswith("/"):
            raise RefusedError(HTTPStatus.FORBIDDEN)

    def check_own_page(self, request: Request) -> None:
        """Raises RefusedError when a page that is not ours asks."""
        origins = {f"http://{host}" for host in self.hosts}
        if any(each.lower() not in origins for each in request.all("origin")) or any(
            each not in {"same-origin", "none"} for each in request.all("sec-fetch-site")
        ):
            raise RefusedError(HTTPStatus.FORBIDDEN)


def access_to(names: Sequence[str], port: int) -> Access:
    """By the local names and `names`, at the port; without it where browsers leave it out."""
    written = [f"[{name}]" if ":" in name else name.lower() for name in (*_LOCAL, *names)]
    plain = written if port == 80 else []
    return Access(frozenset([*(f"{name}:{port}" for name in written), *plain]))
