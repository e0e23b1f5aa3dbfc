"""Errors a person at the terminal can do something about, each as one sentence."""

from __future__ import annotations

import sys

KNOWN = {
    "config.satser": ("SatserError",),
    "config.settings": ("SettingsError",),
    "hub.storage.database": ("StoreAway",),
    "hub.storage.migrate": ("WrongVersion",),
    "hub.storage.moves": ("NotPossible",),
    "flows.registry": ("UnknownAutomation",),
    "flows.routine": ("NotYet",),
    "domain.errors": ("SystemException", "BusinessException"),
    "robots.executable": ("BrowserNotFound",),
    "sandbox.population": ("PopulationError",),
    "kraftverk.processes": ("ChildFailed",),
    "kraftverk.usage": ("UsageError",),
}
"""Looked up among the modules already loaded: an error cannot come from one that is not."""

OF_THE_DATABASE = {"OperationalError", "DatabaseError"}
"""It is away, locked, full or none at all; the other errors of its driver are faults of ours."""


def known_errors(error: BaseException) -> str | None:
    """The sentence of a known error, or None: then the trace is what a technician needs."""
    for module, names in KNOWN.items():
        loaded = sys.modules.get(module)
        if loaded and isinstance(error, tuple(getattr(loaded, name) for name in names)):
            return f"{error}. See `kraftverk doctor`." if module == "domain.errors" else str(error)
    if type(error).__module__.startswith(("sqlalchemy", "psycopg")) and type(error).__name__ in OF_THE_DATABASE:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        return f"The database cannot be used ({said}): check that it runs and that `database` in the settings is right."
    return None
