"""Min profil: whom the console takes a person for, the keys they want, and that they are still there."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from console.pages.routes import Pages, go_to
from console.rendering import page
from console.roles import Right
from console.visitor import At, In, Sent, shortcuts_cookie

pages = Pages()
KEPT = 365 * 24 * 3600
"""Seconds the browser remembers the choice."""


@pages.page("/min-profil", Right.READ)
def show(request: Request, who: In, gjort: str = "") -> Response:
    return page(request, who, "min_profil.html", lagret=gjort == "lagret")


@pages.act("/min-profil", Right.READ)
def choose(office: At, form: Sent) -> Response:
    """The choice is the browser's to remember: it concerns nobody else, and no trail."""
    answer = go_to("/min-profil?gjort=lagret")
    value = "1" if form.text("taster") else "0"
    answer.set_cookie(
        shortcuts_cookie(office), value, max_age=KEPT, path="/", httponly=True, samesite="lax", secure=office.https
    )
    return answer


@pages.act("/fortsett", Right.READ)
def go_on() -> Response:
    """Whoever asks is still there, and that alone keeps the session open."""
    return Response(status_code=204)
