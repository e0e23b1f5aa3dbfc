"""Every operation of every HTTP connector, to be put through the same faults."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import httpx

from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.altinn_varsling.sms import Sms
from connectors.altinn_varsling.token import AltinnToken
from connectors.credentials import BasicLogin, BearerToken
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.grunnboken.client import GrunnbokClient
from connectors.krr.client import KrrClient
from connectors.maskinporten import MaskinportenClient
from connectors.matrikkelen.client import MatrikkelClient
from connectors.pilen.client import PilenClient
from connectors.pilen.kontoer import KontoClient
from connectors.procasso.client import ProcassoClient
from connectors.procasso.innfordringer import InnfordringClient
from connectors.retry import CallPolicy
from connectors.soap import UsernameToken
from connectors.svarut.client import Integrasjon, SvarUtClient
from connectors.svarut.forsendelse import Dokument, Forsendelse
from domain.adressat import Adressat
from domain.eiendom import Matrikkelnummer
from domain.innfordring import Beloep, Innbetaling, Status
from domain.krav import Fagsystem, Krav, Kravtype, Saksflyt, Tilstand

NUMBER = "01817328004"
TOKEN = "hemmelig-token-17"
PASSORD = "hemmelig-passord-17"
ORGNR = "230582785"
KRAVNR = "PI1000001"
MOBIL = "+4700000001"
EIENDOM = Matrikkelnummer("0301", 207, 412)
BETALT = Innbetaling("B1", date(2026, 11, 23), 10050)
STATUS = Status("T9", Tilstand.KLAGE)
KRAV = Krav(
    KRAVNR, Kravtype.KONTROLLSANKSJON, Fagsystem.PILEN, "BYM", NUMBER, None, datetime(2025, 8, 1, tzinfo=UTC),
    date(2025, 8, 22), 66000, 0, 0, "S1", "LETT", Tilstand.AAPEN, Saksflyt.ORDINAER, "",
)  # fmt: skip

Operation = Callable[[str, httpx.AsyncClient, CallPolicy, bytes], Awaitable[object]]


async def get_personer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN)).get_personer([NUMBER])


async def get_adressater(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN)).get_adressater([NUMBER])


async def get_doedsboer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN)).get_doedsboer([NUMBER])


async def get_siste_sekvensnummer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN)).get_siste_sekvensnummer()


async def read_hendelser(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    freg = FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN))
    return [hendelse async for hendelse in freg.read_hendelser(7, 9)]


async def get_entiteter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await FolkeregisterClient(base_url, http, policy, BearerToken(TOKEN)).get_entiteter(["dokument-1"])


async def get_enhet(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _enhetsregisteret(base_url, http, policy).get_enhet(ORGNR)


async def get_enheter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _enhetsregisteret(base_url, http, policy).get_enheter([ORGNR])


async def get_innehaver(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _enhetsregisteret(base_url, http, policy).get_innehaver(ORGNR)


async def read_oppdateringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    feed = _enhetsregisteret(base_url, http, policy).oppdateringer
    return [each async for each in feed.read(datetime(2026, 11, 22, tzinfo=UTC))]


async def find_in_bulkfil(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _enhetsregisteret(base_url, http, policy).bulkfil.find([ORGNR])


async def list_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    pilen = PilenClient(base_url, http, policy, BearerToken(TOKEN))
    return [krav async for krav in pilen.list_krav([Kravtype.PARKERINGSGEBYR], [Tilstand.AAPEN])]


async def get_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await PilenClient(base_url, http, policy, BearerToken(TOKEN)).get_krav([KRAVNR])


async def get_hendelser(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await PilenClient(base_url, http, policy, BearerToken(TOKEN)).get_hendelser([KRAVNR])


async def merge_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await PilenClient(base_url, http, policy, BearerToken(TOKEN)).merge_krav("S101", {KRAVNR: 3}, "nokkel-1")


async def search_pilen(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await PilenClient(base_url, http, policy, BearerToken(TOKEN)).find_kravnumre("EK12345")


async def search_procasso(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).find_kravnumre("EK12345")


async def list_procasso_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    procasso = _procasso(base_url, http, policy)
    return [krav async for krav in procasso.list_krav([Kravtype.SFO], [Tilstand.AAPEN])]


async def get_procasso_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).get_krav([KRAVNR])


async def get_procasso_hendelser(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).get_hendelser([KRAVNR])


async def list_notater(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).list_notater(KRAVNR)


async def list_dokumenter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).list_dokumenter(KRAVNR)


async def change_krav(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).change_krav(KRAVNR, 3, {"kostnader": 0}, "nokkel-1")


async def write_off(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).write_off(KRAVNR, 3, "FORELDET", "nokkel-1")


async def add_notat(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _procasso(base_url, http, policy).add_notat(KRAVNR, "ref-1", f"Om {NUMBER}", "nokkel-1")


async def add_dokument(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    pdf = f"%PDF-1.7 {NUMBER}".encode()
    return await _procasso(base_url, http, policy).add_dokument(KRAVNR, "ref-1", "Varsel", "F-1", pdf, "nokkel-1")


async def post_renter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    pilen = PilenClient(base_url, http, policy, BearerToken(TOKEN))
    return await pilen.post_renter(KRAVNR, 3, 6150, date(2026, 11, 23), "nokkel-1")


async def write_off_in_pilen(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    pilen = PilenClient(base_url, http, policy, BearerToken(TOKEN))
    return await pilen.write_off(KRAVNR, 3, "FORELDET", "nokkel-1")


async def token(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await MaskinportenClient(
        f"{base_url}/token", "https://example.com/", "klient", "kid-1", lambda: key, http, policy
    ).token("eksempel:scope")


async def find_letter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _svarut(base_url, http, policy).find(f"{KRAVNR}:1")


async def find_letter_days(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _svarut(base_url, http, policy).find_days(f"{KRAVNR}:1")


async def get_status(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _svarut(base_url, http, policy).get_status(["0b9f1c5e-4f0f-4a55-9d0e-2f8a6c1d7e01"])


async def send_letter(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    mottaker = Adressat(NUMBER, "Kari Prøve", ("Storgata 12B",), "0155", "OSLO")
    letter = Forsendelse(mottaker, "Brev, sak S101", f"{KRAVNR}:1", (Dokument("brev.pdf", b"%PDF-1.7"),))
    return await _svarut(base_url, http, policy).send(letter, before_send=lambda: None)


async def get_kontaktinformasjon(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await KrrClient(base_url, http, policy, BearerToken(TOKEN)).get_kontaktinformasjon([NUMBER])


async def exchange_token(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await AltinnToken(base_url, http, policy, BearerToken(TOKEN)).authorization()


async def get_shipment(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _altinn(base_url, http, policy).get_status("7f0d2c1a-0000-4000-8000-000000000002")


async def read_feed(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _altinn(base_url, http, policy).read_feed(0)


async def order_sms(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    sms = Sms("nokkel-1", f"{KRAVNR}:2026-11-12", MOBIL, f"Om {NUMBER}")
    return await _altinn(base_url, http, policy).order_sms(sms, before_send=lambda: None)


async def get_eiendommer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await matrikkelen(base_url, http, policy).get_eiendommer([EIENDOM])


async def find_siste(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await matrikkelen(base_url, http, policy).find_siste()


async def find_endringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await matrikkelen(base_url, http, policy).find_endringer("1000", "0301")


async def get_grunnbok(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await grunnboken(base_url, http, policy).get_eiendommer([EIENDOM])


async def find_siste_i_grunnboken(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await grunnboken(base_url, http, policy).find_siste()


async def find_i_grunnboken(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await grunnboken(base_url, http, policy).find_endringer("1000", "0301")


async def list_endringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _kontoer(base_url, http, policy).list_endringer(7)


async def get_summer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _kontoer(base_url, http, policy).get_summer()


async def get_kontoer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _kontoer(base_url, http, policy).get_kontoer([KRAVNR])


async def hand_over(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _kontoer(base_url, http, policy).hand_over(KRAVNR, "IF1", "nokkel-1")


async def book(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _kontoer(base_url, http, policy).book(KRAVNR, BETALT, "nokkel-1")


async def set_status(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _kontoer(base_url, http, policy).set_status(KRAVNR, STATUS, "T1", "nokkel-1")


async def list_procasso_endringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _innfordringer(base_url, http, policy).list_endringer(7)


async def get_procasso_summer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _innfordringer(base_url, http, policy).get_summer()


async def list_innfordringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return [each async for each in _innfordringer(base_url, http, policy).list_innfordringer()]


async def get_innfordringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> object:
    return await _innfordringer(base_url, http, policy).get_innfordringer([KRAVNR])


async def create_innfordring(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _innfordringer(base_url, http, policy).create(KRAV, STATUS, "nokkel-1")


async def change_beloep(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    beloep = Beloep(0, 0, date(2026, 11, 23))
    await _innfordringer(base_url, http, policy).change_beloep(KRAVNR, beloep, beloep, "nokkel-1")


async def book_in_procasso(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _innfordringer(base_url, http, policy).book(KRAVNR, BETALT, "nokkel-1")


async def set_status_in_procasso(base_url: str, http: httpx.AsyncClient, policy: CallPolicy, key: bytes) -> None:
    await _innfordringer(base_url, http, policy).set_status(KRAVNR, STATUS, "T1", "nokkel-1")


READS: dict[str, Operation] = {
    "FOLKEREGISTERET get_personer": get_personer,
    "FOLKEREGISTERET get_adressater": get_adressater,
    "FOLKEREGISTERET get_doedsboer": get_doedsboer,
    "FOLKEREGISTERET get_siste_sekvensnummer": get_siste_sekvensnummer,
    "FOLKEREGISTERET read_hendelser": read_hendelser,
    "FOLKEREGISTERET get_entiteter": get_entiteter,
    "ENHETSREGISTERET get_enhet": get_enhet,
    "ENHETSREGISTERET get_enheter": get_enheter,
    "ENHETSREGISTERET get_innehaver": get_innehaver,
    "ENHETSREGISTERET oppdateringer": read_oppdateringer,
    "ENHETSREGISTERET bulkfil": find_in_bulkfil,
    "PILEN list_krav": list_krav,
    "PILEN get_krav": get_krav,
    "PILEN get_hendelser": get_hendelser,
    "PILEN find_kravnumre": search_pilen,
    "PILEN list_endringer": list_endringer,
    "PILEN get_summer": get_summer,
    "PILEN get_kontoer": get_kontoer,
    "PROCASSO list_krav": list_procasso_krav,
    "PROCASSO get_krav": get_procasso_krav,
    "PROCASSO get_hendelser": get_procasso_hendelser,
    "PROCASSO find_kravnumre": search_procasso,
    "PROCASSO list_notater": list_notater,
    "PROCASSO list_dokumenter": list_dokumenter,
    "PROCASSO list_endringer": list_procasso_endringer,
    "PROCASSO get_summer": get_procasso_summer,
    "PROCASSO list_innfordringer": list_innfordringer,
    "PROCASSO get_innfordringer": get_innfordringer,
    "MASKINPORTEN token": token,
    "SVARUT find": find_letter,
    "SVARUT find_days": find_letter_days,
    "SVARUT get_status": get_status,
    "KRR get_kontaktinformasjon": get_kontaktinformasjon,
    "ALTINN token": exchange_token,
    "ALTINN get_status": get_shipment,
    "ALTINN read_feed": read_feed,
    "MATRIKKELEN get_eiendommer": get_eiendommer,
    "MATRIKKELEN find_siste": find_siste,
    "MATRIKKELEN find_endringer": find_endringer,
    "GRUNNBOKEN get_eiendommer": get_grunnbok,
    "GRUNNBOKEN find_siste": find_siste_i_grunnboken,
    "GRUNNBOKEN find_endringer": find_i_grunnboken,
}
CHANGES: dict[str, Operation] = {
    "PILEN merge_krav": merge_krav,
    "PILEN post_renter": post_renter,
    "PILEN write_off": write_off_in_pilen,
    "PILEN hand_over": hand_over,
    "PILEN book": book,
    "PILEN set_status": set_status,
    "PROCASSO create_innfordring": create_innfordring,
    "PROCASSO change_beloep": change_beloep,
    "PROCASSO book": book_in_procasso,
    "PROCASSO set_status": set_status_in_procasso,
    "PROCASSO change_krav": change_krav,
    "PROCASSO write_off": write_off,
    "PROCASSO add_notat": add_notat,
    "PROCASSO add_dokument": add_dokument,
    "SVARUT send": send_letter,
    "ALTINN order_sms": order_sms,
}


ALL = READS | CHANGES


def matrikkelen(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> MatrikkelClient:
    login = BasicLogin("kraftverk", PASSORD)
    return MatrikkelClient(base_url, http, policy, login, klient="kraftverk", system_version="4.4")


def grunnboken(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> GrunnbokClient:
    token = UsernameToken("kraftverk", PASSORD)
    return GrunnbokClient(base_url, http, policy, token, klient="kraftverk", system_version="3.14")


def _kontoer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> KontoClient:
    return KontoClient(base_url, http, policy, BearerToken(TOKEN))


def _innfordringer(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> InnfordringClient:
    return InnfordringClient(base_url, http, policy, BearerToken(TOKEN))


def _procasso(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> ProcassoClient:
    return ProcassoClient(base_url, http, policy, BearerToken(TOKEN))


def _svarut(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> SvarUtClient:
    integrasjon = Integrasjon("integrasjon-1", PASSORD)
    return SvarUtClient(base_url, "konto-1", http, policy, BearerToken(TOKEN), integrasjon, sending=policy)


def _altinn(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> AltinnVarslingClient:
    return AltinnVarslingClient(base_url, http, policy, BearerToken(TOKEN), "Innkreving")


def _enhetsregisteret(base_url: str, http: httpx.AsyncClient, policy: CallPolicy) -> EnhetsregisterClient:
    return EnhetsregisterClient(base_url, base_url, http, policy, BearerToken(TOKEN))
