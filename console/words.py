"""What people read for the hub's own words: kinds, states, steps, acts, dates."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.kalender import OSLO

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
RESULTS = {
    "MERGED": "Slått sammen",
    "NOTHING_TO_DO": "Ingenting å gjøre",
    "PROPOSE_WRITE_OFF": "Avskrevet som foreldet",
}
"""Results that are not clear in their own words; others are shown as they are."""
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


def act(action: str, actor_role: str | None = None) -> str:
    if action == "retry" and actor_role not in (None, "maskin"):
        return "Lagt i kø igjen"
    return ACTS.get(action, action)


def result(word: str) -> str:
    return RESULTS.get(word, word)


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
