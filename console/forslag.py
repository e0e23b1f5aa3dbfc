"""A proposal of improvement as its pages show it: the form it is written in, and what was measured after it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy.engine import Connection

from console.office import Office
from console.visitor import Form
from console.words import instant
from domain.gevinst import maalt_gevinst
from hub.improvement import Improvement, Status
from hub.storage import completed
from hub.storage.improvements import Proposal, Version

YEAR = 365
DAYS_TO_KNOW = 28
"""So long must it have been in use before a year is reckoned from what was measured."""
NAMES = {
    "tittel": "Forslag",
    "beskrivelse": "Hva går det ut på?",
    "kan_fjernes": "Kan steget fjernes?",
    "saker": "Saker i året",
    "minutter": "Minutter for hver sak",
    "andel": "Andel som kan automatiseres (prosent)",
    "sikkerhet": "Hvor sikre tallene er (prosent)",
    "innsats": "Innsats for å lage det (timer)",
    "drift": "Drift i året (timer)",
    "kvalitet": "Gevinst i kvalitet",
    "risiko": "Risiko",
    "status": "Status",
    "automation": "Rutine",
}
STATUSES = {
    Status.FORESLAATT: "Foreslått",
    Status.VURDERES: "Vurderes",
    Status.BYGGES: "Bygges",
    Status.I_DRIFT: "I drift",
    Status.AVVIST: "Avvist",
}
LONGEST_TITLE, LONGEST_TEXT = 120, 2000


@dataclass(frozen=True, slots=True)
class Maalt:
    """What the linked automation has done since the proposal came into use."""

    siden: date
    fullfoert: int
    timer: float | None
    """None: nobody has measured what a person used."""
    i_aaret: float | None
    """Hours at this pace; None while it is too soon to say."""


class Unusable(Exception):
    """The form cannot be used: field -> what is wrong with it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = errors


def read_form(form: Form, office: Office) -> Improvement:
    """What was written. Raises Unusable."""
    errors: dict[str, str] = {}

    def take(name: str, read: Callable[[str], object]) -> object:
        try:
            return read(form.text(name))
        except ValueError as error:
            errors[name] = str(error)
            return None

    def text(longest: int, *, needed: bool = False) -> Callable[[str], str]:
        return lambda written: _text(written, longest, needed)

    def number(least: float, most: float, *, whole: bool = False) -> Callable[[str], float]:
        return lambda written: _number(written, least, most, whole)

    def automation(written: str) -> str | None:
        if written and written not in office.automations:
            raise ValueError("Velg en av rutinene, eller ingen.")
        return written or None

    values = {
        "tittel": take("tittel", text(LONGEST_TITLE, needed=True)),
        **{name: take(name, text(LONGEST_TEXT)) for name in ("beskrivelse", "kan_fjernes", "kvalitet", "risiko")},
        "saker": take("saker", number(0, 10_000_000, whole=True)),
        "minutter": take("minutter", number(0, 10_000)),
        "andel": take("andel", number(0, 100, whole=True)),
        "sikkerhet": take("sikkerhet", number(0, 100, whole=True)),
        "innsats": take("innsats", number(1, 100_000)),
        "drift": take("drift", number(0, 100_000)),
        "status": take("status", _status),
        "automation": take("automation", automation),
    }
    if errors:
        raise Unusable({name: errors[name] for name in NAMES if name in errors})
    return Improvement(**values)  # type: ignore[arg-type]


def written(content: Improvement) -> dict[str, str]:
    """The fields as somebody would write them."""
    return {field.name: shown(getattr(content, field.name)) for field in fields(content)}


def shown(value: object) -> str:
    if isinstance(value, Status):
        return value.value
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return "" if value is None else str(value)


def changes(before: Version | None, after: Version, office: Office) -> list[tuple[str, str, str]]:
    """(field, before, after) of what a version changed; nothing of the first, which is the proposal as it was made."""
    if before is None:
        return []
    old, new = written(before.content), written(after.content)
    return [
        (name, _in_words(key, old[key], office), _in_words(key, new[key], office))
        for key, name in NAMES.items()
        if old[key] != new[key]
    ]


def measure(c: Connection, proposal: Proposal, office: Office) -> Maalt | None:
    """None while it is not in use, or no automation of ours carries it out."""
    since, automation = proposal.live_since, proposal.now.automation
    if since is None or automation is None or automation not in office.automations:
        return None
    day = instant(since).date()
    count = completed.count_since(c, automation, day)
    hours = maalt_gevinst(count, office.automations[automation].manual_minutes)
    days = (office.today() - day).days + 1
    return Maalt(day, count, hours, None if hours is None or days < DAYS_TO_KNOW else hours * YEAR / days)


def _in_words(name: str, value: str, office: Office) -> str:
    if name == "status":
        return STATUSES[Status(value)]
    if name == "automation" and value:
        return office.tittel(value)
    return value or "–"


def _text(written: str, longest: int, needed: bool) -> str:
    if needed and not written:
        raise ValueError("Skriv hva forslaget heter.")
    if len(written) > longest:
        raise ValueError(f"Skriv høyst {longest} tegn.")
    return written


def _number(written: str, least: float, most: float, whole: bool) -> float:
    bounds = f"Skriv {'et helt tall' if whole else 'et tall'} fra {least} til {most}."
    try:
        value = float("".join(written.split()).replace(",", "."))
    except ValueError:
        raise ValueError(bounds) from None
    if not least <= value <= most or (whole and not value.is_integer()):
        raise ValueError(bounds)
    return int(value) if whole else value


def _status(written: str) -> Status:
    try:
        return Status(written)
    except ValueError:
        raise ValueError("Velg en status.") from None
