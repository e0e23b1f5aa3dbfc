"""Simulator of Altinn: the exchange of tokens, and Notifications with orders of SMS, their delivery and its feed."""

from sandbox.altinn.errors import error_body
from sandbox.altinn.orders import Orders
from sandbox.altinn.routes import SCOPE, app

__all__ = ["SCOPE", "Orders", "app", "error_body"]
