"""Who is asking, what they may, and the form they have sent."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from console.office import Office
from console.roles import Right, Role, acting_role, known, may
from console.security import is_text
from domain.foedselsnummer import contains_foedselsnummer, without_foedselsnummer
from hub.audit import Actor
from hub.letters import in_letters
from hub.storage import logins

IDLE, LONGEST = 3600.0, 8 * 3600.0
"""Seconds a session lasts unused, and at all."""
UNUSED = IDLE - logins.SEEN_EVERY
"""Seconds after which a page can no longer be sure that a session it used is open."""
CSRF_FIELD = "bevis"
NO_NUMBER = "Skriv ikke fødselsnummer. Kraftverk lagrer det ikke, og har tatt det bort."


class LoginNeeded(Exception):
    """Nobody is logged in, or the session has ended."""


class Forbidden(Exception):
    """The person does not have the right."""


class Stale(Exception):
    """The form does not belong to this session."""


class Unusable(Exception):
    """What was sent is no text, or says two things at once."""


class PersonalNumber(Exception):
    """A fødselsnummer was written, where none is kept."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person who is logged in."""

    person: str
    name: str
    roles: frozenset[Role]
    csrf: str
    left: float
    """Seconds until the session ends whatever they do."""

    def may(self, right: Right) -> bool:
        return may(self.roles, right)

    def signature(self, right: Right) -> str:
        """«Kari Nordmann (godkjenner)»: who made a file. Raises Forbidden."""
        return f"{self.name} ({self.acting(right).role})"

    def acting(self, right: Right) -> Actor:
        """The person in the role that gives the right. Raises Forbidden."""
        role = acting_role(self.roles, right)
        if role is None:
            raise Forbidden
        return Actor(self.person, role.value)


def cookie_name(office: Office) -> str:
    return "__Host-kraftverk" if office.https else "kraftverk"


def office_of(request: Request) -> Office:
    return cast(Office, request.app.state.office)


def shortcuts(request: Request) -> bool:
    """Whether the person has switched on the keys that act on every page."""
    return request.cookies.get(shortcuts_cookie(office_of(request))) == "1"


def shortcuts_cookie(office: Office) -> str:
    return f"{cookie_name(office)}-taster"


async def visitor(request: Request) -> Visitor:
    """Raises LoginNeeded."""
    return await _logged_in(request, used=True)


async def onlooker(request: Request) -> Visitor:
    """Whose page asks by itself: that keeps no session open. Raises LoginNeeded."""
    return await _logged_in(request, used=False)


async def _logged_in(request: Request, *, used: bool) -> Visitor:
    office = office_of(request)
    token = request.cookies.get(cookie_name(office), "")
    login = await run_in_threadpool(logins.find, office.database, token, IDLE, LONGEST, used=used) if token else None
    if login is None:
        raise LoginNeeded
    return Visitor(login.person, login.name, known(login.roles), _csrf(token), login.left)


class Form:
    """A form of this session. What is missing reads as empty; what our own page asks for once and is sent twice, is
    refused as Unusable: nobody is to guess which was meant."""

    def __init__(self, data: FormData, numbers: frozenset[str] = frozenset()) -> None:
        """`numbers`: the fields that a fødselsnummer was written in, and is taken out of."""
        self._data = data
        self._numbers = numbers

    def refuse_numbers(self, *fields: str) -> dict[str, str]:
        """What is wrong with those of the fields that a fødselsnummer was written in. Raises PersonalNumber when it was
        in another."""
        if self._numbers - set(fields):
            raise PersonalNumber
        return dict.fromkeys(sorted(self._numbers), NO_NUMBER)

    def text(self, name: str) -> str:
        values = self.texts(name)
        if len(values) > 1:
            raise Unusable
        return values[0].strip() if values else ""

    def texts(self, name: str) -> list[str]:
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def number(self, name: str) -> int | None:
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    def file(self, name: str) -> UploadFile | None:
        value = self._data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


async def written(request: Request, who: Annotated[Visitor, Depends(visitor)]) -> Form:
    """The form that was sent, without any fødselsnummer; whoever takes it tells of those with `refuse_numbers`. Raises
    Stale when it is not of this session, and Unusable."""
    data = await request.form()
    fields = data.multi_items()
    texts = [(name, value) for name, value in fields if isinstance(value, str)]
    if not all(map(is_text, [*data, *(value for _, value in texts)])):
        raise Unusable
    if not hmac.compare_digest(Form(data).text(CSRF_FIELD).encode(), who.csrf.encode()):
        raise Stale
    today = office_of(request).today()
    numbers = frozenset(name for name, value in texts if contains_foedselsnummer(value, today))
    if not numbers:
        return Form(data)
    kept = [(name, without_foedselsnummer(value, today) if isinstance(value, str) else value) for name, value in fields]
    return Form(FormData(kept), numbers)


async def posted(form: Annotated[Form, Depends(written)]) -> Form:
    """The form that was sent, in which no fødselsnummer may be. Raises Stale, Unusable and PersonalNumber."""
    form.refuse_numbers()
    return form


def refuse_foedselsnummer(text: str, office: Office) -> None:
    """What a person writes is kept for years and shown to others. Raises PersonalNumber."""
    if contains_foedselsnummer(text, office.today()):
        raise PersonalNumber


async def check_address(request: Request) -> None:
    """An address is shown, kept by browsers and logged by proxies. It is looked at before who asks is: the way to the
    login holds it too. Raises PersonalNumber."""
    query = (text for pair in request.query_params.multi_items() for text in pair)
    refuse_foedselsnummer("\n".join((request.url.path, *query)), office_of(request))


def needs(right: Right, who_asks: Callable[..., object] = visitor) -> Any:
    """A dependency that refuses whoever lacks the right."""

    asks: Any = Depends(who_asks)

    async def check(who: Visitor = asks) -> None:
        if not who.may(right):
            raise Forbidden

    check.right = right  # type: ignore[attr-defined]
    return Depends(check)


def _csrf(token: str) -> str:
    return in_letters(hmac.digest(token.encode(), b"csrf", "sha256").hex())


In = Annotated[Visitor, Depends(visitor)]
LookingOn = Annotated[Visitor, Depends(onlooker)]
Sent = Annotated[Form, Depends(posted)]
Written = Annotated[Form, Depends(written)]
At = Annotated[Office, Depends(office_of)]
