"""The last good build and the releases over HTTP, for this machine only.

No path is ever joined from a request: an address is looked up in the manifests, what is not there is 404.
Host names that are not ours are refused, so that a page of another site cannot reach it by DNS rebinding.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from funnelbook.errors import UsageError
from funnelbook.publish.listing import ROOT_FILES, releases
from funnelbook.publish.manifest import MANIFEST, DamagedError, read_manifest
from funnelbook.publish.showing import current_of
from funnelbook.publish.version_names import LATEST

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
_TEXT = {"text/html", "text/javascript", "text/css", "text/csv", "application/json", "image/svg+xml"}


def serve(site: Path, port: int, *, tell: Callable[[str], None]) -> None:
    """Serves the site in the folder `site`, as it is now, until interrupted.

    Raises UsageError when the port is taken.
    """
    try:
        server = make_server(site, port)
    except OSError as error:
        raise UsageError.one("port-in-use", f"port {port} cannot be used", "name another with --port") from error
    tell(f"\nServing http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it)")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell("")


def make_server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site in the folder `site`, bound to 127.0.0.1; port 0 takes a free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, _files(site.resolve())))


def _files(site: Path) -> dict[str, Path]:
    """address -> file: what `latest` shows, every release but a damaged one, and the list of versions."""
    shown = current_of(site)
    folders = {LATEST: shown} if shown else {}
    folders |= {each.version: site / each.version for each in releases(site)}
    files = {name: (site / name).resolve() for name in ROOT_FILES}
    for name, folder in folders.items():
        try:
            listed = read_manifest(folder).files
        except DamagedError:
            continue
        files |= {f"{name}/{path}": folder / path for path in (*listed, MANIFEST)}
    return files


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "funnelbook"
    sys_version = ""
    timeout = 30

    def __init__(self, files: Mapping[str, Path], *args: object) -> None:
        self._files = files
        super().__init__(*args)  # type: ignore[arg-type]  # socketserver passes request, address and server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Fixed texts: nothing of the request is echoed. A method nobody implements is one not allowed."""
        code = HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code
        known = code in HTTPStatus.__members__.values()
        self._send(code, "text/plain", (HTTPStatus(code).phrase if known else "Error").encode(), with_body=True)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Says nothing: the terminal belongs to the build."""

    def _answer(self, *, with_body: bool) -> None:
        refusal = self._refusal()
        if refusal is not None:
            self.send_error(refusal)
            return
        path = self._path()
        if path is None:
            self.send_error(HTTPStatus.BAD_REQUEST)
        elif path.removesuffix("/") != path or not path:
            self._file(path + "index.html", with_body=with_body)
        elif f"{path}/index.html" in self._files:
            self._send(HTTPStatus.MOVED_PERMANENTLY, "text/plain", b"", with_body=with_body, location=f"/{path}/")
        else:
            self._file(path, with_body=with_body)

    def _refusal(self) -> HTTPStatus | None:
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not hosts[0] or "[" in hosts[0]:
            return HTTPStatus.BAD_REQUEST
        assert isinstance(self.server, ThreadingHTTPServer)
        port = self.server.server_port
        if hosts[0].lower() not in {f"localhost:{port}", f"127.0.0.1:{port}"}:
            return HTTPStatus.FORBIDDEN
        return None if self.path.startswith("/") else HTTPStatus.FORBIDDEN

    def _path(self) -> str | None:
        """The site's path that the request names, or None when it is malformed."""
        raw = urlsplit("//x" + self.path).path if not self.path.startswith("//") else ""
        if "#" in self.path or not raw:
            return None
        try:
            path = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            return None
        return None if any(ord(sign) < 32 or sign == "\\" for sign in path) else path[1:]

    def _file(self, path: str, *, with_body: bool) -> None:
        found = self._files.get(path)
        if found is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        kind = _TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        try:
            body = found.read_bytes()
        except OSError:  # removed since, by a build or by hand
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._send(HTTPStatus.OK, kind, body, with_body=with_body)

    def _send(self, code: int, kind: str, body: bytes, *, with_body: bool, location: str = "") -> None:
        self.send_response(code)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind in _TEXT | {"text/plain"} else kind)
        self.send_header("Content-Length", str(len(body)))
        if kind in _DOWNLOADS:
            self.send_header("Content-Disposition", "attachment")
        if location:
            self.send_header("Location", location)
        if code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
