"""`fetch`: an account's dump, pulled instead of exported."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from funnelbook.cli.site import load, project_option

if TYPE_CHECKING:
    from funnelbook.sources.amocrm_api.pull import Destination

_TOKEN = "AMOCRM_TOKEN"  # noqa: S105 - the name of a variable


@click.command("fetch")
@click.argument("system", metavar="amocrm", type=click.Choice(["amocrm"]))
@project_option
@click.option(
    "--account",
    envvar="AMOCRM_ACCOUNT",
    required=True,
    help="Where the account answers: team, team.kommo.com (or in AMOCRM_ACCOUNT).",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="A folder (default: one of the project's, by the day)."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but mistakes.")
def fetch_command(system: str, folder: Path, account: str, out: Path | None, quiet: bool) -> None:
    """Pull the deals of an amoCRM or Kommo account with their history, through its API.

    The account's long-lived token is taken from the environment, AMOCRM_TOKEN, and from nowhere else. Customers'
    names, phones, e-mails, notes and messages are not kept. What was interrupted goes on where it stopped.
    """
    from funnelbook.cli.terminal import Terminal
    from funnelbook.sources.amocrm_api.client import Account, Client, Time
    from funnelbook.sources.amocrm_api.pull import pull

    place = Account.of(account)
    destination = _destination(folder, out, place.host)
    clocks = Time(time.monotonic, time.sleep, lambda: datetime.now(UTC))
    client = Client(place, os.environ.get(_TOKEN, "").strip(), clocks)
    try:
        files = pull(client, destination, Terminal(quiet).phase)
    finally:
        client.close()
    if not quiet:
        click.echo(f"{len(files)} files lie in {destination.folder}")


def _destination(folder: Path, out: Path | None, host: str) -> Destination:
    """The day's folder of the project, by the day of its time zone; `out` needs no project."""
    from funnelbook.sources.amocrm_api.pull import Destination

    if out is not None:
        return Destination.of(out, out, datetime.now(UTC).date(), host)
    project = load(folder)
    day = datetime.now(project.site.timezone).date()
    return Destination.of(project.exports, project.exports / day.isoformat(), day, host)
