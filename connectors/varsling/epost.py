"""E-mail through the agency's own server, never in the clear."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from connectors.varsling.melding import Melding
from domain.errors import Phase, SystemException

SYSTEM = "EPOST"
TIMEOUT = 20.0
"""Seconds for each word of the conversation."""
TLS_FROM_THE_START = 465
"""The port where a server speaks TLS at once (RFC 8314); on any other STARTTLS is demanded."""


@dataclass(frozen=True, slots=True)
class Postserver:
    host: str
    port: int
    bruker: str | None = None
    """None when it takes mail from this machine without a login."""
    passord: Callable[[], str] = field(default=str, repr=False)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)


@dataclass(frozen=True, slots=True)
class Epost:
    server: Postserver
    avsender: str
    mottakere: Sequence[str]
    navn: str = "e-post"

    async def send(self, melding: Melding) -> None:
        """Raises SystemException, also when the server refused one of the recipients: the others have got it."""
        await asyncio.to_thread(self._send, self._letter(melding))

    def _letter(self, melding: Melding) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = melding.emne
        letter["From"] = self.avsender
        letter["To"] = ", ".join(self.mottakere)
        letter["Date"] = formatdate(localtime=True)
        letter["Message-ID"] = make_msgid(domain=self.avsender.rpartition("@")[2] or None)
        letter["Auto-Submitted"] = "auto-generated"  # no absence message in answer (RFC 3834)
        letter.set_content(melding.text)
        return letter

    def _send(self, letter: EmailMessage) -> None:
        """What the server answers may hold addresses, so that only its code is told."""
        phase: Phase = "connect"
        try:
            smtp = self._connected()
            try:
                phase = "auth"
                if self.server.bruker is not None:
                    smtp.login(self.server.bruker, self.server.passord())
                phase = "send"
                refused = smtp.send_message(letter)
            finally:
                with suppress(OSError):  # the letter is taken or refused by now, however we part
                    smtp.quit()
        except smtplib.SMTPResponseException as error:
            said = str(error.smtp_code)
        except OSError as error:  # smtplib's own are of it too
            said = type(error).__name__
        else:
            if not refused:
                return
            said = f"{len(refused)} of {len(self.mottakere)} recipients were refused"
        raise SystemException(SYSTEM, phase, f"the mail was not taken: {said}")

    def _connected(self) -> smtplib.SMTP:
        host, port, tls = self.server.host, self.server.port, self.server.tls
        if port == TLS_FROM_THE_START:
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=tls)
        smtp = smtplib.SMTP(host, port, timeout=TIMEOUT)
        try:
            smtp.starttls(context=tls)
        except BaseException:
            smtp.close()
            raise
        return smtp
