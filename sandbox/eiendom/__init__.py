"""Properties and who owns them, as each of Kartverket's two registers sees the same world."""

from sandbox.eiendom.register import Endring, Register, id_of, parts_of

__all__ = ["Endring", "Register", "id_of", "parts_of"]
