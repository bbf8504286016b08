"""Where a site lies on disk: builds and releases beside each other, and one link that says what readers see.

    site/NAME/            a release, never changed once it has its name
    site/.builds/<id>/    a complete build, never changed once it has its name
    site/.states/<id>/    what readers see: `latest`, a link to a build or a release, and the list of versions
    site/.state           -> .states/<id>, replaced in one step
    site/latest           -> .state/latest; versions.json, versions.js and versions.html likewise
    site/index.html       leads to latest/

Everything is written under another name first and takes its place by a rename, the link `.state` last of all. So a
killed process or a full disk leaves readers with the old site or with the new one; what was left over is removed by
the next command. Files of a build that did not change are hard links to the last build's; a release has its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from msgspec import Struct, field

from funnelbook.errors import Place, PublishError
from funnelbook.memory import digest
from funnelbook.publish import disk, listing
from funnelbook.publish.listing import Cover, Release
from funnelbook.publish.locking import BUILDING, WRITING, locked
from funnelbook.publish.manifest import (
    MANIFEST,
    MOST_BYTES,
    Content,
    DamagedError,
    Entry,
    Origin,
    compare,
    entries_of,
    manifest_of,
    read_manifest,
    read_plainly,
)
from funnelbook.publish.seals import seal, seal_of, stamps_in
from funnelbook.publish.showing import BUILDS, STATES, State, cover_of, current_of, show, shows
from funnelbook.publish.version_names import LATEST, check_name, check_title, unknown

MARKER = ".funnelbook-site"


class Published(Struct, frozen=True):
    """A build or a release that readers see now. `written` files are new or changed, the others lay there.

    `seal` tells a build again that nobody touched; "" when it could not be sealed. `entries` are what its manifest
    says of its files, where it has just been made.
    """

    identity: str
    folder: Path
    files: int
    written: int
    seal: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def entrance(self) -> Path:
        return self.folder / "index.html"


def publish(
    files: Mapping[str, Content], out: Path, *, cover: Cover | None = None, step: Callable[[], None] = lambda: None
) -> Published:
    """Writes a complete build of `files` (path -> content) into `out` and makes it the current one.

    Raises PublishError when `out` is not ours to write into, is in use, or the disk refuses.
    """
    entries = entries_of(files)
    manifest = manifest_of(entries)
    identity = digest(manifest)[:16]
    with _writing(out):
        current = current_of(out)
        target = _free(_places(out, identity), current)
        written = disk.Written(0, {})
        if not target.exists():
            partial = out / BUILDS / f"{identity}.partial"
            disk.remove(partial)
            written = disk.write({**files, MANIFEST: manifest}, partial, _lying(files, out, current), step)
            partial.replace(target)
        show(State(out, target, listing.releases(out), cover or cover_of(out)))
        sealed = seal(target, written.stamps)
        return Published(identity, out / LATEST, len(files) + 1, written.count, sealed, entries)


def publish_again(identity: str, out: Path, cover: Cover, sealed: str = "") -> Published | None:
    """Makes the build of that identity the current one when it lies in `out` whole; else None, and nothing changes.

    One that has still the seal `sealed` is not read. Raises PublishError as `publish`.
    """
    if not re.fullmatch("[0-9a-f]{16}", identity):
        return None
    for folder in filter(listing.is_folder, _places(out, identity)):
        with _writing(out):
            stamps = stamps_in(folder)
            is_sealed = seal_of(stamps) == sealed
            if not is_sealed and not _is(identity, folder):
                continue
            before = _builds(out)
            show(State(out, folder, listing.releases(out), cover))
            if not is_sealed or _builds(out) != before:  # a build that went shared files with this one
                sealed = seal(folder, stamps)
            return Published(identity, out / LATEST, len(stamps), 0, sealed)
    return None


def _builds(out: Path) -> set[str]:
    return set(os.listdir(out / BUILDS))  # noqa: PTH208 - names alone


def _is(identity: str, folder: Path) -> bool:
    """Whether the build of that identity lies in the folder, every byte of it."""
    try:
        manifest = read_plainly(folder, MANIFEST, MOST_BYTES)
    except DamagedError:
        return False
    return digest(manifest)[:16] == identity and _whole(folder)


def release(
    files: Mapping[str, bytes],
    out: Path,
    origin: Origin,
    *,
    cover: Cover | None = None,
    step: Callable[[], None] = lambda: None,
) -> Published:
    """Writes the version that `origin` names into `out` for good, and makes it the current one.

    The same version with the same bytes is left as it lies (nothing `written`). Raises PublishError when the
    version is there and differs, and for what `publish` raises it.
    """
    name = origin.version
    check_title(origin.title)
    manifest = manifest_of(entries_of(files), origin)
    with _writing(out):
        known = listing.releases(out)
        check_name(name, [each.version for each in known])
        folder = out / name
        if folder.exists() or folder.is_symlink():
            _same_or_refuse(folder, manifest)
            is_named = name in {
                each.version for each in listing.listed(out)
            }  # else a process was killed before that
            shown = State(out, (is_named and current_of(out)) or folder, known, cover or cover_of(out))
            if not shows(shown):  # the list was damaged by hand, or folders were removed
                show(shown)
            return Published(digest(manifest)[:16], folder, len(files) + 1, 0)
        partial = out / BUILDS / f"{name}.partial"
        disk.remove(partial)
        written = disk.write({**files, MANIFEST: manifest}, partial, {}, step).count
        show(State(out, folder, (Release(name, origin.title), *known), cover or cover_of(out), partial))
        return Published(digest(manifest)[:16], folder, len(files) + 1, written)


def roll_back(name: str, out: Path) -> bool:
    """Makes `latest` show the release again, until the next build; False when it does already.

    Raises PublishError when there is no such release or it is not whole.
    """
    refuse_foreign(out)
    with _writing(out):
        known = listing.releases(out)
        if name not in {each.version for each in known}:
            raise unknown(name, [each.version for each in known])
        folder = out / name
        _refuse_damaged(folder)
        wanted = State(out, folder, known, cover_of(out))
        if shows(wanted):
            return False
        show(wanted)
        return True


def claim(out: Path) -> None:
    """Makes `out` ours, or raises PublishError when it holds anything else."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise PublishError.one("foreign-output", "the output folder is a link or a file", place=Place(str(out)))
    if out.resolve() in {_home(), Path(out.resolve().anchor)}:  # what a home holds may all be hidden
        message = "the output folder is somebody's home or the whole disk"
        raise PublishError.one("foreign-output", message, "name a folder of its own", place=Place(str(out)))
    if linked := next(
        (name for name in (MARKER, WRITING, BUILDING, BUILDS, STATES) if (out / name).is_symlink()), None
    ):
        message = "a link stands where the site's own files belong: what it leads to is left alone"
        raise PublishError.one("foreign-output", message, "remove the link", place=Place(str(out / linked)))
    if out.exists() and not (out / MARKER).exists() and any(_visible(out)):
        raise PublishError.one(
            "foreign-output",
            "the output folder holds files that funnelbook did not write",
            "name an empty or a new folder with --out",
            place=Place(str(out)),
        )
    if not out.exists():
        disk.make_readable(out)
    (out / MARKER).touch()


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):  # a user without a home
        return None


def _visible(folder: Path) -> Iterator[Path]:
    return (entry for entry in folder.iterdir() if not entry.name.startswith("."))


def refuse_foreign(out: Path) -> None:
    if not (out / MARKER).is_file():
        hint = "`funnelbook build` writes one, or name its folder with --out"
        raise PublishError.one("no-site", "there is no site here", hint, place=Place(str(out)))


@contextmanager
def building(out: Path) -> Iterator[None]:
    """Claims `out` and holds it for one making of a site. Raises PublishError as `publish`."""
    with ExitStack() as held:
        with disk.refusals_told(out):
            claim(out)
            held.enter_context(locked(out, BUILDING))
        yield


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Holds the lock; what the disk refuses is told as a PublishError, and leaves the site that readers see."""
    with disk.refusals_told(out):
        claim(out)
        with locked(out, WRITING):
            try:
                disk.make_readable(out / BUILDS)
                disk.make_readable(out / STATES)
                yield
            except BaseException:  # an interruption too
                _clear(out)
                raise


def _places(out: Path, identity: str) -> tuple[Path, Path]:
    """Where a build may lie: the second is for when readers see a damaged copy of it in the first."""
    return out / BUILDS / identity, out / BUILDS / f"{identity}-again"


def _free(places: tuple[Path, Path], current: Path | None) -> Path:
    """The place where the build lies whole, or one where it may."""
    for each in places:
        if each.is_symlink():
            disk.remove(each)
        if not each.exists() or _whole(each):
            return each
    unseen = places[places[0] == current]
    disk.remove(unseen)
    return unseen


def _whole(folder: Path) -> bool:
    try:
        return not compare(folder, read_manifest(folder))
    except DamagedError:
        return False


def _lying(files: Mapping[str, Content], out: Path, current: Path | None) -> dict[str, Path]:
    """path -> where the current build may have the file, to link to. A release's files are its own."""
    if current is None or current.parent == out:
        return {}
    return {path: current / path for path, content in files.items() if isinstance(content, bytes)}


def _same_or_refuse(folder: Path, manifest: bytes) -> None:
    try:
        same = listing.is_folder(folder) and (folder / MANIFEST).read_bytes() == manifest
    except OSError:
        same = False
    if not same:
        raise PublishError.one(
            "released",
            f"the version {folder.name!r} is there already, and what would be released now differs from it",
            "a release is never changed: give this one another name",
            place=Place(str(folder)),
        )
    _refuse_damaged(folder)


def _refuse_damaged(folder: Path) -> None:
    if not _whole(folder):
        raise PublishError.one(
            "damaged",
            "the release is not as it was published",
            f"`funnelbook verify {folder.name}` names its files",
            place=Place(str(folder)),
        )


def _clear(out: Path) -> None:
    """Removes what was begun and cannot be finished; what cannot be removed is left to the next command."""
    for folder in (out / BUILDS, out / STATES):
        with suppress(OSError):
            for each in folder.glob("*.partial"):
                disk.remove(each)
