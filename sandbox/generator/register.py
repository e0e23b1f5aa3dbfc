"""Who owes: persons, units and their vehicles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from random import Random

from sandbox.generator.days import days_before
from sandbox.generator.numbers import NumberMaker
from sandbox.population import Row

FORNAVN = (
    "Aisha", "Anders", "Astrid", "Bjørn", "Camilla", "Daniel", "Elif", "Emil", "Farah", "Frode", "Guro", "Hanna",
    "Ingrid", "Ivar", "Jasmin", "Jonas", "Kari", "Lars", "Leila", "Magnus", "Maria", "Nina", "Olav", "Omar", "Petter",
    "Ragnhild", "Sara", "Sofie", "Tariq", "Tor", "Unni", "Vegard", "Yusuf", "Åse",
)  # fmt: skip
ETTERNAVN = (
    "Ahmed", "Andersen", "Berg", "Bakken", "Dahl", "Eriksen", "Fjeld", "Hagen", "Hansen", "Hussain", "Iversen",
    "Johansen", "Kaya", "Khan", "Larsen", "Lie", "Moen", "Nguyen", "Nilsen", "Næss", "Olsen", "Pedersen", "Sørli",
    "Solberg", "Strand", "Tangen", "Vik", "Ødegård",
)  # fmt: skip
GATER = ("Storgata", "Kirkeveien", "Ringveien", "Skolegata", "Bjerkealléen", "Åsveien", "Elveløkka", "Nedre gate")
POSTNUMRE = ("0155", "0178", "0254", "0368", "0474", "0560", "0657", "0764", "0871", "0975", "1086", "1182", "1284")
VIRKSOMHETER = ("Bygg", "Transport", "Renhold", "Eiendom", "Rør", "Kafé", "Elektro", "Frisør")
PLATES = ("BT", "DN", "EB", "EK", "EL", "FV", "SU")
GRADERINGER = ("fortrolig", "fortrolig", "strengtFortrolig", "klientadresse")


class Register:
    """The rows of personer.csv, enheter.csv and kjoretoy.csv as they come into being."""

    def __init__(self, rng: Random, as_of: date) -> None:
        self._rng = rng
        self._as_of = as_of
        self._numbers = NumberMaker(rng)
        self._plates: dict[str, str] = {}
        self.personer: list[Row] = []
        self.enheter: list[Row] = []
        self.kjoretoy: list[Row] = []

    def adult(self, **cells: str) -> str:
        """A person of 24 to 80 years, so of age at every krav not yet foreldet; `cells` differ from the ordinary."""
        return self.person(self._born(24, 80), cells, d_number=self._rng.random() < 0.02)

    def elder(self) -> str:
        """A person of 50 to 80 years, of age also when a krav with a dom arose."""
        return self.person(self._born(50, 80), {})

    def protected(self) -> str:
        """An adult whose address is not for everybody."""
        return self.adult(gradering=self._rng.choice(GRADERINGER))

    def dead(self) -> str:
        return self.adult(status="doed", doedsdato=self.days_ago(self._rng.randint(20, 900)))

    def dead_and_protected(self) -> str:
        return self.adult(status="doed", doedsdato=self.days_ago(400), gradering="fortrolig")

    def undated(self) -> str:
        """An adult of whom Folkeregisteret has no birth date."""
        return self.adult(foedselsdato="")

    def minor(self, **cells: str) -> str:
        """A person of 10 to 17 years with one or two guardians."""
        guardians = [self.adult() for _ in range(self._rng.choice((1, 2, 2)))]
        return self.person(self._born(10, 17), {"foreldreansvar": ";".join(guardians), **cells})

    def unit(self, form: str, status: str = "aktiv", innehaver: str = "") -> str:
        """A unit; one that is not aktiv became so in the last two years."""
        number = self._numbers.organisasjonsnummer()
        since = "" if status == "aktiv" else self.days_ago(self._rng.randint(5, 700))
        name = f"{self._rng.choice(ETTERNAVN)} {self._rng.choice(VIRKSOMHETER)} {form}"
        cells = (number, name, form, status, since, innehaver)
        columns = ("organisasjonsnummer", "navn", "organisasjonsform", "status", "statusdato", "innehaver")
        self.enheter.append(dict(zip(columns, cells, strict=True)))
        return number

    def stranger(self) -> str:
        """A number with right check digits that no register knows."""
        return self._numbers.foedselsnummer(self._born(20, 80))

    def misspelt(self) -> str:
        """A number with a wrong check digit."""
        return self._numbers.broken(self.stranger())

    def vehicle_of(self, owner: str) -> str:
        """The number plate of the owner's car."""
        if owner not in self._plates:
            serial, letters = divmod(len(self._plates), len(PLATES))
            self._plates[owner] = f"{PLATES[letters]}{10_000 + serial % 90_000}"
            since = self.days_ago(self._rng.randint(2500, 4000))
            self.kjoretoy.append({"kjennemerke": self._plates[owner], "eier": owner, "fra": since, "til": ""})
        return self._plates[owner]

    def person(self, born: date, cells: Mapping[str, str], *, d_number: bool = False) -> str:
        """A person in Folkeregisteret; `cells` differ from the ordinary."""
        rng = self._rng
        number = self._numbers.foedselsnummer(born, d_number=d_number)
        has_mobile = rng.random() < 0.7
        row = {
            "foedselsnummer": number,
            "fornavn": rng.choice(FORNAVN),
            "etternavn": rng.choice(ETTERNAVN),
            "foedselsdato": born.isoformat(),
            "status": "bosatt",
            "doedsdato": "",
            "gradering": "ugradert",
            "adresse": f"{rng.choice(GATER)} {rng.randint(1, 160)}{rng.choice(('', '', 'A', 'B'))}",
            "postnummer": rng.choice(POSTNUMRE),
            "poststed": "OSLO",
            "mobil": f"+4700{rng.randint(0, 999_999):06}" if has_mobile else "",
            "mobil_verifisert": self.days_ago(rng.randint(1, 900)) if has_mobile else "",
            "epost": "",
            "reservert": "JA" if rng.random() < 0.06 else "NEI",
            "foreldreansvar": "",
            "verge": "",
            "arbeidsgiver": "",
        }
        self.personer.append({**row, **cells})
        return number

    def days_ago(self, days: int) -> str:
        return days_before(self._as_of, days).isoformat()

    def _born(self, youngest: int, oldest: int) -> date:
        """A birth date of somebody between so many years."""
        return days_before(self._as_of, self._rng.randint(youngest * 366, oldest * 365))
