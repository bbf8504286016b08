"""One language of the site: how its pages are addressed, linked and put together."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

from msgspec import Struct, field

from funnelbook import charts
from funnelbook.charts import Chart, mark_of, specs_js
from funnelbook.handbook import Card, Catalogue, Handbook, Opening
from funnelbook.language import Words
from funnelbook.memory import digest
from funnelbook.model.pipeline import Pipeline
from funnelbook.model.results import Row
from funnelbook.pages import hrefs
from funnelbook.pages.book import Book
from funnelbook.pages.grid import Grid, chart_grid
from funnelbook.pages.navigation import sections
from funnelbook.pages.numbers import Numbers
from funnelbook.pages.page import Page
from funnelbook.pages.same import Same
from funnelbook.pages.text import plain
from funnelbook.pages.theme import Theme
from funnelbook.script_data import data_js

if TYPE_CHECKING:
    from funnelbook.pages.pieces import Pieces

_P = ParamSpec("_P")
_T = TypeVar("_T")

#: What the languages call themselves, on the switch.
LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


class Edition(Struct, frozen=True, eq=False, dict=True):
    """The site in one language. Addresses inside an edition leave its folder out: `glossary.html`.

    `pieces` are those of the one page that is made of this edition, when its next making may use them.
    """

    book: Book
    language: str
    theme: Theme
    numbers: Numbers
    pieces: Pieces | None = None

    @property
    def words(self) -> Words:
        return self.book.words[self.language]

    @property
    def min_n(self) -> int:
        """Shares over fewer cases are shown as counts."""
        return self.book.project.metrics.min_n

    @property
    def handbook(self) -> Handbook:
        return self.book.handbooks[self.language]

    @property
    def catalogue(self) -> Catalogue:
        return self.handbook.catalogue

    @property
    def playbooks(self) -> tuple[Card, ...]:
        """What lists show of the playbooks. Their texts are on their own pages alone (`Handbook.whole`)."""
        return self.catalogue.cards

    @property
    def openings(self) -> tuple[Opening, ...]:
        """The playbooks with how they begin."""
        return self.book.handbooks[self.language].openings

    @cached_property
    def surroundings(self) -> dict[str, object]:
        """What every page's template is given, the same for all of them."""
        words, book = self.words, self.book
        return {
            "_": words,
            "words": words,
            "plural": words.plural,
            "anchor": relative,
            "lang": self.language,
            "site": plain(book.project.site.title),
            "latest": self.numbers.latest,
            "home": self.folder(self.language) + "index.html",
            "as_of": words.moment(self.numbers.as_of),
            "stale_at": _stale_at(self.numbers.as_of, book.project.site.stale_days),
            "version": book.version,
            "languages": [(code, LANGUAGE_NAMES[code]) for code in book.project.site.languages],
            "published": frozenset(self.numbers.names),
            "playbooks_exist": self.catalogue.filled,
        }

    def about(self, **wanted: str) -> tuple[Card, ...]:
        """The playbooks whose front matter says so: `kind="hiring"`, `cause="fear"`, `stage=…`, `mistake=…`."""
        return self.catalogue.about(**wanted)

    def piece(self, make: Callable[Concatenate[Edition, _P], _T], *about: _P.args, **named: _P.kwargs) -> _T:
        """What `make(edition, *about, **named)` makes, or made for the page's last making if that is the same."""
        if self.pieces is None:
            return make(self, *about, **named)
        return cast(_T, self.pieces.made(make, about, named))

    def folder(self, language: str) -> str:
        """Where a language stands in the site: the default one at the root."""
        return "" if language == self.book.project.site.languages[0] else f"{language}/"

    def draft(self, address: str) -> Draft:
        return Draft(self, address)

    def pipeline_address(self, pipeline: Pipeline) -> str:
        return f"pipelines/{self.numbers.ordinal(pipeline.name)}/index.html"

    def stage_address(self, pipeline: Pipeline, position: int) -> str:
        return f"pipelines/{self.numbers.ordinal(pipeline.name)}/stage-{position}.html"

    def month_address(self, month: str, pipeline: Pipeline | None = None) -> str:
        """The month's page, which is about the main pipeline; the other pipelines' months stand beside it."""
        if pipeline is None or pipeline == self.numbers.pipelines[0]:
            return f"{month}/index.html"
        return f"{month}/pipeline-{self.numbers.ordinal(pipeline.name)}.html"


@lru_cache(maxsize=4)
def _stale_at(as_of: datetime, days: int) -> str:
    """From when on a reader is told that the data are old: ISO 8601, in UTC."""
    as_of = as_of.astimezone(UTC)
    left = datetime.max.replace(tzinfo=UTC) - as_of
    return f"{as_of + min(timedelta(days=days), left):%Y-%m-%dT%H:%M:%SZ}"


def relative(address: str) -> str:
    """An address that was made relative before; anything that leads elsewhere is a mistake of the template's."""
    if ":" in address or address.startswith(("/", "\\")):
        raise ValueError("an address that is not relative")
    return address


class Figure(Struct, frozen=True):
    """A chart on a page: `finding` is what it shows, said in a sentence; `grid` the table behind it."""

    chart: Chart
    finding: str
    grid: Grid
    src: str
    src_narrow: str


class Draft(Struct, dict=True):
    """A page in the making: it links, draws figures, and becomes a `Page`."""

    edition: Edition
    address: str
    files: list[tuple[str, bytes]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    what_ifs: dict[str, object] = field(default_factory=dict)
    #: Links to sections that a page need not have: without the section, the link leads to the page.
    optional: set[str] = field(default_factory=set)

    @cached_property
    def path(self) -> str:
        return self._root + self.address

    @cached_property
    def _root(self) -> str:
        return self.edition.folder(self.edition.language)

    @cached_property
    def folder(self) -> str:
        """Where the page lies, from the site's root."""
        return posixpath.dirname(self.path)

    def link(self, address: str, part: str = "") -> str:
        """The relative address of another page of this edition, or of a part of it."""
        return self._relative(self._root + address) + (f"#{part}" if part else "")

    def section(self, address: str, part: str) -> str:
        """The same for a section that is only there when there is something to show."""
        self.optional.add(f"{self.edition.folder(self.edition.language)}{address}#{part}")
        return self.link(address, part)

    def asset(self, path: str) -> str:
        """The relative address of a file that all languages share."""
        return self._relative(path)

    def _relative(self, target: str) -> str:
        return hrefs.relative(target, self.folder)

    def figure(self, name: str, rows: tuple[Row, ...], finding: str, **options: object) -> Figure | None:
        """Draws a chart into the page's own files; None without rows.

        Where the rows leave nothing to draw, the finding is shown alone.
        """
        if not rows:
            return None
        ident = str(options.pop("ident", name))
        edition = self.edition
        chart = charts.draw(
            name,
            rows,
            edition.words,
            id=ident,
            memory=edition.book.memory,
            min_n=edition.book.project.metrics.min_n,
            **options,
        )
        if not chart.rows:
            return Figure(chart, finding, chart_grid(chart, edition), "", "")
        self.charts.append(chart)
        folder, stem = posixpath.split(self.address)
        base = f"{posixpath.splitext(stem)[0]}-{ident}" if stem != "index.html" else ident
        src, narrow = f"{base}.svg", f"{base}-narrow.svg"
        prefix = edition.folder(edition.language) + (f"{folder}/" if folder else "")
        self.files.append((prefix + src, chart.svg.encode()))
        if chart.svg_narrow is not None:
            self.files.append((prefix + narrow, chart.svg_narrow.encode()))
        return Figure(
            chart,
            finding,
            chart_grid(chart, edition),
            _marked(src, chart.svg),
            _marked(narrow, chart.svg_narrow) if chart.svg_narrow is not None else "",
        )

    def page(self, template: str, title: str, description: str, **context: object) -> Page:
        """The rendered page. `twins` in the context: the languages that have this page too (default: all)."""
        specs, (what_ifs, what_if_mark) = self._specs(), self._what_ifs()
        html = self.edition.theme.render(
            template,
            {
                **self.surroundings,
                "sections": sections(self),
                "title": title,
                "description": description,
                "specs": specs,
                "what_ifs": what_ifs,
                "what_if_mark": what_if_mark,
                **context,
            },
        )
        links, anchors = hrefs.anatomy(self.path, html)
        if self.optional:
            links = {link.partition("#")[0] if link in self.optional else link for link in links}
        return Page(self.path, title, html.encode(), tuple(sorted(links)), tuple(self.files), anchors)

    def _specs(self) -> str:
        """Writes what makes the page's charts live into one script beside it; its address, or nothing."""
        if not self.charts:
            return ""
        stem = posixpath.splitext(posixpath.basename(self.path))[0]
        name = "charts.js" if stem == "index" else f"{stem}-charts.js"
        told, script = self.edition.piece(_script_of, *map(Same, self.charts))
        self.files.append((posixpath.join(posixpath.dirname(self.path), name), script))
        return f"{name}?{told}"

    def _what_ifs(self) -> tuple[str, str]:
        """Writes what the page's what-ifs start from into one script beside it; its address and mark, or nothing.

        The script tells its mark under "", so that a page that is open while the site is published again starts
        from no newer numbers than its own.
        """
        if not self.what_ifs:
            return "", ""
        name = f"{posixpath.splitext(posixpath.basename(self.path))[0]}-what-if.js"
        mark = _mark(data_js("", self.what_ifs))
        script = data_js("(window.funnelbookWhatIf ??= {})", {**self.what_ifs, "": mark})
        self.files.append((posixpath.join(posixpath.dirname(self.path), name), script))
        return f"{name}?{mark}", mark

    @property
    def surroundings(self) -> dict[str, object]:
        """What the page's templates are given, whatever the page is."""
        return {
            **self.edition.surroundings,
            "link": self.link,
            "asset": self.asset,
            "address": self.address,
            "path": self.path,
            "switch": self.switch,
        }

    def switch(self, language: str, address: str = "") -> str:
        """The same page in another language."""
        return self._relative(self.edition.folder(language) + (address or self.address))


def _marked(address: str, content: str) -> str:
    """The address of a file that only this page shows, with what tells it from that of another build: no cache
    shows the picture of before beside today's numbers.
    """
    return f"{address}?{_mark(content)}"


def _mark(content: str | bytes) -> str:
    return digest(content)[:8]


def _script_of(_: Edition, *drawn: Same[Chart]) -> tuple[str, bytes]:
    """The mark of charts, and the script with them."""
    found = [each.thing for each in drawn]
    return mark_of(found), specs_js(found)
