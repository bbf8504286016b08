"""What is added to a page as it is served, and the page that stands in for all others while there is no site yet.

Neither is part of a build.
"""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from funnelbook.bundled import bundled
from funnelbook.serve.answers import Answer
from funnelbook.serve.board import Shown
from funnelbook.serve.marks import marked

_HEAD = re.compile(r"<head[^>]*>", re.I)
_CLIENT = (
    '<script type="module" src="/_serve/client.js" data-events="{events}"></script>'
    '<link rel="stylesheet" href="/_serve/mistakes.css">'
)


def with_client(html: bytes, path: str, shown: Shown) -> bytes:
    """The page, its files marked, with the script that keeps it up to date: first of all scripts, so that it sees
    the page as sent.
    """
    text, tags = marked(html.decode(), path, shown), _CLIENT.format(events=events_of(path, shown))
    found = _HEAD.search(text)
    return (text[: found.end()] + tags + text[found.end() :] if found else text + tags).encode()


def events_of(path: str, shown: Shown) -> str:
    """Where the page, or one that is none of the site's, hears what changes after what is shown."""
    return f"/events/{shown.name}/{quote(path)}"


def problem_page(shown: Shown) -> Answer:
    """The mistakes that stop the first build, or that it has not ended yet."""
    text = _template().render(mistakes=shown.mistakes, events=events_of("", shown))
    return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/html", text.encode(), (("Retry-After", "2"),))


@cache
def _template() -> Template:
    """Read apart from the theme: it must be there when the theme is broken."""
    loader = FileSystemLoader(bundled("templates") / "serve")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("problem.html")
