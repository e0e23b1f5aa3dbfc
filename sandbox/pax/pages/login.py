"""Logging in and out, and the new password PAX asks for now and then."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sandbox.entrance import Login
from sandbox.pax.site import COOKIE, Handler, OpenHandler, Postback, Site, Visit, redirect

MESSAGES = {
    Login.WRONG: "Feil bruker eller passord.",
    Login.LOCKED: "Kontoen er låst etter tre feil passord. Kontakt brukerstøtte.",
}
SHORTEST_PASSWORD = 8


def login(site: Site) -> OpenHandler:
    """The login page, which also receives those whose session has ended."""

    async def answer(request: Request, postback: Postback) -> Response:
        if not postback.pressed("btnLogin"):
            expired = "utloept" in request.query_params
            return site.render("login", melding="Sesjonen er utløpt. Logg inn på nytt." if expired else None)
        user = postback.text("txtBruker")
        outcome = site.entrance.try_login(user, postback.secret("txtPassord"))
        if outcome is not Login.OK:
            return site.render("login", melding=MESSAGES[outcome])
        response = redirect("Default.aspx")
        response.set_cookie(COOKIE, site.entrance.open_session(user), path="/pax", httponly=True, samesite="lax")
        return response

    return answer


def change(site: Site) -> Handler:
    """Old password, new one, and the new one again."""

    async def answer(visit: Visit) -> Response:
        if not visit.postback.pressed("btnBytt"):
            return site.render("bytt_passord", melding=None)
        problem = _problem(site, visit)
        if problem:
            return site.render("bytt_passord", melding=problem)
        site.entrance.change_password(visit.session, visit.postback.secret("txtNytt"))
        return redirect("Default.aspx")

    return answer


def log_out(site: Site) -> Handler:
    """End the session."""

    async def answer(visit: Visit) -> Response:
        site.entrance.end_session(visit.key)
        response = redirect("Login.aspx")
        response.delete_cookie(COOKIE, path="/pax")
        return response

    return answer


def _problem(site: Site, visit: Visit) -> str | None:
    old, new = visit.postback.secret("txtGammelt"), visit.postback.secret("txtNytt")
    if site.entrance.try_login(visit.session.user, old) is not Login.OK:
        return "Gammelt passord er feil."
    if new != visit.postback.secret("txtGjenta"):
        return "De to nye passordene er ikke like."
    if len(new) < SHORTEST_PASSWORD or new == old:
        return f"Nytt passord må ha minst {SHORTEST_PASSWORD} tegn og være et annet enn det gamle."
    return None
