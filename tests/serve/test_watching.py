"""What is told of a project that is edited: whole saves, once each, and nothing else."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watched_project import PAGE, Watched, git, lay, put, watching

from funnelbook.serve.watching import Watch


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Watched]:
    with watching(lay(tmp_path / "project")) as watched:
        yield watched


def plain(page: Path, text: str) -> None:
    page.write_text(text)


def vim(page: Path, text: str) -> None:
    probe, backup, swap = (
        page.with_name("4913"),
        page.with_name(page.name + "~"),
        page.with_name(f".{page.name}.swp"),
    )
    swap.write_text("swap")
    probe.touch()
    probe.unlink()
    page.rename(backup)
    page.write_text(text)
    backup.unlink()
    swap.unlink()


def jetbrains(page: Path, text: str) -> None:
    fresh, old = page.with_name(page.name + "___jb_tmp___"), page.with_name(page.name + "___jb_old___")
    fresh.write_text(text)
    page.rename(old)
    fresh.rename(page)
    old.unlink()


def renamed_over(name: str) -> Callable[[Path, str], None]:
    def save(page: Path, text: str) -> None:
        fresh = page.with_name(name)
        fresh.write_text(text)
        fresh.replace(page)

    return save


def emacs(page: Path, text: str) -> None:
    lock, kept, backup = page.with_name(f".#{page.name}"), page.with_name(f"#{page.name}#"), f"{page.name}~"
    lock.symlink_to("ann@host.123:456")
    kept.write_text("half of it")
    page.rename(page.with_name(backup))
    page.write_text(text)
    kept.unlink()
    lock.unlink()


def office(page: Path, text: str) -> None:
    locks = [page.with_name(f".~lock.{page.name}#"), page.with_name(f"~${page.name}")]
    for lock in locks:
        lock.write_text("Ann")
    page.write_text(text)
    for lock in locks:
        lock.unlink()


def in_pieces(page: Path, text: str) -> None:
    with page.open("w") as file:
        for sign in text:
            file.write(sign)
            file.flush()
            time.sleep(0.1)


def emptied_first(page: Path, text: str) -> None:
    page.write_text("")
    time.sleep(0.3)
    page.write_text(text)


SAVES = {
    "plain": plain,
    "vim": vim,
    "VS Code": renamed_over("note.md.vsctmp"),
    "JetBrains": jetbrains,
    "gedit": renamed_over(".goutputstream-XK3A12"),
    "emacs": emacs,
    "office": office,
    "in pieces": in_pieces,
    "emptied first": emptied_first,
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_a_save_is_told_once_with_its_final_text(project: Watched, save: Callable[[Path, str], None]) -> None:
    save(project.root / PAGE, "New text\n")
    project.wait(lambda: bool(project.sets))
    project.rest()
    assert project.sets == [{PAGE}]
    assert project.texts == ["New text\n"]


def test_what_editors_and_file_managers_leave_is_not_told(project: Watched) -> None:
    names = (".DS_Store", "Thumbs.db", "desktop.ini", "note.md~", "#note.md#", "4913", "~$deals.xlsx", "x.swp")
    for folder in ("content/en", "content/exports"):
        for name in names:
            put(project.root / folder / name, "left")
        (project.root / folder / ".#note.md").symlink_to("ann@host.123:456")
    put(project.root / PAGE, "New\n")
    project.wait(lambda: bool(project.sets))
    project.rest()
    assert project.told == {PAGE}


def test_reading_and_saving_the_same_again_is_not_told(project: Watched) -> None:
    subprocess.run(["grep", "-r", "nothing", str(project.root)], check=False)
    put(project.root / PAGE, "Old\n")
    os.utime(project.root / PAGE, (0, 0))
    project.rest()
    assert not project.sets


def test_a_clock_that_jumps_hides_no_change(project: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    jumps = itertools.cycle((4e9, 0.0, 1e9))
    monkeypatch.setattr(time, "time", lambda: next(jumps))
    put(project.root / PAGE, "New\n")
    os.utime(project.root / PAGE, (4e9, 4e9))
    project.wait(lambda: project.told == {PAGE})
    put(project.root / PAGE, "Newer\n")
    os.utime(project.root / PAGE, (0, 0))
    project.wait(lambda: len(project.sets) > 1 and project.texts[-1] == "Newer\n")


def test_an_emptied_file_holds_everything_back_until_it_stays_empty(project: Watched) -> None:
    put(project.root / PAGE, "")
    put(project.root / "content/en/page-1.md", "New\n")
    project.rest(1.0)
    assert not project.sets
    project.wait(lambda: bool(project.sets))
    assert project.sets == [{PAGE, "content/en/page-1.md"}]


@pytest.mark.parametrize("gone", ["content/en/page-1.md", "content/en", "content"])
def test_what_is_removed_is_told(project: Watched, gone: str) -> None:
    path = project.root / gone
    files = {each.relative_to(project.root).as_posix() for each in [path, *path.rglob("*")] if each.is_file()}
    path.unlink() if path.is_file() else shutil.rmtree(path)
    project.wait(lambda: project.told == files)


def test_a_renamed_folder_is_told_by_its_files(project: Watched) -> None:
    (project.root / "content/en").rename(project.root / "content/ru")
    names = ("note", "page-0", "page-1", "page-2")
    project.wait(lambda: project.told == {f"content/{code}/{name}.md" for code in ("en", "ru") for name in names})
    put(project.root / "content/ru/note.md", "New\n")
    project.wait(lambda: project.sets[-1] == {"content/ru/note.md"})


def test_a_folder_that_was_removed_is_watched_when_it_is_back(project: Watched) -> None:
    shutil.rmtree(project.root / "content")
    project.wait(lambda: PAGE in project.told)
    put(project.root / PAGE, "Back\n")
    project.wait(lambda: project.texts[-1] == "Back\n")
    put(project.root / PAGE, "New\n")
    project.wait(lambda: project.texts[-1] == "New\n")


def test_settings_theme_exports_and_files_moved_in_are_told(project: Watched) -> None:
    for name in ("funnelbook.toml", "templates/home.html", "content/exports/deals.csv"):
        put(project.root / name, "new\n")
    moved = project.root.parent / "moved"
    put(moved / "en/deep/in.md", "in\n")
    (moved / "en/deep").rename(project.root / "content/en/deep")
    wanted = {"funnelbook.toml", "templates/home.html", "content/exports/deals.csv", "content/en/deep/in.md"}
    project.wait(lambda: project.told == wanted)


def test_the_site_and_the_cache_are_not_told_by_any_way(tmp_path: Path) -> None:
    """Even if they lie among what is watched and are named through a link."""
    root = lay(tmp_path / "project")
    (root / "content/made").mkdir()
    (tmp_path / "elsewhere").symlink_to(root)
    with Watch(root, [tmp_path / "elsewhere/content/made"], print) as watch:
        put(root / "content/made/index.html", "made\n")
        put(root / "site/index.html", "made\n")
        put(root / PAGE, "New\n")
        assert next(watch.changes()) == {str(root / PAGE)}
        assert next(_within(watch, 1.0), None) is None


def _within(watch: Watch, seconds: float) -> Iterator[frozenset[str]]:
    threading.Timer(seconds, watch.stop).start()
    return watch.changes()


def test_links_are_told_and_not_followed(project: Watched) -> None:
    outside = project.root.parent / "outside"
    put(outside / "secret.md", "secret\n")
    (project.root / "content/en/link.md").symlink_to(outside / "secret.md")
    (project.root / "content/en/folder").symlink_to(outside)
    links = {"content/en/link.md", "content/en/folder"}
    project.wait(lambda: project.told == links)
    put(outside / "secret.md", "other\n")
    project.rest()
    assert project.told == links


def test_a_pipe_is_not_opened(project: Watched) -> None:
    os.mkfifo(project.root / "content/en/pipe.md")
    project.wait(lambda: project.told == {"content/en/pipe.md"})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = lay(tmp_path / "project", pages=200)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def test_a_commit_is_told_and_other_work_of_git_is_not(repository: Path) -> None:
    with watching(repository) as project:
        put(repository / PAGE, "New\n")
        project.wait(lambda: project.told == {PAGE})
        git(repository, "add", "-A")
        git(repository, "status")
        git(repository, "branch", "other")
        project.rest()
        assert project.told == {PAGE}
        git(repository, "commit", "-q", "-m", "second")
        project.wait(lambda: project.sets[-1] == {".git/HEAD"})
        told = len(project.sets)
        git(repository, "pack-refs", "--all")
        git(repository, "checkout", "-q", "-b", "third")
        project.rest()
        assert len(project.sets) == told


def test_the_checkout_of_a_branch_is_told_in_few_sets(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "other")
    for number in range(200):
        put(repository / f"content/en/page-{number}.md", "Other\n")
    (repository / PAGE).unlink()
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "other")
    with watching(repository) as project:
        git(repository, "checkout", "-q", "main")
        wanted = {".git/HEAD", PAGE, *(f"content/en/page-{number}.md" for number in range(200))}
        project.wait(lambda: project.told == wanted)
        assert len(project.sets) <= 3


def test_a_project_in_a_folder_of_another_working_tree_is_told_of_commits(repository: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "side", str(repository.parent / "side"))
    side = lay(repository.parent / "side/team/handbook")
    with Watch(side, [], print) as watch:
        git(side, "add", "-A")
        git(side, "commit", "-q", "-m", "more")
        assert next(watch.changes()) == {str(repository / ".git/worktrees/side/HEAD")}


@pytest.mark.slow
def test_a_storm_is_told_in_few_sets_and_none_of_it_is_lost(tmp_path: Path) -> None:
    with watching(lay(tmp_path / "project", pages=0)) as project:
        names = [f"content/en/{number // 100}/storm-{number}.md" for number in range(10_000)]
        for name in names:
            put(project.root / name, "storm\n")
        project.wait(lambda: project.told >= set(names))
        project.rest()
        assert len(project.sets) <= 3


def test_a_stopped_watch_ends_at_once_and_can_be_told_so_twice(tmp_path: Path) -> None:
    with Watch(lay(tmp_path / "project"), [], print) as watch:
        watch.stop()
        watch.stop()
        assert list(watch.changes()) == []
