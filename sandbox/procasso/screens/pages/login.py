"""Logging in and out, and the new password Procasso asks for now and then."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sandbox.entrance import Login
from sandbox.procasso.screens.site import COOKIE, PATH, Form, Handler, OpenHandler, Site, Visit, redirect

MESSAGES = {
    Login.WRONG: "Ukjent bruker eller feil passord.",
    Login.LOCKED: "Brukeren er sperret etter tre feil passord. Kontakt systemansvarlig.",
}
SHORTEST_PASSWORD = 8


def login(site: Site) -> OpenHandler:
    """The login page, which also receives those whose session has ended."""

    async def answer(request: Request, form: Form) -> Response:
        if form.handling != "LOGGPAA":
            ended = "tidsavbrudd" in request.query_params
            return site.render("palogging", melding="Økten er avsluttet. Logg på igjen." if ended else None)
        user = form.text("f1")
        outcome = site.entrance.try_login(user, form.secret("f2"))
        if outcome is not Login.OK:
            return site.render("palogging", melding=MESSAGES[outcome])
        response = redirect("hovedbilde.do")
        response.set_cookie(COOKIE, site.entrance.open_session(user), path=PATH, httponly=True, samesite="lax")
        return response

    return answer


def change(site: Site) -> Handler:
    """Old password, new one, and the new one again."""

    async def answer(visit: Visit) -> Response:
        problem = _problem(site, visit) if visit.form.handling == "BYTT" else ""
        if problem is not None:
            return site.render("passord", melding=problem)
        site.entrance.change_password(visit.session, visit.form.secret("f2"))
        return redirect("hovedbilde.do")

    return answer


def log_out(site: Site) -> Handler:
    """End the session."""

    async def answer(visit: Visit) -> Response:
        site.entrance.end_session(visit.key)
        response = redirect("palogging.do")
        response.delete_cookie(COOKIE, path=PATH)
        return response

    return answer


def _problem(site: Site, visit: Visit) -> str | None:
    old, new = visit.form.secret("f1"), visit.form.secret("f2")
    if site.entrance.try_login(visit.session.user, old) is not Login.OK:
        return "Nåværende passord er feil."
    if new != visit.form.secret("f3"):
        return "Bekreftelsen er ikke lik det nye passordet."
    if len(new) < SHORTEST_PASSWORD or new == old:
        return f"Nytt passord må ha minst {SHORTEST_PASSWORD} tegn og kan ikke være det samme som før."
    return None
