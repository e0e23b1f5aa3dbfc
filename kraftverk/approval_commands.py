"""`kraftverk approvals …`: what waits for a second person, as lists per fordringshaver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kraftverk.reason import Reason
from kraftverk.usage import UsageError

if TYPE_CHECKING:
    from flows.installation import Installation
    from hub.audit import Actor
    from hub.automation import Plan
    from hub.proposal import Approver, Hindrance, Proposal
    from hub.storage.approvals import Approvals

app = typer.Typer(no_args_is_help=True)
ROLE = "godkjenner"
Liste = Annotated[str, typer.Argument(help="A list, as `approvals list` names it: a fordringshaver.")]
Seen = Annotated[str, typer.Option(help="The word that `approvals show` gave for the list as you saw it.")]
Automation = Annotated[str | None, typer.Option(help="Only the proposals of this automation.")]
LEFT = {
    "above": "Item {item} is above what {person} has fullmakt to approve.",
    "own": "{person} ordered or edited item {item}: another person must decide.",
    "nobody knows": "Nobody knows who ordered item {item}: it can be decided after the next night's find.",
    "changed": "Somebody else has changed item {item} since you saw it: look at it again.",
}


@app.command(name="list")
def list_(automation: Automation = None) -> None:
    """The lists that wait for a second person: how many proposals, what they are worth, how many you may approve."""
    from rich.table import Table

    from hub.proposal import lists
    from kraftverk.terminal import make_console

    desk = Desk.open()
    table = Table("list", "automation", "proposals", "kroner", "yours to approve", "oldest since")
    waits = lists(desk.pending(automation))
    for liste in waits:
        mine = sum(desk.approver.hinders(proposal) is None for proposal in liste.proposals)
        count = str(len(liste.proposals))
        table.add_row(liste.navn, liste.queue, count, _kroner(liste.proposals), str(mine), _when(liste.since))
    if waits:
        make_console().print(table)
    else:
        typer.echo("Nothing waits for a second person.")


@app.command()
def show(liste: Liste, automation: Automation = None) -> None:
    """Every proposal of one list, with the reasoning behind it; `items show` has the rules and the facts."""
    from rich.table import Table

    from hub.proposal import seen
    from kraftverk.terminal import make_console

    desk = Desk.open()
    table = Table("item", "reference", "krav", "kravtype", "kroner", "why", "yours")
    proposals = desk.of(liste, automation)
    for proposal, plan in desk.with_plans(proposals):
        table.add_row(
            str(proposal.item_id),
            proposal.reference,
            ", ".join(plan.krav),
            proposal.kravtype,
            _kroner([proposal]),
            proposal.begrunnelse,
            "yes" if desk.approver.hinders(proposal) is None else "no",
        )
    make_console().print(table)
    typer.echo(f"Approve or reject it as you see it here with --seen {seen(proposals)}.")


@app.command()
def approve(
    liste: Liste,
    reason: Reason,
    seen: Seen,
    automation: Automation = None,
    only: Annotated[list[int] | None, typer.Option(help="Approve these items alone.")] = None,
    without: Annotated[list[int] | None, typer.Option(help="Take these items out of the list.")] = None,
) -> None:
    """Approve a list just as you saw it, but for what you take out and what is above your fullmakt."""
    from hub import proposal
    from kraftverk.draining import drain_soon

    desk = Desk.open(acting=True)
    proposals = desk.as_seen(liste, automation, seen)
    chosen = _chosen(proposals, only, without)
    mine = [each for each in chosen if desk.approver.hinders(each) is not proposal.Hindrance.ABOVE]
    if above := len(chosen) - len(mine):
        typer.echo(f"{above} of {len(chosen)} are above your fullmakt, and are left.")
    if not mine:
        raise UsageError(f"There is nothing on the list «{liste}» that you may approve.")
    done = len(mine) - desk.told(desk.approve(mine, reason))
    typer.echo(f"{done} of {len(mine)} approved; the {len(mine)} are {_kroner(mine)} kroner in all.")
    if done:
        typer.echo(drain_soon(desk.installation.settings))
    if done < len(mine):
        raise typer.Exit(1)


@app.command()
def reject(
    liste: Liste,
    items: Annotated[list[int], typer.Argument(help="Items, as `approvals show` numbers them.")],
    reason: Reason,
    seen: Seen,
    automation: Automation = None,
) -> None:
    """Reject proposals of a list just as you saw it: each rests until the facts it was found on have changed."""
    desk = Desk.open(acting=True)
    chosen = _chosen(desk.as_seen(liste, automation, seen), items, None)
    done = len(chosen) - desk.told(desk.reject(chosen, reason))
    typer.echo(f"{done} of {len(chosen)} rejected.")
    if done < len(chosen):
        raise typer.Exit(1)


@dataclass
class Desk:
    """The person at the terminal, with what waits for a second one."""

    installation: Installation
    approvals: Approvals
    person: Actor
    roles: frozenset[str]
    approver: Approver

    @classmethod
    def open(cls, *, acting: bool = False) -> Desk:
        """Raises UsageError when somebody who is not a godkjenner wants to act."""
        from console.roles import Right
        from flows.installation import Installation
        from flows.person import system_user
        from hub.audit import Actor
        from hub.storage.approvals import Approvals
        from kraftverk.fullmakter import read_fullmakter
        from kraftverk.people import actor

        installation = Installation.open()
        user, settings = system_user(), installation.settings
        person = actor(settings, Right.APPROVE) if acting else Actor(settings.account_of(user), ROLE)
        roles = settings.roles_of(user)
        approvals = Approvals(installation.database, installation.chain, read_fullmakter())
        with installation.database.read() as c:
            approver = approvals.approver(c, person.name, roles, installation.today)
        return cls(installation, approvals, person, roles, approver)

    def pending(self, automation: str | None) -> list[Proposal]:
        from hub.storage.approvals import pending

        with self.installation.database.read() as c:
            return pending(c, automation)

    def with_plans(self, proposals: list[Proposal]) -> list[tuple[Proposal, Plan]]:
        from hub.storage.approvals import with_plans

        with self.installation.database.read() as c:
            return list(with_plans(c, proposals))

    def of(self, liste: str, automation: str | None) -> list[Proposal]:
        """Raises UsageError when there is no such list."""
        found = [proposal for proposal in self.pending(automation) if proposal.liste == liste]
        if not found:
            raise UsageError(f"No proposal waits on a list «{liste}»: see `kraftverk approvals list`.")
        return found

    def as_seen(self, liste: str, automation: str | None, word: str) -> list[Proposal]:
        """`of`, which also raises UsageError when the list has changed since it was shown with this word."""
        from hub.proposal import seen

        proposals = self.of(liste, automation)
        if word != seen(proposals):
            raise UsageError(f"The list «{liste}» is not as you saw it: see `kraftverk approvals show` again.")
        return proposals

    def approve(self, proposals: Sequence[Proposal], reason: str) -> Mapping[int, Hindrance]:
        return self.approvals.approve(proposals, self.person, self.roles, reason, self.installation.today)

    def reject(self, proposals: Sequence[Proposal], reason: str) -> Mapping[int, Hindrance]:
        return self.approvals.reject(proposals, self.person, reason, self.installation.today)

    def told(self, left: Mapping[int, Hindrance]) -> int:
        """Say of each that was left why; returns how many."""
        for item, hindrance in left.items():
            typer.echo(LEFT[hindrance].format(item=item, person=self.person.name), err=True)
        return len(left)


def _chosen(proposals: list[Proposal], only: list[int] | None, without: list[int] | None) -> list[Proposal]:
    """Raises UsageError for an item that is not on the list."""
    there = {proposal.item_id for proposal in proposals}
    for item in (*(only or ()), *(without or ())):
        if item not in there:
            raise UsageError(f"Item {item} is not on that list: see `kraftverk approvals show`.")
    wanted = set(only or there) - set(without or ())
    return [proposal for proposal in proposals if proposal.item_id in wanted]


def _kroner(proposals: Iterable[Proposal]) -> str:
    from domain.oere import format_oere

    return format_oere(sum(proposal.beloep_oere for proposal in proposals))


def _when(seconds: float) -> str:
    from domain.kalender import OSLO

    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(OSLO):%d.%m.%Y %H:%M}"
