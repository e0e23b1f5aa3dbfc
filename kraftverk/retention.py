"""`kraftverk retention`: slettereglene carried out now, or counted."""

from __future__ import annotations

import typer

from console.roles import Right
from flows.installation import Installation
from flows.retention import carry_out, retention_of
from hub.retention import REGLER
from kraftverk.people import actor


def delete_what_is_old(*, dry_run: bool) -> None:
    """Raises UsageError when the person at the terminal may not."""
    installation = Installation.open()
    person = actor(installation.settings, Right.STEER)
    retention = retention_of(installation)
    due = retention.due()
    if dry_run:
        for regel in REGLER:
            typer.echo(f"{regel.term} = {getattr(retention.terms, regel.term)}: {regel.hva} ({regel.hjemmel})")
    for navn, n in due.items():
        typer.echo(f"{navn}: {n}")
    if dry_run or not due:
        typer.echo("Nothing was deleted." if due else "Nothing has had its time.")
        return
    typer.echo(f"Deleted: {carry_out(installation, person)}.")
