"""What those killed in test_killed_mornings are at work with: for each case a krav, or a customer, of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from flows import registry, routine
from flows.routine import Night
from tests.acceptance import shared_claims, test_companies, test_estates
from tests.acceptance.office import Office
from tests.acceptance.owner_world import KARI, OLA, OwnerWorld
from tests.acceptance.shared_claims import payment, sanksjon
from tests.acceptance.test_companies import BETALT, BORTE, FJERNET, KONKURS, LEVENDE, TVANG, UTEN_DATO
from tests.acceptance.test_estates import GRETE, contact, person
from tests.acceptance.victim import Place

Told = tuple[str, str, str]
"""System, kind and krav, as the simulators count."""


@dataclass(frozen=True)
class Case:
    """Who brings about `effect` of the krav of this number is killed at `place`."""

    effect: str
    place: Place
    number: int

    def __str__(self) -> str:
        return f"{self.effect}, {self.place}"

    @property
    def kind(self) -> str:
        return self.effect.partition(" ")[0]


@dataclass(frozen=True)
class Act:
    """`key`: of its effect, or how that begins."""

    key: str
    counted: tuple[Told, ...]


@dataclass(frozen=True)
class Morning:
    """One automation: its world, what happens until its items are ready to be carried out, and what each comes to."""

    result: str
    make_world: Callable[[Path, Sequence[Case]], Path]
    until_ready: Callable[[Office, str, Path, Sequence[Case]], Coroutine[None, None, None]]
    acts: Callable[[Case], Sequence[Act]]
    """What is done for the krav of a case, in order."""
    attempts: tuple[str, ...] = ("lost", "complete")

    def fatal(self, case: Case) -> Act:
        """The act its process does not survive."""
        return next(act for act in self.acts(case) if act.key.startswith(f"{case.kind}:"))

    def at_death(self, case: Case) -> Counter[Told]:
        """What has been done when its process is killed."""
        acts = self.acts(case)
        done = acts.index(self.fatal(case)) + (case.place is Place.AFTER)
        return Counter(told for act in acts[:done] for told in act.counted)

    def at_the_end(self, case: Case) -> Counter[Told]:
        return Counter(told for act in self.acts(case) for told in act.counted)


def bankrupt_customers(folder: Path, cases: Sequence[Case]) -> Path:
    """Each with one krav in Procasso and one in ISY-PA, from before the konkurs."""
    numbers = (BORTE, KONKURS, FJERNET, TVANG, UTEN_DATO, LEVENDE, BETALT)
    units = {case.number: nummer for case, nummer in zip(cases, numbers, strict=True)}
    rows = [(nummer, "AS", "konkurs", "2026-11-09", "") for nummer in numbers]
    krav = [test_companies.krav(f"{at}{n:02}", nummer, {}) for n, nummer in units.items() for at in ("PC", "IS")]
    return test_companies.make_world(folder, rows, krav)


def reported_and_noted(case: Case) -> Sequence[Act]:
    pc, isy = f"PC{case.number:02}", f"IS{case.number:02}"
    return (
        Act(f"anmeldelse:{pc}", (("PROCASSO", "document", pc),)),
        Act(f"notat:{pc}", (("PROCASSO", "note", pc),)),
        Act(f"merknad:{isy}", (("ISYPA", "merknad", isy),)),
    )


def one_of_the_dead(folder: Path, cases: Sequence[Case]) -> Path:
    """Grete, whose estate has a lawyer: each of her krav is reported by a letter of its own."""
    krav = [test_estates.krav(f"PR100000{case.number}", GRETE) for case in cases]
    lawyer = contact(GRETE, "2026-10-22", "advokat", organisasjonsnavn="Eksempel Advokat AS")
    return test_estates.make_world(folder, [person(GRETE, "Grete", "1950-03-04", "2026-10-01")], krav, [lawyer])


def stopped_and_reported(case: Case) -> Sequence[Act]:
    kravnr = f"PR100000{case.number}"
    return (
        Act(f"krav:{kravnr}", (("PROCASSO", "tilstand", kravnr),)),
        Act(f"notat:{kravnr}", (("PROCASSO", "note", kravnr),)),
        Act(f"brev:{kravnr}", (("SVARUT", "brev", kravnr),)),
        Act(f"arkiv:{kravnr}", (("PROCASSO", "document", kravnr),)),
    )


def sold_properties(folder: Path, cases: Sequence[Case]) -> Path:
    """Kari's, who gets the invoices; Ola owns them now."""
    world = OwnerWorld()
    for case in cases:
        world.kunde(case.number, KARI, [(OLA, 1, 1)])
    return world.write(folder)


def owner_and_payer(case: Case) -> Sequence[Act]:
    """Two rows of one file."""
    kundenr = f"K{case.number}"
    return (Act(f"eier:{kundenr}", (("ISYPA", "eier", kundenr), ("ISYPA", "fakturamottaker", kundenr))),)


def krav_to_share(folder: Path, cases: Sequence[Case]) -> Path:
    """What is to be handed over comes to collection the day after; the rest is handed over before anybody is killed."""
    krav = [sanksjon(_shared(case), steg="PURRING" if _is_to_be_handed_over(case) else "LETT") for case in cases]
    return shared_claims.make_world(folder, krav)


def told_the_other(case: Case) -> Sequence[Act]:
    kravnr = _shared(case)
    if _is_to_be_handed_over(case):
        return (
            Act(f"overlever:{kravnr}", (("PROCASSO", "innfordring", kravnr),)),
            Act(f"kvitter:{kravnr}", (("PILEN", "innfordring", kravnr),)),
        )
    system = case.effect.rpartition(" ")[2]
    return (Act(f"{case.kind}:{kravnr}", ((system, case.kind, kravnr),)),)


def _shared(case: Case) -> str:
    return f"PI40000{case.number:02}"


def _is_to_be_handed_over(case: Case) -> bool:
    return case.kind in ("overlever", "kvitter")


async def find(agency: Office, name: str, folder: Path, cases: Sequence[Case]) -> None:
    module = registry.module(name)
    await routine.find(Night(module.METADATA, module.AUTOMATION, agency.installation(), agency.as_of, "natt"))


async def propose_and_approve(agency: Office, name: str, folder: Path, cases: Sequence[Case], liste: str) -> None:
    """Ordered by «natt», and approved by whoever runs the tests."""
    assert await agency.night(name) == 0
    agency.approve(liste)


async def share_and_get_news(agency: Office, name: str, folder: Path, cases: Sequence[Case]) -> None:
    """Both systems have news of a krav each that they share."""
    assert await agency.night("claims-sync") == 0
    today = "2026-11-24"
    changes: list[shared_claims.Change] = []
    for case in cases:
        kravnr = _shared(case)
        match case.effect.split():
            case ["overlever" | "kvitter", *_]:
                changes.append((kravnr, "steg", "LETT"))
            case ["beloep", *_]:
                changes.append((kravnr, "renter", "20.00"))
            case ["status", *_, "PROCASSO"]:
                changes.append((kravnr, "tilstand", "KLAGE"))
            case ["innbetaling", *_, "PROCASSO"]:
                changes.append(payment(kravnr, "100.00", today))
            case ["status", *_, "PILEN"]:
                shared_claims.at_procasso(agency, kravnr, tilstand="BETALINGSAVTALE")
            case ["innbetaling", *_, "PILEN"]:
                shared_claims.at_procasso(agency, kravnr, beloep="50.00")
    agency.move_to(shared_claims.make_day(folder / "day-1", today, changes))
    await find(agency, name, folder, cases)


MORNINGS = {
    "company-watch": Morning(
        "REPORT_BANKRUPTCY",
        bankrupt_customers,
        partial(propose_and_approve, liste="FLERE"),
        reported_and_noted,
        attempts=("propose", "lost", "complete"),
    ),
    "estate-watch": Morning("ESTATE_NOTIFIED", one_of_the_dead, find, stopped_and_reported),
    "owner-change": Morning(
        "OWNER_CHANGED",
        sold_properties,
        partial(propose_and_approve, liste="VAV"),
        owner_and_payer,
        attempts=("propose", "lost", "complete"),
    ),
    "claims-sync": Morning("SYNCED", krav_to_share, share_and_get_news, told_the_other),
    "payments-sync": Morning("PAYMENTS_TOLD", krav_to_share, share_and_get_news, told_the_other),
}
