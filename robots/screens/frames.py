"""The frameset a user of an old web system works in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from playwright.async_api import Error, Frame, Page


class Frameset(ABC):
    """A system as it stands on the screen when one is logged in."""

    TITLE: ClassVar[str]

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    async def ready(self) -> None:
        """Raises UnexpectedPage when one of the frames holds another page than it should after login."""

    @abstractmethod
    async def log_out(self) -> None:
        """End the session, as the user does."""

    def frame(self, name: str) -> Frame:
        """The frame with this name. Raises Playwright's Error when there is none."""
        frame = self.page.frame(name=name)
        if frame is None:
            raise Error(f"no frame {name}")
        return frame
