"""The SOAP registers refuse what the real ones refuse: a connector that is let in here has asked rightly."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import httpx
import pytest
from lxml import etree

from sandbox import grunnboken, matrikkelen
from sandbox.population import Population
from sandbox.settings import Settings
from sandbox.world import World

LOGIN = "kraftverk:hemmelig"
M = "http://matrikkel.statkart.no/matrikkelapi/wsapi/v1"
G = "http://kartverket.no/grunnbok/wsapi/v2"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TEXT = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText"
ENVELOPE = (
    '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{header}<S:Body>{body}</S:Body></S:Envelope>'
)
CONTEXT = {
    "locale": "<d:locale>no_NO_B</d:locale>",
    "brukOriginaleKoordinater": "<d:brukOriginaleKoordinater>false</d:brukOriginaleKoordinater>",
    "koordinatsystemKodeId": "<d:koordinatsystemKodeId><d:value>22</d:value></d:koordinatsystemKodeId>",
    "systemVersion": "<d:systemVersion>4.4</d:systemVersion>",
    "klientIdentifikasjon": "<d:klientIdentifikasjon>kraftverk</d:klientIdentifikasjon>",
    "snapshotVersion": "<d:snapshotVersion><d:timestamp>9999-01-01T00:00:00+01:00</d:timestamp></d:snapshotVersion>",
}
GOOD = "".join(CONTEXT.values())


@pytest.fixture
def world() -> World:
    row = {"matrikkelnummer": "0301-207/412/0/0", "type": "Grunneiendom", "utgaatt": "NEI", "register": "BEGGE"}
    population = Population("liten", date(2026, 11, 23), 1, {}, {}, [], {}, {}, [])
    population.eiendommer = {row["matrikkelnummer"]: row}
    return World(population)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, "http://sandbox", {}, "", matrikkel_login=LOGIN, grunnbok_login=LOGIN)


async def ask(app: object, service: str, message: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", verify=False) as http:
        named = {"content-type": "text/xml; charset=utf-8", **{n.replace("_", "-"): v for n, v in headers.items()}}
        return await http.post(f"/{service}", content=message.encode(), headers=named)


async def ask_matrikkelen(
    world: World, settings: Settings, context: str = GOOD, ids: str = "", login: str = LOGIN, **headers: str
) -> httpx.Response:
    body = (
        f'<s:getObjectsIgnoreMissing xmlns:s="{M}/service/store" xmlns:d="{M}/domain" '
        f'xmlns:m="{M}/domain/matrikkelenhet"><s:ids>{ids}</s:ids>'
        f"<s:matrikkelContext>{context}</s:matrikkelContext></s:getObjectsIgnoreMissing>"
    )
    basic = f"Basic {base64.b64encode(login.encode()).decode()}"
    message = ENVELOPE.format(header="", body=body)
    return await ask(matrikkelen.app(world, settings), "StoreServiceWS", message, authorization=basic, **headers)


def fault(response: httpx.Response) -> tuple[str, str]:
    """Code and text."""
    found = etree.fromstring(response.content).find("{*}Body/{*}Fault")
    return found.findtext("faultcode"), found.findtext("faultstring")


async def test_a_good_question_is_answered(world: World, settings: Settings) -> None:
    answer = await ask_matrikkelen(world, settings)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/xml")


@pytest.mark.parametrize("missing", [name for name in CONTEXT if name != "snapshotVersion"])
async def test_the_context_is_whole(world: World, settings: Settings, missing: str) -> None:
    context = "".join(text for name, text in CONTEXT.items() if name != missing)
    answer = await ask_matrikkelen(world, settings, context)
    assert answer.status_code == 500
    assert missing in fault(answer)[1]


async def test_the_context_is_in_order(world: World, settings: Settings) -> None:
    answer = await ask_matrikkelen(world, settings, "".join(reversed(CONTEXT.values())))
    assert answer.status_code == 500


@pytest.mark.parametrize("context", [GOOD.replace("9999", "2020"), GOOD[: GOOD.index("<d:snapshotVersion")]])
async def test_the_past_needs_a_right_of_its_own(world: World, settings: Settings, context: str) -> None:
    assert "historiske data" in fault(await ask_matrikkelen(world, settings, context))[1]


@pytest.mark.parametrize("kind", ["", ' xsi:type="d:MatrikkelBubbleId"', ' xsi:type="m:FysiskPersonId"'])
async def test_an_id_has_its_concrete_type(world: World, settings: Settings, kind: str) -> None:
    ids = f"<d:item{kind}><d:value>1</d:value></d:item>"
    assert "NoSuchMethodException" in fault(await ask_matrikkelen(world, settings, ids=ids))[1]


async def test_a_fault_is_typed(world: World, settings: Settings) -> None:
    answer = await ask_matrikkelen(world, settings, "")
    detail = etree.fromstring(answer.content).find("{*}Body/{*}Fault/detail")[0]
    names = [etree.QName(each).localname for each in detail]
    assert names == ["category", "stackTraceText", "exceptionDetail"]
    assert detail[0].text.startswith(":ServiceException:")


async def test_matrikkelen_lets_only_us_in(world: World, settings: Settings) -> None:
    assert (await ask_matrikkelen(world, settings, login="kraftverk:feil")).status_code == 401
    without = Settings(settings.state_dir, "http://sandbox", {}, "")
    assert (await ask_matrikkelen(world, without, login=":")).status_code == 401


async def test_what_is_not_soap(world: World, settings: Settings) -> None:
    assert (await ask_matrikkelen(world, settings, content_type="application/json")).status_code == 415
    app = matrikkelen.app(world, settings)
    basic = f"Basic {base64.b64encode(LOGIN.encode()).decode()}"
    assert fault(await ask(app, "StoreServiceWS", "<a", authorization=basic))[0] == "S:Client"
    assert (await ask(app, "KartServiceWS", "<a/>", authorization=basic)).status_code == 404


async def ask_grunnboken(world: World, settings: Settings, header: str) -> httpx.Response:
    context = (
        "<b:systemVersion>3.14</b:systemVersion><b:clientIdentification>kraftverk</b:clientIdentification>"
        "<b:locale>no_578</b:locale><b:snapshotVersion><b:timestamp>9999-01-01T00:00:00+01:00</b:timestamp>"
        "</b:snapshotVersion>"
    )
    body = (
        f'<s:findSisteEndringId xmlns:s="{G}/service/endringslogg" xmlns:b="{G}/domain/basistyper">'
        f"<s:grunnbokContext>{context}</s:grunnbokContext></s:findSisteEndringId>"
    )
    message = ENVELOPE.format(header=header, body=body)
    return await ask(grunnboken.app(world, settings), "EndringsloggServiceWS", message)


def token(password: str, kind: str = TEXT) -> str:
    return (
        f'<S:Header><w:Security xmlns:w="{WSSE}"><w:UsernameToken><w:Username>kraftverk</w:Username>'
        f'<w:Password Type="{kind}">{password}</w:Password></w:UsernameToken></w:Security></S:Header>'
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (token("feil"), "wsse:FailedAuthentication"),
        ("", "wsse:InvalidSecurity"),
        (token("hemmelig", TEXT.replace("Text", "Digest")), "wsse:InvalidSecurityToken"),
    ],
)
async def test_grunnboken_lets_only_us_in(world: World, settings: Settings, header: str, code: str) -> None:
    answer = await ask_grunnboken(world, settings, header)
    assert (answer.status_code, fault(answer)[0]) == (500, code)


async def test_the_newest_change_of_a_world_where_nothing_has_happened(world: World, settings: Settings) -> None:
    answer = await ask_grunnboken(world, settings, token("hemmelig"))
    assert etree.fromstring(answer.content).findtext(".//{*}value") == "1000"
