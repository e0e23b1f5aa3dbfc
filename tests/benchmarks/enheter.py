"""A bulk file of 1,000,000 units read one unit at a time and joined with 120,000 customers, in a process of its own."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connectors.enhetsregisteret.bulk import find_enheter
from tests.benchmarks.memory import highest_mb

UNITS = 1_000_000
CUSTOMERS = 120_000
FIRST = 200_000_000
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Joined:
    rows_per_second: float
    """Of CPU time: other work on the machine does not count."""
    megabytes: float
    """The highest resident memory of the process, Python and the libraries with it."""
    packed: float
    """The size of the file, in MB."""


def measure() -> Joined:
    """Raises AssertionError when a customer is missing."""
    with tempfile.TemporaryDirectory(prefix="kraftverk-bench-") as folder:
        path = Path(folder) / "enheter.json.gz"
        _write(path)
        command = [sys.executable, "-m", "tests.benchmarks.enheter", str(path)]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        seconds, megabytes = map(float, said.split())
        return Joined(UNITS / seconds, megabytes, path.stat().st_size / 1e6)


def _write(path: Path) -> None:
    """Units of the size the register's own have, about 1.7 kB each. One in fifty is bankrupt."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write("[")
        for place, unit in enumerate(_units()):
            file.write(f"{',' if place else ''}{unit}")
        file.write("]")


def _units() -> Iterator[str]:
    api = "https://data.brreg.no/enhetsregisteret/api"
    address = {
        "land": "Norge",
        "landkode": "NO",
        "postnummer": "0155",
        "poststed": "OSLO",
        "adresse": ["Storgata 1", None],
        "kommune": "OSLO",
        "kommunenummer": "0301",
    }
    body = {
        "navn": "EKSEMPEL EIENDOM AS",
        "organisasjonsform": {
            "kode": "AS",
            "beskrivelse": "Aksjeselskap",
            "_links": {"self": {"href": f"{api}/organisasjonsformer/AS"}},
        },
        "registreringsdatoEnhetsregisteret": "2014-05-06",
        "registrertIMvaregisteret": True,
        "naeringskode1": {"kode": "68.209", "beskrivelse": "Utleie av egen eller leid fast eiendom ellers"},
        "antallAnsatte": 4,
        "harRegistrertAntallAnsatte": True,
        "forretningsadresse": address,
        "postadresse": address,
        "stiftelsesdato": "2014-04-01",
        "institusjonellSektorkode": {"kode": "2100", "beskrivelse": "Private aksjeselskaper mv."},
        "registrertIForetaksregisteret": True,
        "registrertIStiftelsesregisteret": False,
        "registrertIFrivillighetsregisteret": False,
        "sisteInnsendteAarsregnskap": "2025",
        "konkurs": False,
        "underAvvikling": False,
        "underTvangsavviklingEllerTvangsopplosning": False,
        "maalform": "Bokmål",
        "vedtektsfestetFormaal": ["Kjøp, salg og utleie av fast eiendom og det som naturlig hører med til dette."],
        "aktivitet": ["Kjøp, salg og utleie av fast eiendom og det som naturlig hører med til dette."],
        "kapital": {"belop": 30000.00, "antallAksjer": 100, "type": "Aksjekapital", "valuta": "NOK"},
        "paategninger": [],
        "respons_klasse": "Enhet",
    }
    alive, bankrupt = (
        json.dumps(body | more, ensure_ascii=False) for more in ({}, {"konkurs": True, "konkursdato": "2026-11-09"})
    )
    for number in range(FIRST, FIRST + UNITS):
        rest = bankrupt if number % 50 == 0 else alive
        own = hashlib.sha256(str(number).encode()).hexdigest()  # as real ones, no two are alike
        yield f'{{"organisasjonsnummer": "{number}", "hjemmeside": "{own}.example", {rest[1:]}'


def main() -> None:
    """CPU seconds and highest resident megabytes of one join of the file named."""
    customers = [str(FIRST + 8 * place) for place in range(CUSTOMERS)]
    start = time.process_time()
    found = find_enheter(Path(sys.argv[1]), customers)
    seconds = time.process_time() - start
    assert len(found) == CUSTOMERS
    # getrusage would tell of the process that started this one, too: its memory counts until the program is loaded
    sys.stdout.write(f"{seconds} {highest_mb(os.getpid())}\n")


if __name__ == "__main__":
    main()
