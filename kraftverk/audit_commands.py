"""`kraftverk audit …`: sealing the trail of events, and what the chain and the seals prove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hub.seal import Mark, Seal
    from hub.storage.proof import Proof
    from hub.storage.seal_proof import Sealed

app = typer.Typer(no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The trail of events: seal it, verify it."""


@app.command()
def seal() -> None:
    """Seal what has happened since the last seal, and show the newest one, to be kept outside the database."""
    from flows.installation import Installation
    from hub.storage import seals

    installation = Installation.open()
    taken = seals.take(installation.database, installation.chain)
    typer.echo("There are no events to seal." if taken is None else f"{taken.mark} {_moment(taken)}")


@app.command()
def verify(
    kept: Annotated[
        str | None, typer.Option("--seal", help="A seal from a control report: shows whether the database is older.")
    ] = None,
) -> None:
    """Check every event against the chain and the seals; exit 1 when anything does not hold."""
    from flows.installation import Installation
    from hub.storage.proof import prove
    from hub.storage.seal_proof import verify_seals

    mark = _read(kept)
    installation = Installation.open()
    with installation.database.read() as c:
        proof = prove(c, installation.chain)
        sealed = verify_seals(c, installation.chain, mark)
    for item_id, seq, what in sorted({*proof.broken, *sealed.missing}):
        typer.echo(f"item {item_id}, event {seq}: {what}", err=True)
    for no, what in sorted(sealed.broken):
        typer.echo(f"seal {no}: {what}", err=True)
    typer.echo(" ".join(_told(proof, sealed, mark)))
    raise typer.Exit(1 if proof.broken or sealed.missing or sealed.broken else 0)


def _told(proof: Proof, sealed: Sealed, kept: Mark | None) -> list[str]:
    """What is proven up to which seal, and what after it, as sentences."""
    wrong = len({*proof.broken, *sealed.missing}) + len(sealed.broken)
    named = ", but for what is named above" if wrong else ""
    said = [f"{proof.events} events of {proof.items} items checked, {wrong} do not hold."]
    if sealed.holds_to is None:
        which = "No seal holds" if sealed.series else "No seal has been taken"
        said.append(f"{which}: that no item was removed, and no event from the end of one, is not proven.")
    else:
        said.append(
            f"Up to seal {sealed.holds_to.no} of {_moment(sealed.holds_to)} it is proven that no item and no event was "
            f"changed, removed or put in{named}."
        )
    if sealed.events_after:
        said.append(
            f"Of the {sealed.events_after} events of {sealed.items_after} items after the last seal it is proven that "
            "each follows the one before it, not that none was taken from the end: the next seal holds what is there."
        )
    if proof.erased:
        said.append(
            f"The content of {proof.erased} events is erased: that they happened is proven, not what they told."
        )
    if kept is None:
        said.append("That the whole database is not an older copy only a seal kept elsewhere can show: see --seal.")
    elif kept.no not in dict(sealed.broken):
        said.append(f"Seal {kept.no} from outside is in the series: the database is not older than it.")
    return said


def _read(kept: str | None) -> Mark | None:
    from hub.seal import Mark
    from kraftverk.usage import UsageError

    try:
        return None if kept is None else Mark.read(kept)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _moment(seal: Seal) -> str:
    from datetime import datetime

    from domain.kalender import OSLO

    return f"{datetime.fromtimestamp(seal.at, OSLO):%Y-%m-%d %H:%M}"
