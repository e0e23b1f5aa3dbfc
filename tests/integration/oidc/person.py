"""A person with a browser without JavaScript: follows redirects across sites, keeps cookies, fills in forms."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html

from tests.integration.oidc.provider import PEOPLE


class Person:
    def __init__(self, console: str, certificate: Path) -> None:
        self.console = console
        trusting = ssl.create_default_context(cafile=str(certificate))
        self.client = httpx.Client(verify=trusting, follow_redirects=True, trust_env=False, timeout=20)

    def open(self, address: str, **more: Any) -> httpx.Response:
        """A page of the console, or a whole address."""
        self.last = self.client.get(urljoin(self.console, address), **more)
        return self.last

    def follow(self, text: str) -> httpx.Response:
        """The link with that text."""
        (link,) = [link for link in self._page().iter("a") if link.text_content().strip() == text]
        return self.open(urljoin(str(self.last.url), link.get("href")))

    def send(self, button: str | None = None, **fields: str) -> httpx.Response:
        """Fill in the page's only form, or the one that logs out, and press."""
        forms = self._page().forms
        form = forms[0] if len(forms) == 1 else next(form for form in forms if form.action == "/logg-ut")
        values = dict(form.form_values()) | fields | ({button: "1"} if button else {})
        address = urljoin(str(self.last.url), form.action)
        parts = urlsplit(address)
        self.last = self.client.post(address, data=values, headers={"Origin": f"{parts.scheme}://{parts.netloc}"})
        return self.last

    def refreshed(self) -> httpx.Response:
        """Go where the page goes by itself."""
        (content,) = self._page().xpath("//meta[@http-equiv='refresh']/@content")
        return self.open(content.partition("url=")[2])

    def log_in(self, user: str = "kari", page: str = "/") -> httpx.Response:
        """From the page that was wanted, through the provider's form, and back."""
        self.open(page)
        self.follow("Logg inn")
        return self.answer(user)

    def answer(self, user: str = "kari") -> httpx.Response:
        """The provider's form."""
        return self.send(bruker=user, passord=PEOPLE[user].password)

    @property
    def where(self) -> str:
        """The page of the console that is open, or the whole address of another."""
        return str(self.last.url).removeprefix(self.console)

    @property
    def heading(self) -> str:
        return " ".join(self._page().find(".//h1").text_content().split())

    @property
    def refusal(self) -> str:
        """What the login page says it was that went wrong."""
        (said,) = self._page().xpath("//*[@role='alert']")
        return " ".join(said.text_content().split())

    @property
    def text(self) -> str:
        return " ".join(self._page().find("body").text_content().split())

    def _page(self) -> Any:
        return html.fromstring(self.last.text)
