"""The recipe of a build, from top to bottom: the one place where the stages meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from funnelbook import handbook, metrics, pages, sources
from funnelbook.bundled import bundled
from funnelbook.errors import ContentError, Finding, FunnelbookError, Place, PublishError, SourceError
from funnelbook.handbook import Handbook, History
from funnelbook.language import Words
from funnelbook.memory import Memory
from funnelbook.model import assemble
from funnelbook.model.dataset import Dataset
from funnelbook.model.results import Results
from funnelbook.model.reviews import Reviews
from funnelbook.pages import Book, Page
from funnelbook.project import Project, lint_stage_names
from funnelbook.publish import coverage, links, private, store
from funnelbook.publish.ahead import draw_ahead
from funnelbook.publish.observer import Observer, Step


@dataclass(frozen=True)
class Made:
    """A site in memory: every file by its path, and what it was made from. Nothing is written yet."""

    files: Mapping[str, bytes]
    pages: tuple[Page, ...]
    dataset: Dataset
    results: Results
    handbooks: Mapping[str, Handbook]
    warnings: tuple[Finding, ...]


@dataclass(frozen=True)
class Built:
    """A published site."""

    made: Made
    published: store.Published


def build(project: Project, out: Path, observer: Observer) -> Built:
    """Makes the site and publishes it into `out`. Raises FunnelbookError, and then changes nothing there."""
    refuse_inputs(project, out)
    store.claim(out)
    made = make(project, observer)
    with observer.phase("publish") as step:
        total = len(made.files)
        done = iter(range(1, total + 2))
        published = store.publish(made.files, out, step=lambda: step(next(done), total))
    return Built(made, published)


def refuse_inputs(project: Project, out: Path) -> None:
    """Raises PublishError when `out` lies among what a site is made from, or holds the project itself."""
    target, root = out.resolve(), project.root.resolve()
    inputs = [root / name for name in ("content", "templates", ".git", project.private.name)]
    if root.is_relative_to(target) or any(target.is_relative_to(each) for each in inputs):
        raise PublishError.one(
            "foreign-output",
            "the output folder is the project itself or lies among what the site is made from",
            "name a folder of its own with --out",
            place=Place(str(out)),
        )


def make(project: Project, observer: Observer) -> Made:
    """Everything a site consists of, checked: data, numbers, playbooks, pages, links."""
    private.claim(project.private)
    memory = Memory(project.private / "cache")
    with observer.phase("data") as step:
        dataset = read(project)
        step(len(dataset.files), len(dataset.files))
    with observer.phase("playbooks") as step:
        handbooks = read_playbooks(project)
        history = handbook.read_history(project.root)
        count = sum(len(each.playbooks) for each in handbooks.values())
        step(count, count)
    with observer.phase("numbers") as step:
        results = metrics.compute(dataset, project, reviews=reviews(dataset, project, handbooks, history))
        step(len(results.tables), len(results.tables))
    with observer.phase("pages") as step:
        made = draw(Book(project, results, handbooks, words_of(project), memory, history), step)
    with observer.phase("links") as step:
        files = gather(made, results, project, memory)
        check_links(made, files)
        step(len(made), len(made))
    return Made(files, made, dataset, results, handbooks, data_warnings(dataset, project))


def read(project: Project) -> Dataset:
    """The project's exports as a data set; the rows that were not taken go to a private file.

    Raises SourceError when a file cannot be read or no deal was accepted.
    """
    dataset = assemble.assemble(sources.read(project), project)
    names = {file.number: str(file.path.relative_to(project.root)) for file in dataset.files}
    rows = dataset.refused.iter_rows(named=True)
    private.write_refused(project.private / "refused.csv", names, rows)
    if dataset.deals.is_empty():
        raise SourceError.one(
            "no-deals",
            "no row of the exports was accepted as a deal",
            f"the rows and their problems stand in {project.private.name}/refused.csv",
            place=Place(str(project.exports)),
        )
    return dataset


def results_of(project: Project) -> Results:
    """The tables alone. Playbooks with mistakes tell nothing of their reviews."""
    dataset = read(project)
    try:
        handbooks = read_playbooks(project)
    except ContentError:
        return metrics.compute(dataset, project)
    told = reviews(dataset, project, handbooks, handbook.read_history(project.root))
    return metrics.compute(dataset, project, reviews=told)


def read_playbooks(project: Project) -> dict[str, Handbook]:
    """The playbooks of each of the site's languages. Raises ContentError with every mistake in all of them."""
    found: dict[str, Handbook] = {}
    findings: list[Finding] = []
    for language in project.site.languages:
        try:
            found[language] = handbook.load(project.content, language)
        except ContentError as error:
            findings.extend(error.findings)
    if findings:
        raise ContentError(findings)
    return found


def reviews(
    dataset: Dataset, project: Project, handbooks: Mapping[str, Handbook], history: History
) -> Reviews | None:
    """The reviews of the site's first language: a translation is the same playbook once more."""
    playbooks = handbooks[project.site.languages[0]].playbooks
    return handbook.reviews_of(playbooks, history, dataset.as_of, project.site.timezone)


def words_of(project: Project) -> dict[str, Words]:
    """The words of each of the site's languages."""
    site, catalogues = project.site, bundled("templates") / "locales"
    return {
        language: Words(language, catalogues / f"{language}.po", currency=site.currency, timezone=site.timezone)
        for language in site.languages
    }


def draw(book: Book, step: Step) -> tuple[Page, ...]:
    """Every page in every language of the site."""
    tasks = pages.tasks(book)
    draw_ahead(book, len(tasks), step)
    made = []
    for task in tasks:
        made.append(task())
        step(len(made), len(tasks))
    return tuple(made)


def gather(made: tuple[Page, ...], results: Results, project: Project, memory: Memory) -> dict[str, bytes]:
    """path -> content of the whole site: pages, their charts, the theme's assets, every table as CSV and JSON."""
    files = dict(pages.assets(project, memory))
    for page in made:
        files.update(page.files)
        files[page.path] = page.html.encode()
    for name, table in sorted(results.tables.items()):
        files[f"data/{name}.csv"] = table.csv()
        files[f"data/{name}.json"] = table.json()
    return files


def check_links(made: tuple[Page, ...], files: Mapping[str, bytes]) -> None:
    """Raises ContentError with every link that leads nowhere."""
    findings = links.check(made, files)
    if findings:
        raise ContentError(findings)


def data_warnings(dataset: Dataset, project: Project) -> tuple[Finding, ...]:
    """A warning for each file that lost more rows than `reject_share` allows."""
    paths = {file.label: str(file.path.relative_to(project.root)) for file in dataset.files}
    return tuple(
        Finding(
            Place(paths.get(row["file"], row["file"])),
            "many-rejected",
            f"{row['rejected']} of {row['rows']} rows were rejected",
            f"the rows and their problems stand in {project.private.name}/refused.csv",
            "warning",
        )
        for row in dataset.quality.iter_rows(named=True)
        if row["problem"] == "all" and row["rejected"] > project.metrics.reject_share * row["rows"]
    )


def check(project: Project, observer: Observer) -> list[Finding]:
    """Every mistake that a build would stop at, and every warning, from all stages at once."""
    findings = [*lint_stage_names(project), *handbook.lint(project)]
    try:
        made = make(project, observer)
    except FunnelbookError as error:
        findings.extend(error.findings)
    else:
        findings.extend(made.warnings)
        findings.extend(coverage.check(made.results, made.handbooks, project))
    return sorted(findings)
