"""`kraftverk rules …`: the rules against worked cases, as a lawyer writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)
NOT_CHECKED = 2


@app.callback()
def rules() -> None:
    """The rules of law."""


@app.command()
def check(files: Annotated[list[Path], typer.Argument(metavar="FILE.csv ...", help="Files of worked cases.")]) -> None:
    """Run every row of worked cases and print each miss; exit 1 when there is one, 2 when a file cannot be read."""
    from config.satser import SatserError
    from flows.satser import load_satser
    from kraftverk.rules.casefile import CaseError
    from kraftverk.rules.check import check_file

    try:
        satser = load_satser()
        checked = [check_file(path, satser) for path in files]
    except (CaseError, SatserError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOT_CHECKED) from None
    missed = [miss for one in checked for miss in one.misses]
    for miss in missed:
        typer.echo(str(miss))
    rows = sum(one.rows for one in checked)
    typer.echo(f"{rows} cases checked, {len(missed)} answers not as expected.")
    raise typer.Exit(1 if missed else 0)
