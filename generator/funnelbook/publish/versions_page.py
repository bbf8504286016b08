"""The list of a site's versions as a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from funnelbook.bundled import bundled
from funnelbook.language import Words
from funnelbook.pages.edition import relative
from funnelbook.pages.text import plain
from funnelbook.pages.theme import open_theme
from funnelbook.publish.listing import Cover, Release
from funnelbook.publish.version_names import LATEST


def page(found: Sequence[Release], current: str | None, cover: Cover, has: Callable[[str, str], bool]) -> bytes:
    """VERSIONS_HTML, for a reader without scripts: one section a language.

    `has` tells whether a version has the file of a path.
    """
    catalogues = bundled("templates") / "locales"
    sections = [
        {
            "language": language,
            "words": Words(language, catalogues / f"{language}.po"),
            "latest": f"{LATEST}/{_home(LATEST, language, has)}",
            "versions": [
                (
                    plain(each.title),
                    f"{each.version}/{_home(each.version, language, has)}",
                    each.version == current,
                )
                for each in found
            ],
        }
        for language in cover.languages
    ]
    theme = open_theme((bundled("templates"),))
    text = theme.render("versions.html", {"site": plain(cover.title), "sections": sections, "anchor": relative})
    return text.encode()


def _home(version: str, language: str, has: Callable[[str, str], bool]) -> str:
    """Where a version's pages in the language begin."""
    own = f"{language}/index.html"
    return own if has(version, own) else "index.html"
