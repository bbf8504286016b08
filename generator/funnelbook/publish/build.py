"""The recipe of a build, from top to bottom: the one place where the stages meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from funnelbook import handbook, pages
from funnelbook.bundled import bundled
from funnelbook.errors import ContentError, Finding, FunnelbookError, Place, PublishError
from funnelbook.handbook import Handbook, History
from funnelbook.language import Words
from funnelbook.memory import Memory, digest
from funnelbook.model.handbook_facts import HandbookFacts
from funnelbook.model.published import Firsts
from funnelbook.model.results import Results
from funnelbook.pages import Book, Page
from funnelbook.project import Project, lint_stage_names
from funnelbook.publish import coverage, exposed, gate, listing, private, rejects, store
from funnelbook.publish.drawing import Circumstances, draw
from funnelbook.publish.exports import Exports, Told, read
from funnelbook.publish.gathering import Gathered, Laid, check_links, downloads, gather
from funnelbook.publish.inputs import EXPORTS, exports_of, nameless, read_inputs, refuse_inputs
from funnelbook.publish.known import Known
from funnelbook.publish.listing import Cover
from funnelbook.publish.manifest import Content, Origin
from funnelbook.publish.observer import Careful, Observer, Step
from funnelbook.publish.past import read_past
from funnelbook.publish.unchanged import memory_of
from funnelbook.publish.version_names import check_name, check_title

if TYPE_CHECKING:
    from funnelbook.model.dataset import Dataset


class Made(Struct, frozen=True):
    """A site in memory: its pages and files, and what they were made from. Nothing is written yet."""

    gathered: Gathered
    data: Told
    results: Results
    handbooks: Mapping[str, Handbook]
    warnings: tuple[Finding, ...]

    @property
    def pages(self) -> tuple[Page | Laid, ...]:
        """Those that are read."""
        return tuple(page for page in self.gathered.pages if page.path.endswith(".html"))

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file by its path, but for those that the last build has too (`gathered.lying`)."""
        return self.gathered.files


class Given(Struct, frozen=True):
    """What is known already of a project: where its charts are remembered, who changed its playbooks, its data set
    when that was read before, and what the last making found out.
    """

    memory: Memory | None = None
    history: History | None = None
    dataset: Dataset | None = None
    known: Known = field(default_factory=Known)


class Examined(Struct, frozen=True):
    """Every mistake and warning, and the site itself when no mistake stops it."""

    findings: tuple[Finding, ...]
    made: Made | None


class Built(Struct, frozen=True):
    """A published site."""

    made: Made
    published: store.Published


def build(
    project: Project,
    out: Path,
    observer: Observer,
    known: Known | None = None,
    *,
    strict: bool = False,
) -> Built:
    """Makes the site and publishes it into `out`. Raises FunnelbookError, and then changes nothing there.

    `strict`: a file that lost more rows than `reject_share` allows is an error.
    """
    refuse_inputs(project, out)
    with store.building(out):
        private.sweep(project)
        past = read_past(out)
        known = known or Known()
        known.follow(out)
        made = make(project, observer, past.firsts, Given(known=known))
        if strict:
            rejects.refuse(made.warnings)
        with observer.phase("publish") as step:
            files: dict[str, Content] = {**made.files, **made.gathered.lying}
            published = store.publish(files, out, cover=cover_of(project), step=_counted(step, len(files)))
            known.leave(out, published)
    return Built(replace(made, warnings=(*made.warnings, *past.warnings)), published)


class Wanted(Struct, frozen=True):
    """A release as it was asked for. `dirty_allowed`: also of inputs that are not as git's commit has them."""

    version: str
    title: str = ""
    dirty_allowed: bool = False


def release(project: Project, out: Path, observer: Observer, wanted: Wanted) -> Built:
    """Makes the site and freezes it as a version in `out`. Raises FunnelbookError, then changing nothing there."""
    refuse_inputs(project, out)
    title = wanted.title or wanted.version
    check_name(wanted.version, [each.version for each in listing.releases(out)])
    check_title(title)
    exposed.refuse(project)
    inputs = read_inputs(project)
    if inputs.dirty and not wanted.dirty_allowed:
        raise PublishError([_uncommitted(path) for path in inputs.dirty])
    with store.building(out):
        private.sweep(project)
        past = read_past(out, before=wanted.version)
        made = make(project, observer, past.firsts)
        if read_inputs(project) != inputs:
            message = "a file changed while the site was made from it"
            raise PublishError.one("input-changed", message, "release again")
        as_of = made.results.as_of.astimezone(project.site.timezone).isoformat()
        told = nameless(inputs)
        let = project.privacy.told
        origin = Origin(wanted.version, title, as_of, told.commit, told.dirty, told.files, past.seals, let)
        with observer.phase("publish") as step:
            counted = _counted(step, len(made.files))
            published = store.release(made.files, out, origin, cover=cover_of(project), step=counted)
    return Built(replace(made, warnings=(*made.warnings, *past.warnings)), published)


def _uncommitted(path: str) -> Finding:
    return Finding(
        Place(path),
        "not-committed",
        "the file is not as git's newest commit has it",
        "commit it, or release with --allow-dirty, which the manifest will say",
    )


def _counted(step: Step, total: int) -> Callable[[], None]:
    done = iter(range(1, total + 2))
    return lambda: step(next(done), total)


def cover_of(project: Project) -> Cover:
    """What the list of versions is called."""
    return Cover(project.site.title, project.site.languages)


def make(project: Project, observer: Observer, published: Firsts | None = None, given: Given | None = None) -> Made:
    """Everything a site consists of, checked: data, numbers, playbooks, pages, links.

    `published` is what releases said of months that were over, None without a release.
    """
    given = given or Given()
    known = given.known
    memory = given.memory or known.memory or known.same("memory", (project,), lambda: memory_of(project))
    if private.is_writable(project.private):
        private.claim(project.private)
    with observer.phase("data") as step:
        lying = known.look("exports", (EXPORTS,), lambda: exports_of(project))
        made_from = known.same("seal", (lying, project), lambda: digest(repr((lying, project))))
        exports = known.once(
            "data", made_from, lambda: Exports(project, made_from, known.memory, given.dataset, memory)
        )
        step(len(exports.told.files), len(exports.told.files))
    if known.drawn is None:
        pages.prepare()  # while other processes read
    with observer.phase("playbooks") as step:
        handbooks = read_playbooks(project, known)
        commit = known.look("commit", (".git",), lambda: handbook.commit_state(project.root))
        history = given.history or known.once(
            "history", commit, lambda: handbook.read_history(project.root, memory=memory, state=commit)
        )
        count = sum(len(each.playbooks) for each in handbooks.values())
        step(count, count)
    with observer.phase("numbers") as step:
        as_of, catalogue = exports.told.as_of, handbooks[project.site.languages[0]].catalogue
        facts = known.same(
            "facts",
            (as_of, project, catalogue, history, published),
            lambda: facts_of(as_of, project, handbooks, history, published),
        )
        numbers_from = (made_from, known.same("facts told", (facts,), lambda: repr(facts)))
        results = known.once("numbers", numbers_from, lambda: exports.results(facts))
        step(len(results.tables), len(results.tables))
    with observer.phase("pages") as step:
        words = known.once("words", repr(project.site), lambda: words_of(project))
        files = known.files(project.root)
        book = Book(project, results, handbooks, words, memory, history, published or {}, known_files=files)
        stands = not known.changes.touch("templates")
        marks, searched = exports.marks, known.searched
        readers = known.readers and Careful(
            known.readers, lambda files: gate.search(project, files, marks, last=searched)
        )

        def tables() -> Mapping[str, Content]:
            return known.once(
                "downloads", numbers_from, lambda: known.tables(results.seal) or downloads(results, memory)
            )

        def meanwhile() -> None:
            tables()
            known.meanwhile()

        known.drawn = drawn = draw(book, step, known.drawn, Circumstances(stands, readers, meanwhile))
    with observer.phase("links") as step:
        assets = known.look("assets", ("templates",), lambda: pages.assets(project, memory))
        gathered = gather(drawn.pages, assets, tables(), known.gathered)
        check_links(gathered, known.gathered)
        known.gathered = gathered
        step(len(drawn.pages), len(drawn.pages))
    with observer.phase("privacy") as step:
        doubtful = known.unsearched(gathered, exports.marks)
        known.searched = gate.search(project, doubtful, exports.marks, known.memory, known.searched)
        step(len(gathered.names), len(gathered.names))
    return Made(gathered, exports.told, results, handbooks, exports.told.warnings)


def results_of(project: Project) -> Results:
    """The tables alone. Playbooks with mistakes tell nothing of their reviews."""
    from funnelbook import metrics

    memory = memory_of(project)
    dataset = read(project, memory)
    published = read_past(project.root / "site").firsts
    try:
        handbooks = read_playbooks(project)
    except ContentError:
        return metrics.compute(dataset, project, facts=HandbookFacts(published=published))
    history = handbook.read_history(project.root, memory=memory)
    return metrics.compute(dataset, project, facts=facts_of(dataset.as_of, project, handbooks, history, published))


def read_playbooks(project: Project, known: Known | None = None) -> dict[str, Handbook]:
    """The playbooks of each of the site's languages. Raises ContentError with every mistake in all of them."""
    known = known or Known()
    found: dict[str, Handbook] = {}
    findings: list[Finding] = []
    known.shelf.keep(project.site.languages)
    for language in project.site.languages:
        try:
            found[language] = known.shelf.load(project.content, language, known.changes.below("content"))
        except ContentError as error:
            findings.extend(error.findings)
    if findings:
        raise ContentError(findings)
    return found


def facts_of(
    as_of: datetime,
    project: Project,
    handbooks: Mapping[str, Handbook],
    history: History,
    published: Firsts | None = None,
) -> HandbookFacts:
    """What the handbook tells the numbers: by the first language, of which others are translations."""
    cards, zone = handbooks[project.site.languages[0]].catalogue.cards, project.site.timezone
    reviews = handbook.reviews_of(cards, history, as_of, zone)
    return HandbookFacts(reviews, handbook.aims_of(cards, history, zone), published)


def words_of(project: Project) -> dict[str, Words]:
    """The words of each of the site's languages."""
    site, catalogues = project.site, bundled("templates") / "locales"
    return {
        language: Words(language, catalogues / f"{language}.po", currency=site.currency, timezone=site.timezone)
        for language in site.languages
    }


def check(project: Project, observer: Observer) -> list[Finding]:
    """Every mistake that a build would stop at, and every warning, from all stages at once."""
    return sorted([*examine(project, observer).findings, *exposed.check(project)])


def examine(project: Project, observer: Observer, given: Given | None = None) -> Examined:
    """As `check`, with the site that was made on the way."""
    findings = [*lint_stage_names(project), *handbook.lint(project)]
    made = None
    try:
        made = make(project, observer, given=given)
    except FunnelbookError as error:
        findings.extend(error.findings)
    else:
        findings.extend(made.warnings)
        findings.extend(coverage.check(made.results, made.handbooks, project))
    return Examined(tuple(sorted(findings)), made)
