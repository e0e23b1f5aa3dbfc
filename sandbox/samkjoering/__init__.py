"""What Pilen and Procasso tell each other of krav that are collected in Procasso: payments, statuses, a feed and sums.

Our own assumption, like the rest of both interfaces. The two systems keep a register each; the wire form is the same.
"""

from sandbox.samkjoering.register import Register
from sandbox.samkjoering.routes import Handlers, Words

__all__ = ["Handlers", "Register", "Words"]
