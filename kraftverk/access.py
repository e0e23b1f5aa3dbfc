"""Who could log in to the console as it is set up: why it must not start, each reason with its remedy."""

from __future__ import annotations

from urllib.parse import urlsplit

from config.settings import OidcSettings, Settings, SettingsError
from console.roles import Role

DISCOVERY = "/.well-known/openid-configuration"
MANY_TENANTS = frozenset({"common", "organizations", "consumers"})
"""In the path of Entra ID's metadata: anybody with an account anywhere could log in."""
SECRET = "oidc.secret"  # noqa: S105 - the name of it


def find_faults(settings: Settings) -> list[str]:
    """One clause for each, without a full stop; empty when the console may start."""
    console = settings.console
    if settings.environment == "demo":
        alone = not console.address
        return [] if alone else ["the demo's local users are for this machine alone: take `address` out of [console]"]
    faults = []
    if not console.address.startswith("https://"):
        faults.append("outside the demo people come over https: write `console.address` as https://NAME")
    faults += _of_provider(console.oidc)
    if not _has_secret(settings):
        faults.append(f"the secret «{SECRET}» is missing: make one at the identity provider, as docs/drift.md says")
    return faults


def is_of(issuer: str, metadata_url: str) -> bool:
    """Whether a document of metadata says it is of the issuer it was fetched from (OpenID Connect Discovery, 4.3)."""
    return issuer.rstrip("/") + DISCOVERY == metadata_url


def _of_provider(oidc: OidcSettings) -> list[str]:
    faults = []
    url = urlsplit(oidc.metadata_url)
    if not oidc.metadata_url:
        faults.append("nobody vouches for people: put the tenant's address in `console.oidc.metadata_url`")
    elif url.scheme != "https" or not url.path.endswith(DISCOVERY):
        faults.append(f"`console.oidc.metadata_url` is no such address: write it as https://…{DISCOVERY}")
    elif MANY_TENANTS & set(url.path.split("/")):
        faults.append("`console.oidc.metadata_url` lets in every tenant: put our own tenant's id in it")
    if not oidc.client_id:
        faults.append("`console.oidc.client_id` is empty: it is the app registration's «Application (client) ID»")
    if not oidc.roles:
        faults.append("nobody would have a role: name the app roles in [console.oidc.roles]")
    if unknown := sorted(set(oidc.roles.values()) - set(Role)):
        known = ", ".join(Role)
        faults.append(f"[console.oidc.roles] names «{unknown[0]}», which is no role: choose among {known}")
    return faults


def _has_secret(settings: Settings) -> bool:
    try:
        settings.secret(SECRET)
    except SettingsError:
        return False
    return True
