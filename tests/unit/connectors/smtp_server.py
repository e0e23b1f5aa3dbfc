"""A mail server on loopback that speaks as much SMTP as a sender needs, with STARTTLS."""

from __future__ import annotations

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class SmtpServer:
    """Takes mail and keeps it. `refuses`: a command -> what is answered to it instead."""

    tls: ssl.SSLContext
    port: int = 0
    starttls: bool = True
    refuses: dict[str, str] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secured: bool = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 post.test ESMTP\r\n")
            while line := await reader.readline():
                word, _, rest = line.decode().strip().partition(" ")
                await self._answer(word.upper(), rest, reader, writer)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def _answer(self, word: str, rest: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if word in self.refuses:
            writer.write(f"{self.refuses[word]}\r\n".encode())
        elif word == "EHLO":
            offers = ["post.test", *(["STARTTLS"] if self.starttls and not self.secured else []), "AUTH PLAIN"]
            lines = [f"250{' ' if n == len(offers) else '-'}{offer}" for n, offer in enumerate(offers, 1)]
            writer.write("".join(f"{line}\r\n" for line in lines).encode())
        elif word == "STARTTLS":
            writer.write(b"220 go ahead\r\n")
            await writer.drain()
            await writer.start_tls(self.tls)
            self.secured = True
        elif word == "AUTH":
            self.logins.append(base64.b64decode(rest.removeprefix("PLAIN ")).decode().replace("\0", " ").strip())
            writer.write(b"235 welcome\r\n")
        elif word == "DATA":
            writer.write(b"354 go on\r\n")
            content = await reader.readuntil(b"\r\n.\r\n")
            self.letters.append(message_from_bytes(content[:-3], policy=policy.default))
            writer.write(b"250 taken\r\n")
        else:
            if word == "RCPT":
                self.recipients.append(rest.removeprefix("TO:").strip("<>"))
            writer.write(b"250 fine\r\n")
        await writer.drain()
