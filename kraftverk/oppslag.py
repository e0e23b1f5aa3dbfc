"""What a caller has, a KID or a kjennemerke, looked up in the systems that know it. Nothing of it is kept."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Coroutine
from typing import Any

from config.settings import Settings
from connectors.credentials import BearerToken
from connectors.http import build_client
from connectors.pax_filer.reader import find_kravnumre
from connectors.pilen.client import PilenClient
from connectors.procasso.client import ProcassoClient
from connectors.retry import CallPolicy
from console.office import Oppslag
from domain.errors import SystemException

log = logging.getLogger(__name__)
SOON = CallPolicy(connect=1.0, read=2.0, write=2.0, pool=1.0, whole_call=4.0, tries=1)
"""Somebody has a caller on the line."""
KID = re.compile(r"[0-9]{3,24}[0-9-]")
KJENNEMERKE = re.compile(r"[A-ZÆØÅ]{2}[0-9]{4,5}")


def look_up(settings: Settings, asked: str) -> Oppslag:
    """The krav of that KID or kjennemerke, in PAX (as of its nightly file), Pilen and Procasso."""
    verdi = re.sub(r"[\s.]", "", asked.upper())
    if not (KID.fullmatch(verdi) or KJENNEMERKE.fullmatch(verdi)):
        return Oppslag((), ())
    return asyncio.run(_look_up(settings, verdi))


async def _look_up(settings: Settings, verdi: str) -> Oppslag:
    systems = settings.systems
    async with build_client() as http:
        pilen = PilenClient(systems.pilen.base_url, http, SOON, BearerToken(settings.secret("pilen.token")))
        procasso = ProcassoClient(systems.procasso.base_url, http, SOON, BearerToken(settings.secret("procasso.token")))
        asked: dict[str, Coroutine[Any, Any, list[str]]] = {
            "PAX": asyncio.to_thread(find_kravnumre, systems.pax.files / "krav.csv", verdi),
            "Pilen": pilen.find_kravnumre(verdi),
            "Procasso": procasso.find_kravnumre(verdi),
        }
        answers = await asyncio.gather(*asked.values(), return_exceptions=True)
    found: list[str] = []
    silent: list[str] = []
    for name, answer in zip(asked, answers, strict=True):
        if isinstance(answer, SystemException):
            log.warning("%s was not searched: %s in phase %s", name, answer.system, answer.phase)
            silent.append(name)
        elif isinstance(answer, BaseException):
            raise answer
        else:
            found += answer
    return Oppslag(tuple(found), tuple(silent))
