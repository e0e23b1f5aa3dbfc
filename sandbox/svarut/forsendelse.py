"""What SvarUt refuses: every rule of the contract that a letter of ours could break."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.svarut.errors import Refused
from sandbox.svarut.multipart import Part

PDF = "application/pdf"
FIELDS = frozenset(
    {
        "tittel", "mottaker", "eksponertFor", "avgivendeSystem", "avgivendeSystemAktor", "konteringskode",
        "kunDigitalLevering", "kryptert", "utskriftskonfigurasjon", "krevNiva4Innlogging",
        "metadataFraAvleverendeSystem", "metadataForImport", "svarSendesTil", "svarPaForsendelse", "dokumenter",
        "lenker", "forsendelsestype", "eksternReferanse", "korrelasjonsid", "svarPaForsendelseLink",
        "signeringUtloper", "signaturType", "taushetsbelagtPost",
    }
)  # fmt: skip
MOTTAKER = frozenset(
    {"navn", "digitalId", "adresselinje1", "adresselinje2", "adresselinje3", "poststed", "postnummer", "land"}
)
DOKUMENT = frozenset(
    {
        "filnavn", "mimeType", "skalSigneres", "dokumentType", "giroarkSider", "skalEkskluderesFraUtskrift",
        "ekstraMetadata", "inneholderPersonsensitivInformasjon",
    }
)  # fmt: skip
LENGTHS = {
    "tittel": 1000, "avgivendeSystem": 100, "konteringskode": 20, "forsendelsestype": 100, "eksternReferanse": 100,
    "korrelasjonsid": 100,
}  # fmt: skip
MAX_FILNAVN = 226

_FORBIDDEN_IN_NAME = re.compile(r'[*:"\\/<>|?]')
_KONTERINGSKODE = re.compile(r"[a-zA-Z0-9_\-.øæåØÆÅ]{0,20}")

Json = dict[str, Any]


def read_forsendelse(parts: Sequence[Part] | None) -> Json:
    """The forsendelse of a request whose parts are as agreed. Raises `Refused` (400) for the first rule broken."""
    if not parts or parts[0].name != "forsendelse" or parts[0].media_type != "application/json":
        raise Refused(400, "Første part må hete forsendelse og være application/json.")
    forsendelse = _json_object(parts[0].content)
    _check_fields(forsendelse)
    _check_mottaker(forsendelse)
    _check_dokumenter(forsendelse, parts[1:])
    return forsendelse


def _json_object(content: bytes) -> Json:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused(400, "forsendelse er ikke et JSON-objekt.")
    return found


def _check_fields(forsendelse: Json) -> None:
    """A field with another name than a published one would go unseen at worst: here it is refused."""
    _refuse_unknown(forsendelse, FIELDS, "forsendelse")
    if not forsendelse.get("tittel"):
        raise Refused(400, "tittel mangler.")
    for name, longest in LENGTHS.items():
        text = forsendelse.get(name, "")
        if not isinstance(text, str) or len(text) > longest:
            raise Refused(400, f"{name} må være en tekst på høyst {longest} tegn.")
    if not _KONTERINGSKODE.fullmatch(forsendelse.get("konteringskode", "")):
        raise Refused(400, "konteringskode har ugyldige tegn.")


def _check_mottaker(forsendelse: Json) -> None:
    mottaker = forsendelse.get("mottaker")
    if not isinstance(mottaker, dict):
        raise Refused(400, "mottaker mangler.")
    _refuse_unknown(mottaker, MOTTAKER, "mottaker")
    if not all(isinstance(value, str) for value in mottaker.values()) or not mottaker.get("navn"):
        raise Refused(400, "mottaker må ha navn, og bare tekster.")
    digital = mottaker.get("digitalId", "")
    if digital and not (digital.isdecimal() and len(digital) in (9, 11)):
        raise Refused(400, f"digitalId {digital} er verken fødselsnummer eller organisasjonsnummer.")
    if forsendelse.get("kunDigitalLevering"):
        _require(mottaker, "digitalId")
    else:
        _require(mottaker, "poststed")
        if mottaker.get("land", "Norge").lower() in ("", "norge"):
            _require(mottaker, "postnummer")


def _require(mottaker: Json, name: str) -> None:
    if not mottaker.get(name):
        raise Refused(400, f"mottaker.{name} mangler.")


def _check_dokumenter(forsendelse: Json, parts: Sequence[Part]) -> None:
    dokumenter = forsendelse.get("dokumenter", [])
    if not isinstance(dokumenter, list) or not all(isinstance(dokument, dict) for dokument in dokumenter):
        raise Refused(400, "dokumenter må være en liste.")
    names = [dokument.get("filnavn") for dokument in dokumenter]
    for dokument in dokumenter:
        _check_dokument(dokument, paper=not forsendelse.get("kunDigitalLevering"))
    if len({str(name).lower() for name in names}) < len(names):
        raise Refused(400, "To dokumenter har samme filnavn.")
    if [part.name for part in parts] != names:
        raise Refused(400, "Partene må ha samme rekkefølge og navn som dokumentene.")
    for dokument, part in zip(dokumenter, parts, strict=True):
        if dokument["mimeType"] == PDF and not part.content.startswith(b"%PDF-"):
            raise Refused(400, f"{part.name} er ikke en PDF.")


def _check_dokument(dokument: Json, *, paper: bool) -> None:
    _refuse_unknown(dokument, DOKUMENT, "dokument")
    filnavn, mime_type = dokument.get("filnavn"), dokument.get("mimeType")
    if not isinstance(filnavn, str) or not 0 < len(filnavn) <= MAX_FILNAVN or _FORBIDDEN_IN_NAME.search(filnavn):
        raise Refused(400, f"filnavn må ha 1 til {MAX_FILNAVN} tegn, og ingen av disse: " + '* : " \\ / < > | ?')
    if not isinstance(mime_type, str) or not mime_type:
        raise Refused(400, "mimeType mangler.")
    if paper and mime_type != PDF and not dokument.get("skalEkskluderesFraUtskrift"):
        raise Refused(400, "Bare PDF kan skrives ut.")


def _refuse_unknown(given: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    if unknown := sorted(given.keys() - known):
        raise Refused(400, f"{where} har ukjente felter: {', '.join(unknown)}.")
