"""Krav to test with, and whole populations read straight from their CSV files."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.oere import parse_oere
from domain.satser import Satser
from domain.skyldner import Enhet, Enhetsstatus, Person
from flows.satser import load_satser

settings.register_profile("no clock", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("no clock")

ROT = Path(__file__).parents[3]
DELT = Path(os.environ.get("KRAFTVERK_SHARED", ROT.parent / "shared"))
LITEN = ROT / "tests" / "population" / "liten"
MIDDELS = DELT / "population" / "middels"
UKE = DELT / "population" / "liten-uke"
Rad = dict[str, str]


def les_csv(fil: Path) -> list[Rad]:
    with fil.open(encoding="utf-8", newline="") as aapen:
        return list(csv.DictReader(aapen))


@pytest.fixture(scope="session")
def satser() -> Satser:
    """The product's own table of rates."""
    return load_satser()


@pytest.fixture(scope="session")
def lag_krav() -> Callable[..., Krav]:
    """An ordinary open parkeringsgebyr in PAX, with the columns a test cares about changed."""

    def lag(kravnr: str = "PX1000001", **endret: Any) -> Krav:
        vanlig: dict[str, Any] = {
            "kravtype": Kravtype.PARKERINGSGEBYR,
            "fagsystem": Fagsystem.PAX,
            "fordringshaver": "BYM",
            "skyldner": "12848547962",
            "kjennemerke": "AB11387",
            "ilagt_tidspunkt": datetime(2024, 6, 3, 12, 0, tzinfo=UTC),
            "forfall": date(2024, 6, 24),
            "hovedstol": 135000,
            "kostnader": 0,
            "renter": 0,
            "saksnr": "10034",
            "steg": "VARSEL",
            "tilstand": Tilstand.AAPEN,
            "saksflyt": Saksflyt.ORDINAER,
            "kid": "01743908251",
        }
        return Krav(kravnr=kravnr, **(vanlig | endret))

    return lag


@dataclass(frozen=True)
class Verden:
    """A population with the answers that belong to it."""

    mappe: Path
    as_of: date
    krav: dict[str, Krav]
    uttrekk: list[Krav]
    hendelser: dict[str, list[Hendelse]]
    personer: dict[str, Person]
    enheter: dict[str, Enhet]
    innehavere: dict[str, Person]

    def skyldner(self, krav: Krav) -> Person | Enhet | None:
        return self.personer.get(krav.skyldner) or self.enheter.get(krav.skyldner)

    def innehaver(self, krav: Krav) -> Person | None:
        return self.innehavere.get(krav.skyldner)

    def forventet(self, navn: str) -> list[Rad]:
        return les_csv(self.mappe / "forventet" / f"{navn}.csv")

    def antall_vernet(self, automasjon: str) -> int:
        antall = {rad["automation"]: int(rad["antall"]) for rad in self.forventet("protected")}
        return antall.get(automasjon, 0)


@dataclass
class Tabeller:
    """The rows of a population by their key, as in its files."""

    personer: dict[str, Rad]
    enheter: dict[str, Rad]
    krav: dict[str, Rad]
    hendelser: list[Rad]

    @classmethod
    def les(cls, mappe: Path) -> Tabeller:
        return cls(
            personer=_etter_noekkel(mappe / "personer.csv"),
            enheter=_etter_noekkel(mappe / "enheter.csv"),
            krav=_etter_noekkel(mappe / "krav.csv"),
            hendelser=les_csv(mappe / "hendelser.csv"),
        )

    def endre(self, mappe: Path) -> None:
        """What the outside world did on a day of the moving world."""
        for endring in les_csv(mappe / "changes.csv"):
            navn, noekkel = endring["file"].removesuffix(".csv"), endring["key"]
            if endring["column"]:
                getattr(self, navn)[noekkel][endring["column"]] = endring["value"]
            elif navn == "hendelser":
                self.hendelser.append(json.loads(endring["value"]))
            elif navn != "kjoretoy":
                getattr(self, navn)[noekkel] = json.loads(endring["value"])

    def verden(self, mappe: Path) -> Verden:
        """The world of these rows, with the date, the extract and the answers of `mappe`."""
        personer = {nummer: _person(rad) for nummer, rad in self.personer.items()}
        hendelser: defaultdict[str, list[Hendelse]] = defaultdict(list)
        for rad in self.hendelser:
            hendelser[rad["kravnr"]].append(_hendelse(rad))
        return Verden(
            mappe=mappe,
            as_of=date.fromisoformat(json.loads((mappe / "population.json").read_text(encoding="utf-8"))["as_of"]),
            krav={nr: _krav(rad) for nr, rad in self.krav.items()},
            uttrekk=[_krav(rad) for rad in les_csv(mappe / "pax_uttrekk.csv")],
            hendelser=dict(hendelser),
            personer=personer,
            enheter={nummer: _enhet(rad) for nummer, rad in self.enheter.items()},
            innehavere={nr: personer[rad["innehaver"]] for nr, rad in self.enheter.items() if rad["innehaver"]},
        )


def _dag(nummer: int) -> Verden:
    """A day of the moving world: the night before did what its answers say, then the outside world moved on."""
    tabeller = Tabeller.les(LITEN)
    foer = LITEN
    for dag in range(1, nummer + 1):
        tabeller.krav = _etter_noekkel(foer / "forventet" / "krav.csv")
        foer = UKE / f"day-{dag}"
        tabeller.endre(foer)
    return tabeller.verden(foer)


def _verdener() -> list[Any]:
    """The population of this repository, and the larger and the moving one where the shared folder is at hand."""
    verdener = [pytest.param(lambda: Tabeller.les(LITEN).verden(LITEN), id="liten")]
    if DELT.exists():
        merke = pytest.mark.needs_shared
        verdener.append(pytest.param(lambda: Tabeller.les(MIDDELS).verden(MIDDELS), id="middels", marks=merke))
        verdener += [pytest.param(partial(_dag, nr), id=f"day-{nr}", marks=merke) for nr in range(1, 8)]
    return verdener


@pytest.fixture(scope="session", params=_verdener())
def verden(request: pytest.FixtureRequest) -> Verden:
    lag: Callable[[], Verden] = request.param
    return lag()


def _etter_noekkel(fil: Path) -> dict[str, Rad]:
    """The rows by the first column, which is the key of each of these files."""
    return {next(iter(rad.values())): rad for rad in les_csv(fil)}


def _dato(tekst: str) -> date | None:
    return date.fromisoformat(tekst) if tekst else None


def _krav(rad: Rad) -> Krav:
    return Krav(
        kravnr=rad["kravnr"],
        kravtype=Kravtype(rad["kravtype"]),
        fagsystem=Fagsystem(rad["fagsystem"]),
        fordringshaver=rad["fordringshaver"],
        skyldner=rad["skyldner"],
        kjennemerke=rad["kjennemerke"] or None,
        ilagt_tidspunkt=datetime.fromisoformat(rad["ilagt_tidspunkt"]),
        forfall=date.fromisoformat(rad["forfall"]),
        hovedstol=parse_oere(rad["hovedstol"]),
        kostnader=parse_oere(rad["kostnader"]),
        renter=parse_oere(rad["renter"]),
        saksnr=rad["saksnr"],
        steg=rad["steg"],
        tilstand=Tilstand(rad["tilstand"]),
        saksflyt=Saksflyt(rad["saksflyt"]),
        kid=rad["kid"],
        opprinnelig_forfall=_dato(rad["opprinnelig_forfall"]),
        renter_beregnet_til=_dato(rad["renter_beregnet_til"]),
    )


def _hendelse(rad: Rad) -> Hendelse:
    beloep = parse_oere(rad["beloep"]) if rad["beloep"] else None
    return Hendelse(rad["kravnr"], date.fromisoformat(rad["dato"]), rad["hendelse"], beloep)


def _person(rad: Rad) -> Person:
    return Person(
        foedselsnummer=rad["foedselsnummer"],
        foedselsdato=_dato(rad["foedselsdato"]),
        doed=rad["status"] == "doed",
        gradering=rad["gradering"],
        status=rad["status"],
        foreldreansvar=tuple(rad["foreldreansvar"].split(";")) if rad["foreldreansvar"] else (),
        har_verge=bool(rad["verge"]),
    )


def _enhet(rad: Rad) -> Enhet:
    """As Enhetsregisteret answers: of a fjernet enhet it no longer tells the form."""
    status = Enhetsstatus(rad["status"])
    form = None if status is Enhetsstatus.FJERNET else rad["organisasjonsform"]
    return Enhet(rad["organisasjonsnummer"], form, status)
