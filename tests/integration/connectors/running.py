"""A running sandbox, and the connectors put together as the product puts them, over real sockets."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.altinn_varsling.client import AltinnVarslingClient
from connectors.altinn_varsling.token import AltinnToken
from connectors.credentials import BearerToken
from connectors.enhetsregisteret.client import EnhetsregisterClient
from connectors.folkeregisteret.client import FolkeregisterClient
from connectors.krr.client import KrrClient
from connectors.maskinporten import MaskinportenClient, MaskinportenToken
from connectors.pilen.client import PilenClient
from connectors.procasso.client import ProcassoClient
from connectors.retry import CallPolicy
from connectors.svarut.client import Integrasjon, SvarUtClient

FREG_SCOPE = "folkeregister:deling/offentligmedhjemmel"
BRREG_SCOPE = "brreg:enhetsregisteret:autorisert"
FIKS_SCOPE = "ks:fiks"
KRR_SCOPE = "krr:global/kontaktinformasjon.read"
ALTINN_SCOPE = "altinn:serviceowner/notifications.create"
KONTO = "1f6c3a52-7d0e-4b8f-9a41-5c2e8d90b713"
INTEGRASJON = Integrasjon("integrasjon-1", "passord-1")
POLICY = CallPolicy(read=5.0, connect=2.0, pool=2.0, whole_call=20.0, tries=4, backoff=0.02)
PILEN_TOKEN = "pilen-test"
PROCASSO_TOKEN = "procasso-test"


@dataclass
class Sandbox:
    """A running sandbox, and the CSV files it was loaded with."""

    base: str
    process: subprocess.Popen[str]
    state_dir: Path
    population: Path
    control: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.control = httpx.Client(base_url=f"{self.base}/_sandbox", timeout=10, verify=False)

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.population / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def turn(self, system: str, knob: str, times: int, **more: int) -> None:
        """The next `times` calls that can meet this fault do."""
        asked = {"system": system, "knob": knob, "rate": 1.0, "times": times, **more}
        self.control.post("/faults", json=asked).raise_for_status()

    def hits(self) -> dict[str, int]:
        return {each["knob"]: each["hits"] for each in self.control.get("/faults").json()["faults"]}

    def merges(self, *kravnumre: str) -> list[str]:
        """The executed merges of these krav, in order."""
        effects: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return [e["key"] for e in effects if (e["system"], e["kind"]) == ("PILEN", "merge") and e["key"] in kravnumre]

    def saves(self, kravnr: str) -> list[str]:
        """The kind of every save Procasso has executed of this krav, in order."""
        effects: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return [e["kind"] for e in effects if (e["system"], e["key"]) == ("PROCASSO", kravnr)]

    def changes(self, kravnr: str) -> list[str]:
        """The kind of each executed change of this krav, in order."""
        effects: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return [e["kind"] for e in effects if (e["system"], e["key"]) == ("PILEN", kravnr)]

    def letters(self, reference: str) -> list[str]:
        """The ids of the letters that were truly taken in under this reference, in order."""
        effects: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return [e["detail"]["id"] for e in effects if (e["system"], e["key"]) == ("SVARUT", reference)]

    def sms(self, reference: str) -> list[str]:
        """The ids of the shipments that truly went out under this reference, in order."""
        effects: list[dict[str, Any]] = self.control.get("/effects").json()["effects"]
        return [e["detail"]["id"] for e in effects if (e["system"], e["key"]) == ("ALTINN", reference)]

    def pending(self) -> int:
        pending: int = self.control.get("/health").json()["pending"]
        return pending

    def lock(self, *saksnumre: str) -> None:
        self.control.post("/pax", json={"locked_cases": list(saksnumre)}).raise_for_status()


@dataclass(frozen=True)
class Key:
    pem: bytes
    jwk: dict[str, Any]


@dataclass(frozen=True)
class Connectors:
    maskinporten: MaskinportenClient
    folkeregisteret: FolkeregisterClient
    enhetsregisteret: EnhetsregisterClient
    pilen: PilenClient
    procasso: ProcassoClient
    svarut: SvarUtClient
    krr: KrrClient
    altinn: AltinnVarslingClient


def new_key() -> Key:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Key(pem, {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "kid-1"})


def connect(
    sandbox: Sandbox, http: httpx.AsyncClient, key: Key, client_id: str = "klient-1", freg_scope: str = FREG_SCOPE
) -> Connectors:
    """The connectors, put together as the product does."""
    issuer = f"{sandbox.base}/maskinporten/"
    maskinporten = MaskinportenClient(f"{issuer}token", issuer, client_id, "kid-1", lambda: key.pem, http, POLICY)
    brreg = f"{sandbox.base}/brreg/enhetsregisteret"
    return Connectors(
        maskinporten,
        FolkeregisterClient(
            f"{sandbox.base}/freg/folkeregisteret/offentlig-med-hjemmel/api/v1",
            http,
            POLICY,
            MaskinportenToken(maskinporten, freg_scope),
        ),
        EnhetsregisterClient(
            f"{brreg}/api", f"{brreg}/autorisert-api", http, POLICY, MaskinportenToken(maskinporten, BRREG_SCOPE)
        ),
        PilenClient(f"{sandbox.base}/pilen/api/v1", http, POLICY, BearerToken(PILEN_TOKEN)),
        ProcassoClient(f"{sandbox.base}/procasso/api/v1", http, POLICY, BearerToken(PROCASSO_TOKEN)),
        svarut_of(sandbox, http, maskinporten),
        KrrClient(f"{sandbox.base}/krr/rest/v2", http, POLICY, MaskinportenToken(maskinporten, KRR_SCOPE)),
        altinn_of(sandbox, http, MaskinportenToken(maskinporten, ALTINN_SCOPE)),
    )


def altinn_of(sandbox: Sandbox, http: httpx.AsyncClient, maskinporten: MaskinportenToken) -> AltinnVarslingClient:
    """Altinn, with tokens exchanged for those of this scope."""
    base = f"{sandbox.base}/altinn"
    token = AltinnToken(f"{base}/authentication/api/v1", http, POLICY, maskinporten)
    return AltinnVarslingClient(f"{base}/notifications/api/v1", http, POLICY, token, "Innkreving")


def svarut_of(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    maskinporten: MaskinportenClient,
    integrasjon: Integrasjon = INTEGRASJON,
    konto: str = KONTO,
) -> SvarUtClient:
    """SvarUt, less patient with a letter than it should be."""
    return SvarUtClient(
        f"{sandbox.base}/svarut/api",
        konto,
        http,
        POLICY,
        MaskinportenToken(maskinporten, FIKS_SCOPE),
        integrasjon,
        sending=POLICY,
    )
