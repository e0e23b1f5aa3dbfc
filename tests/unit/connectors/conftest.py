"""A raw server, with and without TLS, and a private key to sign with."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.unit.connectors.raw_server import RawServer


@pytest.fixture
async def raw() -> AsyncIterator[RawServer]:
    served = RawServer()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    served.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield served
    server.close()


@pytest.fixture(scope="session")
def private_key() -> bytes:
    """PEM, as a key file holds it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.fixture(scope="session")
def unknown_certificate(private_key: bytes, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's certificate for 127.0.0.1 that nobody has signed but itself."""
    key = serialization.load_pem_private_key(private_key, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    both = tmp_path_factory.mktemp("tls") / "server.pem"
    both.write_bytes(private_key + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context


@pytest.fixture
async def raw_tls(unknown_certificate: ssl.SSLContext) -> AsyncIterator[RawServer]:
    served = RawServer()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0, ssl=unknown_certificate)
    served.base_url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield served
    server.close()
