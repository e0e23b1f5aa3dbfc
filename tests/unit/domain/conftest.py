"""Krav to test with, and whole populations read straight from their CSV files."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.krav import Fagsystem, Hendelse, Krav, Kravtype, Saksflyt, Tilstand
from domain.oere import parse_oere
from domain.satser import Satser
from domain.skyldner import Enhet, Enhetsstatus, Person
from flows.satser import load_satser

ROT = Path(__file__).parents[3]
DELT = Path(os.environ.get("KRAFTVERK_SHARED", ROT.parent / "shared"))
LITEN = ROT / "tests" / "population" / "liten"
MIDDELS = DELT / "population" / "middels"


def les_csv(fil: Path) -> list[dict[str, str]]:
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

    def forventet(self, navn: str) -> list[dict[str, str]]:
        return les_csv(self.mappe / "forventet" / f"{navn}.csv")

    def antall_vernet(self, automasjon: str) -> int:
        antall = {rad["automation"]: int(rad["antall"]) for rad in self.forventet("protected")}
        return antall.get(automasjon, 0)


def _mapper() -> list[Any]:
    """The population of this repository, and the larger one where the shared folder is at hand."""
    liten = pytest.param(LITEN, id="liten")
    middels = pytest.param(MIDDELS, id="middels", marks=pytest.mark.needs_shared)
    return [liten, middels] if MIDDELS.exists() else [liten]


@pytest.fixture(scope="session", params=_mapper())
def verden(request: pytest.FixtureRequest) -> Verden:
    mappe: Path = request.param
    personer = {rad["foedselsnummer"]: _person(rad) for rad in les_csv(mappe / "personer.csv")}
    enheter = les_csv(mappe / "enheter.csv")
    hendelser: defaultdict[str, list[Hendelse]] = defaultdict(list)
    for rad in les_csv(mappe / "hendelser.csv"):
        hendelser[rad["kravnr"]].append(_hendelse(rad))
    return Verden(
        mappe=mappe,
        as_of=date.fromisoformat(json.loads((mappe / "population.json").read_text(encoding="utf-8"))["as_of"]),
        krav={rad["kravnr"]: _krav(rad) for rad in les_csv(mappe / "krav.csv")},
        uttrekk=[_krav(rad) for rad in les_csv(mappe / "pax_uttrekk.csv")],
        hendelser=dict(hendelser),
        personer=personer,
        enheter={rad["organisasjonsnummer"]: _enhet(rad) for rad in enheter},
        innehavere={rad["organisasjonsnummer"]: personer[rad["innehaver"]] for rad in enheter if rad["innehaver"]},
    )


def _dato(tekst: str) -> date | None:
    return date.fromisoformat(tekst) if tekst else None


def _krav(rad: dict[str, str]) -> Krav:
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


def _hendelse(rad: dict[str, str]) -> Hendelse:
    beloep = parse_oere(rad["beloep"]) if rad["beloep"] else None
    return Hendelse(rad["kravnr"], date.fromisoformat(rad["dato"]), rad["hendelse"], beloep)


def _person(rad: dict[str, str]) -> Person:
    return Person(
        foedselsnummer=rad["foedselsnummer"],
        foedselsdato=_dato(rad["foedselsdato"]),
        doed=rad["status"] == "doed",
        gradering=rad["gradering"],
        status=rad["status"],
        foreldreansvar=tuple(rad["foreldreansvar"].split(";")) if rad["foreldreansvar"] else (),
        har_verge=bool(rad["verge"]),
    )


def _enhet(rad: dict[str, str]) -> Enhet:
    """As Enhetsregisteret answers: of a fjernet enhet it no longer tells the form."""
    status = Enhetsstatus(rad["status"])
    form = None if status is Enhetsstatus.FJERNET else rad["organisasjonsform"]
    return Enhet(rad["organisasjonsnummer"], form, status)
