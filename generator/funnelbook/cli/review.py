"""`review`: what a change does, as a page and as a summary."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from funnelbook.cli.site import project_option
from funnelbook.errors import FunnelbookError, UsageError


@click.command("review")
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False)
@project_option
@click.option("--out", type=click.Path(path_type=Path), help="Where the page goes (default: .funnelbook/review/).")
@click.option("--markdown", "summary", type=click.Path(path_type=Path), help="A file for the summary, not stdout.")
def review_command(base: str, head: str | None, folder: Path, out: Path | None, summary: Path | None) -> None:
    """Compare HEAD (default: the files as they are now) with BASE: playbooks, mistakes, numbers.

    BASE and HEAD are branches, tags or commits. When BASE has gone on since, the commit where the change began is
    compared. Exit codes: 0 no new mistakes; 1 new mistakes; 2 wrong usage.
    """
    from funnelbook.cli.terminal import Terminal
    from funnelbook.project import Project, find
    from funnelbook.publish.inputs import refuse_inputs
    from funnelbook.review.files import claim, write
    from funnelbook.review.page import files
    from funnelbook.review.run import review
    from funnelbook.review.summary import markdown
    from funnelbook.review.telling import Telling, words_of

    try:
        root = find(folder)
        target = root / ".funnelbook" / "review" if out is None else out
        if out is not None:
            refuse_inputs(Project(root), out)
            claim(out)
        if summary is not None and not summary.parent.is_dir():
            raise UsageError.one(
                "no-folder", f"there is no folder {summary.parent}", "make it, or name another file"
            )
        found = review(root, base, head, Terminal())
    except FunnelbookError as error:  # 1 would say that there are new mistakes
        raise UsageError(error.findings) from error
    told = Telling(found, words_of(found))
    write(files(told), target)
    text = markdown(told)
    if summary is None:
        sys.stdout.buffer.write(text.encode())
    else:
        summary.write_text(text, encoding="utf-8")
    click.echo(f"Open {(target / 'index.html').absolute()}", err=True)
    sys.exit(1 if found.findings.gained else 0)
