"""Playbooks and their pictures that mean harm, through a whole build: told, or shown as text."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest
from hostile_handbook import bytes_of, export, lay
from playbook_pages import CANARY, DEALS, NOTE, Tags, built, write

from commands import run_here

PIXEL = bytes.fromhex("89504e470d0a1a0a") + b"0" * 60


def refused(book: Path, *rules: str) -> None:
    """Every command that reads playbooks tells it, and nothing is published."""
    for command in ("check", "build"):
        ended = run_here(command, "--project", book)
        assert ended.code == 1
        assert [rule for rule in rules if f"({rule})" not in ended.err] == [], ended.err
        assert CANARY not in ended.text
        assert "root:" not in ended.text
    assert not (book / "site" / "latest").exists()


# What a playbook may take with it


@pytest.mark.parametrize(
    "target",
    [
        "../exports/deals.csv?x.png", "../exports/deals.csv#x.png", "../exports/deals.csv%3Fx.png",
        "../exports/deals.csv%23.png", "../exports/scan.png", "../../funnelbook.toml?.png", "evil.svg?a.png",
        "../../../secret.png", "..%2f..%2f..%2fsecret.png", "%2e%2e/%2e%2e/%2e%2e/secret.png", ".d/secret.png",
        ".d/deals.png", ".hidden/secret.png", "pipe.png", "folder.png",
    ],
)  # fmt: skip
def test_a_picture_takes_no_other_file_into_the_site(book: Path, target: str) -> None:
    """Not an export, not the project's settings, not what a link leads to, not what lies outside."""
    write(book, "content/exports/scan.png" if "scan" in target else "content/en/x.txt", CANARY)
    write(book, "content/en/evil.svg", f"<svg onload='{CANARY}'/>")
    (book / "content/en/.d").mkdir()
    (book / "content/en/.d/secret.png").symlink_to(book.parent / "secret.png")
    (book / "content/en/.d/deals.png").symlink_to(book / DEALS)
    (book / "content/en/folder.png").mkdir()
    os.mkfifo(book / "content/en/pipe.png")
    write(book, "content/en/note.md", NOTE.format(f"![a]({target})"))
    ended = run_here("build", "-q", "--project", book)
    assert ended.code == 1, ended.text
    assert "-link)" in ended.err or "unknown-file" in ended.err, ended.err
    assert not (book / "site" / "latest").exists()


def test_two_pictures_of_one_name_stay_two_and_no_page_tells_their_names(book: Path) -> None:
    """Files of a name in two folders; names that some system cannot hold, or that are somebody's."""
    odd = [f"{CANARY} <b>&.png", 'a"onerror=x.png', "CON.png", "a\u0301.PNG", "\u00e1.png", "x" * 200 + ".png"]
    written = []
    for number, path in enumerate(["one/x.png", "two/x.png", "two/X.png", *odd]):
        write(book, f"content/pictures/{path}", PIXEL + bytes([number]))
        written.append(f"![{number}](../pictures/{quote(path)})")
    write(book, "content/en/note.md", NOTE.format("\n\n".join(written)))
    write(book, "content/en/other.md", NOTE.format(written[1]))
    site = built(book)
    pages = {name: Tags((site / f"playbooks/{name}.html").read_text()).found for name in ("note", "other")}
    shown = {
        name: [(site / "playbooks" / str(attrs["src"])).read_bytes() for tag, attrs in tags if tag == "img"]
        for name, tags in pages.items()
    }
    assert shown == {"note": [PIXEL + bytes([number]) for number in range(9)], "other": [PIXEL + b"\1"]}
    assert all(CANARY not in path for path, _ in bytes_of(site))


# What a playbook may not ask for


def test_the_front_matter_names_no_place(tmp_path: Path) -> None:
    """The only name that a playbook has is its file's."""
    keys = ("slug", "url", "alias", "aliases", "redirect_from", "template", "layout", "picture")
    values = ("../../etc/cron.d/x", "/abs", "..%2f..%2fx", "%2e%2e/x", "C:\\x", "\\\\srv\\x", "index.html/..", ".")
    texts = [f"---\ntitle: N\nkind: note\n{key}: '{value}'\n---\n" for key, value in zip(keys, values, strict=True)]
    files: dict[str, str | bytes] = {f"content/en/n{number}.md": text for number, text in enumerate(texts)}
    folder = lay(tmp_path / "up/handbook", {DEALS: export(3), **files})
    before = set(tmp_path.rglob("*"))
    ended = run_here("build", "--project", folder)
    assert (ended.code, ended.err.count("(unknown-key)")) == (1, len(keys)), ended.err
    made = {path for path in tmp_path.rglob("*") if ".funnelbook" not in path.parts} - before
    assert {path.name for path in made} <= {"site", ".funnelbook-site", ".building"}


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("---\ntitle: &a [*a, *a]\nkind: note\n---\n", "yaml-alias"),
        ("---\ntitle: !!python/object/apply:os.system ['touch pwn']\nkind: note\n---\n", "yaml-tag"),
        (f"---\ntitle: {'x' * 5_000_000}\n---\n", "too-large"),
        ("---\ntitle: N\nkind: note\n", "unclosed-front-matter"),
        (NOTE.format("[" * 119_000), "too-complex"),
        (NOTE.format("x" * 1_100_000), "too-large"),
        (NOTE.encode() + b"\xff", "encoding"),
        (NOTE.format("a\0b"), "nul-byte"),
        (bytes(range(256)) * 8, "encoding"),
        (NOTE.format('{metric}`won month="</script>"`'), "unknown-month"),
        (NOTE.format("{metric}`__class__`"), "unknown-metric"),
        (NOTE.format("{metric}`won pipeline=../../etc/passwd`"), "unknown-pipeline"),
        (NOTE.format("{metric}`won __init__=1`"), "unknown-option"),
        (NOTE.format("{page}`../../../etc/passwd`"), "unknown-page"),
        (NOTE.format("{page}`javascript:alert(1)`"), "unknown-page"),
        (NOTE.format("{playbook}`../../secret`"), "broken-link"),
        (NOTE.format("{term}`{{ 7*7 }}`"), "unknown-term"),
        (NOTE.format("```{chart} ../../etc/passwd\n```"), "unknown-chart"),
        (NOTE.format("```{include} /etc/passwd\n```"), "unknown-directive"),
        (NOTE.format("```{eval-rst}\n.. raw:: html\n```"), "unknown-directive"),
        (NOTE.format("```{raw} html\n<script>\n```"), "unknown-directive"),
    ],
)  # fmt: skip
def test_a_playbook_that_asks_for_what_is_not_there_is_told_and_stops_the_build(
    book: Path, content: str | bytes, rule: str
) -> None:
    write(book, "content/en/note.md", content)
    refused(book, rule)
    assert not Path("pwn").exists()


def test_two_playbooks_of_one_address_are_both_told(book: Path) -> None:
    for path in ("content/en/deep/note.md", "content/en/NOTE.md", "content/en/index.md"):
        write(book, path, NOTE)
    refused(book, "duplicate-slug", "bad-slug")
    err = run_here("check", "--project", book).err
    assert all(f"content/en/{name}.md" in err for name in ("note", "deep/note", "NOTE", "index"))


def test_a_name_that_is_no_text_or_drives_a_terminal_is_told_in_every_style(book: Path) -> None:
    write(book, "content/en/\x1b]0;t\x07\x9b.md", NOTE)
    (book / os.fsdecode(b"content/en/\xff.md")).write_text(NOTE)
    (book / os.fsdecode(b"content/en/\xfe")).mkdir()
    (book / os.fsdecode(b"content/en/\xfe/plain.md")).write_text(NOTE)
    for style in ("text", "json", "github"):
        ended = run_here("check", "--format", style, "--project", book)
        assert (ended.code, "bad-slug" in ended.text) == (1, True), ended.text
        assert not {"\x1b", "\x07", "\x9b"} & set(ended.text), style
        ended.text.encode()
    (book / os.fsdecode(b"content/en/\xff.md")).unlink()
    (book / "content/en/\x1b]0;t\x07\x9b.md").unlink()
    assert run_here("build", "-q", "--project", book).code in {0, 1}


def test_a_playbook_that_a_link_replaces_while_it_is_read_is_not_followed(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the listing of the folder and the opening of the file."""
    note, opened = book / "content/en/note.md", os.open

    def swap(path: str | Path, *arguments: int, **named: int) -> int:
        if Path(path) == note and not note.is_symlink():
            note.unlink()
            note.symlink_to(book.parent / "secret.png")
        return opened(path, *arguments, **named)

    monkeypatch.setattr(os, "open", swap)
    ended = run_here("build", "-q", "--project", book)
    assert note.is_symlink()
    assert (ended.code, CANARY in ended.text) == (1, False)
    assert "(unreadable)" in ended.err or "(symlink)" in ended.err  # found while it is opened, or looked at again
    assert not (book / "site/latest").exists()


# What stands on the page


def test_texts_in_every_place_of_markdown_are_texts(book: Path) -> None:
    evil = f'"><img src=x onerror={CANARY}>'
    body = "\n\n".join(
        [
            f"![{evil}](p.png '{evil}')", f"[{evil}](https://a.example '{evil}')", f"[^{CANARY}<b>]",
            f"[^{CANARY}<b>]: {evil}", f"```js{evil}\n{evil}\n```", f"| {evil} |\n|---|\n| {evil} |",
            f":::{{note}} {evil}\n{evil}\n:::", f"## {evil} {{#location}}", f"{evil}\n: {evil}", f"- [ ] {evil}",
            "[w]{style='position:fixed' onclick=x .big #cookie}", "![x](p.png){onerror='x' style='inset:0'}",
            f"<https://a.example/{CANARY}\"onload=x>", "{{ 7*191 }} ${7*191} {% include '/etc/passwd' %}",
        ]
    )  # fmt: skip
    write(book, "content/en/p.png", PIXEL)
    write(book, "content/en/note.md", f"---\ntitle: 'T {evil}'\nkind: note\nowner: 'O {evil}'\n---\n\n{body}\n")
    site = built(book)
    for path in ("playbooks/note.html", "playbooks/index.html", "index.html"):
        page = (site / path).read_text()
        for tag, attrs in Tags(page).found:
            assert tag not in {"iframe", "object", "embed", "base", "form", "style"}
            assert not [name for name in attrs if name.startswith("on") or name == "style"], (path, tag, attrs)
            assert attrs.get("src") != "x", (path, attrs)
            assert tag != "script" or attrs.get("src"), path
            assert attrs.get("id") not in {"location", "cookie"}
        assert "1337" not in page.replace(CANARY, "")
