"""`kraftverk items …`: what a person can see of a work item and do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kraftverk.reason import Reason
from kraftverk.usage import UsageError

if TYPE_CHECKING:
    from flows.installation import Installation
    from hub.audit import Actor
    from hub.storage.by_hand import ByHand

app = typer.Typer(no_args_is_help=True)
Seen = Annotated[int, typer.Option(help="The number that `items show` gave for the item as you saw it.")]


@app.command(name="list")
def list_(
    state: Annotated[str | None, typer.Option(help="A state, or business, system or uncertain.")] = None,
    queue: Annotated[str | None, typer.Option(help="An automation.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List items, those that wait for a person first."""
    from rich.table import Table

    from hub.states import State, WaitingKind
    from hub.storage.views import list_items
    from kraftverk.terminal import make_console

    known = [*State, *WaitingKind]
    if state not in (None, *known):
        raise UsageError(f"«{state}» is no state: choose one of {', '.join(known)}.")
    table = Table("id", "automation", "reference", "state", "reason / result", "attempts")
    installation = _installation()
    with installation.database.read() as c:
        for row in list_items(c, state, queue, limit):
            table.add_row(
                str(row.id),
                row.queue,
                row.reference,
                row.waiting_kind or row.state,
                row.reason or row.result or "",
                str(row.attempts),
            )
    make_console().print(table)


@app.command()
def show(item: Annotated[int, typer.Argument(help="The item's id.")]) -> None:
    """One item: why it stands where it stands, its steps, attempts and history."""
    from rich.text import Text

    from config.aarsaker import explain
    from hub.missing import NoSuch
    from hub.storage.views import show_item
    from kraftverk.terminal import make_console

    console = make_console()
    installation = _installation()
    with installation.database.read() as c:
        try:
            view = show_item(c, item)
        except NoSuch:
            raise UsageError(f"There is no item {item}: see `kraftverk items list`.") from None
    row = view.item
    standing = f"({row.queue}) {row.waiting_kind or row.state} {row.result or ''}"
    console.print(Text(row.reference, "bold"), standing)
    if row.reason:
        # what has failed last is one thing; what is to be done with an effect in doubt is always the same
        advice = explain("EFFECT_NOT_SETTLED" if row.waiting_kind == "uncertain" else row.reason).forslag
        console.print(f"{row.reason}: {explain(row.reason).tekst} {advice}")
    console.print(f"krav: {row.krav}")
    console.print(f"ordered by {row.ordered_by}" + (f", put back by {row.edited_by}" if row.edited_by else ""))
    for step in view.steps:
        console.print(f"  step {step.seq} attempt {step.attempt} {step.kind} {step.key}")
    for attempt in view.attempts:
        console.print(
            f"  attempt {attempt.no}: {attempt.outcome or 'running'} {attempt.code or ''} {attempt.message or ''}"
        )
    for event in view.events:
        console.print(f"  {event.content}")
    for picture in view.evidence:
        console.print(f"  picture: {picture.file or picture.missing_because}")
    console.print(f"Act on it as you see it here with --seen {row.seq}.")


@app.command()
def retry(item: int, reason: Reason, seen: Seen) -> None:
    """Put an item that waits for a person back in its queue; it goes on at the step that failed."""
    items, person, installation = _acting()
    items.retry(item, person, reason, seen)
    typer.echo(f"Item {item} is ready again. {_drain_soon(installation)}")


@app.command()
def settle(
    item: int,
    done: Annotated[bool, typer.Option("--done/--not-done", help="Whether the effects happened.")],
    reason: Reason,
    seen: Seen,
    effects: Annotated[
        list[str] | None,
        typer.Argument(help="Such as merge:PX0123456, as `items show` has them; all when none is named."),
    ] = None,
) -> None:
    """Say of an uncertain item whether its effects happened."""
    items, person, installation = _acting()
    left = items.settle(item, dict.fromkeys(effects, done) if effects else done, person, reason, seen)
    if left:
        typer.echo(f"Item {item}: still uncertain is {', '.join(sorted(left))}: go on with --seen {seen + 1}.")
    else:
        typer.echo(f"Item {item} is ready again. {_drain_soon(installation)}")


@app.command()
def close(item: int, reason: Reason, seen: Seen) -> None:
    """Close an item that was handled by hand, or shall not be handled: it rests until its facts change."""
    items, person, installation = _acting()
    items.close(item, person, reason, installation.today, seen)
    typer.echo(f"Item {item} is closed.")


def _installation() -> Installation:
    from flows.installation import Installation

    return Installation.open()


def _acting() -> tuple[ByHand, Actor, Installation]:
    from console.roles import Right
    from hub.storage.by_hand import ByHand
    from kraftverk.people import actor

    installation = _installation()
    return (
        ByHand(installation.database, installation.chain),
        actor(installation.settings, Right.FOLLOW_UP),
        installation,
    )


def _drain_soon(installation: Installation) -> str:
    from kraftverk.draining import drain_soon

    return drain_soon(installation.settings)
