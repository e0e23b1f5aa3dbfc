"""What a krav may be: which kravtyper the systems hold, who is the fordringshaver, and which steg it goes through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

GEBYR_STEG = ("FORFALT", "VARSEL", "UTLEGG")
OTHER_STEG = ("PURRING", "LETT", "TUNGT", "FORLIK")
PROCASSO_KRAV = (
    ("KOMMUNALE_AVGIFTER", "VAV"),
    ("EIENDOMSSKATT", "KEM"),
    ("BARNEHAGE", "BYDEL03"),
    ("SFO", "BYDEL11"),
    ("HUSLEIE", "BOLIGBYGG"),
    ("PIGGDEKKGEBYR", "BYM"),
    ("PARKERINGSGEBYR", "BYM"),
    ("KONTROLLSANKSJON", "BYM"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a krav is: krav of one debtor and one kind belong in one case. `first` and `last`: when it may be ilagt."""

    fagsystem: str
    kravtype: str
    fordringshaver: str
    steg: str
    first: date
    last: date


def steg_of(kravtype: str) -> tuple[str, ...]:
    return GEBYR_STEG if kravtype in ("PARKERINGSGEBYR", "PIGGDEKKGEBYR") else OTHER_STEG
