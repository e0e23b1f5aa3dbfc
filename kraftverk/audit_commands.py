"""`kraftverk audit …`: what the chain of events proves."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The chain of events."""


@app.command()
def verify() -> None:
    """Check every event of every item against the chain; exit 1 when one does not hold."""
    from flows.installation import Installation
    from hub.storage.views import verify_chains

    installation = Installation.open()
    with installation.database.read() as c:
        checked, broken = verify_chains(c, installation.chain)
    for item_id, seq, what in broken:
        typer.echo(f"item {item_id}, event {seq}: {what}", err=True)
    typer.echo(f"{checked} events checked, {len(broken)} do not hold.")
    raise typer.Exit(1 if broken else 0)
