"""Whether what was published is still what was published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from funnelbook.errors import Finding, Place
from funnelbook.publish import listing
from funnelbook.publish.listing import VERSIONS_JSON
from funnelbook.publish.manifest import MANIFEST, DamagedError, compare, entry_of, read_manifest, read_plainly
from funnelbook.publish.showing import current_of
from funnelbook.publish.store import refuse_foreign
from funnelbook.publish.version_names import LATEST, unknown

_RELEASE_HINT = "take the release back from a copy, or release it again from its commit under another name"
_BUILD_HINT = "build again"
_MOST_BYTES = 50_000_000


def verify(out: Path, names: Sequence[str] = ()) -> tuple[list[str], list[Finding]]:
    """What was looked at, and a finding for each file that is not as it was published.

    Without names: every release, what `latest` shows, and the list of versions. Raises PublishError for a name that
    is no version's.
    """
    refuse_foreign(out)
    known = [each.version for each in listing.releases(out)]
    for name in names:
        if name not in {*known, LATEST}:
            raise unknown(name, [LATEST, *known])
    looked = list(names) or [*([LATEST] if (out / LATEST).is_symlink() else []), *known]
    findings = [finding for name in looked for finding in _differences(out, name)]
    if not names:
        findings += _of_list(out)
    return looked, findings


def _differences(out: Path, name: str) -> Iterator[Finding]:
    folder = current_of(out) if name == LATEST else out / name
    if folder is None:
        yield Finding(Place(LATEST), "damaged", "it leads to no version of this site", _BUILD_HINT)
        return
    try:
        manifest = read_manifest(folder)
    except DamagedError as damage:
        yield Finding(Place(f"{name}/{MANIFEST}"), "damaged", str(damage), _hint(out, folder))
        return
    found = compare(folder, manifest)
    for rule, message, paths in (
        ("changed", "the file is not as it was published", found.changed),
        ("missing", "the file is gone", found.missing),
        ("extra", "the file was not published", found.extra),
    ):
        for path in paths:
            yield Finding(Place(f"{name}/{path}"), rule, message, _hint(out, folder))
    if name == LATEST or manifest.origin is None:
        return
    if manifest.origin.version != name:
        yield Finding(Place(f"{name}/{MANIFEST}"), "damaged", "it is another version's", _RELEASE_HINT)
    for earlier, sha256 in manifest.origin.releases.items():
        if listing.is_folder(out / earlier) and _seal(out / earlier) != sha256:
            message = f"the manifest of {earlier!r} is not the one that {name!r} was made with"
            yield Finding(Place(f"{earlier}/{MANIFEST}"), "changed", message, _RELEASE_HINT)


def _hint(out: Path, folder: Path) -> str:
    return _RELEASE_HINT if folder.parent == out else _BUILD_HINT


def _seal(folder: Path) -> str:
    try:
        return entry_of(read_plainly(folder, MANIFEST, _MOST_BYTES)).sha256
    except DamagedError:
        return ""


def _of_list(out: Path) -> Iterator[Finding]:
    """Releases that the list names and that are gone, and those that it does not name."""
    named = _named(out)
    there = {each.version for each in listing.releases(out)}
    for name in sorted(named - there):
        yield Finding(Place(name), "missing", "the release is gone", _RELEASE_HINT)
    for name in sorted(there - named):
        hint = "the next build or release mends the list"
        yield Finding(Place(VERSIONS_JSON), "unlisted", f"the release {name!r} is not in the list", hint)


def _named(out: Path) -> set[str]:
    try:
        return {str(each["version"]) for each in json.loads((out / VERSIONS_JSON).read_bytes())}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return set()
