"""Grunnboken's objects in the order of its schema: enheter, retter, andeler and persons. Ids are words of its own."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.eiendom import Register, id_of, parts_of
from sandbox.grunnboken.names import PREFIXES
from sandbox.population import Row
from sandbox.soap import Builder, Element

make = Builder(PREFIXES)
EIENDOMSRETT = "1"
KINDS = {"Grunneiendom": "Matrikkelenhet", "Festegrunn": "Festegrunn", "Seksjon": "Seksjon"}
"""Grunnboken has no word of its own for a grunneiendom."""
PAA = {"Festegrunn": "r:festetPaaIds", "Seksjon": "r:seksjonertPaaIds"}


def id_element(name: str, kind: str, value: str) -> Element:
    return make(name, make("b:value", value), kind=kind)


def enhet_id(matrikkelnummer: str) -> str:
    return f"E{id_of(matrikkelnummer)}"


def rett_id(matrikkelnummer: str) -> str:
    return f"R{id_of(matrikkelnummer)}"


def andel_id(eierforhold: str) -> str:
    return f"A{id_of(eierforhold)}"


def person_id(nummer: str) -> str:
    return f"P{id_of(nummer)}"


def enhet_kind(row: Row) -> str:
    return KINDS[row["type"]]


def person_kind(nummer: str) -> str:
    return "JuridiskPerson" if len(nummer) == 9 else "FysiskPerson"


def everything(register: Register) -> Iterator[tuple[str, Element]]:
    """Every object of the register, with its id, as an item of a list."""
    for row in register.eiendommer():
        nummer = row["matrikkelnummer"]
        yield enhet_id(nummer), _enhet(row)
        yield rett_id(nummer), _rett(row)
        for each in register.eierforhold(nummer):
            if each["tinglyst"] == "JA":
                yield andel_id(each["eierforhold"]), _andel(each, register)
    for nummer in sorted(register.eiere()):
        yield person_id(nummer), _person(nummer)


def _enhet(row: Row) -> Element:
    kommune, gnr, bnr, fnr, snr = parts_of(row["matrikkelnummer"])
    kind = enhet_kind(row)
    paa = [make(PAA[kind])] if kind in PAA else []
    return make(
        "b:item",
        id_element("b:id", f"r:{kind}Id", enhet_id(row["matrikkelnummer"])),
        *_history("2010-01-04"),
        make("r:utgaatt", "true" if row["utgaatt"] == "JA" else "false"),
        *make.nil("r:omnummerertTilId"),
        make("r:kommuneId", make("b:value", f"K{kommune}")),
        make("r:gaardsnummer", gnr),
        make("r:bruksnummer", bnr),
        make("r:festenummer", fnr),
        make("r:seksjonsnummer", snr),
        *(make(f"r:{name}", "true" if name == "tinglyst" else "false") for name in _FLAGS),
        *paa,
        kind=f"r:{kind}",
    )


_FLAGS = (
    "tinglyst",
    "jordsameie",
    "beregnetErSeksjonert",
    "beregnetHarAktiveFestegrunner",
    "registrertITidligereSystem",
)


def _rett(row: Row) -> Element:
    nummer = row["matrikkelnummer"]
    return make(
        "b:item",
        id_element("b:id", "r:RegisterenhetsrettId", rett_id(nummer)),
        *_history("2010-01-04"),
        id_element("r:registerenhetId", f"r:{enhet_kind(row)}Id", enhet_id(nummer)),
        make("r:registerenhetsrettstypeId", make("b:value", EIENDOMSRETT)),
        kind="r:Registerenhetsrett",
    )


def _andel(row: Row, register: Register) -> Element:
    """Also one that has ended: it is historisk, and still there."""
    nummer = row["eier"]
    person = [id_element("r:rettighetshaverId", f"p:{person_kind(nummer)}Id", person_id(nummer))] if nummer else []
    real = [*make.nil("r:realkobletTilId")] if nummer else [id_element("r:realkobletTilId", "r:MatrikkelenhetId", "E1")]
    return make(
        "b:item",
        id_element("b:id", "r:RegisterenhetsrettsandelId", andel_id(row["eierforhold"])),
        *_history(row["fra"]),
        make("r:teller", row["teller"]),
        make("r:nevner", row["nevner"]),
        make("r:historisk", "true" if register.is_ended(row) else "false"),
        make("r:loepenummer", "1"),
        *(person or make.nil("r:rettighetshaverId")),
        *real,
        id_element("r:registerenhetsrettId", "r:RegisterenhetsrettId", rett_id(row["matrikkelnummer"])),
        kind="r:Registerenhetsrettsandel",
    )


_AV_FYSISK = (
    "personIdTypeId", "slektsnavn", "mellomnavn", "fornavn", "statsborgerskap", "personstatusId", "sivilstandId",
    "familienummer", "familiePersonkodeId", "umyndiggjort", "spesifisertRegistreringstypeId", "datoDoed",
    "bostedsadresse", "postadresse", "hjemlandsadresse", "hashcodeFraEksternregister",
    "sistOppdatertFraEksternregister",
)  # fmt: skip
_AV_JURIDISK = (
    "organisasjonsTypeId", "forretningsadresse", "frivillighetsRegisteret", "naeringskodeId", "organisasjonsnavn1",
    "organisasjonsnavn2", "organisasjonsnavn3", "organisasjonsnavn4", "organisasjonsnavn5",
    "organisasjonsnummerHovedenhet", "registrertDato", "stiftetDato", "slettetDato", "postadresse",
    "hashcodeFraEksternregister", "sistOppdatertFraEksternregister", "saerskiltFinansforetak", "annetSaerskiltForetak",
)  # fmt: skip


def _person(nummer: str) -> Element:
    """Somebody who owns. The name is not the one of Folkeregisteret: nobody should take it from here."""
    kind = person_kind(nummer)
    rest = _AV_FYSISK if kind == "FysiskPerson" else _AV_JURIDISK
    return make(
        "b:item",
        id_element("b:id", f"p:{kind}Id", person_id(nummer)),
        *_history("2010-01-04"),
        make("p:identifikasjonsnummer", nummer),
        make("p:identifikasjonsnummertypeKodeId", make("b:value", "F" if kind == "FysiskPerson" else "S")),
        make("p:navn", "EIER ETTER GRUNNBOKEN"),
        make("p:historisk", "false"),
        *make.nil(*(f"p:{name}" for name in rest)),
        kind=f"p:{kind}",
    )


def _history(since: str) -> list[Element]:
    return [make("b:oppdateringsdato", make("b:timestamp", f"{since}T12:00:00.000+01:00")), make("b:oppdatertAv", "GB")]
