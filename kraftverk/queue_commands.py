"""`kraftverk queues …`: pause and release queues, and open outside systems again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kraftverk.reason import Reason

if TYPE_CHECKING:
    from config.settings import Settings
    from hub.audit import Actor

app = typer.Typer(no_args_is_help=True)
Queue = Annotated[str, typer.Argument(help="An automation, or * for everything (emergency stop).")]

Level = Annotated[str, typer.Argument(help="toerrkjoering, hver_effekt, stikkproeve or drift.")]


@app.command(name="list")
def list_() -> None:
    """Queues and systems, with what stands in their way."""
    from rich.table import Table

    from flows.installation import Installation
    from hub.storage import queues, targets
    from kraftverk.terminal import make_console

    shown = Table("queue", "release level", "paused", "why")
    systems = Table("system", "stopped", "breaker", "failures in a row")
    with Installation.open().database.read() as c:
        for queue in queues.every(c):
            shown.add_row(queue.name, queue.release_level, queue.paused or "", queue.paused_reason or "")
        for target in targets.every(c):
            systems.add_row(target.name, target.blocked or "", target.breaker, str(target.failures))
    make_console().print(shown, systems)


@app.command()
def pause(queue: Queue, reason: Reason) -> None:
    """Stop a queue: what is under way ends before its next act."""
    from flows.installation import Installation
    from hub.storage import queues

    installation = Installation.open()
    queues.pause(installation.database, queue, "person", _steering(installation.settings, queue), reason)
    typer.echo(f"{queue} is paused.")


@app.command()
def release(queue: Queue, reason: Reason) -> None:
    """Let a queue run again. After the volume guard two different people must."""
    from flows.installation import Installation
    from hub.storage import queues

    installation = Installation.open()
    runs = queues.release(installation.database, queue, _steering(installation.settings, queue), reason)
    typer.echo(f"{queue} runs again." if runs else f"Noted. {queue} waits for one more person.")


@app.command()
def level(
    queue: Queue,
    level: Annotated[str, typer.Argument(help="toerrkjoering, hver_effekt, stikkproeve or drift.")],
    reason: Reason,
) -> None:
    """Change an automation's release level."""
    from console.roles import Right
    from flows.installation import Installation
    from hub.release import ReleaseLevel
    from hub.storage import queues
    from kraftverk.people import actor
    from kraftverk.usage import UsageError

    if level not in list(ReleaseLevel):
        raise UsageError(f"«{level}» is no release level: choose one of {', '.join(ReleaseLevel)}.")
    installation = Installation.open()
    person = actor(installation.settings, Right.TRUST)
    queues.set_release_level(installation.database, queue, ReleaseLevel(level), person, reason)
    typer.echo(f"{queue} is at {level}.")


@app.command(name="open")
def open_(
    system: Annotated[str, typer.Argument(help="A system that was stopped, such as PAX.")], reason: Reason
) -> None:
    """Let a stopped system be used again, when its account or its pages have been put right."""
    from console.roles import Right
    from flows.installation import Installation
    from hub.storage import targets
    from kraftverk.people import actor
    from kraftverk.usage import UsageError

    installation = Installation.open()
    person = actor(installation.settings, Right.STEER)
    with installation.database.read() as c:
        known = [target.name for target in targets.every(c)]
    if system not in known:
        choice = f"choose one of {', '.join(known)}" if known else "none is known before an automation has run"
        raise UsageError(f"There is no system «{system}»: {choice}.")
    targets.unblock(installation.database, system, person, reason)
    typer.echo(f"{system} is open again.")


def _steering(settings: Settings, queue: str) -> Actor:
    """The person at the terminal; the emergency stop is for other roles than one queue. Raises UsageError."""
    from console.roles import Right
    from hub.storage.queues import EVERYTHING
    from kraftverk.people import actor

    return actor(settings, Right.STOP_ALL if queue == EVERYTHING else Right.STEER)
