"""What a change does, told of real repositories: whatever lies in them, and whatever is asked."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from handbook_in_git import Repository
from markdown_it import MarkdownIt
from playwright.sync_api import Browser
from small_handbook import DEALS, lay

from commands import run_here

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("git") is None, reason="no git on this machine")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handbook in git whose charts are remembered; only for copying."""
    root = lay(tmp_path_factory.mktemp("drawn") / "handbook")
    repository = Repository(root).begin()
    assert repository.review("HEAD").code == 0
    return root


@pytest.fixture
def repository(drawn: Path, tmp_path: Path) -> Repository:
    return Repository(shutil.copytree(drawn, tmp_path / "handbook", symlinks=True))


def sections(markdown: str) -> dict[str, list[list[str]]]:
    """The tables of a summary by their titles, as a reader of the rendered Markdown has them."""
    found: dict[str, list[list[str]]] = {}
    title, cells = "", []
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            title = token.content
        if token.type == "tr_open":
            cells = []
        if before.type == "td_open":
            cells.append("".join(child.content for child in token.children or ()).replace("\u2060", ""))
        if token.type == "tr_close" and cells:
            found.setdefault(title, []).append(cells)
    return found


def test_a_refusal_reworded_is_shown_word_by_word(repository: Repository) -> None:
    repository.swap("content/en/note.md", "within an hour", "within two hours")
    repository.swap("content/en/note.md", "owner: Head of sales", "owner: Anna")
    ended = repository.review("main")
    assert ended.code == 0, ended.text
    assert sections(ended.out) == {
        "Playbooks that differ": [["Note to self", "content/en/note.md", "changed", "words +2 −2", "owner"]]
    }
    assert "Ring back within <del>an hour</del>." in repository.page
    assert "Ring back within <ins>two hours</ins>." in repository.page
    assert "Head of sales" in repository.page


def test_a_renamed_stage_moves_no_number_when_its_old_name_is_an_alias(repository: Repository) -> None:
    repository.swap("funnelbook.toml", '"Offer sent"', '"Offer made"\naliases = ["Offer sent"]')
    ended = repository.review("main")
    assert ended.code == 0, ended.text
    assert "“Offer sent” is called “Offer made” now" in ended.out
    assert "Tables that move" not in sections(ended.out)
    assert ["pipelines[main].stages[Offer made].name", '"Offer sent"', '"Offer made"'] in sections(ended.out)[
        "Config"
    ]


def test_an_export_added_moves_numbers_and_is_named_as_their_cause(repository: Repository) -> None:
    header = DEALS.splitlines()[0]
    repository.write(
        "content/exports/more.csv", f"{header}\n9,2026-01-03 10:00:00,won,won,2026-01-09 10:00:00,3000,Anna,site,\n"
    )
    repository.commit()
    told = sections(repository.review("HEAD~1", "HEAD").out)
    assert told["Exports"] == [["more.csv", "new"]]
    assert ["January 2026", "main", "Deals won", "1", "2", "the exports"] in told["Headline figures that move"]
    assert ["January 2026", "main", "Revenue", "€1,000", "€4,000", "the exports"] in told[
        "Headline figures that move"
    ]


def test_config_and_exports_are_told_apart_when_both_move_numbers(repository: Repository) -> None:
    repository.swap("content/exports/deals.csv", "2026-01-20 10:00:00,1000", "2026-01-20 10:00:00,1500")
    repository.swap("funnelbook.toml", "qualifies = true", "qualifies = true\ncost = 40")
    told = sections(repository.review("main").out)
    assert ["January 2026", "main", "Revenue", "€1,000", "€1,500", "the exports"] in told[
        "Headline figures that move"
    ]
    costs = [row for row in told["Headline figures that move"] if row[2] == "Cost of a sale"]
    assert [row[5] for row in costs] == ["the config"]


def test_a_playbook_broken_is_a_new_mistake_and_mended_one_is_told(repository: Repository) -> None:
    repository.write(
        "content/en/note.md", (repository.root / "content/en/note.md").read_text() + "\n[gone](no.md)\n"
    )
    repository.commit()
    ended = repository.review("HEAD~1", "HEAD")
    assert ended.code == 1
    assert [row[2] for row in sections(ended.out)["New mistakes"]] == ["broken-link"]
    back = repository.review("HEAD", "HEAD~1")
    assert back.code == 0
    assert [row[2] for row in sections(back.out)["Mended mistakes"]] == ["broken-link"]


def test_a_mistake_that_only_moved_down_is_not_new(repository: Repository) -> None:
    repository.write(
        "content/en/note.md", (repository.root / "content/en/note.md").read_text() + "\n[gone](no.md)\n"
    )
    repository.commit()
    repository.swap("content/en/note.md", "Ring back", "One more line.\n\nRing back")
    ended = repository.review("HEAD")
    assert ended.code == 0
    assert "New mistakes" not in sections(ended.out)


def test_playbooks_added_removed_and_renamed_are_told_apart(repository: Repository) -> None:
    repository.git("mv", "content/en/other.md", "content/en/elsewhere.md")
    repository.swap("content/en/note.md", "[another](other.md)", "[another](elsewhere.md)")
    repository.write("content/en/third.md", "---\ntitle: A third\nkind: note\n---\n\nSomething else altogether.\n")
    repository.commit()
    rows = sections(repository.review("HEAD~1", "HEAD").out)["Playbooks that differ"]
    assert {row[1]: row[2] for row in rows} == {
        "content/en/elsewhere.md": "moved: content/en/other.md",
        "content/en/note.md": "changed",
        "content/en/third.md": "new",
    }
    rows = sections(repository.review("HEAD", "HEAD~1").out)["Playbooks that differ"]
    assert {row[1]: row[2] for row in rows}["content/en/third.md"] == "removed"


def test_the_same_states_give_the_same_bytes(repository: Repository) -> None:
    repository.swap("content/en/note.md", "within an hour", "at once")
    repository.commit()
    first = repository.review("HEAD~1", "HEAD").out, repository.page
    assert (repository.review("HEAD~1", "HEAD").out, repository.page) == first


def test_nothing_of_the_working_tree_is_touched(repository: Repository) -> None:
    repository.swap("content/en/note.md", "within an hour", "at once")
    repository.write("content/en/draft.md", "no front matter yet")
    before = repository.git("status", "--porcelain"), sorted(repository.root.rglob("[!.]*.md"))
    repository.review("main", "main")
    assert (repository.git("status", "--porcelain"), sorted(repository.root.rglob("[!.]*.md"))) == before
    assert sorted(path.name for path in (repository.root / ".funnelbook").iterdir()) == [
        "cache",
        "refused.csv",
        "review",
    ]


def test_exports_that_git_does_not_track_stand_on_both_sides(repository: Repository) -> None:
    repository.write(".gitignore", "/.funnelbook/\n/site/\n/content/exports/\n")
    repository.git("rm", "-rq", "--cached", "content/exports")
    repository.commit()
    repository.swap("funnelbook.toml", "qualifies = true", "qualifies = true\ncost = 40")
    repository.commit()
    ended = repository.review("HEAD~1", "HEAD")
    assert ended.code == 0, ended.text
    assert "2 exports are not in git" in ended.out
    assert "Exports" not in sections(ended.out)
    assert {row[5] for row in sections(ended.out)["Headline figures that move"]} == {"the config"}


def test_without_any_export_the_playbooks_are_reviewed_alone(repository: Repository) -> None:
    shutil.rmtree(repository.root / "content/exports")
    repository.commit()
    repository.swap("content/en/note.md", "within an hour", "at once {metric}`win_rate`")
    ended = repository.review("HEAD")
    assert ended.code == 0, ended.text
    assert "Numbers are not compared: there are none before the change and after it" in ended.out
    assert "at once" in repository.page
    assert "{metric} win_rate" in repository.page


def test_compared_is_the_commit_where_the_change_began(repository: Repository) -> None:
    repository.git("checkout", "-qb", "topic")
    repository.swap("content/en/note.md", "within an hour", "at once")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.swap("content/en/other.md", "within an hour", "tomorrow")
    repository.commit()
    ended = repository.review("main", "topic")
    assert [row[1] for row in sections(ended.out)["Playbooks that differ"]] == ["content/en/note.md"]
    assert "main has gone on since" in ended.out


@pytest.mark.parametrize(
    "name",
    ["--output=x", "-h^{}", "nowhere", "main:content", "", "a\nb", "--upload-pack=touch x", "HEAD^{tree}"],
)
def test_a_name_that_is_no_commit_is_refused_in_words(repository: Repository, name: str) -> None:
    for arguments in (("--", name), ("--", "main", name)):
        ended = repository.review(*arguments)
        assert ended.code == 2, ended.text
        assert "git knows no commit" in ended.err
    assert not (repository.root / "x").exists()


def test_a_shallow_clone_without_the_base_says_what_to_fetch(repository: Repository, tmp_path: Path) -> None:
    old = repository.git("rev-parse", "HEAD").strip()
    repository.swap("content/en/note.md", "within an hour", "at once")
    repository.commit()
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    ended = Repository(tmp_path / "clone").review(old)
    assert ended.code == 2
    assert "shallow" in ended.err
    assert "fetch-depth: 0" in ended.err


def test_a_handbook_outside_git_says_so(tmp_path: Path) -> None:
    ended = run_here("review", "main", "--project", lay(tmp_path / "handbook"))
    assert ended.code == 2
    assert "no git repository" in ended.err


def test_a_machine_without_git_says_so(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ended = repository.review("main")
    assert ended.code == 2
    assert "git is not installed" in ended.err


def test_files_that_are_no_playbooks_are_told_and_break_nothing(repository: Repository) -> None:
    repository.write("content/en/picture.png", bytes(range(256)) * 8)
    repository.write("content/en/huge.md", "x" * 1_100_000)
    repository.write("content/en/old.md", "---\ntitle: Старое\n---\n".encode("cp1251"))
    (repository.root / "content/en/link.md").symlink_to("/etc/passwd")
    repository.commit()
    ended = repository.review("HEAD~1", "HEAD")
    assert ended.code == 1, ended.text
    told = {row[0].split(":")[0]: row[2] for row in sections(ended.out)["New mistakes"]}
    assert told == {
        "content/en/huge.md": "too-large",
        "content/en/link.md": "symlink",
        "content/en/old.md": "encoding",
    }
    assert "root:" not in repository.page


def test_a_tree_that_no_checkout_would_write_is_told(repository: Repository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", feed=b"evil").strip()
    commit = repository.git("rev-parse", "HEAD").strip()
    tree = repository.git("ls-tree", "-z", "HEAD").encode()
    inner = repository.git("mktree", "-z", "--missing", feed=f"160000 commit {commit}\tshared\0".encode()).strip()
    up = repository.git("mktree", "-z", feed=f"100644 blob {blob}\tx\0".encode()).strip()
    odd = repository.git(
        "hash-object", "-t", "tree", "-w", "--stdin", "--literally", feed=b"40000 ..\0" + bytes.fromhex(up)
    ).strip()
    entries = tree + f"040000 tree {inner}\ttemplates\0".encode()
    plain = repository.git("mktree", "-z", feed=entries).strip()
    head = repository.git("commit-tree", plain, "-p", commit, "-m", "x").strip()
    ended = repository.review(commit, head)
    assert [row[2] for row in sections(ended.out)["New mistakes"]] == ["submodule"], ended.text
    entries = tree + f"040000 tree {odd}\ttemplates\0".encode()
    head = repository.git("commit-tree", repository.git("mktree", "-z", feed=entries).strip(), "-m", "x").strip()
    ended = repository.review(commit, head)
    assert [row[2] for row in sections(ended.out)["New mistakes"]] == ["file-name"], ended.text
    assert not (repository.root / ".funnelbook/x").exists()


def test_a_tree_that_no_disk_holds_is_a_message(repository: Repository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", feed=b"x").strip()
    long = repository.git("mktree", "-z", feed=f"100644 blob {blob}\t{'n' * 300}\0".encode()).strip()
    tree = repository.git("ls-tree", "-z", "HEAD").encode() + f"040000 tree {long}\ttemplates\0".encode()
    head = repository.git("commit-tree", repository.git("mktree", "-z", feed=tree).strip(), "-m", "x").strip()
    ended = repository.review("main", head)
    assert ended.code == 2
    assert "cannot be written" in ended.err


def test_no_program_that_a_repository_names_is_run(repository: Repository) -> None:
    canary = repository.root / "ran"
    script = repository.root / ".git/canary"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    repository.write(".gitattributes", "* filter=evil diff=evil export-ignore\n")
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "diff.external"):
        repository.git("config", key, str(script))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(script, repository.root / ".git/hooks" / hook)
    canary.unlink(missing_ok=True)
    ended = repository.review("main")
    assert ended.code == 0, ended.text
    assert not canary.exists()


def test_texts_of_authors_are_no_markup_in_the_summary(repository: Repository) -> None:
    hostile = "@team <img src=x onerror=y> ![p](http://e.example/p.png) https://e.example | #1 `c` **b**"
    repository.write("content/en/hostile.md", f"---\ntitle: '{hostile}'\nkind: note\n---\n\n{hostile}\n")
    repository.write("content/en/bad.md", "---\ntitle: x\nkind: '@boss <b> [a](b)'\n---\n")
    ended = repository.review("main")
    html = MarkdownIt("gfm-like", {"linkify": False}).render(ended.out)
    for sign in ("<img", "<a ", "<b>", "<code>", "<strong>b", "@team", "@boss", "#1", "https://"):
        assert sign not in html, sign
    assert "<img" not in repository.page
    assert "onerror=y&gt;" in repository.page


def test_the_summary_stays_short(repository: Repository) -> None:
    for number in range(120):
        title = "[" * 190 + str(number)
        repository.write(f"content/en/p{number}.md", f"---\ntitle: '{title}'\nkind: nope\n---\n\n{number}\n")
    ended = repository.review("main")
    assert ended.code == 1
    assert len(ended.out.encode()) <= 60_000
    assert "more, on the page of the review" in ended.out


def test_the_page_and_the_summary_go_where_they_are_sent(repository: Repository, tmp_path: Path) -> None:
    ended = repository.review("main", "--out", str(tmp_path / "page"), "--markdown", str(tmp_path / "s.md"))
    assert (ended.code, ended.out) == (0, "")
    assert (tmp_path / "s.md").read_text().startswith("## What this change does\n")
    assert (tmp_path / "page/assets/site.css").is_file()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("x")
    assert repository.review("main", "--out", str(tmp_path / "mine")).code == 2
    assert repository.review("main", "--out", str(repository.root / "content/x")).code == 2
    assert repository.review("main", "--markdown", str(tmp_path / "nowhere/s.md")).code == 2


@pytest.mark.browser
def test_the_page_opens_from_a_file_on_a_phone_and_a_desktop(repository: Repository, browser: Browser) -> None:
    repository.swap("content/en/note.md", "within an hour", f"within {'x' * 90} days")
    repository.swap("funnelbook.toml", '"Offer sent"', '"Offer made"\naliases = ["Offer sent"]')
    repository.write(
        "content/en/third.md", "---\ntitle: A third\nkind: nope\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert repository.review("main").code == 1
    address = (repository.root / ".funnelbook/review/index.html").as_uri()
    for width in (390, 1440):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                bypass_csp=True, color_scheme=scheme, viewport={"width": width, "height": 900}
            )
            page = context.new_page()
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.querySelector('.sides')).display") == "grid"
    assert complaints == []


def test_a_handbook_that_is_new_in_the_change_is_told_whole(repository: Repository) -> None:
    empty = repository.git("commit-tree", repository.git("mktree", feed=b"").strip(), "-m", "x").strip()
    ended = repository.review(empty, "main")
    assert ended.code == 0, ended.text
    assert [row[2] for row in sections(ended.out)["Playbooks that differ"]] == ["new", "new"]
    assert [row[2] for row in sections(ended.out)["Mended mistakes"]] == ["no-project"]
    assert "Numbers are not compared" in ended.out
