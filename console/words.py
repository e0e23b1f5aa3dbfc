"""What people read for the hub's own words: kinds, states, steps, acts, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from domain.kalender import OSLO
from domain.ord import FELT, RESULTAT, SYSTEM, VERDI
from hub.audit import MACHINE, NOBODY_KNOWS
from hub.automation import Effect
from hub.fullmakt import EVERY_KRAVTYPE
from hub.proposal import Hindrance, Liste, Proposal
from hub.states import FINISHED, State
from hub.storage.run_list import ListedRun
from hub.target import TargetSpec

_LINES_TOLD = re.compile(r"([a-z-]+):([0-9]{1,6}):([0-9]{1,6})")
_TAKEN_TOLD = re.compile(r"([0-9]{1,6}):([0-9]{1,6}):([0-9]{1,6})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

KINDS = {
    "business": "Må vurderes",
    "system": "Teknisk feil",
    "uncertain": "Uvisst om det ble gjort",
}
STATES = {
    "ready": "I kø",
    "deferred": "Prøves igjen snart",
    "running": "Roboten arbeider med den",
    "completed": "Fullført",
    "waiting": "Til oppfølging",
    "awaiting_approval": "Venter på godkjenning",
    "handled_manually": "Håndtert manuelt",
    "cancelled": "Skjermet",
}
ACTS = {
    "add": "Funnet av roboten",
    "renew": "Funnet på nytt, med nye opplysninger",
    "revive": "Tatt opp igjen",
    "close": "Grunnen falt bort",
    "claim": "Roboten begynte",
    "complete": "Roboten ble ferdig",
    "retry": "Prøves igjen",
    "business": "Roboten kunne ikke avgjøre saken",
    "system": "Roboten ga opp etter flere forsøk",
    "uncertain": "Roboten vet ikke om endringen ble gjort",
    "propose": "Lagt fram for godkjenning",
    "approve": "Godkjent",
    "reject": "Avvist",
    "stopped": "Køen ble stanset, lagt tilbake",
    "lost": "Roboten ble avbrutt",
    "settle": "Avgjort om endringen ble gjort",
    "decide": "Beslutning",
    "close by hand": "Håndtert manuelt",
    "take": "Tatt",
    "take several": "Tatt sammen med andre oppgaver",
    "give back": "Lagt tilbake",
    "postpone": "Utsatt",
    "comment": "Kommentar",
}
OUTLOOKS = {
    "goes on": ("Prøves igjen fra steget som feilet", "Ingenting er gjort ennå."),
    "skips done": ("Prøves igjen, og hopper over det som er gjort", "Det som er gjort, gjentas ikke."),
    "needs approval": ("Må godkjennes av en annen først", "Roboten legger fram et forslag og venter på svar."),
    "unsettled": ("Prøves ikke: uvisst om det ble gjort", "Noen må svare på det først."),
    "busy": ("Prøves ikke: med i et annet samlet forsøk", "Det forsøket er ikke ferdig."),
    "gone": ("Prøves ikke: venter ikke på noen lenger", "Noen, eller roboten, har gjort noe med dem."),
}
"""What will happen to oppgaver that are tried again together, and why."""
OUTCOMES = {
    "completed": "Fullført",
    "proposed": "Lagt fram for godkjenning",
    "waiting": "Til oppfølging igjen",
    "by hand": "Avsluttet av noen imens",
    "changed": "Endret etter at du så den, og ikke rørt",
    "elsewhere": "Med i et annet samlet forsøk, og ikke rørt",
    "not tried": "Ikke prøvd",
    "under way": "Roboten har den",
    "pending": "Venter på tur",
}
"""What became of each in a samlet forsøk."""
JOBS = {
    "running": "Pågår",
    "completed": "Ferdig",
    "failed": "Stoppet, fordi en oppgave feilet igjen",
    "stopped": "Stanset",
}
VERSIONS = {"kraftverk": "Kraftverk", "policy": "innstillinger for køen"}
"""What a plan was made with. Satser are called so."""
LINES_DONE = {"ta": "Tatt", "legg-tilbake": "Lagt tilbake", "ferdig": "Meldt ferdig"}
HINDRANCES = {
    Hindrance.CHANGED: "Forslaget er endret eller behandlet av andre siden du åpnet det.",
    Hindrance.OWN: "Du kan ikke godkjenne det du selv har bestilt eller endret.",
    Hindrance.NOBODY_KNOWS: "Ingen vet hvem som bestilte dette. Det kan avgjøres når roboten har funnet det på nytt.",
    Hindrance.ABOVE: "Beløpet er over fullmakten din.",
}
ORDERS = {
    None: "Venter på roboten",
    "done": "Besvart",
    "failed": "Ikke utført",
    "dry": "Ikke utført: rutinen er i tørrkjøring",
}
BY_HAND = {
    "registrert": "Jeg har gjort det i fagsystemet",
    "allerede": "Det var allerede gjort",
    "ikke": "Skal ikke behandles",
    "annet": "Annet",
}


CLOSED_BY_HAND = BY_HAND | {"REJECTED": "Avvist i to-personkontroll", "": "Ikke oppgitt, eller slettet"}
QUEUE_ACTS = {
    "pause": "Stanset",
    "release": "Klarsignal til å starte",
    "release level toerrkjoering": "Nivå: Tørrkjøring",
    "release level hver_effekt": "Nivå: Hver endring godkjennes",
    "release level stikkproeve": "Nivå: Stikkprøve",
    "release level drift": "Nivå: Drift",
    "block": "Stanset av roboten",
    "open": "Åpnet igjen",
    "run now": "Kjøring startet",
    "order": "Krav lagt i kø",
    "schedule": "Tidsplan endret",
    "control report": "Kontrollrapport tatt ut",
    "sample": "Stikkprøve trukket",
    "export": "Utskrift av opplysninger",
    "verify": "Kjeden kontrollert",
    "retention": "Slettet etter slettereglene",
}
"""What is done to queues and outside systems, and with the trail itself."""


def kind(word: str) -> str:
    return KINDS.get(word, word)


def state(word: str) -> str:
    return STATES.get(word, word)


def is_finished(word: str) -> bool:
    return State(word) in FINISHED


def system(name: str) -> str:
    """«SvarUt»: what an outside system calls itself."""
    return SYSTEM.get(name, name)


def order_outcome(word: str | None) -> str:
    return ORDERS.get(word, word or "")


def act(action: str, actor_role: str | None = None) -> str:
    if action == "retry" and actor_role not in (None, "maskin"):
        return "Lagt i kø igjen"
    return ACTS.get(action, action)


def result(word: str) -> str:
    """What came of it: «Slått sammen»."""
    text = RESULTAT.get(word, word)
    return text[:1].upper() + text[1:]


def kroner(oere: int) -> str:
    """«1 127,50 kr»."""
    return f"{oere // 100:,},{oere % 100:02d} kr".replace(",", "\xa0", f"{oere // 100:,}".count(","))


def heltall(n: int) -> str:
    """«12 345»."""
    return f"{n:,}".replace(",", "\xa0")


def desimal(number: float) -> str:
    """«1 234,5», and «12» of what is whole."""
    text = f"{number:,.1f}".replace(",", "\xa0").replace(".", ",")
    return text.removesuffix(",0")


def prosent(share: float | None) -> str:
    """«93,4 %», and a dash of what there is none of."""
    return "–" if share is None else f"{desimal(100 * share)}\xa0%"


def timer(hours: float) -> str:
    """«1 310 t»."""
    return f"{round(hours):,} t".replace(",", "\xa0").replace(" ", "\xa0")


def maalt(found: Any) -> str:
    """What a proposal has been measured to give: in a year, when it has been in use long enough to say."""
    if found is None or found.timer is None:
        return "ikke målt"
    if found.i_aaret is None:
        return f"{timer(found.timer)} hittil"
    return f"{timer(found.i_aaret)} i året"


def some_krav(krav: str) -> str:
    """The first krav of an item, and how many more there are."""
    first, *rest = krav.split(";")
    return f"{first} + {len(rest)}" if rest else first


def instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(OSLO)


def klokken(seconds: float) -> str:
    """«30.11.2026 kl. 04.14»."""
    return f"{instant(seconds):%d.%m.%Y kl. %H.%M}"


def dag(day: date | str) -> str:
    """«30.11.2026»."""
    return f"{date.fromisoformat(day) if isinstance(day, str) else day:%d.%m.%Y}"


def read_day(text: str) -> date | None:
    """A day of this century as a form or an address holds it: 2026-11-30; None of anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def frist(day: str | None, today: date, *, finished: bool = False) -> tuple[str, bool]:
    """The deadline as it is read, and whether it has passed; of what is finished the day alone."""
    if day is None or finished:
        return dag(day) if day else "–", False
    left = (date.fromisoformat(day) - today).days
    if left < 0:
        return f"{dag(day)}, {-left} {'dag' if left == -1 else 'dager'} over", True
    if left == 0:
        return f"{dag(day)}, i dag", False
    return (f"{dag(day)}, i morgen" if left == 1 else f"{dag(day)}, om {left} dager"), False


EFFECTS = {
    "merge": "Flytt krav {krav}",
    "avskriv": "Avskriv krav {krav} som foreldet",
    "renter": "Før renter på krav {krav}",
    "krav": "Endre krav {krav}",
    "saksflyt": "Sett saksflyt på krav {krav}",
    "notat": "Skriv notat på krav {krav}",
    "merknad": "Skriv merknad på krav {krav}",
    "brev": "Send brev om krav {krav}",
    "arkiv": "Arkiver brevet på krav {krav}",
    "anmeldelse": "Lag utkast til fordringsanmeldelse for krav {krav}",
    "overlever": "Overfør krav {krav} til innkreving",
    "kvitter": "Kvitter for at krav {krav} er mottatt",
    "beloep": "Oppdater beløpene på krav {krav}",
    "status": "Oppdater status på krav {krav}",
    "innbetaling": "Meld innbetaling på krav {krav}",
    "sms": "Send SMS om krav {krav}",
    "eier": "Endre eier for kunde {krav}",
    "fakturamottaker": "Endre fakturamottaker for kunde {krav}",
}
FIELDS = FELT | {name: name for name in ("tilstand", "kostnader", "renter", "forfall", "saksflyt", "dato")}
FIELDS |= {"oere": "beløp"}
"""What a field of a krav, or of what is told about one, is called."""
IN_OERE = frozenset({"renter", "kostnader", "sum", "sum_oere", "hovedstol", "oere"})
"""Fields whose numbers are øre."""
KRAVTYPER = {EVERY_KRAVTYPE: "–", "SFO": "SFO", "LAAN": "Lån"}
"""Those that are not read as they are written."""
LISTED_CASE = "saksnr"


def key_text(key: str) -> str:
    """What an effect is about, where its key is all there is."""
    kind, _, krav = key.partition(":")
    return EFFECTS[kind].format(krav=krav.split(":")[0]) if kind in EFFECTS else key


def effect_text(effect: Effect) -> str:
    """What the robot set out to do, of ids alone."""
    text = key_text(effect.key)
    if LISTED_CASE not in effect.after:
        return text
    return f"{text} fra sak {effect.before.get(LISTED_CASE, '–')} til sak {effect.after[LISTED_CASE]}"


def effect_texts(effects: Sequence[Effect]) -> list[str]:
    """As `effect_text`, of a whole plan: those that read the same are numbered, as «(1 av 2)»."""
    said = [(effect_text(effect), effect.system) for effect in effects]
    return [
        f"{each[0]} ({said[: n + 1].count(each)} av {said.count(each)})" if said.count(each) > 1 else each[0]
        for n, each in enumerate(said)
    ]


def changes(effect: Effect) -> list[tuple[str, str, str]]:
    """(field, before, after) of what an effect changes."""
    names = [name for name in effect.after if name in FIELDS]
    return [(FIELDS[name], value(name, effect.before.get(name)), value(name, effect.after[name])) for name in names]


def receipt(read_back: Mapping[str, Any]) -> str:
    """What was read back after the act."""
    said = [f"{FIELDS[name]} {value(name, shown)}" for name, shown in read_back.items() if name in FIELDS]
    return ", ".join(said)


def value(name: str, shown: object) -> str:
    if shown is None:
        return "–"
    if name in IN_OERE and isinstance(shown, int):
        return kroner(shown)
    if isinstance(shown, str) and _ISO_DAY.fullmatch(shown):
        return dag(shown)
    if isinstance(shown, Mapping):
        return receipt(shown)
    return VERDI.get(str(shown), str(shown))


def hindered(why: Hindrance | None, limit: int | None = None) -> str | None:
    """Why a person cannot decide about a proposal. `limit`: øre the person may approve of its kravtype."""
    if why is Hindrance.ABOVE and limit is None:
        return "Du har ikke fullmakt til å godkjenne denne kravtypen."
    if why is Hindrance.ABOVE and limit is not None:
        return f"Beløpet er over fullmakten din, som er {kroner(limit)}."
    return None if why is None else HINDRANCES[why]


def kravtype(word: str) -> str:
    """«Kommunale avgifter»."""
    return KRAVTYPER.get(word) or word.replace("_", " ").capitalize()


def begrunnelse(proposal: Proposal) -> str:
    """Why it is proposed; what will come of it when the routine itself asks for nobody."""
    if proposal.forslag is None:
        return f"Resultatet blir: {RESULTAT.get(proposal.result, proposal.result)}."
    return proposal.begrunnelse


def liste(of: Liste | Proposal) -> str:
    """What a list is called: its fordringshaver; that of an automation is there for how far it is trusted."""
    return liste_navn(of.navn if isinstance(of, Liste) else of.liste, of.queue)


def liste_navn(name: str, queue: str) -> str:
    """As `liste`, of one that is known by its name and automation alone."""
    return "Kontroll av rutinen" if name == queue else name


def worth(proposals: Sequence[Proposal]) -> str:
    """What they are worth in all; nothing is said of an amount when only the release level asks."""
    if all(proposal.forslag is None for proposal in proposals):
        return "–"
    return kroner(sum(proposal.beloep_oere for proposal in proposals))


def foelges_opp_gjort(text: str) -> str | None:
    """What was done with lines, from «ta:3:1»: three were taken, and one was left as it is."""
    told = _LINES_TOLD.fullmatch(text)
    if told is None or told[1] not in LINES_DONE:
        return None
    done, left = int(told[2]), int(told[3])
    said = f"{LINES_DONE[told[1]]}: {antall(done, 'linje', 'linjer')}."
    if left:
        said += f" Ikke endret: {antall(left, 'linje', 'linjer')}, der noen andre kom først, eller som er falt bort."
    return said


def tatt(text: str) -> str | None:
    """What became of the oppgaver somebody wanted to take, from «3:2:1»: three are theirs now, two were before, and one
    is not.
    """
    told = _TAKEN_TOLD.fullmatch(text)
    if told is None:
        return None
    now, before, left = (int(told[n]) for n in (1, 2, 3))
    said = [f"Tatt: {antall(now, 'oppgave', 'oppgaver')}."]
    if before:
        said.append(f"Din fra før: {antall(before, 'oppgave', 'oppgaver')}.")
    if left:
        said.append(f"Ikke tatt: {antall(left, 'oppgave', 'oppgaver')}, som andre har, eller som ikke venter lenger.")
    return " ".join(said)


def antall(n: int, one: str, many: str) -> str:
    """«1 oppgave», «2 oppgaver»."""
    return f"{heltall(n)} {one if n == 1 else many}"


def told(action: str, detail: Mapping[str, Any], texts: Mapping[str, str] | None = None) -> str:
    """The rest of what an event tells. `texts`: what the effects of its plan are called."""
    out = []
    if action == "postpone":
        out.append(f"til {dag(detail['until'])}")
    if "beslutning" in detail:
        out.append(detail["tekst"])
    if "how" in detail:
        out.append(BY_HAND.get(detail["how"], detail["how"]))
    if "mass_retry" in detail:
        out.append(f"sammen med andre, i samlet forsøk {detail['mass_retry']}")
    if detail.get("reference"):
        out.append(f"referanse {detail['reference']}")
    for key, happened in detail.get("happened", {}).items():
        out.append(f"{(texts or {}).get(key) or key_text(key)}: {'gjort' if happened else 'ikke gjort'}")
    if detail.get("result"):
        out.append(result(detail["result"]))
    return "; ".join(out)


LEVELS = {
    "toerrkjoering": ("Tørrkjøring", "Roboten planlegger og rapporterer. Den endrer ingenting, og køen ligger stille."),
    "hver_effekt": ("Hver endring godkjennes", "Roboten legger fram alt den vil endre, og en annen må godkjenne det."),
    "stikkproeve": ("Stikkprøve", "En trukket andel må godkjennes først. Resten gjør roboten på egen hånd."),
    "drift": ("Drift", "Roboten gjør endringene selv. Bare det rutinen krever to personer til, legges fram."),
}
"""From the first night to everyday use: what each is called, and what it lets the robot do."""
RUN_KINDS = {"find": "Finner arbeid", "order": "Tar en bestilling", "drain": "Utfører", "dry": "Tørrkjøring"}
RUN_STATES = {
    "COMPLETED": "Ferdig",
    "FAILED": "Feilet",
    "CRASHED": "Avbrutt",
    "CANCELLED": "Stoppet",
    "CANCELLING": "Stopper",
    "RUNNING": "Pågår",
    "PENDING": "Begynner",
    "SCHEDULED": "Ikke begynt",
    "PAUSED": "Satt på vent",
}
"""The scheduler's words for how a run stands."""
WENT_WRONG = frozenset({"FAILED", "CRASHED"})
ATTEMPTS = {
    "complete": "fullført",
    "retry": "prøves igjen",
    "business": "må vurderes",
    "system": "teknisk feil",
    "uncertain": "uvisst",
    "propose": "til godkjenning",
    "stopped": "stanset",
    "lost": "avbrutt",
    "protected": "skjermet",
    "going": "pågår",
}


def queue_act(action: str) -> str:
    """What was done to a queue or a system."""
    return QUEUE_ACTS.get(action, action)


def run_state(outcome: str | None, said: str | None) -> tuple[str, bool]:
    """How a run ended, in words, and whether that is wrong. `said`: the scheduler's word, for one that has not told
    its end itself."""
    if outcome is not None:
        return RUN_STATES[outcome.upper()], outcome == "failed"
    if said is None:
        return "Pågår, eller ble avbrutt", False
    if said == "COMPLETED":
        return "Avbrutt", True
    return RUN_STATES.get(said, said), said in WENT_WRONG


def attempts(counts: Mapping[str, int]) -> str:
    """«12 fullført, 3 må vurderes»."""
    return ", ".join(f"{count} {ATTEMPTS.get(outcome, outcome)}" for outcome, count in counts.items())


def run_result(run: ListedRun, *, wrong: bool = False) -> str:
    """What came of a run. `wrong`: it did not come to its end, and what it counted says nothing."""
    if run.row.kind == "find" and wrong:
        return "Stoppet før den var ferdig"
    if run.row.kind == "find":
        return "1 endring funnet" if run.row.effects == 1 else f"{run.row.effects} endringer funnet"
    return attempts(run.attempts) or "–"


def driftsvindu(hours: TargetSpec | None) -> str:
    """«06.00–22.00», Oslo time."""
    if hours is None or (hours.opens, hours.closes) == (time.min, time.max):
        return "Hele døgnet"
    return f"{hours.opens:%H.%M}–{hours.closes:%H.%M}"


def varighet(seconds: float) -> str:
    """«3 t»: the largest unit alone."""
    if seconds < 60:
        return "under 1 min"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    return f"{seconds // 3600:.0f} t" if seconds < 48 * 3600 else f"{seconds // 86400:.0f} d"


def forsinket(planned: float, started: float) -> str:
    """How long after its time a run began."""
    return "i tide" if started - planned < 60 else f"{varighet(started - planned)} for sent"


def bestiller(name: str) -> str:
    """Who asked for a run."""
    return {MACHINE.name: "Roboten", NOBODY_KNOWS: "Ukjent, startet i Prefect"}.get(name, name)


def person(name: str, role: str) -> str:
    """Who did it, as a history shows it."""
    return "Roboten" if role == MACHINE.role else f"{name} ({role})"
