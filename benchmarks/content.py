"""What 1,000 playbooks cost: a cold build by the program, and one of the same text by MkDocs with its own theme.

    python benchmarks/content.py [--pages 1000] [--runs 3] [--profile]

Every build is a process of its own, begins without a cache and without a site, and the two take turns, so that
whatever else the machine does hits them alike. Told are medians of wall clock and CPU (start, imports and helping
processes included), the size of the site, and the ratios. The program's project has nine deals beside the text, so
it also makes its tables, charts and pages of numbers; MkDocs makes none. `--profile` tells instead what the
program's main process spends its time on. Needs `mkdocs` (dependency group `benchmark`).
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

WORK = Path(__file__).parent / ".work"
SECTIONS = 20
#: Bytes of a text, about; Cyrillic letters take two.
SIZE = 4_000
SUBJECTS = (
    "Первый звонок",
    "Price objection",
    "Замер на объекте",
    "Follow-up call",
    "Договор",
    "Hand-over",
)
SAID = (
    "Перезваниваем в тот же день и записываем, о чём договорились.",
    "Покупатель сам называет срок, а мы только уточняем день и час.",
    "Если ответа нет три дня, пишем коротко: что решили и что дальше.",
    "Скидку обещает руководитель, и только вместе со встречным шагом.",
    "The next step has a day and an owner, or it is not a next step.",
    "We name the price once, calmly, and then we are silent.",
    "Ask what has to be true for them to decide this week.",
    "Nobody sells to a buyer whose need was never said aloud.",
)


def main() -> None:
    options = _options()
    folder = WORK / f"content-{options.pages}"
    prepare(folder, options.pages)
    if options.profile:
        profile(folder)
        return
    runs = [(name, run(name, folder)) for _ in range(options.runs) for name in COMMANDS]
    report(runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="what the program's own time goes into")
    return parser.parse_args()


COMMANDS: Mapping[str, tuple[str, ...]] = {
    "program": ("funnelbook", "build", "--quiet", "--project", "program", "--out", "program/site"),
    "mkdocs": ("mkdocs", "build", "--quiet", "--config-file", "mkdocs/mkdocs.yml"),
}


def run(name: str, folder: Path) -> dict[str, float]:
    """One cold build in a fresh process: wall and cpu seconds, megabytes of the site."""
    forget(folder)
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", *COMMANDS[name]], cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    if status:
        sys.exit(f"the build by {name} failed")
    site = folder / name / "site"
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file() and not path.is_symlink())
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "size": size / 1e6}


def forget(folder: Path) -> None:
    """Leaves the text and nothing that a build made of it."""
    for made in ("program/site", "program/.funnelbook", "mkdocs/site"):
        shutil.rmtree(folder / made, ignore_errors=True)


def profile(folder: Path) -> None:
    from funnelbook import project
    from funnelbook.publish.build import build
    from funnelbook.publish.observer import Silent

    forget(folder)
    root = folder / "program"
    with cProfile.Profile() as profiler:
        build(project.load(root), root / "site", Silent())
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30).sort_stats("cumulative").print_stats(60)


def report(runs: list[tuple[str, dict[str, float]]]) -> None:
    median = {
        job: {
            key: statistics.median(each[key] for name, each in runs if name == job)
            for key in ("wall", "cpu", "size")
        }
        for job in COMMANDS
    }
    print(f"{'job':<10}{'wall s':>9}{'CPU s':>9}{'site MB':>9}")
    for job, each in median.items():
        print(f"{job:<10}{each['wall']:>9.2f}{each['cpu']:>9.2f}{each['size']:>9.1f}")
    ratios = {key: median["program"][key] / median["mkdocs"][key] for key in ("wall", "cpu", "size")}
    print(f"{'ratio':<10}{ratios['wall']:>9.2f}{ratios['cpu']:>9.2f}{ratios['size']:>9.2f}")


def prepare(folder: Path, pages: int) -> None:
    """The same bodies twice: below a front matter as playbooks, below a heading as MkDocs' pages."""
    shutil.rmtree(folder, ignore_errors=True)
    playbooks, documents = folder / "program/content/ru", folder / "mkdocs/docs"
    for number in range(pages):
        place = f"s{number % SECTIONS:02d}/{slug(number)}.md"
        text = body(number, pages)
        _write(playbooks / place, f"---\ntitle: {title(number)}\nkind: note\n---\n\n{text}")
        _write(documents / place, f"# {title(number)}\n\n{text}")
    _write(documents / "index.md", f"# Sales handbook\n\n[{title(0)}](s00/{slug(0)}.md)\n")
    _write(folder / "mkdocs/mkdocs.yml", "site_name: Sales handbook\ntheme: mkdocs\n")
    _write(folder / "program/content/exports/deals.csv", "\n".join(deals()) + "\n")
    _write(folder / "program/funnelbook.toml", '[site]\ntitle = "Sales handbook"\nlang = ["ru"]\n')


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def slug(number: int) -> str:
    return f"rule-{number:04d}"


def title(number: int) -> str:
    return f"{SUBJECTS[number % len(SUBJECTS)]}, правило {number}"


def body(number: int, pages: int) -> str:
    """Paragraphs, lists, a quote, a table, and links to eight other pages, until the text has its size."""
    draw = random.Random(number)

    def said(sentences: int) -> str:
        return " ".join(draw.choices(SAID, k=sentences))

    def link() -> str:
        other = draw.randrange(pages)
        return f"[{title(other)}](../s{other % SECTIONS:02d}/{slug(other)}.md)"

    parts = [
        f"{said(2)} См. {link()} и {link()}.",
        f"## Зачем / Why\n\n{said(2)} **{said(1)}**",
        "## Порядок / Steps\n\n" + "\n".join(f"{step}. {said(1)}" for step in range(1, 5)),
        f"### Как сказать / Words\n\n> {said(2)}",
        "## Числа / Numbers\n\n" + "\n".join(table(draw)),
        "## Рядом / See also\n\n" + "\n".join(f"- {said(1)} {link()}" for _ in range(5)),
        f"## Ошибки / Pitfalls\n\n{said(1)} *{said(1)}* {link()} и [CommonMark](https://commonmark.org/).",
    ]
    while sum(len(each.encode()) for each in parts) < SIZE:
        parts.append(said(2))
    return "\n\n".join(parts) + "\n"


def table(draw: random.Random) -> Iterator[str]:
    yield "| Этап / Stage | Лиды | Deals | Дней |"
    yield "| --- | ---: | ---: | ---: |"
    for stage in ("Новый лид", "Qualified", "Замер", "Offer"):
        yield f"| {stage} | {draw.randrange(50, 900)} | {draw.randrange(50)} | {draw.randrange(1, 30)} |"


def deals() -> Iterator[str]:
    """A few in three months, one in three won."""
    yield "deal_id,created_at,closed_at,stage,status,value"
    for number in range(9):
        month = f"2025-{number % 3 + 1:02d}"
        end = "Won,won" if number % 4 == 0 else "Lost,lost"
        yield f"{number + 1},{month}-03 10:00,{month}-20 12:00,{end},{1000 + number}"


if __name__ == "__main__":
    main()
