"""Several processes read what one would have read."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from funnelbook import handbook, sharing
from funnelbook.contents import Contents
from funnelbook.errors import ContentError
from funnelbook.handbook import Remembered, read_texts, readers
from funnelbook.memory import Memory

TEXT = """\
---
title: Playbook {number}
kind: note
---

## One

{{metric}}`win_rate pipeline=Retail` and [the next](p-{next}.md), {{term}}`a word`.

:::{{chart}} funnel
:month: 2026-01
:::

- a *list*
"""


def nothing(*languages: str) -> Remembered:
    """No playbook of the languages was read before."""
    return Remembered(Memory(None), languages)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "en").mkdir(parents=True)
    for number in range(150):
        text = TEXT.format(number=number, next=(number + 1) % 150)
        (folder / f"en/p-{number}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "cores", lambda: 3)
    monkeypatch.setattr(readers, "cores", lambda: 3)


@pytest.mark.usefixtures("three_cores")
def test_many_read_what_one_reads(content: Path) -> None:
    assert len(list((content / "en").iterdir())) > readers._WORTH_IT
    with handbook.reading(read_texts(content, ["en", "ru"]), nothing("en", "ru")) as read:
        assert handbook.load(content, "en", read) == handbook.load(content, "en")


@pytest.mark.usefixtures("three_cores")
def test_a_file_that_changed_meanwhile_is_read_anew(content: Path) -> None:
    with handbook.reading(read_texts(content, ["en"]), nothing("en")) as read:
        path = content / "en/p-7.md"
        path.write_text(path.read_text("utf-8").replace("Playbook 7", "Another title"), encoding="utf-8")
        (content / "en/p-8.md").rename(content / "en/p-new.md")
        (content / "en/p-7-more.md").write_text(TEXT.format(number="more", next="new"), encoding="utf-8")
        for other in (content / "en").glob("*.md"):
            other.write_text(other.read_text("utf-8").replace("(p-8.md)", "(p-new.md)"), encoding="utf-8")
        assert handbook.load(content, "en", read) == handbook.load(content, "en")


@pytest.mark.usefixtures("three_cores")
def test_processes_that_die_cost_nothing_but_time(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = sharing._started
    monkeypatch.setattr(sharing, "_started", lambda *given: started.append(start(*given)) or started[-1])
    with handbook.reading(read_texts(content, ["en"]), nothing("en")) as read:
        assert len(started) == 2
        for helper in started:
            helper.process.kill()
        assert handbook.load(content, "en", read) == handbook.load(content, "en")


def test_a_small_process_is_copied_to_read(content: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from funnelbook import sharing; from funnelbook.handbook import readers\n"
        "assert 'polars' not in sys.modules and sharing.may_fork() == (sys.platform == 'linux')\n"
        "sharing.cores = readers.cores = lambda: 2\n"
        "from funnelbook import handbook\n"
        "from funnelbook.memory import Memory\n"
        "content = Path(sys.argv[1])\n"
        "texts = handbook.read_texts(content, ['en'])\n"
        "with handbook.reading(texts, handbook.Remembered(Memory(None), ['en'])) as read:\n"
        "    assert handbook.load(content, 'en', read) == handbook.load(content, 'en')\n"
    )
    subprocess.run([sys.executable, "-c", code, str(content)], check=True, timeout=60)


def begun(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The processes that are started from now on."""
    started: list[object] = []
    monkeypatch.setattr(sharing, "_started", lambda *given: started.append(given))
    return started


@pytest.mark.usefixtures("three_cores")
def test_a_small_handbook_is_read_by_one_process(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in sorted((content / "en").glob("*.md"))[60:]:
        path.unlink()
    started = begun(monkeypatch)
    with handbook.reading(read_texts(content, ["en"]), nothing("en")):
        assert not started


@pytest.mark.usefixtures("three_cores")
def test_what_was_read_before_is_not_read_again(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path / "memory")
    with handbook.reading(read_texts(content, ["en"]), Remembered(memory, ["en"])) as read:
        before = handbook.load(content, "en", read)
    started = begun(monkeypatch)
    with handbook.reading(read_texts(content, ["en"]), Remembered(memory, ["en"])) as read:
        assert handbook.load(content, "en", read) == before
    assert not started


@pytest.mark.usefixtures("three_cores")
def test_what_was_kept_meanwhile_is_not_kept_once_more(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, put = Memory(tmp_path / "memory"), list[str]()
    monkeypatch.setattr(memory, "put", lambda key, value: put.append(key))
    remembered = Remembered(memory, ["en"])
    with handbook.reading(read_texts(content, ["en"]), remembered) as read:
        handbook.load(content, "en", read)
        remembered.keep()
        assert len(put) == 1
    assert len(put) == 1


def seen(content: Path, memory: Memory) -> Contents:
    """Every file's content, as a build that looks for changes knows it."""
    known = Contents(memory, ".md")
    for path in content.rglob("*.md"):
        known.of(str(path), path.lstat())
    known.keep()
    return known


def test_a_text_that_is_known_lies_unread_until_it_is_asked_for(content: Path, tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory")
    memory.put("ab" * 32, b"so that there is a folder, whose clock is asked")
    time.sleep(0.05)  # until the files' own times have passed
    seen(content, memory)
    files, _ = read_texts(content, ["en"], seen(content, memory))["en"]
    assert files
    assert all(file.place and "text" not in vars(file) for file in files)
    assert files == read_texts(content, ["en"])["en"][0]
    assert [file.text for file in files] == [file.text for file in read_texts(content, ["en"])["en"][0]]


def test_a_text_that_changed_before_it_was_asked_for_is_a_mistake_that_says_so(
    content: Path, tmp_path: Path
) -> None:
    memory = Memory(tmp_path / "memory")
    memory.put("ab" * 32, b"so that there is a folder")
    time.sleep(0.05)
    seen(content, memory)
    (file, *_), _ = read_texts(content, ["en"], seen(content, memory))["en"]
    Path(file.place).write_text("# Another\n", encoding="utf-8")
    with pytest.raises(ContentError) as told:
        _ = file.text
    assert [finding.rule for finding in told.value.findings] == ["file-changed"]
