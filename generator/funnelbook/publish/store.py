"""Where a site lies on disk: whole builds beside each other, and one link that names the current one.

    site/latest          -> .builds/<id>, replaced in one step
    site/.builds/<id>/   a complete build, never changed once it has its name
    site/index.html      leads to latest/

A build is written under another name first, files that did not change being hard links to the last build's. A
killed process or a full disk leaves `latest` where it was; what was left over is removed by the next build.

A site is there to be read: its files are 0644 and its folders 0755 whatever the umask, so that a web server of
another user can serve what a careful user built.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from funnelbook import __version__
from funnelbook.errors import Place, PublishError
from funnelbook.memory import digest

MARKER = ".funnelbook-site"
MANIFEST = "manifest.json"
_BUILDS = ".builds"

_ENTRANCE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Handbook</title>
<meta http-equiv="refresh" content="0; url=latest/index.html">
</head>
<body><p><a href="latest/index.html">Handbook</a></p></body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Published:
    """A build that readers see now. `written` files are new or changed, the others were there already."""

    identity: str
    folder: Path
    files: int
    written: int

    @property
    def entrance(self) -> Path:
        return self.folder / "index.html"


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Every file with its SHA-256 and size, and the program's version; the same files give the same bytes."""
    listed = {path: {"sha256": digest_of(content), "bytes": len(content)} for path, content in files.items()}
    document = {"program": f"funnelbook {__version__}", "files": dict(sorted(listed.items()))}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def publish(files: Mapping[str, bytes], out: Path, *, step: Callable[[], None] = lambda: None) -> Published:
    """Writes a complete build of `files` (path -> content) into `out` and makes it the current one.

    Raises PublishError when `out` is not ours to write into, is in use, or the disk refuses.
    """
    claim(out)
    listing = manifest(files)
    identity = digest(listing)[:16]
    with _locked(out):
        try:
            return _publish({**files, MANIFEST: listing}, out, identity, step)
        except OSError as error:
            _remove(out / _BUILDS / f"{identity}.partial")
            raise PublishError.one(
                "cannot-write",
                f"the site could not be written: {error.strerror}",
                "the last site is still there; free some space or mend the permissions, then build again",
                place=Place(str(error.filename or out)),
            ) from error


def claim(out: Path) -> None:
    """Makes `out` ours, or raises PublishError when it holds anything else."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise PublishError.one("foreign-output", "the output folder is a link or a file", place=Place(str(out)))
    if out.exists() and not (out / MARKER).exists() and any(_visible(out)):
        raise PublishError.one(
            "foreign-output",
            "the output folder holds files that funnelbook did not write",
            "name an empty or a new folder with --out",
            place=Place(str(out)),
        )
    if not out.exists():
        _make_readable(out)
    (out / MARKER).touch()


def _visible(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def _publish(files: Mapping[str, bytes], out: Path, identity: str, step: Callable[[], None]) -> Published:
    builds = out / _BUILDS
    _make_readable(builds)
    current = _current(out)
    target = builds / identity
    written = 0
    if not (target / MANIFEST).is_file():
        partial = builds / f"{identity}.partial"
        _remove(partial)
        written = _write(files, partial, _contents(current), step)
        _remove(target)
        partial.replace(target)
    _point(out, target)
    _entrance(out)
    _prune(builds, keep={target, current})
    return Published(identity, out / "latest", len(files), written)


def _current(out: Path) -> Path | None:
    link = out / "latest"
    return out / link.readlink() if link.is_symlink() else None


def _contents(build: Path | None) -> dict[str, tuple[Path, str]]:
    """path -> (file on disk, SHA-256) of a build, from its manifest."""
    if build is None or not (build / MANIFEST).is_file():
        return {}
    listed = json.loads((build / MANIFEST).read_bytes())["files"]
    return {path: (build / path, entry["sha256"]) for path, entry in listed.items()}


def _write(
    files: Mapping[str, bytes], folder: Path, last: Mapping[str, tuple[Path, str]], step: Callable[[], None]
) -> int:
    """Writes or links every file; returns how many were written."""
    written = 0
    _make_readable(folder)
    for made in sorted({parent for path in files for parent in Path(path).parents}):
        _make_readable(folder / made)
    for path, content in sorted(files.items()):
        known, known_digest = last.get(path, (None, ""))
        if known is None or known_digest != digest_of(content) or not _link(known, folder / path):
            (folder / path).write_bytes(content)
            (folder / path).chmod(0o644)
            written += 1
        step()
    return written


def _make_readable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)


def _link(existing: Path, new: Path) -> bool:
    try:
        new.hardlink_to(existing)
    except OSError:
        return False  # another file system, or no hard links here: write the file instead
    return True


def _point(out: Path, target: Path) -> None:
    fresh = out / "latest.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.relative_to(out))
    fresh.replace(out / "latest")


def _entrance(out: Path) -> None:
    entrance = out / "index.html"
    if not entrance.is_file() or entrance.read_text(encoding="utf-8") != _ENTRANCE:
        fresh = out / "index.html.new"
        fresh.write_text(_ENTRANCE, encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(entrance)


def _prune(builds: Path, keep: set[Path | None]) -> None:
    """Removes all but the current build and the one before it, which a reader may still have open."""
    for entry in sorted(builds.iterdir()):
        if entry not in keep:
            _remove(entry)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One build of a site at a time. The kernel drops the lock of a process that died."""
    try:
        import fcntl
    except ImportError:  # a system without flock: two builds at once are the user's to avoid
        yield
        return
    with (out / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PublishError.one(
                "locked", "another build of this site is running", "wait for it to end", place=Place(str(out))
            ) from None
        yield
