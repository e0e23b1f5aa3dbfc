"""Every published payload of the registers goes through our contract and mapping; ours, in the same form, always do.

The published ones lie in the shared folder (KRAFTVERK_SHARED, or beside the repository); what is there is read.
"""

from __future__ import annotations

import gzip
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.altinn_varsling.sms import Sms
from connectors.credentials import BearerToken
from connectors.enhetsregisteret.bulk import find_enheter
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.krr.client import KrrClient
from connectors.maskinporten import MaskinportenClient
from domain.errors import BusinessException, LoginRejected, SystemException
from domain.skyldner import Enhet, Enhetsstatus, Gradering
from tests.unit.connectors.stubs import EXAMPLES, answer, example, hasty, stub

SHARED = Path(os.environ.get("KRAFTVERK_SHARED", Path(__file__).parents[4] / "shared")) / "contracts"
BRREG = [EXAMPLES / "enhetsregisteret", SHARED / "brreg"]


def payloads(folders: list[Path], *patterns: str) -> list[Any]:
    """(file name, content) of each."""
    paths = [path for folder in folders for pattern in patterns for path in sorted(folder.glob(pattern))]
    return [pytest.param(path.name, path.read_bytes(), id=f"{path.parent.name}/{path.name}") for path in paths]


def currently(document: dict[str, Any], entity: str, field: str) -> list[Any]:
    return [element[field] for element in document.get(entity, []) if element["erGjeldende"] and field in element]


def persons(*, ended: bool = False) -> list[Any]:
    """The published files hold one person each, our example several. `ended`: those whose identity has ended."""
    ours = json.loads((EXAMPLES / "folkeregisteret" / "bulkoppslag-200.json").read_bytes())["oppslag"]
    documents = [each["folkeregisterperson"] for each in ours if "folkeregisterperson" in each]
    documents += [json.loads(path.read_bytes()) for path in sorted((SHARED / "folkeregisteret").glob("person-*.json"))]
    wanted = (each for each in documents if (currently(each, "status", "status") == ["opphoert"]) is ended)
    return [pytest.param(document, id=str(index)) for index, document in enumerate(wanted)]


def restricted() -> list[Any]:
    """Documents of a role that may not see the status: ours, and the published ones."""
    ours = {"identifikasjonsnummer": [{"erGjeldende": True, "foedselsEllerDNummer": "01817328004", "status": "iBruk"}]}
    folder = SHARED / "folkeregisteret"
    paths = [*sorted(folder.glob("vergemaal-*.json")), *sorted(folder.glob("fiks-proxy-person-*.json"))]
    return [ours, *(json.loads(path.read_bytes()) for path in paths)]


@pytest.mark.parametrize("document", persons())
async def test_a_person(document: dict[str, Any]) -> None:
    """Compared with a plain reading of the document's own fields."""
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    subject = stub(answer({"oppslag": [{"foedselsEllerDNummer": number, "folkeregisterperson": document}]}))
    client = FolkeregisterClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    person = (await client.get_personer([number]))[number]
    born = currently(document, "foedsel", "foedselsdato")
    assert person.foedselsnummer == number
    assert [str(person.foedselsdato)] == (born or ["None"])
    assert [person.status] == currently(document, "status", "status")
    assert person.doed == (document.get("doedsfall", {}).get("erGjeldende", False))
    markings = currently(document, "adressebeskyttelse", "graderingsnivaa")
    assert person.gradering == (markings[0] if markings else Gradering.UGRADERT)


@pytest.mark.needs_shared
@pytest.mark.parametrize("document", persons(ended=True))
async def test_an_identity_that_has_ended_is_nobodys(document: dict[str, Any]) -> None:
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    personer = await folkeregisteret(document, number).get_personer([number], relasjoner=True)
    assert not personer[number].finnes


@pytest.mark.parametrize("document", persons())
async def test_the_relations_of_a_person(document: dict[str, Any]) -> None:
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    person = (await folkeregisteret(document, number).get_personer([number], relasjoner=True))[number]
    responsible = {
        element["ansvarlig"]
        for element in document.get("foreldreansvar", [])
        if element["erGjeldende"] and element.get("ansvarssubjekt") == number and "ansvarlig" in element
    }
    assert set(person.foreldreansvar) == responsible
    assert person.har_verge == any(e["erGjeldende"] for e in document.get("vergemaalEllerFremtidsfullmakt", []))


@pytest.mark.parametrize("document", persons())
async def test_the_address_of_a_person(document: dict[str, Any]) -> None:
    """Every line is words of the document, and who is protected or dead has none."""
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    adressat = (await folkeregisteret(document, number).get_adressater([number])).get(number)
    protected = [mark for mark in currently(document, "adressebeskyttelse", "graderingsnivaa") if mark != "ugradert"]
    entities = ("postadresse", "bostedsadresse", "oppholdsadresse", "postadresseIUtlandet")
    current = [e for name in entities for e in document.get(name, []) if e["erGjeldende"]]
    somewhere = [e for e in current if "ukjentBosted" not in e]
    if protected or document.get("doedsfall", {}).get("erGjeldende") or not somewhere or "navn" not in document:
        assert adressat is None
        return
    assert adressat is not None
    assert adressat.navn.split()[-1] == currently(document, "navn", "etternavn")[0].split()[-1]
    assert adressat.poststed in json.dumps(current, ensure_ascii=False)
    assert adressat.postnummer in json.dumps(current, ensure_ascii=False)


@pytest.mark.parametrize("document", restricted())
async def test_a_person_of_whom_the_status_is_not_told(document: dict[str, Any]) -> None:
    """Alive or dead is not guessed."""
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    subject = stub(answer({"oppslag": [{"foedselsEllerDNummer": number, "folkeregisterperson": document}]}))
    client = FolkeregisterClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    with pytest.raises(SystemException, match="without a current status"):
        await client.get_personer([number])


@pytest.mark.needs_shared
@pytest.mark.parametrize(("name", "content"), payloads([SHARED / "folkeregisteret"], "vergemaal-*.json"))
async def test_published_vergemaal(name: str, content: bytes) -> None:
    """They hold nothing of the person but the verge: a status is added."""
    document = json.loads(content)
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    document["status"] = [{"erGjeldende": True, "status": "bosatt"}]
    person = (await folkeregisteret(document, number).get_personer([number], relasjoner=True))[number]
    assert person.har_verge
    assert person.foreldreansvar == ()


FREG = [EXAMPLES / "folkeregisteret", SHARED / "folkeregisteret"]


@pytest.mark.parametrize(("name", "content"), payloads(FREG, "feed-200.json", "hendelser-feed-200.json"))
async def test_a_page_of_the_feed(name: str, content: bytes) -> None:
    page = json.loads(content)
    subject = stub(answer(content))
    client = FolkeregisterClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    first, last = page[0]["sekvensnummer"], page[-1]["sekvensnummer"]
    read = [(h.foedselsnummer, h.hendelsetype) async for h in client.read_hendelser(first, last)]
    told = [each["hendelse"] for each in page]
    assert read == [(each["folkeregisteridentifikator"], each["hendelsetype"]) for each in told]


@pytest.mark.needs_shared
@pytest.mark.parametrize(("name", "content"), payloads([SHARED / "folkeregisteret"], "hendelsesdokument-*.json"))
async def test_the_document_of_an_event(name: str, content: bytes) -> None:
    document = json.loads(content)
    subject = stub(answer([document]))
    client = FolkeregisterClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    changed = {each["entitet"] for each in document["hendelse"]["egenskapshendelse"]}
    identifier = document["dokumentidentifikator"]
    assert await client.get_entiteter([identifier]) == {identifier: changed}


@pytest.mark.parametrize("document", persons())
async def test_whether_a_person_leaves_an_estate(document: dict[str, Any]) -> None:
    """None of the published persons has a contact for an estate."""
    number = document["identifikasjonsnummer"][0]["foedselsEllerDNummer"]
    boer = await folkeregisteret(document, number).get_doedsboer([number])
    death = document.get("doedsfall", {})
    assert {n: str(bo.doedsdato) for n, bo in boer.items()} == (
        {number: death["doedsdato"]} if death.get("erGjeldende") else {}
    )


def folkeregisteret(document: dict[str, Any], number: str) -> FolkeregisterClient:
    subject = stub(answer({"oppslag": [{"foedselsEllerDNummer": number, "folkeregisterperson": document}]}))
    return FolkeregisterClient("https://example.com", subject.client(), hasty(), BearerToken("t"))


def enhetsregisteret(content: bytes, status: int = 200) -> EnhetsregisterClient:
    subject = stub(answer(content, status), answer(b"", 404, media_type=""))
    return EnhetsregisterClient(
        "https://example.com", "https://example.com", subject.client(), hasty(), BearerToken("t")
    )


@pytest.mark.parametrize(("name", "content"), payloads(BRREG, "enhet-200*.json"))
async def test_a_unit(name: str, content: bytes) -> None:
    """The file's name says what it is."""
    unit = json.loads(content)
    enhet = await enhetsregisteret(content).get_enhet(unit["organisasjonsnummer"])
    named = {"slettet": Enhetsstatus.SLETTET, "konkurs": Enhetsstatus.KONKURS}
    expected = next((status for word, status in named.items() if word in name.lower()), Enhetsstatus.AKTIV)
    told = {Enhetsstatus.SLETTET: "slettedato", Enhetsstatus.KONKURS: "konkursdato"}.get(expected)
    since = date.fromisoformat(unit[told]) if told else None
    assert enhet == Enhet(unit["organisasjonsnummer"], unit["organisasjonsform"]["kode"], expected, since)


@pytest.mark.parametrize(("name", "content"), payloads(BRREG, "*-410-*.json"))
async def test_a_removed_unit(name: str, content: bytes) -> None:
    removed = json.loads(content)
    number, since = removed["organisasjonsnummer"], date.fromisoformat(removed["slettedato"])
    assert await enhetsregisteret(content, 410).get_enhet(number) == Enhet(number, None, Enhetsstatus.FJERNET, since)


@pytest.mark.needs_shared
async def test_the_published_feed() -> None:
    shapes = json.loads((SHARED / "brreg" / "oppdateringer-shapes.json").read_bytes())
    (page,) = [shape for name, shape in shapes.items() if name.startswith("GET /oppdateringer/enheter?")]
    empty = json.dumps({"_links": {}, "page": {}}).encode()
    subject = stub(answer(json.dumps(page).encode()), answer(empty))
    feed = EnhetsregisterClient("https://example.com", "", subject.client(), hasty()).oppdateringer
    assert [(each.oppdateringsid, each.endringstype) async for each in feed.read(1)] == [
        (9400339, "Sletting"),
        (9400341, "Endring"),
    ]


@pytest.mark.needs_shared
def test_published_units_in_a_bulk_file(tmp_path: Path) -> None:
    """The only published bulk sample is of underenheter, which have no flags: they are read and passed by."""
    live = [json.loads(path.read_bytes()) for path in sorted((SHARED / "brreg").glob("enhet-200-[am]*.json"))]
    passed_by = json.loads((SHARED / "brreg" / "underenheter-lastned-sample.json").read_bytes())
    path = tmp_path / "enheter.json.gz"
    path.write_bytes(gzip.compress(json.dumps([*passed_by, *live]).encode()))
    numbers = {unit["organisasjonsnummer"] for unit in live}
    assert find_enheter(path, numbers).keys() == numbers


@pytest.mark.parametrize(("name", "content"), payloads(BRREG, "enheter-sok-200*.json", "enheter-200-tomt.json"))
async def test_a_search(name: str, content: bytes) -> None:
    numbers = [unit["organisasjonsnummer"] for unit in json.loads(content).get("_embedded", {}).get("enheter", [])]
    found = await enhetsregisteret(content).get_enheter([*numbers, "202063756"])
    assert list(found) == numbers


@pytest.mark.parametrize(("name", "content"), payloads(BRREG, "roller-200*.json"))
async def test_roles(name: str, content: bytes) -> None:
    """Only the authorised API tells a number; the published payloads are the open one's."""
    owner = await enhetsregisteret(content).get_innehaver("230582785")
    assert owner == ("01817328004" if name == "roller-200.json" else None)


@pytest.mark.parametrize(
    ("name", "content"), payloads([EXAMPLES / "maskinporten", SHARED / "maskinporten"], "token-200.json")
)
async def test_a_token(name: str, content: bytes, private_key: bytes) -> None:
    subject = stub(answer(content))
    maskinporten = MaskinportenClient(
        "https://example.com/token", "https://example.com/", "k", "kid", lambda: private_key, subject.client(), hasty()
    )
    assert await maskinporten.token("a:b") == json.loads(content)["access_token"]


@pytest.mark.parametrize(
    ("name", "content"),
    payloads([EXAMPLES / "maskinporten", SHARED / "maskinporten"], "feil-400-MP-121.json", "token-400-example.json"),
)
async def test_a_refused_assertion(name: str, content: bytes, private_key: bytes) -> None:
    subject = stub(answer(content, 400))
    maskinporten = MaskinportenClient(
        "https://example.com/token", "https://example.com/", "k", "kid", lambda: private_key, subject.client(), hasty()
    )
    with pytest.raises(LoginRejected, match="MP-121"):
        await maskinporten.token("a:b")


KRR = [EXAMPLES / "krr", SHARED / "krr"]
ALTINN = [EXAMPLES / "altinn-varsling", SHARED / "altinn-notifications"]


@pytest.mark.parametrize(("name", "content"), payloads(KRR, "personer-200.json"))
async def test_the_contact_information_of_persons(name: str, content: bytes) -> None:
    """Compared with a plain reading of the document's own fields."""
    told = {person["personidentifikator"]: person for person in json.loads(content)["personer"]}
    subject = stub(answer(content))
    krr = KrrClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    found = await krr.get_kontaktinformasjon(told)
    assert found.keys() == told.keys()
    for number, person in told.items():
        kontakt, mine = person.get("kontaktinformasjon", {}), found[number]
        assert mine.reservert == (person["reservasjon"] == "JA")
        assert mine.kan_varsles == (person["status"] == "AKTIV" and person["varslingsstatus"] == "KAN_VARSLES")
        assert mine.mobiltelefonnummer == kontakt.get("mobiltelefonnummer")
        verified = kontakt.get("mobiltelefonnummer_sist_verifisert")
        assert (mine.mobiltelefonnummer_sist_verifisert is None) == (verified is None)


@pytest.mark.needs_shared
async def test_the_published_request_of_krr_has_the_form_of_ours() -> None:
    published = json.loads((SHARED / "krr" / "personer-request.json").read_bytes())
    subject = stub(answer({"personer": []}))
    krr = KrrClient("https://example.com", subject.client(), hasty(), BearerToken("t"))
    await krr.get_kontaktinformasjon(published["personidentifikatorer"])
    assert json.loads(subject.requests[0].content) == published


def altinn(content: bytes, status: int = 200) -> AltinnVarslingClient:
    subject = stub(answer(content, status), answer(b"[]"))
    return AltinnVarslingClient("https://example.com", subject.client(), hasty(), BearerToken("t"), "Innkreving")


@pytest.mark.parametrize(("name", "content"), payloads(ALTINN, "order-201.json"))
async def test_an_order(name: str, content: bytes) -> None:
    sms = Sms("a", "b", "+4700000001", "Hei")
    shipment = await altinn(content, 201).order_sms(sms, before_send=lambda: None)
    assert shipment == json.loads(content)["notification"]["shipmentId"]


@pytest.mark.parametrize(("name", "content"), payloads(ALTINN, "shipment-200.json"))
async def test_a_shipment(name: str, content: bytes) -> None:
    """A shipment may go by e-mail too: ours is the SMS."""
    found = await altinn(content).get_status("x")
    assert found is not None
    assert (found.id, found.status, found.feilet) == (json.loads(content)["shipmentId"], "SMS_Accepted", False)


@pytest.mark.parametrize(("name", "content"), payloads(ALTINN, "feed-200.json", "shipment-feed-200.json"))
async def test_a_feed_of_shipments(name: str, content: bytes) -> None:
    entries = json.loads(content)
    feed = await altinn(content).read_feed(0)
    assert feed.seq == max(entry["sequenceNumber"] for entry in entries)
    assert {status.id for status in feed.statuser} == {entry["shipmentId"] for entry in entries}


@pytest.mark.needs_shared
@pytest.mark.parametrize("status", [422, 499, 404, 503])
async def test_published_problems_of_altinn(status: int) -> None:
    problems = json.loads((SHARED / "altinn-notifications" / "problems.json").read_bytes())
    (problem,) = [each for each in problems if each["status"] == status]
    body = json.dumps(problem).encode()
    if status == 404:
        assert await altinn(body, status).get_status("x") is None
        return
    with pytest.raises((BusinessException, SystemException)) as raised:
        await altinn(body, status).order_sms(Sms("a", "b", "+4700000001", "Hei"), before_send=lambda: None)
    assert isinstance(raised.value, BusinessException) == (status == 422)


@pytest.mark.needs_shared
@pytest.mark.parametrize("name", ["order-v2-sms.json", "order-with-reminders-for-mobile-number.json"])
async def test_an_order_of_ours_has_fields_of_the_published_ones_only(name: str) -> None:
    published = json.loads((SHARED / "altinn-notifications" / name).read_bytes())
    subject = stub(answer(example("altinn-varsling/order-201.json"), 201))
    client = AltinnVarslingClient("https://example.com", subject.client(), hasty(), BearerToken("t"), "Innkreving")
    await client.order_sms(Sms("a", "b", "+4700000001", "Hei"), before_send=lambda: None)
    ours = json.loads(subject.requests[0].content)["recipient"]["recipientSms"]
    theirs = published["recipient"]["recipientSms"]
    assert theirs["smsSettings"].keys() <= ours["smsSettings"].keys() <= theirs["smsSettings"].keys() | {"sender"}
    assert ours["smsSettings"]["sendingTimePolicy"] == theirs["smsSettings"]["sendingTimePolicy"]
