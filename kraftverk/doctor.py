"""`kraftverk doctor`: does everything answer, and if not, what is the remedy? Changes nothing."""

from __future__ import annotations

import asyncio
import base64
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console

from config.aarsaker import explain
from config.settings import Settings, SettingsError, load
from connectors.http import build_client
from domain.errors import SystemException
from flows.installation import Installation
from flows.systems import Systems
from flows.workshop import robot_accounts
from hub.runner import code_of
from hub.storage import migrate, targets
from hub.storage.database import Database
from kraftverk.terminal import make_console, tell_part
from robots.executable import BrowserNotFound, find_browser

BROENNOEYSUND = "974760673"
"""Brønnøysundregistrene's own number: an open look-up that is about nobody."""
NO_KRAV = "PI0000000"
"""A kravnr that nobody has."""
NO_LETTER = "kraftverk-doctor"
"""A reference no letter of ours has."""
NO_SHIPMENT = "00000000-0000-0000-0000-000000000000"
"""An id no shipment has."""
NOBODY = "15916901205"
"""A synthetic number (month + 80): nobody has it."""
STALE_HOURS = 26
Check = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Ailment(Exception):
    """What is wrong, and what to do about it."""

    fault: str
    remedy: str


def examine() -> int:
    """Print one line for each part; 0 when all are well."""
    out = make_console(soft_wrap=True)
    settings = load()
    try:
        database = Database(settings.database)
        migrate.check(database)
    except migrate.WrongVersion as error:
        tell_part(out, "database", str(error), well=False)
        return 1
    tell_part(out, "database", "answers, and is of this version", well=True)
    return asyncio.run(_examine(out, Installation.open(settings)))


async def _examine(out: Console, installation: Installation) -> int:
    ill = 0
    async with installation.workshop("doctor") as open_lane, open_lane() as systems:
        for name, check in _checks(installation, systems).items():
            well, said = await _say(check)
            ill += not well
            tell_part(out, name, said, well=well)
    return 1 if ill else 0


async def _say(check: Check) -> tuple[bool, str]:
    """Whether all is well, and what there is to say."""
    try:
        return True, await check()
    except Ailment as ailment:
        return False, f"{ailment.fault} Remedy: {ailment.remedy}"
    except SystemException as error:
        known = explain(code_of(error))
        return False, f"{error}. {known.tekst} {known.forslag}"
    except SettingsError as error:
        return False, str(error)


def _checks(installation: Installation, systems: Systems) -> dict[str, Check]:
    settings = installation.settings

    async def secrets() -> str:
        return check_secrets(settings.secrets)

    async def prefect() -> str:
        return await check_prefect(settings)

    async def browser() -> str:
        return _browser(settings)

    async def pax() -> str:
        return await _screens(settings, "PAX", settings.systems.pax.base_url)

    async def procasso() -> str:
        await systems.procasso.get_krav([NO_KRAV])
        return "answers, and knows our key"

    async def procasso_screens() -> str:
        return await _screens(settings, "PROCASSO", settings.systems.procasso.screens_url)

    async def svarut() -> str:
        await systems.svarut.find(NO_LETTER)
        return "answers, and knows us"

    async def altinn() -> str:
        await systems.altinn.get_status(NO_SHIPMENT)
        return "answers, and knows us"

    async def pax_files() -> str:
        krav = await systems.read_pax_uttrekk()
        return _fresh(systems.pax_files / "krav.csv", len(krav), "PAX")

    async def isypa_files() -> str:
        krav = await asyncio.to_thread(systems.isypa.read_krav)
        return _fresh(settings.systems.isypa.files / "krav.csv", len(krav), "ISY-PA")

    async def pilen() -> str:
        await systems.pilen.get_krav([NO_KRAV])
        return "answers, and knows our key"

    async def maskinporten() -> str:
        await systems.folkeregister_token()
        return "gives us a token for Folkeregisteret"

    async def folkeregisteret() -> str:
        await systems.folkeregisteret.get_siste_sekvensnummer()
        return "answers, and knows us"

    async def krr() -> str:
        await systems.krr.get_kontaktinformasjon([NOBODY])
        return "answers, and knows us"

    async def enhetsregisteret() -> str:
        await systems.enhetsregisteret.get_enhet(BROENNOEYSUND)
        return "answers"

    async def matrikkelen() -> str:
        await systems.eiendom.matrikkelen.find_siste()
        return "answers, and knows our login"

    async def grunnboken() -> str:
        await systems.eiendom.grunnboken.find_siste()
        return "answers, and knows our login"

    async def eierskjema() -> str:
        return await asyncio.to_thread(check_folder, settings.systems.eierskjema.files)

    async def stopped() -> str:
        return _stopped(installation)

    return {
        "secrets": secrets,
        "Prefect": prefect,
        "browser": browser,
        "PAX": pax,
        "PAX files": pax_files,
        "ISY-PA files": isypa_files,
        "Pilen": pilen,
        "Procasso": procasso,
        "Procasso's screens": procasso_screens,
        "SvarUt": svarut,
        "Altinn": altinn,
        "Maskinporten": maskinporten,
        "Folkeregisteret": folkeregisteret,
        "KRR": krr,
        "Enhetsregisteret": enhetsregisteret,
        "Matrikkelen": matrikkelen,
        "Grunnboken": grunnboken,
        "Eierskjema": eierskjema,
        "stopped systems": stopped,
    }


def check_secrets(folder: Path) -> str:
    """Windows says by other means who may read a file, and there nothing is found."""
    bare = [each.name for each in folder.iterdir() if each.stat().st_mode & stat.S_IROTH]
    if os.name == "posix" and bare and folder.stat().st_mode & stat.S_IXOTH:
        raise Ailment(f"everybody on this machine can read «{min(bare)}».", f"`chmod -R o-rwx {folder}`.")
    return "nobody else on this machine can read them"


async def check_prefect(settings: Settings) -> str:
    if settings.prefect_api is None:
        return "not used in this environment"
    secret = base64.b64encode(settings.secret("prefect.auth").encode()).decode()
    try:
        async with build_client() as client:
            known = {"Authorization": f"Basic {secret}"}
            answer = await client.get(f"{settings.prefect_api}/admin/version", headers=known, timeout=10)
    except httpx.HTTPError:
        raise Ailment(
            "the server does not answer.", f"start it, or correct `prefect_api` ({settings.prefect_api})."
        ) from None
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise Ailment("the server does not know our password.", "write the server's own in the secret «prefect.auth».")
    if answer.status_code != httpx.codes.OK:
        raise Ailment(f"the server answers {answer.status_code}.", "see the server's log.")
    return "the server answers, and knows our password"


def _browser(settings: Settings) -> str:
    try:
        return str(find_browser(str(settings.browser.path) if settings.browser.path else None))
    except BrowserNotFound as error:
        raise Ailment("no browser was found.", str(error)) from None


async def _screens(settings: Settings, system: str, url: str) -> str:
    accounts = robot_accounts(settings, system)
    async with build_client() as client:
        try:
            answer = await client.get(f"{url}/", timeout=10, follow_redirects=True)
        except httpx.HTTPError:
            raise Ailment("does not answer.", f"check {url} and the network.") from None
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        raise Ailment("is closed for maintenance.", "wait; the items wait too.")
    if answer.status_code != httpx.codes.OK:
        raise Ailment(f"answers {answer.status_code}.", "ask its owner.")
    return f"answers; {len(accounts)} robot account(s). The login is not tried, since a wrong password may lock it"


def check_folder(files: Path) -> str:
    try:
        waiting = sum(1 for _ in files.iterdir())
    except OSError as error:
        remedy = f"correct `systems.eierskjema.files` ({files}), or let us read it."
        raise Ailment(f"its folder cannot be read ({error.strerror}).", remedy) from None
    return f"its folder is there, with {waiting} files"


def _fresh(path: Path, krav: int, owner: str) -> str:
    """How old a file with so many krav is. Raises Ailment when it is not last night's."""
    age = datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    if age.total_seconds() > STALE_HOURS * 3600:
        fault = f"are {age.total_seconds() / 3600:.0f} hours old."
        raise Ailment(fault, f"ask why {owner} has not written tonight's files.")
    return f"{krav} krav, written {age.total_seconds() / 3600:.1f} hours ago"


def _stopped(installation: Installation) -> str:
    with installation.database.read() as c:
        blocked = {name: sick.blocked for name, sick in targets.unwell(c).items() if sick.blocked}
    if blocked:
        what = "; ".join(f"{name}: {why}" for name, why in blocked.items())
        raise Ailment(f"{what}.", "put it right, then `kraftverk queues open NAME`.")
    return "none"
