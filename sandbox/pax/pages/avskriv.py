"""The write-off dialogue: a window with two frames, a heading and a form to fill in, save and confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import quote

from starlette.responses import Response

from sandbox.pax.formats import dato, klokka, read_dato
from sandbox.pax.register import AARSAKER, CLOSED, find_krav, is_locked, write_off
from sandbox.pax.saving import save
from sandbox.pax.site import Handler, Postback, Site, Visit
from sandbox.pax.state import LOCKED_BY
from sandbox.population import Row


@dataclass(frozen=True, slots=True)
class Form:
    """What is filled in. `aarsak`: a code of `AARSAKER`, or nothing."""

    aarsak: str
    dato: str
    kontrollert: bool

    @classmethod
    def read(cls, postback: Postback) -> Form:
        """From what the browser sent; the list sends the number of its line."""
        codes = dict(enumerate(AARSAKER, start=1))
        number = postback.text("ddlAarsak")
        aarsak = codes.get(int(number), "") if number.isdecimal() else ""
        return cls(aarsak, postback.text("txtDato"), postback.pressed("chkKontrollert"))

    def problem(self, today: date) -> str | None:
        """What must be put right; None when it can be saved."""
        if not self.aarsak:
            return "Velg årsak."
        day = read_dato(self.dato)
        if day is None or day > today:
            return "Dato må skrives dd.mm.åååå og kan ikke være fram i tid."
        return None if self.kontrollert else "Bekreft at kravet er kontrollert."


def frameset(site: Site) -> Handler:
    """The window."""

    async def answer(visit: Visit) -> Response:
        return site.render("avskriv_rammer", kravnr=visit.query("kravnr"))

    return answer


def heading(site: Site) -> Handler:
    """The upper frame."""

    async def answer(visit: Visit) -> Response:
        return site.render("avskriv_tittel", kravnr=visit.query("kravnr"))

    return answer


def form(site: Site) -> Handler:
    """The lower frame: the form, with today's date, until it has been saved; then the receipt."""

    async def answer(visit: Visit) -> Response:
        async with site.world.lock:
            krav = find_krav(site.world, visit.query("kravnr"))
            if krav is None:
                return site.render("finnes_ikke", melding="Kravet finnes ikke.")
            if visit.postback.pressed("btnLagre"):
                return _save(site, visit, krav, Form.read(visit.postback))
            return _form(site, krav, Form("", dato(site.world.as_of.isoformat()), False), None)

    return answer


def _form(site: Site, krav: Row, filled: Form, message: str | None) -> Response:
    return site.render(
        "avskriv_skjema", news=True, krav=krav, skjema=filled, aarsaker=AARSAKER.items(), melding=message
    )


def _save(site: Site, visit: Visit, krav: Row, filled: Form) -> Response:
    """Write the krav off, or say why not. The caller holds the lock of the world."""
    kravnr, user = krav["kravnr"], visit.session.user
    if is_locked(site.world, krav["saksnr"], []) or site.faults.hits("PAX", "locked_case"):
        return _form(site, krav, filled, f"Saken er låst av bruker {LOCKED_BY}.")
    closed = f"Krav {kravnr} er avsluttet." if krav["tilstand"] in CLOSED else None
    problem = closed or filled.problem(site.world.as_of)
    if problem:
        return _form(site, krav, filled, problem)

    def receipt() -> Response:
        message = f"Krav {kravnr} avskrevet med årsak {AARSAKER[filled.aarsak]}"
        return site.render(
            "kvittering", news=True, tilbake=f"Krav.aspx?kravnr={quote(kravnr)}",
            melding=f"{message} kl. {klokka(datetime.now(UTC))}", kravnumre=[kravnr],
        )  # fmt: skip

    return save(site, visit, [lambda: write_off(site.world, kravnr, filled.aarsak, filled.dato, user)], receipt)
