"""How pages and acts are declared: each names the right it takes, and an act takes a form of the own session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.roles import Right
from console.visitor import Form, check_address, needs, onlooker, posted

F = TypeVar("F", bound=Callable[..., object])
LONGEST_REASON = 1000


class Pages(APIRouter):
    def page(self, path: str, right: Right) -> Callable[[F], F]:
        """A page that shows something and changes nothing."""
        return self.get(path, response_class=HTMLResponse, dependencies=[Depends(check_address), needs(right)])

    def glance(self, path: str, right: Right) -> Callable[[F], F]:
        """What an open page asks for by itself; it keeps no session open."""
        return self.get(path, dependencies=[Depends(check_address), needs(right, onlooker)])

    def act(self, path: str, right: Right, form: Callable[..., object] = posted) -> Callable[[F], F]:
        """A change; it answers with the page to go to."""
        return self.post(path, response_class=HTMLResponse, dependencies=[needs(right), Depends(form)])


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an act left behind, for the page that is shown after it."""

    status: int = 200
    message: str | None = None
    """What was done."""
    warning: str | None = None
    """Why nothing was."""
    failed: str | None = None
    """The form that could not be used."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Field of it -> what is wrong there, for the person who filled it in."""
    form: Form | None = None
    """What was written in it."""

    @property
    def overtaken(self) -> bool:
        """Somebody else was first."""
        return self.status == 409

    @property
    def unanswered(self) -> bool:
        """Another service had to do it, and did not answer."""
        return self.status == 503


UNANSWERED = Feedback(503)


def unusable(failed: str, errors: Mapping[str, str], form: Form) -> Feedback:
    """The form has to be filled in again."""
    return Feedback(422, failed=failed, errors=errors, form=form)


def overtaken(failed: str, form: Form) -> Feedback:
    """Somebody else was first: what was written may still be of use."""
    return Feedback(409, failed=failed, form=form)


def go_to(path: str) -> RedirectResponse:
    """After a change: the browser asks for that page, so that a reload repeats nothing."""
    return RedirectResponse(path, 303)


def reason_of(form: Form) -> tuple[str, dict[str, str]]:
    """Why somebody does it, and what is wrong when they have not said, or have written a fødselsnummer."""
    reason = form.text("begrunnelse")[:LONGEST_REASON]
    unsaid = {} if reason else {"begrunnelse": "Skriv hvorfor."}
    return reason, unsaid | form.refuse_numbers("begrunnelse")


def download(content: bytes, media_type: str, name: str) -> Response:
    """A file to keep. The name is ours, never the request's."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
