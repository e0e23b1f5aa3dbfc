"""Procasso as a session must know it."""

from __future__ import annotations

from robots.procasso.pages.frames import Frames
from robots.procasso.pages.login import LoginPage
from robots.procasso.verdicts import VERDICTS
from robots.screens.session import Product

PRODUCT = Product(VERDICTS, front="hovedbilde.do", login=LoginPage, frames=Frames)
