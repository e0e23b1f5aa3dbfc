"""Simulator of the Kontakt- og reservasjonsregister (KRR), REST v2."""

from sandbox.krr.routes import SCOPE, app, error_body

__all__ = ["SCOPE", "app", "error_body"]
