"""The command line. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from funnelbook import __version__
from funnelbook.cli.ending import leave, tidily

if TYPE_CHECKING:
    from funnelbook.errors import Finding

#: command -> (module, one line of help); a command's module is imported when it is called.
_COMMANDS = {
    "new": ("site", "Lay a starter handbook in a new folder and build it."),
    "import": ("imports", "Add CRM exports as a dated snapshot."),
    "fetch": ("fetch", "Pull deals and their history from an amoCRM or Kommo account."),
    "build": ("site", "Turn content, data and templates into the site."),
    "serve": ("site", "Serve the site while it is edited; what is saved shows at once."),
    "check": ("site", "List every mistake in config, data, playbooks, stage names and links."),
    "review": ("review", "Say what a change does: playbooks, mistakes and numbers side by side."),
    "metrics": ("data", "Show a table of numbers, or write it as CSV, JSON or Parquet."),
    "release": ("versions", "Build the site and freeze it as a version that never changes."),
    "versions": ("versions", "List the released versions."),
    "verify": ("versions", "Compare every published file with its manifest."),
    "rollback": ("versions", "Make `latest` show a released version again."),
    "demo": ("data", "Write a believable amoCRM export to try things on."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"funnelbook.cli.{_COMMANDS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="funnelbook")
def funnelbook() -> None:
    """A versioned sales handbook with live numbers, from CRM exports and Markdown playbooks."""


def run() -> NoReturn:
    """Entry point: `main`, and the end of the process."""
    try:
        main()
    except SystemExit as end:
        leave(end.code if isinstance(end.code, int) else 0)


def main() -> NoReturn:
    """Runs the command that the arguments name, and exits.

    Exit codes: 0; 1 mistakes found; 2 wrong usage; 70 the program itself failed; 75 another is at it; 128 + the
    signal that ended it.

    A failure of the program is told without its words, which could quote a customer's data, unless
    FUNNELBOOK_TRACEBACK is set.
    """
    try:
        with tidily():
            code = funnelbook.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        _fail(error)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(error: Exception) -> NoReturn:
    from funnelbook.cli.terminal import show_findings
    from funnelbook.errors import FunnelbookError, fault

    if isinstance(error, FunnelbookError):
        show_findings(error.findings)
        sys.exit(error.exit_code)
    if isinstance(error, OSError):  # the disk's or the system's refusal, wherever it came
        show_findings([_refusal(error)])
        sys.exit(1)
    if os.environ.get("FUNNELBOOK_TRACEBACK"):
        raise error
    show_findings([fault(error)])
    sys.exit(70)


def _refusal(error: OSError) -> Finding:
    from funnelbook.errors import Finding, Place

    reason = error.strerror or type(error).__name__
    return Finding(
        Place(str(error.filename or "")), "system", f"the system refuses: {reason}", "mend it, then repeat"
    )
