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


def known_errors(error: BaseException) -> str | None:
    """The sentence of a known error, or None: then the trace is what a technician needs."""
    for module, names in KNOWN.items():
        loaded = sys.modules.get(module)
        if loaded and isinstance(error, tuple(getattr(loaded, name) for name in names)):
            return f"{error}. See `kraftverk doctor`." if module == "domain.errors" else str(error)
    if type(error).__module__.startswith(("sqlalchemy", "psycopg")) and "OperationalError" in type(error).__name__:
        return "The database does not answer: check that it runs and that `database` in the settings is right."
    return None
