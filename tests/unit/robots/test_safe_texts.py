"""What the pictures of PAX and Procasso show: every kravnr and saksnr of a population, and nothing of its people."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from robots.masking import Safe
from robots.pax.safe import SAFE as PAX
from robots.procasso.safe import SAFE as PROCASSO

LITEN = Path(__file__).parents[2] / "population" / "liten"
SYSTEMS = pytest.mark.parametrize(("system", "safe"), [("PAX", PAX), ("PROCASSO", PROCASSO)])


def rows(name: str) -> list[dict[str, str]]:
    with (LITEN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_shown(safe: Safe, text: str, *names: str) -> bool:
    """Where the page gives it one of these names."""
    patterns = [*safe.patterns, *(pattern for name, pattern in safe.named if name in names)]
    return text in safe.labels or any(re.fullmatch(pattern, text) for pattern in patterns)


def personal() -> Iterator[str]:
    for person in rows("personer"):
        nr, names = person["foedselsnummer"], [person["fornavn"], person["etternavn"]]
        yield from (nr, f"{nr[:6]} {nr[6:]}", f"{nr[:6]}-{nr[6:]}", person["foedselsdato"])
        yield from (*names, " ".join(names), ", ".join(reversed(names)), *" ".join(names).split())
        place = f"{person['postnummer']} {person['poststed']}"
        yield from (person["adresse"], place, f"{person['adresse']}, {place}", person["poststed"])
        yield from (person["epost"], person["mobil"], person["mobil"].removeprefix("+47"))
    for enhet in rows("enheter"):
        yield from (enhet["organisasjonsnummer"], enhet["navn"], *enhet["navn"].split())
    for krav in rows("krav"):
        mark = krav["kjennemerke"]
        yield from (krav["kid"], mark, f"{mark[:2]} {mark[2:]}")


@SYSTEMS
def test_every_kravnr_and_saksnr_is_shown(system: str, safe: Safe) -> None:
    krav = [ett for ett in rows("krav") if ett["fagsystem"] == system]
    assert krav
    assert not [ett["kravnr"] for ett in krav if not is_shown(safe, ett["kravnr"])]
    for name in ("Saksnr", "Saksnr:"):
        assert not [ett["saksnr"] for ett in krav if not is_shown(safe, ett["saksnr"], name)]


@SYSTEMS
def test_nothing_of_a_person_is_shown_even_where_the_page_says_saksnr(system: str, safe: Safe) -> None:
    texts = {text for text in personal() if text.strip()}
    assert len(texts) > 1000
    assert not {text for text in texts if is_shown(safe, text, "Saksnr", "Saksnr:")}


@SYSTEMS
@pytest.mark.parametrize(
    "text", ["H0103", "0171", "018173", "28004", "157A", "5", "22 86 12 34", "91234567", "DP19828"]
)
def test_pieces_of_addresses_and_numbers_are_not_shown(system: str, safe: Safe, text: str) -> None:
    """A page may give each of them a place of its own."""
    assert not is_shown(safe, text)


@pytest.mark.parametrize(
    ("safe", "before", "after"),
    [
        (PAX, "Krav ", ""),
        (PAX, "Sak ", ""),
        (PAX, "Slå sammen krav med sak ", ""),
        (PAX, "2 krav slått sammen med sak ", " kl. 09:05:59"),
        (PAX, "Krav ", " avskrevet med årsak Foreldet kl. 09:05:59"),
        (PROCASSO, "Saksflyt for krav ", " er satt til Ordinær fra 01.12.2026 kl. 09:05:59"),
        (PROCASSO, "Endre saksflyt for krav ", ""),
    ],
)
def test_a_message_is_shown_with_a_number_in_it_and_not_with_a_name(safe: Safe, before: str, after: str) -> None:
    numbers = ["PX0000001", "PC0000001", "74388"]
    assert any(is_shown(safe, f"{before}{number}{after}") for number in numbers)
    assert not [text for text in ("Hansen", "HANSEN", "DP19828") if is_shown(safe, f"{before}{text}{after}")]
