"""What somebody sends who means harm, where, and what is answered: each is refused in words, and nothing is written."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
import xlsxwriter
from httpx2 import Response
from lxml import html

from console import arbeidsliste
from console.roles import Role
from console.security import MAX_BODY
from hub.audit import Actor
from hub.automation import Plan
from hub.storage import improvements, logins, queues
from hub.storage.schema import metadata
from tests.unit.console.desk import HOST, Browser, Desk, proposal
from tests.unit.console.everywhere import everywhere
from tests.unit.hub.behaviours.house import KARI, QUEUE
from tests.unit.hub.behaviours.improving import WASH

SCRIPT = "<script>alert(1)</script>"
OURS = {"Origin": f"http://{HOST}"}
TAKE = "/oppgave/1/ta"
OLD_FORM, NOT_OURS = "Skjemaet er for gammelt", "Endringer kan bare gjøres fra konsollets egne sider"
NO_ACCESS, NOT_FOUND, UNUSABLE = "Du har ikke tilgang til dette", "Finnes ikke", "Det du sendte, kan ikke brukes"
TOO_LARGE, LOG_IN = "for stort: høyst 5 MB", "Logg inn"
LINK_REFUSED = "Lenken er brukt før, eller den er for gammel."


@dataclass
class Room:
    """Two oppgaver with a picture each, and a caseworker at the page of the first."""

    desk: Desk
    link: str = ""
    """A one-time link that somebody has got hold of."""
    caseworker: Browser = field(init=False)

    def __post_init__(self) -> None:
        for krav in ("K1", "K2"):
            self.desk.picture(self.desk.add(krav), b"\x89PNG a picture")
        (self.desk.evidence.parent / "hemmelig.png").write_bytes(b"secret")
        self.caseworker = self.desk.visitor(Role.SAKSBEHANDLER)
        self.caseworker.get("/oppgave/1")

    def filled(self, action: str, **fields: Any) -> dict[str, Any]:
        """The form as the caseworker's page has it."""
        (form,) = [form for form in self.caseworker.forms() if form.action == action]
        return dict(form.form_values()) | fields

    def raw(self, content: bytes | Iterator[bytes], kind: str = "application/x-www-form-urlencoded") -> Response:
        """A body just as it is, with the session's own proof in it where it says BEVIS."""
        if isinstance(content, bytes):
            content = content.replace(b"BEVIS", self.filled(TAKE)["bevis"].encode())
        headers = OURS | {"Content-Type": kind}
        return self.caseworker.client.post("/oppgave/1/kommentar", content=content, headers=headers)

    def upload(self, content: bytes, name: str = "liste.xlsx") -> Response:
        power = self.desk.visitor(Role.POWER)
        power.get("/legg-i-koe")
        (form,) = [form for form in power.forms() if form.action == "/legg-i-koe"]
        data = dict(form.form_values()) | {"rutine": QUEUE, "begrunnelse": "liste fra fordringshaver"}
        return power.client.post("/legg-i-koe", data=data, files={"fil": (name, content)}, headers=OURS)


@dataclass(frozen=True)
class Case:
    what: str
    send: Callable[[Room], Response]
    status: int
    said: str
    before: Callable[[Room], Any] = lambda room: None
    """What has happened first."""


def take(headers: Mapping[str, str] = OURS, **fields: Any) -> Callable[[Room], Response]:
    """The form «Ta oppgaven», with these fields and headers."""

    def send(room: Room) -> Response:
        return room.caseworker.client.post(TAKE, data=room.filled(TAKE, **fields), headers=dict(headers))

    return send


def without_proof(room: Room) -> Response:
    sent = room.filled(TAKE)
    del sent["bevis"]
    return room.caseworker.send(TAKE, sent)


def of_another_session(room: Room) -> Response:
    return room.desk.visitor(Role.SAKSBEHANDLER, person="ola").send(TAKE, room.filled(TAKE))


def comment(**fields: Any) -> Callable[[Room], Response]:
    path = "/oppgave/1/kommentar"
    return lambda room: room.caseworker.send(path, room.filled(path) | {"begrunnelse": "x"} | fields)


def lines(count: int) -> Callable[[Room], Response]:
    chosen = [f"{n}:0" for n in range(1, count + 1)]
    return lambda room: room.caseworker.send("/foelges-opp", room.filled(TAKE, hva="ta", valgt=chosen))


def get(path: str, **headers: str) -> Callable[[Room], Response]:
    return lambda room: room.caseworker.client.get(path, headers=headers)


def by(method: str) -> Callable[[Room], Response]:
    return lambda room: room.caseworker.client.request(method, TAKE, headers=OURS)


def as_reader(path: str = TAKE, headers: Mapping[str, str] | None = None, **fields: str) -> Callable[[Room], Response]:
    """Somebody who may only read, with all the marks of one who may more."""

    def send(room: Room) -> Response:
        reader = room.desk.visitor(Role.LESETILGANG)
        for name in ("role", "roles", "rolle"):
            reader.client.cookies.set(name, "saksbehandler drift", domain=HOST)
        reader.get("/oppgave/1")
        (form,) = [form for form in reader.forms() if form.action == "/logg-ut"]
        return reader.send(path, {**dict(form.fields), "seq": "3", **fields}, headers)

    return send


def with_session(change: Callable[[str], str]) -> Callable[[Room], Response]:
    """The session's cookie is another."""

    def send(room: Room) -> Response:
        (token,) = room.caseworker.client.cookies.values()
        sent = room.filled(TAKE)
        room.caseworker.client.cookies.clear()
        return room.caseworker.client.post(
            TAKE, data=sent, headers=OURS | {"Cookie": f"kraftverk={change(token)}"}, follow_redirects=True
        )

    return send


def log_in(code: str | None = None) -> Callable[[Room], Response]:
    """Redeem the link that lies on the desk, or this one."""
    return lambda room: room.desk.visitor().send("/logg-inn", {"kode": code or room.link})


def issue(lasts: float) -> Callable[[Room], None]:
    def put(room: Room) -> None:
        room.link = logins.issue_link(room.desk.database, "demo-power", ["power"], lasts)

    return put


def used(room: Room) -> None:
    issue(60.0)(room)
    log_in()(room)


def older(column: str, seconds: int) -> Callable[[Room], None]:
    return lambda room: room.desk.house.sql(f"UPDATE login_session SET {column} = {column} - {seconds}")


def logged_out(room: Room) -> None:
    kept = dict(room.caseworker.client.cookies)
    leaving = room.desk.visitor()
    leaving.client.cookies.update(kept)
    leaving.get("/oppfoelging")
    leaving.submit("/logg-ut")


def picture_named(file: str) -> Callable[[Room], None]:
    return lambda room: room.desk.house.sql("UPDATE evidence SET file = :file", file=file)


def upload(content: bytes | Callable[[], bytes], name: str = "liste.xlsx") -> Callable[[Room], Response]:
    return lambda room: room.upload(content if isinstance(content, bytes) else content(), name)


def workbook(sheet: bytes, strings: bytes = b"") -> bytes:
    """The least that is an Excel file, with this sheet and these shared strings."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_string(0, 0, "PC0075054")
    with zipfile.ZipFile(out) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    return zipped(parts)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def zip_bomb() -> bytes:
    return workbook(b"0" * (arbeidsliste.MOST_UNPACKED + 1))


def entity_bomb() -> bytes:
    """A billion letters of a thousand bytes."""
    entities = b"".join(
        b'<!ENTITY e%d "%s">' % (n, (b"&e%d;" % (n - 1)) * 10 if n else b"PC0075054x") for n in range(10)
    )
    rows = b"<row r='1'><c r='A1' t='inlineStr'><is><t>&e9;</t></is></c></row>"
    return workbook(
        b"<!DOCTYPE x ["
        + entities
        + b"]><worksheet "
        + NAMESPACE
        + b"><sheetData>"
        + rows
        + b"</sheetData></worksheet>"
    )


def own_file() -> bytes:
    """A sheet that asks for a file of the machine."""
    rows = b"<row r='1'><c r='A1' t='inlineStr'><is><t>&file;</t></is></c></row>"
    entity = b'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    return workbook(entity + b"<worksheet " + NAMESPACE + b"><sheetData>" + rows + b"</sheetData></worksheet>")


def shared_bomb() -> bytes:
    """One long text that a hundred thousand cells share."""
    cells = b"".join(b"<row>" + b'<c t="s"><v>0</v></c>' * 10 + b"</row>" for _ in range(10_000))
    strings = b"<sst " + NAMESPACE + b"><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>"
    sheet = b"<worksheet " + NAMESPACE + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    return workbook(sheet, strings)


def multipart(*parts: tuple[bytes, bytes], charset: str = "utf-8") -> tuple[bytes, str]:
    body = b"".join(b'--grense\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part for part in parts)
    return body + b"--grense--\r\n", f"multipart/form-data; boundary=grense; charset={charset}"


def raw(content: bytes | Callable[[], Iterator[bytes]], kind: str = "application/x-www-form-urlencoded") -> Any:
    return lambda room: room.raw(content if isinstance(content, bytes) else content(), kind)


def endless() -> Iterator[bytes]:
    for _ in range(MAX_BODY // 65536 + 2):
        yield b"x" * 65536


TABLE: Sequence[Case] = (
    # another name for the console
    *(
        Case(f"Host {host!r}", get("/oppgave/1", Host=host), 421, "Ukjent adresse")
        for host in ("evil.example.com", "127.0.0.1:8090", "", f"{HOST}.evil.example.com", f"{HOST}:81", f"x@{HOST}")
    ),
    # a change that does not come from our own pages
    Case("no Origin", take(headers={}), 403, NOT_OURS),
    *(
        Case(f"Origin {origin}", take({"Origin": origin}), 403, NOT_OURS)
        for origin in ("http://evil.example.com", "null", f"https://{HOST}", f"http://{HOST}.evil.example.com")
    ),
    *(
        Case(f"Sec-Fetch-Site {site}", take(OURS | {"Sec-Fetch-Site": site}), 403, NOT_OURS)
        for site in ("cross-site", "same-site", "none", "same-origin, cross-site")
    ),
    # the session's own proof
    Case("no proof", without_proof, 403, OLD_FORM),
    *(Case(f"proof {proof!r}", take(bevis=proof), 403, OLD_FORM) for proof in ("", "0" * 64, "æøå")),
    Case("proof of another session", of_another_session, 403, OLD_FORM),
    Case("proof twice", take(bevis=["0" * 64, "0" * 64]), 422, UNUSABLE),
    Case("proof in the address alone", lambda room: room.caseworker.send(
        f"{TAKE}?bevis={room.filled(TAKE)['bevis']}", {"seq": "3"}), 403, OLD_FORM),
    Case("a form as JSON", raw(b'{"bevis": "BEVIS", "seq": 3}', "application/json"), 403, OLD_FORM),
    # a role the person does not have
    Case("role in the form", as_reader(role="saksbehandler", roles="saksbehandler"), 403, NO_ACCESS),
    Case("role in the address", as_reader(f"{TAKE}?role=saksbehandler&roles=drift"), 403, NO_ACCESS),
    *(
        Case(f"role in {name}", as_reader(headers={name: "saksbehandler"}), 403, NO_ACCESS)
        for name in ("X-Role", "X-Forwarded-User", "Remote-User", "X-MS-CLIENT-PRINCIPAL", "Authorization")
    ),
    Case("emergency stop by a caseworker", lambda room: room.caseworker.send(
        "/koer/noedstopp", room.filled(TAKE, begrunnelse="x", sett="0")), 403, NO_ACCESS),
    # a session that is not
    Case("session cut short", with_session(lambda token: token[:-1]), 200, LOG_IN),
    Case("session changed", with_session(lambda token: token[::-1]), 200, LOG_IN),
    Case("session as SQL", with_session(lambda token: "' OR '1'='1"), 200, LOG_IN),
    Case("session of 8 kB", with_session(lambda token: token * 200), 200, LOG_IN),
    Case("session unused too long", take(), 200, LOG_IN, older("seen_at", 3700)),
    Case("session too old", take(), 200, LOG_IN, older("created_at", 28_900)),
    Case("session logged out", take(), 200, LOG_IN, logged_out),
    Case("no session", lambda room: room.desk.visitor().send(TAKE, room.filled(TAKE)), 200, LOG_IN),
    # one-time links
    Case("link used before", log_in(), 403, LINK_REFUSED, used),
    Case("link too old", log_in(), 403, LINK_REFUSED, issue(-1.0)),
    *(
        Case(f"link {code!r}", log_in(code), 403, LINK_REFUSED)
        for code in ("made-up", "' OR 1=1 --", "x" * 100_000, "a\x00b", "æ")
    ),
    # another method than the form's
    *(
        Case(f"method {method}", by(method), 405, UNUSABLE)
        for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE")
    ),
    Case("method by header", get(TAKE, **{"X-HTTP-Method-Override": "POST"}), 405, UNUSABLE),
    Case("method by the address", get(f"{TAKE}?_method=POST&seq=3"), 405, UNUSABLE),
    # what says two things at once, or is no text
    Case("number twice", take(seq=["3", "3"]), 422, UNUSABLE),
    Case("reason twice", comment(begrunnelse=["ringt", "ikke ringt"]), 422, UNUSABLE),
    Case("number that is none", take(seq="3; DROP TABLE work_item"), 404, NOT_FOUND),
    Case("number of 5 000 digits", take(seq="9" * 5000), 404, NOT_FOUND),
    Case("NUL in a text", comment(begrunnelse="a\x00b"), 422, UNUSABLE),
    Case("NUL in the name of a field", comment(**{"a\x00b": "x"}), 422, UNUSABLE),
    Case("escape sequence in a text", comment(begrunnelse="\x1b[31mrød"), 422, UNUSABLE),
    Case("half a character (UTF-7)", lambda room: room.raw(*multipart(
        (b"bevis", b"BEVIS"), (b"seq", b"5"), (b"begrunnelse", b"+2AA-"), charset="utf-7")), 422, UNUSABLE),
    Case("NUL in a search", get("/soek?krav=a%00b"), 400, "Adressen kan ikke brukes"),
    Case("NUL in a path", get("/koer/a%00b"), 400, "Adressen kan ikke brukes"),
    Case("broken multipart", raw(b"--grense\r\nContent-", "multipart/form-data; boundary=grense"), 403, OLD_FORM),
    Case("multipart without a boundary", raw(b"x", "multipart/form-data"), 400, UNUSABLE),
    Case("a thousand parts and one", lambda room: room.raw(*multipart(*((b"x", b"y"),) * 1001)), 400, UNUSABLE),
    # too much
    Case("form of 5 MB", comment(begrunnelse="x" * (MAX_BODY + 1)), 413, TOO_LARGE),
    Case("endless form", raw(endless), 413, TOO_LARGE),
    Case("file of 5 MB", upload(b"K" * (MAX_BODY + 1), "stor.csv"), 413, TOO_LARGE),
    Case("file of 20 001 rows", upload(b"PC1\n" * 20_001, "lang.csv"), 422, "mer enn 20000 rader"),
    Case("zip bomb", upload(zip_bomb), 422, "Excel-filen er for stor"),
    Case("one text in every cell", upload(shared_bomb), 422, "Excel-filen er for stor"),
    Case("entity bomb", upload(entity_bomb), 422, "Excel-filen kan ikke leses"),
    Case("more lines than a page holds", lines(51), 404, NOT_FOUND),
    Case("more fields than a form holds", lines(1_001), 400, UNUSABLE),
    # what is no list of krav
    Case("file of the machine in a sheet", upload(own_file), 422, "Excel-filen kan ikke leses"),
    Case("archive of something else", upload(b"PK\x03\x04 but no archive"), 422, "Excel-filen kan ikke leses"),
    Case("archive of other files", upload(zipped({"../../etc/passwd": b"x"})), 422, "Excel-filen kan ikke leses"),
    Case("half a quotation", upload(b'"' + b"x" * 200_000, "liste.csv"), 422, "kan ikke leses som CSV"),
    Case("old Excel", upload(b"\xd0\xcf\x11\xe0 old", "liste.xls"), 422, "eldre Excel-type"),
    Case("picture", upload(b"\x89PNG\0\0\0", "liste.xlsx"), 422, "verken CSV eller Excel"),
    Case("program", upload(b"MZ\x90\x00\x03", "liste.csv"), 422, "verken CSV eller Excel"),
    Case("formulas", upload(b"krav\n=cmd|' /C calc'!A0\n@SUM(1)\n", "liste.csv"), 422, "Cellen er en formel"),
    Case("script", upload(f"krav\n{SCRIPT}\n".encode(), "liste.csv"), 422, "Dette er ikke et kravnummer"),
    Case("file name of 5 000 letters", upload(b"krav\nPX1\n", "x" * 5000), 400, UNUSABLE),
    # pictures
    *(
        Case(f"picture {path}", get(f"/oppgave/1/bilde/{path}"), 404, NOT_FOUND)
        for path in ("2", "../../hemmelig.png", "..%2f..%2fhemmelig.png", "%2e%2e/hemmelig.png", "%2fetc%2fpasswd",
                     "..%5c..%5chemmelig.png", "1/../../2/bilde/2/../9", "-1", "99999999999999999999", "1.png")
    ),
    Case("picture with NUL", get("/oppgave/1/bilde/1%00.png"), 400, "Adressen kan ikke brukes"),
    *(
        Case(f"picture row {file!r}", get("/oppgave/1/bilde/1"), 404, NOT_FOUND, picture_named(file))
        for file in ("../hemmelig.png", "/etc/passwd", "a\x00b.png", ".", "..")
    ),
    *(
        Case(f"static {path}", get(f"/static/{path}"), 404, NOT_FOUND)
        for path in ("..%2fapp.py", "../app.py", "%2e%2e/app.py", "", "..%5capp.py", "%2fetc%2fpasswd")
    ),
    # addresses
    *(
        Case(f"address {path}", get(path), 404, NOT_FOUND)
        for path in ("/koer/<script>", "/koer/%0d%0aSet-Cookie:%20a=b", "/oppgave/1%0d%0aX:1", f"/{'a' * 10_000}",
                     "/oppgave/%ff%fe")
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.what[:60])
def test_it_is_refused_in_words_and_nothing_is_written(desk: Desk, case: Case) -> None:
    room = Room(desk)
    case.before(room)
    before = kept(desk)
    answer = case.send(room)
    assert answer.status_code == case.status
    assert case.said in answer.text
    assert SCRIPT not in answer.text
    assert b"secret" not in answer.content
    assert "Traceback" not in answer.text
    assert kept(desk) == before
    assert desk.drains == 0


def kept(desk: Desk) -> dict[str, list[Any]]:
    """All that the hub has stored, but for who is logged in."""
    tables = [table.name for table in metadata.sorted_tables if not table.name.startswith("login")]
    return {name: desk.house.rows(name) for name in tables}


def test_what_is_written_is_shown_as_text_on_every_page(desk: Desk) -> None:
    """Names, krav, cases, comments, reasons, references, lists and proposals, by people and by systems outside: as a
    text, as an attribute, as a template, and out of its field."""
    word = SCRIPT + '"><img src=x onerror=alert(1)>{{ 7 * 191 }}</textarea>'
    everywhere(desk, word)
    browser = desk.visitor(*Role)
    visited = []
    for path in browser.pages():
        page = html.fromstring(browser.last.text)
        assert not page.xpath("//script[not(@src)] | //img[@src='x'] | //@onerror"), path
        assert "1337" not in browser.last.text, path
        assert browser.last.text.count("</textarea>") == len(page.xpath("//textarea")), path
        visited += [path] if word in page.text_content() else []
    assert {path.split("?")[0] for path in visited} >= SHOWS_IT


SHOWS_IT = {
    *("/", "/oppfoelging", "/oppgave/1", "/oppgave/2", "/oppgave/4", "/foelges-opp", "/revisjonsspor"),
    *("/proev-flere", "/proev-flere/1", "/proev-flere/ny", "/legg-i-koe", "/legg-i-koe/1", "/forslag", "/forslag/1"),
    *("/koer", "/koer/move", "/koer/fagsystem/WORLD", "/kjoeringer/1", "/oversikt"),
    *("/godkjenninger", "/godkjenninger/liste", "/godkjenninger/stikkproeve/1"),
}
"""Where the word can be read."""


ADDRESSES = (
    "/soek?krav={0}&krav={0}",
    "/oppfoelging?vis={0}&koe={0}&slag={0}&aarsak={0}&utsatt={0}&side={0}",
    "/oppgave/1?gjort={}",
    "/proev-flere/ny?valgt={0}&valgte={0}&aarsak={0}",
    "/foelges-opp?vis={0}&kode={0}&krav={0}&side={0}&gjort={0}",
    "/godkjenninger/liste?liste={0}&rutine={0}&side={0}&ute={0}&stikkproeve={0}&gjort={0}&n={0}&igjen={0}",
    "/godkjenninger/liste?liste=BYM&rutine=move&gjort=godkjent&n={0}&ikke={0}&igjen={0}",
    "/foelges-opp?gjort=ta:{0}:{0}",
    "/koer?gjort={0}&foer={0}",
    "/kjoeringer?rutine={0}&foer={0}&gjort={0}",
    "/kjoeringer/1?side={}",
    "/oversikt?fra={0}&til={0}&rutine={0}",
    "/forslag/1?gjort={}",
    "/revisjonsspor?fra={0}&til={0}&hvem={0}&rolle={0}&hendelse={0}&rutine={0}&oppgave={0}&krav={0}&etter={0}",
    "/legg-i-koe?rutine={}",
    "/logg-inn?kode={0}&videre={0}",
)
"""Every page that reads something from its address."""
ASKED = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    "=1+1",
    "9" * 5000,
    "-1",
    "²",
    "\ufffe",
    "\u202egnp.exe",
    "%",
    "_" * 3000,
    "\r\nSet-Cookie: a=b",
    "//evil.example.com",
)


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: ascii(asked[:30]))
def test_whatever_is_asked_for_is_answered_and_nothing_is_written(desk: Desk, asked: str) -> None:
    desk.add("K1")
    improvements.add(desk.database, WASH, KARI, "new")
    before = kept(desk)
    browser = desk.visitor(Role.POWER, Role.INTERNKONTROLL, Role.SAKSBEHANDLER)
    for address in ADDRESSES:
        answer = browser.client.get(address.format(quote(asked, safe="")))
        assert answer.status_code in (200, 404, 422), address
        assert answer.url.host == HOST, address
        assert not html.fromstring(answer.text).xpath("//script[not(@src)] | //img[@src='x'] | //@onerror"), address
        assert "set-cookie" not in answer.headers, address
    browser.search(asked)
    assert browser.last.status_code in (200, 404)
    assert browser.last.url.host == HOST
    assert kept(desk) == before


@pytest.mark.parametrize("word", [word for word in ASKED if word != "\ufffe"], ids=lambda word: ascii(word[:30]))
def test_an_address_of_another_site_leads_nowhere(desk: Desk, word: str) -> None:
    """After the login, and after every change."""
    desk.add("K1")
    away = desk.visitor().client.get(f"/oppgave/1?videre={quote(word, safe='')}", follow_redirects=False)
    assert re.fullmatch(r"/logg-inn(\?videre=%2Foppgave%2F1%3F.*)?", away.headers["location"])
    browser = desk.visitor(Role.SAKSBEHANDLER)
    browser.get("/oppgave/1")
    for action, fields in (("ta", {}), ("kommentar", {"begrunnelse": "x"})):
        (form,) = [form for form in browser.forms() if form.action == f"/oppgave/1/{action}"]
        sent = dict(form.form_values()) | fields | {"next": word, "videre": word, "retur": word}
        browser.send(f"/oppgave/1/{action}?next={quote(word, safe='')}", sent)
        assert str(browser.last.url).startswith(f"http://{HOST}/oppgave/1?gjort=")


FORMULAS = (
    *("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "＝1+1"),
    *('=HYPERLINK("http://evil.example.com")', "=cmd|'/C calc'!A0"),
)
EXPORTS = (
    ("/godkjenninger/liste?liste=BYM&rutine=move", "/godkjenninger/excel", "godkjenninger_2026-11-23.xlsx"),
    ("/oversikt", "/oversikt/excel", "oversikt_2026-U37_2026-U48.xlsx"),
    ("/revisjonsspor", "/revisjonsspor/eksport", "revisjonsspor_til_2026-11-23.xlsx"),
)


def test_formulas_leave_the_house_as_text_in_files_that_are_named_by_us(desk: Desk) -> None:
    desk.propose(
        *(_proposed(formula) for formula in FORMULAS),
        *(proposal(f"X{n}", liste=each) for n, each in enumerate(FORMULAS)),
    )
    for number, formula in enumerate(FORMULAS):
        logins.open_session(desk.database, f"tid:{number}", formula, ["power"])
        queues.pause(desk.database, QUEUE, "person", Actor(f"tid:{number}", "power"), formula)
    browser = desk.visitor(*Role)
    for page, action, name in EXPORTS:
        answer = export(browser, page, action)
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        cells = list(cells_of(answer.content))
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}, "no formula"
        assert not any(cell.hyperlink for cell in cells)
        # in XML a carriage return is read as a line feed
        assert {formula.replace("\r", "\n") for formula in FORMULAS} <= {cell.value for cell in cells}, action
    table = export(browser, "/revisjonsspor", "/revisjonsspor/eksport", form="csv").content.decode("utf-8-sig")
    texts = {cell for row in csv.reader(io.StringIO(table, newline=""), delimiter=";") for cell in row}
    assert {f"'{formula}" for formula in FORMULAS} <= texts
    assert not {cell for cell in texts if cell.startswith(tuple(formula[0] for formula in FORMULAS))}


def _proposed(formula: str) -> Plan:
    plan = proposal(formula)
    assert plan.forslag is not None
    return replace(plan, forslag=replace(plan.forslag, begrunnelse=formula))


def export(browser: Browser, page: str, action: str, form: str = "excel") -> Response:
    browser.get(page)
    (found,) = [each for each in browser.forms() if each.action == action]
    return browser.send(action, dict(found.form_values()) | {"form": form})


def cells_of(content: bytes) -> Iterator[Any]:
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


@pytest.mark.parametrize("name", ['x.csv"; filename="y.exe', "x\r\nSet-Cookie: a=b", "../../hub.db", "CON"])
def test_a_file_is_read_whatever_it_is_called_and_its_name_is_kept_nowhere(desk: Desk, name: str) -> None:
    room = Room(desk)
    answer = room.upload(b"krav\nPX1\n", name)
    assert answer.url.path == "/legg-i-koe/1"
    assert "set-cookie" not in answer.headers
    assert name[:20] not in repr(kept(desk))
