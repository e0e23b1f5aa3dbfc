"""Sends a message by every channel, each on its own: one that fails does not stop the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from connectors.varsling.melding import Kanal, Melding
from domain.errors import SystemException
from hub.storage import notices
from hub.storage.database import Database


@dataclass(frozen=True, slots=True)
class Sent:
    kanal: str
    already: bool = False
    """It had gone out for this night before."""
    fault: str | None = None
    """Why it did not go out, for a technician."""


async def send_once(
    database: Database, kind: str, as_of: date, melding: Melding, kanaler: Sequence[Kanal], *, again: bool = False
) -> list[Sent]:
    """Send it where it has not been sent for this night; or everywhere, when somebody asks for it `again`.

    The sending is noted before it is done, and the note taken back when it failed: a process that is killed between
    sends nothing twice.
    """
    out = []
    for kanal in kanaler:
        mine = notices.claim(database, kind, as_of, kanal.navn)
        if not mine and not again:
            out.append(Sent(kanal.navn, already=True))
            continue
        fault = await _try(kanal, melding)
        if mine and fault is not None:
            notices.give_back(database, kind, as_of, kanal.navn)
        out.append(Sent(kanal.navn, fault=fault))
    return out


async def send(melding: Melding, kanaler: Sequence[Kanal]) -> list[Sent]:
    """Send it now, when there is no database to ask."""
    return [Sent(kanal.navn, fault=await _try(kanal, melding)) for kanal in kanaler]


async def _try(kanal: Kanal, melding: Melding) -> str | None:
    try:
        await kanal.send(melding)
    except SystemException as error:
        return str(error)
    except Exception as error:  # whatever it is, the next channel is still to be told; its text may hold a secret
        return type(error).__name__
    return None
