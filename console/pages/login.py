"""Logging in by a one-time link, in the demo; and logging out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form as Field
from fastapi import Request
from starlette.responses import HTMLResponse, Response

from console.pages.routes import Pages, go_to
from console.rendering import plain
from console.roles import Right
from console.visitor import LONGEST, At, cookie_name
from hub.storage import logins

pages = Pages()


@pages.get("/logg-inn", response_class=HTMLResponse)
def show(office: At, kode: str = "") -> Response:
    """The link alone logs nobody in: whatever fetches links ahead of people would use it up."""
    return plain("logg_inn.html", kode=kode[:200], demo=office.demo, avvist=False)


@pages.post("/logg-inn", response_class=HTMLResponse)
def log_in(office: At, kode: Annotated[str, Field()] = "") -> Response:
    token = logins.redeem(office.database, kode) if office.demo and kode else None
    if token is None:
        return plain("logg_inn.html", 403, kode="", demo=office.demo, avvist=True)
    logins.sweep(office.database, LONGEST)
    answer = go_to("/oppfoelging")
    answer.set_cookie(cookie_name(office), token, path="/", httponly=True, samesite="lax", secure=office.https)
    return answer


@pages.act("/logg-ut", Right.READ)
def log_out(request: Request, office: At) -> Response:
    logins.close(office.database, request.cookies[cookie_name(office)])
    answer = go_to("/logg-inn")
    answer.delete_cookie(cookie_name(office), path="/", httponly=True, samesite="lax", secure=office.https)
    return answer
