"""The page that nobody needs to be logged in for, and logging out. In the demo a one-time link logs in."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request
from fastapi import Form as Field
from starlette.responses import HTMLResponse, Response

from console.identity import Refusal, local_path
from console.office import Office
from console.pages.routes import Pages, go_to
from console.rendering import plain
from console.roles import Right
from console.visitor import LONGEST, At, check_address, cookie_name
from hub.storage import logins

pages = Pages()
CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")
NOT_SAVED = "Du var logget ut. Ingenting er lagret."
LINK_REFUSED = "Lenken er brukt før, eller den er for gammel. Be om en ny."


@pages.get("/logg-inn", response_class=HTMLResponse, dependencies=[Depends(check_address)])
def show(office: At, kode: str = "", videre: str = "", ulagret: str = "") -> Response:
    """The link alone logs nobody in: whatever fetches links ahead of people would use it up."""
    told = NOT_SAVED if ulagret else None
    return plain(office, "logg_inn.html", kode=kode[:200], demo=office.demo, avvist=told, videre=local_path(videre))


@pages.post("/logg-inn", response_class=HTMLResponse)
def log_in(office: At, kode: Annotated[str, Field()] = "") -> Response:
    token = logins.redeem(office.database, kode) if office.demo and CODE.fullmatch(kode) else None
    if token is None:
        return plain(office, "logg_inn.html", 403, kode="", demo=office.demo, avvist=LINK_REFUSED, videre=None)
    return let_in(office, token, "/oppfoelging")


@pages.act("/logg-ut", Right.READ)
def log_out(request: Request, office: At) -> Response:
    logins.close(office.database, request.cookies[cookie_name(office)])
    answer = go_to("/logg-ut" if office.provider else "/logg-inn")
    answer.delete_cookie(cookie_name(office), path="/", httponly=True, samesite="lax", secure=office.https)
    return answer


def let_in(office: Office, token: str, path: str) -> Response:
    """Give the browser its session, and forget the ones that have ended."""
    logins.sweep(office.database, LONGEST)
    answer = go_to(path)
    answer.set_cookie(cookie_name(office), token, path="/", httponly=True, samesite="lax", secure=office.https)
    return answer


def turned_away(office: Office, refusal: Refusal) -> Response:
    return plain(office, "logg_inn.html", refusal.status, kode="", demo=False, avvist=refusal.text, videre=None)
