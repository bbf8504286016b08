"""Whatever is done to a project: the site kept in memory is the one that a clean build makes, to the byte."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from funnelbook.bundled import bundled
from funnelbook.errors import FunnelbookError
from funnelbook.memory import Memory
from funnelbook.project import load
from funnelbook.publish import build, drawing
from funnelbook.publish.build import Given
from funnelbook.publish.kept import KeptSite
from funnelbook.publish.observer import Silent

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
from small_handbook import CONFIG, DEALS, lay

#: Charts are remembered by what they are drawn from, whoever draws them.
_FOLDER = tempfile.TemporaryDirectory()
CHARTS = Path(_FOLDER.name)
PNG = b"\x89PNG\r\n\x1a\n"

HEADS = (
    "title: Note\nkind: note",
    "title: Another title\nkind: note\ncause: fear",
    "title: Head\nkind: head\nowner: Anna",
    "title: Aim\nkind: note\naims_at: win_rate\neffective: 2026-01-15",
    "title: Due\nkind: note\nreview_every: 3",
    "title: Tongue\nkind: tongue",
)
BODIES = (
    "Ring back within an hour.",
    "Ring back within a day. See [the other](other.md).",
    "## A heading {#part}\n\n{metric}`created` and {playbook}`other`.",
    "See [a part](other.md#part) and {metric}`win_rate`.",
    "![a picture](look.png)",
    "Summary {term}`lead`.\n\n```{chart} win_rate\n```",
    "{metric}`nonsense`",
)
CONFIGS = (
    CONFIG,
    CONFIG.replace('title = "Windows"', 'title = "Doors"'),
    CONFIG.replace('lang = "en"', 'lang = ["en", "ru"]'),
    CONFIG + "\n[metrics]\nmin_n = 1\n",
    CONFIG.replace("lang =", "tongue ="),
)
EXPORTS = (
    DEALS,
    DEALS + "5,2026-02-05 10:00:00,won,won,2026-02-20 10:00:00,900,Anna,site,\n",
    DEALS.replace("1000", "1500").replace("too expensive", "a rival"),
    DEALS.replace("Boris", "Clara"),
    "who,knows\n1,2\n",
)
TEMPLATES = (
    '{% extends "page.html" %}{% block content %}<p>Own glossary</p>{% endblock %}',
    '{% extends "page.html" %}{% block content %}{% include "bit.html" %}{% endblock %}',
    "{% nonsense %}",
)
#: Templates that a page with sections of its own is made of.
OWN = ("month.html", "partials/section.html", "partials/parts.html")
NAMES = ("note", "other", "third", "part/fourth")

Step = Callable[[Path], set[Path]]


def put(folder: Path, name: str, text: str | bytes) -> set[Path]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {path}


def alter(folder: Path, name: str, more: str) -> set[Path]:
    """A template of the project's own: the bundled one with `more` in it."""
    text = (bundled("templates") / name).read_text(encoding="utf-8")
    return put(folder, f"templates/{name}", text.replace("{{ show.part(part) }}", "{{ show.part(part) }}" + more))


def drop(folder: Path, name: str) -> set[Path]:
    (folder / name).unlink(missing_ok=True)
    return {folder / name}


def rename(folder: Path, old: str, new: str) -> set[Path]:
    one, other = (folder / f"content/en/{name}.md" for name in (old, new))
    if one.exists() and one != other:
        other.parent.mkdir(parents=True, exist_ok=True)
        one.replace(other)
    return {one, other}


def commit(folder: Path, author: str) -> set[Path]:
    who = ["-c", f"user.name={author}", "-c", "user.email=a@example.org"]
    dates = ["-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "-A", "content/en"], ["commit", "-qm", "change", "--allow-empty"]):
        subprocess.run(["git", *who, *dates, *arguments], cwd=folder, check=True, capture_output=True)
    return {folder / ".git/HEAD"}


def playbook(draw: Random) -> Step:
    language, name = draw.choice(("en", "en", "ru")), draw.choice(NAMES)
    text = f"---\n{draw.choice(HEADS)}\n---\n\n{draw.choice(BODIES)}\n"
    return lambda folder: put(folder, f"content/{language}/{name}.md", text)


def renaming(draw: Random) -> Step:
    old, new = draw.choice(NAMES), draw.choice(NAMES)
    return lambda folder: rename(folder, old, new)


def putting(name: str, *texts: str | bytes) -> Callable[[Random], Step]:
    def choose(draw: Random) -> Step:
        text = draw.choice(texts)
        return lambda folder: put(folder, name, text)

    return choose


def dropping(*names: str) -> Callable[[Random], Step]:
    def choose(draw: Random) -> Step:
        name = draw.choice(names)
        return lambda folder: drop(folder, name)

    return choose


def altering(draw: Random) -> Step:
    name, more = draw.choice(OWN), draw.choice(("", "!"))
    return lambda folder: alter(folder, name, more)


def committing(draw: Random) -> Step:
    author = draw.choice(("Anna", "Boris"))
    return lambda folder: commit(folder, author)


EDITS: tuple[Callable[[Random], Step], ...] = (
    playbook,
    playbook,
    renaming,
    dropping(*(f"content/en/{name}.md" for name in NAMES)),
    putting("funnelbook.toml", *CONFIGS),
    putting("content/exports/deals.csv", *EXPORTS),
    putting("templates/glossary.html", *TEMPLATES),
    putting("templates/bit.html", "bit", "bits"),
    dropping("templates/glossary.html"),
    altering,
    dropping(*(f"templates/{name}" for name in OWN)),
    putting("content/en/look.png", PNG, PNG + b"0", PNG + b"12"),
    dropping("content/en/look.png"),
    committing,
)


def edit(draw: Random) -> Step:
    """What may happen to a project."""
    return draw.choice(EDITS)(draw)


STEPS: st.SearchStrategy[Step] = st.randoms(use_true_random=False).map(edit)


def outcome(make: Callable[[], build.Made]) -> object:
    """The site, or what is wrong; the paths of templates are those of a folder of a test."""
    try:
        made = make()
    except FunnelbookError as error:
        return error.findings
    return {path: bytes(content) for path, content in made.files.items()}, made.warnings


def clean(folder: Path) -> build.Made:
    return build.make(load(folder), Silent(), None, Given(memory=Memory(CHARTS)))


class Reader:
    """Looks at pages of either kind, which are made before all others."""

    looked_at = frozenset({"index.html", "playbooks/note.html", "playbooks/other.html"})

    def bring(self, files: Mapping[str, bytes]) -> None:
        assert files.keys() & self.looked_at


def follows(folder: Path, steps: list[tuple[Step, bool]]) -> None:
    """`steps` with whether the site that is kept is told of what changed."""
    lay(folder)
    kept = KeptSite(folder, Silent(), Memory(CHARTS), Reader())
    assert outcome(kept.make) == outcome(lambda: clean(folder))
    for step, told in steps:
        changed = frozenset(map(str, step(folder))) if told else (step(folder), None)[1]
        now = outcome(lambda changed=changed: kept.make(changed))
        assert now == outcome(lambda: clean(folder))


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "draw_ahead", lambda *_: None)


QUICK = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.mark.patient
@settings(QUICK, max_examples=40)
@given(st.lists(st.tuples(STEPS, st.booleans()), min_size=6, max_size=14))
def test_the_kept_site_is_the_clean_one_through_many_changes(steps: list[tuple[Step, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        follows(Path(folder).resolve(), steps)
