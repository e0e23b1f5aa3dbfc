"""`kraftverk approvals …`: what waits for a second person, as lists per fordringshaver."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from kraftverk.usage import UsageError

if TYPE_CHECKING:
    from flows.installation import Installation
    from hub.audit import Actor
    from hub.storage.approvals import Approvals, Proposal

app = typer.Typer(no_args_is_help=True)
ROLE = "godkjenner"
Liste = Annotated[str, typer.Argument(help="A list, as `approvals list` names it: a fordringshaver.")]
Reason = Annotated[str, typer.Option(help="Why; kept in each item's history.", prompt=True)]
Automation = Annotated[str | None, typer.Option(help="Only the proposals of this automation.")]


@app.command(name="list")
def list_(automation: Automation = None) -> None:
    """The lists that wait for a second person: how many proposals, what they are worth, how many you may approve."""
    from rich.console import Console
    from rich.table import Table

    desk = Desk.open()
    table = Table("list", "automation", "proposals", "kroner", "yours to approve", "oldest since")
    lists: defaultdict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for proposal in desk.pending(automation):
        lists[proposal.liste, proposal.queue].append(proposal)
    for (liste, queue), proposals in sorted(lists.items()):
        mine = sum(desk.is_for_me(proposal) for proposal in proposals)
        oldest = min(proposal.since for proposal in proposals)
        table.add_row(liste, queue, str(len(proposals)), _kroner(proposals), str(mine), _when(oldest))
    if lists:
        Console().print(table)
    else:
        typer.echo("Nothing waits for a second person.")


@app.command()
def show(liste: Liste, automation: Automation = None) -> None:
    """Every proposal of one list, with the reasoning behind it; `items show` has the rules and the facts."""
    from rich.console import Console
    from rich.table import Table

    desk = Desk.open()
    table = Table("item", "reference", "krav", "kravtype", "kroner", "why", "yours")
    proposals = desk.of(liste, automation)
    for proposal in proposals:
        table.add_row(
            str(proposal.item_id),
            proposal.reference,
            ", ".join(proposal.plan.krav),
            proposal.kravtype,
            _kroner([proposal]),
            proposal.begrunnelse,
            "yes" if desk.is_for_me(proposal) else "no",
        )
    Console().print(table)
    typer.echo(f"Approve it as you see it here with --seen {_seen(proposals)}.")


@app.command()
def approve(
    liste: Liste,
    reason: Reason,
    seen: Annotated[str, typer.Option(help="The word that `approvals show` gave for the list as you saw it.")],
    automation: Automation = None,
    only: Annotated[list[int] | None, typer.Option(help="Approve these items alone.")] = None,
    without: Annotated[list[int] | None, typer.Option(help="Take these items out of the list.")] = None,
) -> None:
    """Approve a list just as you saw it, but for what you take out and what is above your fullmakt."""
    from kraftverk.draining import drain_soon

    desk = Desk.open(acting=True)
    proposals = desk.of(liste, automation)
    if seen != _seen(proposals):
        raise UsageError(f"The list «{liste}» is not as you saw it: look at it again with `kraftverk approvals show`.")
    chosen = _chosen(proposals, only, without)
    mine = [proposal for proposal in chosen if desk.may_approve(proposal)]
    if above := len(chosen) - len(mine):
        typer.echo(f"{above} of {len(chosen)} are above your fullmakt, and are left.")
    if not mine:
        raise UsageError(f"There is nothing on the list «{liste}» that you may approve.")
    done = desk.decide(mine, desk.approve, reason)
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
) -> None:
    """Reject proposals: each rests until the facts it was found on have changed."""
    desk = Desk.open(acting=True)
    chosen = _chosen(desk.of(liste, None), items, None)
    done = desk.decide(chosen, desk.reject, reason)
    typer.echo(f"{done} of {len(chosen)} rejected.")
    if done < len(chosen):
        raise typer.Exit(1)


@dataclass
class Desk:
    """The person at the terminal, with what waits for a second one."""

    installation: Installation
    approvals: Approvals
    roles: Collection[str]
    person: Actor | None
    barred: Collection[int]

    @classmethod
    def open(cls, *, acting: bool = False) -> Desk:
        from flows.installation import Installation
        from flows.person import system_user
        from hub.storage.approvals import Approvals, barred
        from kraftverk.fullmakter import read_fullmakter
        from kraftverk.people import actor

        installation = Installation.open()
        person = actor(installation.settings, ROLE) if acting else None
        approvals = Approvals(installation.database, installation.chain, read_fullmakter())
        with installation.database.read() as c:
            hands_in = barred(c, system_user())
        return cls(installation, approvals, installation.settings.roles_of(system_user()), person, hands_in)

    def pending(self, automation: str | None) -> list[Proposal]:
        from hub.storage.approvals import pending

        with self.installation.database.read() as c:
            return pending(c, automation)

    def of(self, liste: str, automation: str | None) -> list[Proposal]:
        """Raises UsageError when there is no such list."""
        found = [proposal for proposal in self.pending(automation) if proposal.liste == liste]
        if not found:
            raise UsageError(f"No proposal waits on a list «{liste}»: see `kraftverk approvals list`.")
        return found

    def may_approve(self, proposal: Proposal) -> bool:
        return self.approvals.within_fullmakt(proposal, self.roles, self.installation.today)

    def is_for_me(self, proposal: Proposal) -> bool:
        """Within the person's fullmakt, and nothing the person has had a hand in."""
        return self.may_approve(proposal) and proposal.item_id not in self.barred

    def approve(self, proposal: Proposal, person: Actor, reason: str) -> None:
        self.approvals.approve(proposal, person, self.roles, reason, self.installation.today)

    def reject(self, proposal: Proposal, person: Actor, reason: str) -> None:
        self.approvals.reject(proposal, person, reason, self.installation.today)

    def decide(self, proposals: Iterable[Proposal], how: Callable[[Proposal, Actor, str], None], reason: str) -> int:
        """Decide about each; one that is refused is told, and stops none of the others. Returns how many were not."""
        from hub.storage.moves import NotPossible

        assert self.person is not None
        done = 0
        for proposal in proposals:
            try:
                how(proposal, self.person, reason)
                done += 1
            except NotPossible as error:
                typer.echo(str(error), err=True)
        return done


def _chosen(proposals: list[Proposal], only: list[int] | None, without: list[int] | None) -> list[Proposal]:
    """Raises UsageError for an item that is not on the list."""
    there = {proposal.item_id for proposal in proposals}
    for item in (*(only or ()), *(without or ())):
        if item not in there:
            raise UsageError(f"Item {item} is not on that list: see `kraftverk approvals show`.")
    wanted = set(only or there) - set(without or ())
    return [proposal for proposal in proposals if proposal.item_id in wanted]


def _seen(proposals: Iterable[Proposal]) -> str:
    """A word for just these proposals: one more, or another plan for one of them, makes another word."""
    plans = sorted(f"{proposal.item_id}:{proposal.plan.hash}" for proposal in proposals)
    return hashlib.sha256(";".join(plans).encode()).hexdigest()[:12]


def _kroner(proposals: Iterable[Proposal]) -> str:
    from domain.oere import format_oere

    return format_oere(sum(proposal.beloep_oere for proposal in proposals))


def _when(seconds: float) -> str:
    from domain.kalender import OSLO

    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(OSLO):%d.%m.%Y %H:%M}"
