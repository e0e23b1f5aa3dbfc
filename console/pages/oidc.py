"""Logging in with the agency's accounts (OpenID Connect), outside the demo alone.

The cookie that joins the two halves of a login is a word of ours, and all else follows from it. Anybody may begin a
login, so nothing is written before the provider has vouched for somebody; then the word is used up.
"""

from __future__ import annotations

import time

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.identity import Attempt, IdentityProvider, LoginRefused, Refusal, local_path
from console.office import Office
from console.pages.login import let_in
from console.rendering import plain
from console.visitor import At, check_address, cookie_name
from hub.storage import logins

pages = APIRouter(default_response_class=HTMLResponse)
LOGIN_LASTS = 600.0
"""Seconds from the first half of a login to the second."""
HOME = "/oppfoelging"
REFUSALS = {
    "access_denied": Refusal.DENIED,
    "consent_required": Refusal.DENIED,
    "server_error": Refusal.AWAY,
    "temporarily_unavailable": Refusal.AWAY,
}
"""The provider's own words; another is not trusted."""


@pages.get("/logg-inn/start", dependencies=[Depends(check_address)])
async def start(office: At, videre: str = "") -> Response:
    provider = _provider(office)
    attempt = Attempt.begin(provider.key, local_path(videre) or HOME, time.time())
    answer = RedirectResponse(await provider.login_url(attempt), 303)
    lasts = int(LOGIN_LASTS)
    answer.set_cookie(
        _cookie(office), attempt.word, max_age=lasts, path="/", httponly=True, samesite="lax", secure=office.https
    )
    return answer


@pages.get("/logg-inn/svar")
async def finish(request: Request, office: At, code: str = "", state: str = "", error: str = "") -> Response:
    """The provider sends the browser here. Whatever it says is believed only with the state this browser was given."""
    provider = _provider(office)
    attempt = Attempt(request.cookies.get(_cookie(office), ""), provider.key)
    if not attempt.is_answered_by(state) or time.time() - attempt.begun_at > LOGIN_LASTS:
        raise LoginRefused(Refusal.NOT_BEGUN)
    if error or not code:
        raise LoginRefused(REFUSALS.get(error, Refusal.NOT_TRUSTED))
    vouched = await provider.vouch(attempt, code)
    if not await run_in_threadpool(logins.use_up, office.database, attempt.word):
        raise LoginRefused(Refusal.NOT_BEGUN)
    if not vouched.roles:
        return plain(office, "ingen_rolle.html", 403, navn=vouched.name)
    old = request.cookies.get(cookie_name(office))
    if old:
        await run_in_threadpool(logins.close, office.database, old)
    token = await run_in_threadpool(logins.open_session, office.database, vouched.person, vouched.name, vouched.roles)
    answer = await run_in_threadpool(let_in, office, token, attempt.wanted)
    answer.delete_cookie(_cookie(office), path="/", httponly=True, samesite="lax", secure=office.https)
    return answer


@pages.get("/logg-ut")
async def farewell(office: At) -> Response:
    """Logged out here; the browser goes on to the account by itself. A redirect would not do: a form of ours may lead
    to our own pages alone (`form-action`), and redirects count."""
    try:
        account = await _provider(office).logout_url()
    except LoginRefused:
        account = None
    return plain(office, "logg_ut.html", konto=account)


def _provider(office: Office) -> IdentityProvider:
    assert office.provider is not None, "the routes are there only when there is a provider"
    return office.provider


def _cookie(office: Office) -> str:
    """For the whole host: `__Host-`, which no neighbouring site can set, is for no narrower path."""
    return f"{cookie_name(office)}-innlogging"
