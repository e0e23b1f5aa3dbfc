"""All simulators on one port, each under a prefix of its own and inside its own fault knobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Lifespan

from sandbox import (
    altinn,
    control,
    enhetsregisteret,
    folkeregisteret,
    grunnboken,
    krr,
    maskinporten,
    matrikkelen,
    pax,
    pilen,
    procasso,
    svarut,
)
from sandbox.entrance import Entrance
from sandbox.faults import Asgi, ErrorBody, FaultMiddleware, Faults, plain_error
from sandbox.isypa import Isypa
from sandbox.pax.nightly import write_files
from sandbox.population import Population
from sandbox.procasso import screens as procasso_screens
from sandbox.settings import Settings
from sandbox.world import World

FOLKEREGISTERET_PREFIX = "/freg/folkeregisteret/offentlig-med-hjemmel/api/v1"


def build(population: Population, settings: Settings) -> Starlette:
    """The whole sandbox for one population, with last night's files of PAX and ISY-PA written.

    Raises `SettingsError` when something a simulator was given cannot be used.
    """
    world, faults = World(population), Faults(population.seed)
    pax_entrance = Entrance.with_accounts(settings.pax_accounts)
    procasso_entrance = Entrance.with_accounts(settings.procasso_accounts)
    tokens = maskinporten.TokenIssuer.from_environment()

    def mount(prefix: str, system: str, app: Asgi, error_body: ErrorBody = plain_error) -> Mount:
        milliseconds = system == "FOLKEREGISTERET"
        return Mount(prefix, FaultMiddleware(app, system, faults, error_body, retry_after_in_milliseconds=milliseconds))

    write_files(world, settings.state_dir)
    freg, brreg = folkeregisteret.app(world, faults, tokens), enhetsregisteret.app(world, settings, tokens)
    pilen_app = pilen.app(world, faults, settings)
    archive, procasso_archive = svarut.Archive(), procasso.Archive()
    svarut_app = svarut.app(world, faults, settings, tokens, archive)
    innfordringer = procasso.InnfordringHandlers(world, faults)
    procasso_api = procasso.app(world, faults, settings, procasso_archive, innfordringer)
    procasso_web = procasso_screens.app(world, faults, procasso_entrance, procasso_archive)
    isypa = Isypa(world, faults, settings.state_dir / "isypa")
    world.at_dawn.append(isypa.write_files)
    orders = altinn.Orders()
    world.at_dawn.append(orders.begin_day)
    altinn_app = altinn.app(world, faults, tokens, orders)
    entrances = {"/pax": pax_entrance, "/procasso": procasso_entrance}
    return Starlette(
        routes=[
            Mount(
                "/_sandbox", control.app(world, faults, entrances, archive, settings, orders, innfordringer.register)
            ),
            mount("/pax", "PAX", pax.app(world, faults, pax_entrance)),
            mount("/procasso/web", "PROCASSO", procasso_web),
            mount("/pilen/api/v1", "PILEN", pilen_app, pilen.error_body),
            mount("/procasso/api/v1", "PROCASSO", procasso_api, procasso.error_body),
            mount(FOLKEREGISTERET_PREFIX, "FOLKEREGISTERET", freg, folkeregisteret.error_body),
            mount("/svarut/api", "SVARUT", svarut_app, svarut.error_body),
            mount("/krr/rest/v2", "KRR", krr.app(world, tokens), krr.error_body),
            mount("/altinn", "ALTINN", altinn_app, altinn.error_body),
            mount("/maskinporten", "MASKINPORTEN", maskinporten.app(settings, tokens)),
            mount("/matrikkel/matrikkelapi/wsapi/v1", "MATRIKKELEN", matrikkelen.app(world, settings)),
            mount("/grunnbok/grunnbok/wsapi/v2", "GRUNNBOKEN", grunnboken.app(world, settings)),
            mount("/brreg/enhetsregisteret", "ENHETSREGISTERET", brreg, enhetsregisteret.error_body),
        ],
        lifespan=_at_work(isypa),
    )


def _at_work(isypa: Isypa) -> Lifespan[Starlette]:
    """While the sandbox serves, ISY-PA takes what is put down for it."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(isypa.watch())
        yield
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch

    return lifespan
