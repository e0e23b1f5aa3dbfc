"""The calls a sender makes: exchange a token, order an SMS, ask for one shipment, read the feed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from sandbox.altinn.errors import Refused
from sandbox.altinn.order import Shipment, read_order
from sandbox.altinn.orders import Orders
from sandbox.altinn.token import AltinnTokens
from sandbox.faults import Faults, mark_effect
from sandbox.maskinporten import TokenIssuer, TokenRejected
from sandbox.world import World

SYSTEM = "ALTINN"
SCOPE = "altinn:serviceowner/notifications.create"
MAX_PAGE = 500
DEFAULT_PAGE = 50
NOTIFICATIONS = "/notifications/api/v1/future"

Handler = Callable[[Request], Awaitable[Response]]


def app(world: World, faults: Faults, maskinporten: TokenIssuer, orders: Orders) -> Router:
    """The routes for the prefix /altinn. A token lives as long as one of Maskinporten's."""
    tokens = AltinnTokens(maskinporten.lifetime_s)
    notifications = Notifications(world, faults, orders)
    guarded = _guard(tokens)

    async def exchange(request: Request) -> Response:
        try:
            maskinporten.check(request.headers.get("authorization"), SCOPE)
        except TokenRejected as rejected:
            return Refused(rejected.status, "The token is not accepted.").response()
        return JSONResponse(tokens.issue(SCOPE))

    return Router(
        [
            Route("/authentication/api/v1/exchange/maskinporten", exchange),
            Route(f"{NOTIFICATIONS}/orders", guarded(notifications.order), methods=["POST"]),
            Route(f"{NOTIFICATIONS}/shipment/feed", guarded(notifications.feed)),
            Route(f"{NOTIFICATIONS}/shipment/{{id}}", guarded(notifications.shipment)),
        ]
    )


class Notifications:
    """The handlers."""

    def __init__(self, world: World, faults: Faults, orders: Orders) -> None:
        self._world, self._faults, self._orders = world, faults, orders

    async def order(self, request: Request) -> Response:
        """201 and one SMS for a new idempotencyId; 200 with the same answer, and no SMS, for one that is known."""
        key, shipment = read_order(await request.body())
        async with self._world.lock:
            known = self._orders.known(key)
            if known is None:
                self._take_in(key, shipment)
        mark_effect(request.scope)
        return _ordered(known, 200) if known else _ordered(shipment, 201)

    async def shipment(self, request: Request) -> Response:
        """One shipment, with the status of its SMS."""
        async with self._world.lock:
            shipment = self._orders.get(request.path_params["id"])
            if shipment is None:
                raise Refused(404, "Shipment not found")
            return JSONResponse(shipment.document())

    async def feed(self, request: Request) -> Response:
        """What has ended after the sequence number `seq`, which itself is left out; a bare list."""
        seq = _number(request, "seq", 0, 2**63)
        size = _number(request, "pageSize", DEFAULT_PAGE, MAX_PAGE)
        async with self._world.lock:
            return JSONResponse(self._orders.feed(seq, size))

    def _take_in(self, key: str, shipment: Shipment) -> None:
        """The order stands at once; with saves_late its shipment cannot be asked for until a while after."""
        self._orders.take(key, shipment)
        self._world.effect(SYSTEM, "sms", shipment.reference, id=shipment.id)
        if self._faults.hits(SYSTEM, "saves_late"):
            late = self._faults.milliseconds(SYSTEM, "saves_late", "saves_late_ms")
            self._world.later(late, lambda: self._orders.show(shipment))
        else:
            self._orders.show(shipment)


def _ordered(shipment: Shipment, status: int) -> Response:
    notification = {"shipmentId": shipment.id, "sendersReference": shipment.reference, "reminders": []}
    return JSONResponse({"notificationOrderId": shipment.order_id, "notification": notification}, status_code=status)


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or not (0 if name == "seq" else 1) <= int(text) <= most:
        raise Refused(400, f"{name} must be a whole number, {most} at most.")
    return int(text)


def _guard(tokens: AltinnTokens) -> Callable[[Handler], Handler]:
    def guarded(handler: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            status = tokens.status(request.headers.get("authorization"), SCOPE)
            try:
                if status != 200:
                    raise Refused(status, "The token is not accepted.")
                return await handler(request)
            except Refused as refused:
                return refused.response()

        return answer

    return guarded
