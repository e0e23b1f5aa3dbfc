"""What people read for the hub's own words: kinds, states, steps, acts, dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from domain.kalender import OSLO
from domain.ord import FELT, RESULTAT
from hub.audit import MACHINE
from hub.automation import Effect

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
    "give back": "Lagt tilbake",
    "postpone": "Utsatt",
    "comment": "Kommentar",
}
ORDERS = {
    None: "Venter på roboten",
    "done": "Utført",
    "failed": "Ikke utført",
    "dry": "Ikke utført: rutinen er i tørrkjøring",
}
BY_HAND = {
    "registrert": "Jeg har gjort det i fagsystemet",
    "allerede": "Det var allerede gjort",
    "ikke": "Skal ikke behandles",
    "annet": "Annet",
}


def kind(word: str) -> str:
    return KINDS.get(word, word)


def state(word: str) -> str:
    return STATES.get(word, word)


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


def desimal(number: float) -> str:
    """«3,9»."""
    return f"{number:.1f}".replace(".", ",").replace("-0,0", "0,0")


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


def first_sentence(text: str) -> str:
    """What a list has room for."""
    return text.split(". ")[0].removesuffix(".")


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


def frist(day: str | None, today: date) -> tuple[str, bool]:
    """The deadline as it is read, and whether it has passed."""
    if day is None:
        return "–", False
    left = (date.fromisoformat(day) - today).days
    if left < 0:
        return f"{dag(day)}, {-left} {'dag' if left == -1 else 'dager'} over", True
    if left == 0:
        return f"{dag(day)}, i dag", False
    return (f"{dag(day)}, i morgen" if left == 1 else f"{dag(day)}, om {left} dager"), False


EFFECTS = {
    "merge": "Flytt krav {krav} fra sak {fra} til sak {til}",
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
    "mottaker": "Endre fakturamottaker for kunde {krav}",
}
IN_OERE = frozenset({"renter", "kostnader", "sum", "sum_oere", "hovedstol"})
"""Fields whose numbers are øre."""
LISTED_CASE = "saksnr"


def effect_text(effect: Effect) -> str:
    """What the robot set out to do, of ids alone."""
    kind, _, krav = effect.key.partition(":")
    form = EFFECTS.get(kind)
    if form is None:
        return effect.key
    fra, til = effect.before.get(LISTED_CASE, "–"), effect.after.get(LISTED_CASE, "–")
    return form.format(krav=krav.split(":")[0], fra=fra, til=til)


def changes(effect: Effect) -> list[tuple[str, str, str]]:
    """(field, before, after) of what an effect changes."""
    names = [name for name in effect.after if name in FELT]
    return [(FELT[name], value(name, effect.before.get(name)), value(name, effect.after[name])) for name in names]


def receipt(read_back: Mapping[str, Any]) -> str:
    """What was read back after the act."""
    said = [f"{FELT[name]} {value(name, shown)}" for name, shown in read_back.items() if name in FELT]
    return ", ".join(said)


def value(name: str, shown: object) -> str:
    if shown is None:
        return "–"
    if name in IN_OERE and isinstance(shown, int):
        return kroner(shown)
    if isinstance(shown, str) and _ISO_DAY.fullmatch(shown):
        return dag(shown)
    return str(shown)


def told(action: str, detail: Mapping[str, Any]) -> str:
    """The rest of what an event tells."""
    out = []
    if action == "postpone":
        out.append(f"til {dag(detail['until'])}")
    if "beslutning" in detail:
        out.append(", ".join([detail["beslutning"], *(f"{name}: {text}" for name, text in detail["data"].items())]))
    if "how" in detail:
        out.append(BY_HAND.get(detail["how"], detail["how"]))
    if detail.get("reference"):
        out.append(f"referanse {detail['reference']}")
    for key, happened in detail.get("happened", {}).items():
        out.append(f"{key}: {'gjort' if happened else 'ikke gjort'}")
    if detail.get("result"):
        out.append(result(detail["result"]))
    return "; ".join(out)


def person(name: str, role: str) -> str:
    """Who did it, as a history shows it."""
    return "Roboten" if role == MACHINE.role else f"{name} ({role})"
