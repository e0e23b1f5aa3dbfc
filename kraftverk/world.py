"""The demo's own corner: its folder, its secrets, its settings. Nothing of the user's is touched."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from flows import registry
from kraftverk.usage import UsageError
from sandbox.svarut import KONTO

BROWSER = "KRAFTVERK_BROWSER"
"""Environment variable: the browser that set-up starts, and a demo's robots use."""
MARK = ".kraftverk-demo"
CLIENT_ID, KID = "kraftverk-demo", "demo-1"
SCOPES = [
    "folkeregister:deling/offentligmedhjemmel",
    "brreg:enhetsregisteret:autorisert",
    "ks:fiks",
    "krr:global/kontaktinformasjon.read",
    "altinn:serviceowner/notifications.create",
]
KEY_BITS = 2048


@dataclass(frozen=True, slots=True)
class World:
    """Where the demo keeps what it makes. `folder` is emptied at start."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "settings.toml"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def isypa_files(self) -> Path:
        return self.folder / "sandbox" / "isypa"

    @property
    def eierskjemaer(self) -> Path:
        return self.folder / "eierskjema"

    @property
    def pax_files(self) -> Path:
        return self.folder / "sandbox" / "pax-filer"


def make_empty(folder: Path) -> World:
    """Empty the folder, as `emptied` does, and keep nobody from it afterwards."""
    with emptied(folder) as world:
        return world


@contextmanager
def emptied(folder: Path) -> Iterator[World]:
    """Empty the folder, and keep every other demo from it for as long as the block lasts.

    Raises UsageError when it holds something that no demo made, when a demo is running there, or when it cannot be.
    """
    folder = folder.resolve()
    with ExitStack() as stack:
        try:
            _refuse_what_no_demo_made(folder)
            folder.mkdir(parents=True, exist_ok=True)
            mark = stack.enter_context((folder / MARK).open("a"))  # no process we start inherits it
            if not _lock(mark):
                raise UsageError(f"A demo is running in {folder}: name another folder with --state.")
            _empty(folder)
            (folder / "sandbox").mkdir()
            World(folder).eierskjemaer.mkdir()
        except OSError as error:
            raise UsageError(f"{folder} cannot be made ({error.strerror}): name another folder with --state.") from None
        yield World(folder)


def _refuse_what_no_demo_made(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder: name another with --state.")
    if any(folder.iterdir()) and not (folder / MARK).exists():
        raise UsageError(f"{folder} is not a demo's folder and is not empty: name another with --state.")


def _lock(mark: IO[str]) -> bool:
    """Take the lock on the file until it is closed; False when another has it. On Windows there is none to take."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _empty(folder: Path) -> None:
    """The mark stays: a folder that could be emptied in part only is a demo's still."""
    try:
        for each in folder.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            elif each.name != MARK:
                each.unlink()
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be emptied ({error.strerror}: {error.filename}): "
            "delete it yourself, or name another folder with --state."
        ) from None


def write_secrets(world: World, accounts: int) -> None:
    """New secrets for every demo, readable by the user alone."""
    world.secrets.mkdir(mode=0o700)
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": KID, "use": "sig", "alg": "RS256"}
    clients = {CLIENT_ID: {"jwks": {"keys": [public]}, "scopes": SCOPES}}
    pax, procasso = ({f"robot{n}": secrets.token_urlsafe(12) for n in range(1, accounts + 1)} for _ in range(2))
    for name, content in {
        "maskinporten.pem": pem.decode(),
        "maskinporten-clients.json": json.dumps(clients),
        "pax.json": json.dumps(pax),
        "procasso.json": json.dumps(procasso),
        "procasso.token": secrets.token_urlsafe(24),
        "svarut.json": json.dumps({"id": "kraftverk-demo", "passord": secrets.token_urlsafe(12)}),
        "matrikkel.json": json.dumps({"bruker": "kraftverk-demo", "passord": secrets.token_urlsafe(12)}),
        "grunnbok.json": json.dumps({"bruker": "kraftverk-demo", "passord": secrets.token_urlsafe(12)}),
        "pilen.token": secrets.token_urlsafe(24),
        "audit.key": secrets.token_hex(32),
        "payload.key": secrets.token_hex(32),
        "prefect.auth": f"demo:{secrets.token_urlsafe(12)}",
    }.items():
        path = world.secrets / name
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")


def sandbox_environment(world: World) -> dict[str, str]:
    """What the simulators must know: the same secrets, seen from the other side."""

    def secret(name: str) -> str:
        return (world.secrets / name).read_text(encoding="utf-8")

    def accounts(name: str) -> str:
        return ",".join(f"{user}:{password}" for user, password in json.loads(secret(name)).items())

    def login(name: str) -> str:
        return ":".join(json.loads(secret(name)).values())

    return os.environ | {
        "SANDBOX_PAX_ACCOUNTS": accounts("pax.json"),
        "SANDBOX_PROCASSO_ACCOUNTS": accounts("procasso.json"),
        "SANDBOX_PROCASSO_TOKEN": secret("procasso.token"),
        "SANDBOX_PILEN_TOKEN": secret("pilen.token"),
        "SANDBOX_SVARUT_LOGIN": login("svarut.json"),
        "SANDBOX_MATRIKKEL_LOGIN": login("matrikkel.json"),
        "SANDBOX_GRUNNBOK_LOGIN": login("grunnbok.json"),
        "SANDBOX_MASKINPORTEN_CLIENTS": str(world.secrets / "maskinporten-clients.json"),
    }


def write_settings(
    world: World,
    sandbox: str,
    database: str,
    as_of: date,
    prefect_api: str | None,
    lanes: int,
    workers: int = 1,
    console_port: int = 8090,
) -> None:
    """The settings file of the demo. `sandbox`: base URL of the simulators."""
    settings = f"""
environment = "demo"
database = {json.dumps(database)}
state = {json.dumps(str(world.folder))}
as_of = {as_of.isoformat()}
workers = {workers}
release_level = "drift"
sandbox = "{sandbox}"
{f'prefect_api = "{prefect_api}"' if prefect_api else ""}

[console]
port = {console_port}

[roles]
"*" = ["lesetilgang", "saksbehandler", "godkjenner", "power", "drift"]

[systems.pax]
base_url = "{sandbox}/pax"
files = {json.dumps(str(world.pax_files))}
settle = 3.0

[systems.pilen]
base_url = "{sandbox}/pilen/api/v1"
settle = 3.0

[systems.procasso]
base_url = "{sandbox}/procasso/api/v1"
screens_url = "{sandbox}/procasso/web"
settle = 3.0

[systems.svarut]
base_url = "{sandbox}/svarut/api"
konto_id = "{KONTO}"
settle = 3.0
under_way = 3.0

[systems.krr]
base_url = "{sandbox}/krr/rest/v2"

[systems.altinn]
base_url = "{sandbox}/altinn/notifications/api/v1"
authentication_url = "{sandbox}/altinn/authentication/api/v1"
settle = 3.0

[systems.isypa]
files = {json.dumps(str(world.isypa_files))}
settle = 5.0

[systems.matrikkelen]
base_url = "{sandbox}/matrikkel/matrikkelapi/wsapi/v1"

[systems.grunnboken]
base_url = "{sandbox}/grunnbok/grunnbok/wsapi/v2"

[systems.eierskjema]
files = {json.dumps(str(world.eierskjemaer))}

[systems.maskinporten]
token_url = "{sandbox}/maskinporten/token"
issuer = "{sandbox}/maskinporten/"
client_id = "{CLIENT_ID}"
kid = "{KID}"

[systems.folkeregisteret]
base_url = "{sandbox}/freg/folkeregisteret/offentlig-med-hjemmel/api/v1"

[systems.enhetsregisteret]
base_url = "{sandbox}/brreg/enhetsregisteret/api"
authorised_base_url = "{sandbox}/brreg/enhetsregisteret/autorisert-api"

[avsender]
navn = "Innkrevingsetaten"
adresselinjer = ["Eksempelgata 1", "0001 OSLO"]
telefon = "00 00 00 00"
nettside = "innkrevingsetaten.example.com"
kontonummer = "12345678911"
"""
    for queue in registry.MODULES:
        settings += f"""
[queues.{queue}]
lanes = {lanes}
lease = 20.0
act_limit = 12.0
backoff = 2.0
free_wait = 2.0
breaker_pause = 5.0
patience = 60.0
"""
    browser = os.environ.get(BROWSER)
    settings += f"\n[browser]\npath = {json.dumps(browser)}\n" if browser else ""
    world.config.write_text(settings, encoding="utf-8")


def environment(world: World) -> Mapping[str, str]:
    """Where every process of the demo finds its settings and secrets."""
    return os.environ | {"KRAFTVERK_CONFIG": str(world.config), "KRAFTVERK_SECRETS": str(world.secrets)}


def exports(world: World) -> str:
    """The same two for a shell."""
    config, secrets_folder = shlex.quote(str(world.config)), shlex.quote(str(world.secrets))
    return f"export KRAFTVERK_CONFIG={config} KRAFTVERK_SECRETS={secrets_folder}"
