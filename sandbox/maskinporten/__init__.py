"""Simulator of Maskinporten, the national issuer of machine-to-machine tokens."""

from sandbox.maskinporten.routes import app
from sandbox.maskinporten.tokens import TokenIssuer, TokenRejected

__all__ = ["TokenIssuer", "TokenRejected", "app"]
