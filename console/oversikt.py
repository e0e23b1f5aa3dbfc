"""The overview as it is read: figures with their måltall, and the tables that page and workbook share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from console import words
from console.office import Office
from console.workbook import Andel, Ark, Celle, Oere
from hub.insights.backlog import AGES
from hub.insights.overview import Overview, Saved
from hub.insights.throughput import DONE_BY_ROBOT, Closed

NOT_MEASURED = "ikke målt"
HOW = {
    Closed.STRAIGHT: "Roboten, uten hjelp",
    Closed.HELPED: "Roboten, etter hjelp",
    Closed.BY_HAND: "Håndtert manuelt",
    Closed.GONE: "Grunnen falt bort",
}
"""The protected are counted on their own, and never by automation or week."""
DEFINITIONS = (
    ("Dag", "Driftsdøgnet oppgaven ble funnet eller avsluttet i: det begynner med nattens kjøring."),
    (
        "Uten hjelp",
        "Roboten fullførte, og ingen hadde gjort noe med oppgaven: ikke tatt, avgjort, godkjent eller prøvd den igjen.",
    ),
    (
        "Etter hjelp",
        "Roboten fullførte etter at noen hadde gjort noe med oppgaven. To-personkontroll regnes som hjelp.",
    ),
    ("Håndtert manuelt", "Et menneske avsluttet oppgaven, eller sa nei til forslaget."),
    (
        "Grunnen falt bort",
        "Det var ikke lenger noe å gjøre. Regnes verken som fullført av roboten eller som spart tid.",
    ),
    ("Innen frist", "Avsluttet på fristen eller før, av de avsluttede som hadde frist."),
    (
        "Tid til håndtert",
        "Fra roboten stoppet til noen la oppgaven i kø igjen eller avsluttet den. Netter og helger regnes med.",
    ),
    (
        "Arbeidstid",
        "Fra noen tok oppgaven til den samme var ferdig med den, begge deler samme dag. Ellers er den ikke målt,"
        " heller ikke når oppgaven ble tatt sammen med andre.",
    ),
    (
        "Timer spart",
        "Fullført av roboten, ganget med målt manuell tid, minus målt oppfølging. Rutiner uten målt tid er ikke med.",
    ),
    (
        "Slettet innhold",
        "Årsaker, arbeidstid, to-personkontroll og hva som ble gjort for hånd, leses av historikken. Det som er slettet"
        " etter slettereglene, er ikke med der, men oppgavene er fortsatt telt, og om roboten klarte dem uten hjelp.",
    ),
)


@dataclass(frozen=True, slots=True)
class Noekkeltall:
    navn: str
    verdi: str
    maal: str
    """The måltall, and whether it is reached; «ikke satt» without one."""
    reached: bool | None = None
    merknad: str = ""


def noekkeltall(o: Overview, office: Office) -> list[Noekkeltall]:
    goal = office.maaltall
    median, slowest = o.hours_to_handle(0.5), o.hours_to_handle(0.9)
    saved, weeks = o.hours_saved, o.period.number_of_weeks
    left = [queue for queue in o.queues if o.saved(queue).minutes is None]
    return [
        Noekkeltall(
            "Fullført uten hjelp",
            words.prosent(o.without_help()),
            *_goal(goal.without_help, o.without_help(), words.prosent),
            f"{words.heltall(o.count(Closed.STRAIGHT))} av {words.heltall(o.count(*DONE_BY_ROBOT))} roboten fullførte",
        ),
        Noekkeltall(
            "Avsluttet innen frist",
            words.prosent(o.within_frist),
            *_goal(goal.within_frist, o.within_frist, words.prosent),
            f"{words.heltall(o.late)} etter fristen",
        ),
        Noekkeltall(
            "Tid til håndtert",
            "–" if median is None else f"{words.desimal(median)} timer",
            *_goal(goal.hours_to_handle, median, lambda hours: f"høyst {words.desimal(hours)} timer", most=True),
            "" if slowest is None else f"halvparten; ni av ti innen {words.desimal(slowest)} timer",
        ),
        Noekkeltall(
            "Timer spart",
            NOT_MEASURED if saved is None else f"{words.desimal(saved)} timer",
            *_goal(
                goal.hours_saved_a_week,
                None if saved is None else saved / weeks,
                lambda hours: f"{words.desimal(hours)} timer i uken",
            ),
            f"{len(left)} av {len(o.queues)} rutiner er ikke målt" if left else "alle rutinene er målt",
        ),
    ]


def _goal(goal: float | None, value: float | None, say: object, *, most: bool = False) -> tuple[str, bool | None]:
    assert callable(say)
    if goal is None:
        return "ikke satt", None
    if value is None:
        return str(say(goal)), None
    return str(say(goal)), value <= goal if most else value >= goal


def uke(week: date) -> str:
    return f"U{week.isocalendar().week}"


def per_uke(o: Overview) -> Ark:
    rader = [
        (
            f"{week.isocalendar().year}-{uke(week)}",
            o.came(week=week),
            *(o.count(how, week=week) for how in HOW),
            _share(o.without_help(week=week)),
        )
        for week in o.period.weeks
    ]
    return Ark("Per uke", ("Uke", "Kom inn", *HOW.values(), "Andel uten hjelp"), rader)


def per_rutine(o: Overview, office: Office) -> Ark:
    rader = [
        (
            office.tittel(queue),
            o.came(queue),
            *(o.count(how, queue=queue) for how in HOW),
            _share(o.without_help(queue)),
            o.backlog.waits.get(queue, 0),
            o.backlog.overdue.get(queue, 0),
        )
        for queue in o.queues
    ]
    kolonner = ("Rutine", "Kom inn", *HOW.values(), "Andel uten hjelp", "Venter nå", "Over frist nå")
    return Ark("Per rutine", kolonner, rader, (42,))


def alder(o: Overview) -> Ark:
    return Ark("Alder", ("Alder", "Oppgaver som venter"), [(_age(n), count) for n, count in enumerate(o.backlog.ages)])


def aarsaker(o: Overview, office: Office) -> Ark:
    rader = [
        (words.kind(kind), office.explain(reason).kort, count, Andel(so_far))
        for kind, reason, count, so_far in o.causes
    ]
    return Ark("Årsaker", ("Slag", "Årsak", "Ganger", "Andel hittil"), rader, (24, 80))


def manuelt(o: Overview) -> Ark:
    ranked = sorted(o.by_hand.items(), key=lambda each: (-each[1], each[0]))
    rader = [(words.CLOSED_BY_HAND.get(how, how), count) for how, count in ranked]
    return Ark("Håndtert manuelt", ("Hva som ble gjort", "Oppgaver"), rader, (42,))


def fordringshavere(o: Overview) -> Ark:
    rader = [
        (each.navn or "Ikke et forslag om penger", each.approved, each.rejected, Oere(each.approved_oere), each.waits)
        for each in o.fordringshavere
    ]
    kolonner = ("Fordringshaver", "Godkjent", "Avvist", "Godkjent, kroner", "Venter nå")
    return Ark("Fordringshavere", kolonner, rader, (42,))


def timer_spart(o: Overview, office: Office) -> Ark:
    kolonner = (
        "Rutine",
        "Fullført av roboten",
        "Målt manuell tid, minutter",
        "Målt oppfølging, timer",
        "Oppfølginger målt",
        "Oppfølginger ikke målt",
        "Timer spart",
    )
    rader = [(office.tittel(queue), *_saved(o.saved(queue))) for queue in o.queues]
    return Ark("Timer spart", kolonner, rader, (42,))


def _saved(saved: Saved) -> Sequence[Celle]:
    return (
        saved.done,
        NOT_MEASURED if saved.minutes is None else saved.minutes,
        saved.follow_up,
        saved.measured,
        saved.unmeasured,
        NOT_MEASURED if saved.hours is None else saved.hours,
    )


def oppfoelging(o: Overview) -> Ark:
    def hours(value: float | None) -> Celle:
        return NOT_MEASURED if value is None else value

    rader: list[Sequence[Celle]] = [
        ("Tid til håndtert, halvparten innen (timer)", hours(o.hours_to_handle(0.5))),
        ("Tid til håndtert, ni av ti innen (timer)", hours(o.hours_to_handle(0.9))),
        ("Arbeidstid, halvparten innen (minutter)", hours(o.minutes_of_work(0.5))),
        ("Arbeidstid, ni av ti innen (minutter)", hours(o.minutes_of_work(0.9))),
        ("Oppgaver noen lot roboten prøve igjen", o.follow_up.put_back),
        ("Av dem fullført nå", o.follow_up.put_back_completed),
        ("Fullført uten hjelp etter mer enn ett forsøk", o.succeeded_again),
        ("Behandlet i to-personkontroll", sum(each.approved + each.rejected for each in o.fordringshavere)),
        ("Skjermet, bare telt", o.count(Closed.PROTECTED)),
    ]
    return Ark("Oppfølging", ("Hva", "Tall"), rader, (52,))


def tabeller(o: Overview, office: Office) -> list[Ark]:
    return [
        per_uke(o),
        per_rutine(o, office),
        alder(o),
        aarsaker(o, office),
        oppfoelging(o),
        manuelt(o),
        fordringshavere(o),
        timer_spart(o, office),
    ]


def _share(share: float | None) -> Celle:
    return None if share is None else Andel(share)


def _age(n: int) -> str:
    low, high = AGES[n]
    if n == 0:
        return "Under 1 dag"
    return f"{low:.0f} dager eller mer" if n == len(AGES) - 1 else f"{low:.0f} til {high:.0f} dager"
