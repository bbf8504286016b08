"""The shipped theme's templates as Jinja compiled them before. A project's own are compiled every time."""

from __future__ import annotations

import jinja2
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from funnelbook.bundled import bundled
from funnelbook.compiled import keep, kept


class ShippedTemplates(BytecodeCache):
    """Those that the same Jinja compiled in an environment that is told by the text `made_by`."""

    def __init__(self, made_by: str) -> None:
        self._made_by = f"{jinja2.__version__} {made_by}"
        self._shipped = str(bundled("templates"))
        self._known: dict[str, tuple[str, bytes]] = {}

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        if filename == f"{self._shipped}/{name}":
            made_from = f"{self._made_by} {filename} {source}"  # a mistake is told by the file's name
            self._known[self.get_cache_key(name, filename)] = (
                f"template-{name.replace('/', '-')}",
                made_from.encode(),
            )
        return super().get_bucket(environment, name, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        raw = kept(*self._known[bucket.key]) if bucket.key in self._known else None
        if raw is not None:
            bucket.bytecode_from_string(raw)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            keep(*self._known[bucket.key], bucket.bytecode_to_string())
