"""A real TLS server with the simulated authority, its certificates, and a bot's certificate."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from console.simulator.directory import Directory
from console.simulator.entra import Authority
from console.simulator.entra.keys import SigningKey
from tests.auth.chromium import Chromium, find_chromium
from tests.auth.clocks import Clock
from tests.auth.independent import Provider, lacking
from tests.auth.judges import Independent, Judge, Simulated

PEM = serialization.Encoding.PEM
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These tests stop the server while clients hold connections; from Python 3.12 on uvicorn says so."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.logs(r"uvicorn.error: Cancel \d+ running task"))


@dataclass(frozen=True)
class Certificates:
    ca_file: Path
    server_cert: Path
    server_key: Path
    bot_cert: Path
    bot_key: Path
    stranger_cert: Path
    stranger_key: Path


class Server:
    """uvicorn in a thread on a free loopback port, with TLS; it serves one authority after another."""

    def __init__(self, certificates: Certificates) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.ca_file = str(certificates.ca_file)
        self.directory = Directory()
        self._certificates = certificates
        self._key = SigningKey()
        config = uvicorn.Config(
            self._answer,
            ssl_certfile=certificates.server_cert,
            ssl_keyfile=certificates.server_key,
            log_config=None,
            log_level="error",
            lifespan="off",
            ws="none",
            loop="asyncio",
            interface="asgi3",
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def renew(self, clock: Callable[[], float]) -> None:
        """A new authority, which remembers nothing; only the signing key stays: it is slow to make."""
        pem = self._certificates.bot_cert.read_bytes
        self.authority = Authority(self.directory, lambda: self.base_url, clock, pem)
        self.authority.mint.key = self._key
        self._app = Starlette(routes=self.authority.routes())

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _serve(self) -> None:
        await self._uvicorn.serve([self.socket])
        # A TLS transport waits for the client to say goodbye too; nobody will.
        for connection in list(self._uvicorn.server_state.connections):
            with contextlib.suppress(AttributeError):  # Python 3.11.2: its TLS transport is gone already
                connection.transport.abort()
        await asyncio.sleep(0.01)

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def tenant_url(self) -> str:
        return f"{self.base_url}/{self.directory.tenant_id}"

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)

    def start(self) -> None:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._uvicorn.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.005)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        self._uvicorn.should_exit = True
        self._uvicorn.force_exit = True
        self._thread.join(10)
        self.socket.close()


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: str, key: PrivateKey, issuer: str, issuer_key: PrivateKey, *, is_ca: bool
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if is_ca:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _write(folder: Path, name: str, certificate: x509.Certificate, key: PrivateKey) -> tuple[Path, Path]:
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(certificate.public_bytes(PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert_file, key_file


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    ca_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    bot_key, stranger_key = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    ca_file, _ = _write(folder, "ca", _certificate("test CA", ca_key, "test CA", ca_key, is_ca=True), ca_key)
    server = _certificate("localhost", server_key, "test CA", ca_key, is_ca=False)
    bot = _certificate("bot", bot_key, "bot", bot_key, is_ca=False)
    stranger = _certificate("stranger", stranger_key, "stranger", stranger_key, is_ca=False)
    return Certificates(
        ca_file,
        *_write(folder, "server", server, server_key),
        *_write(folder, "bot", bot, bot_key),
        *_write(folder, "stranger", stranger, stranger_key),
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def servers() -> Iterator[list[Server]]:
    """The servers started so far; a test that stops the last one makes the next test start another."""
    started: list[Server] = []
    yield started
    for running in started:
        running.stop()


@pytest.fixture
def server(servers: list[Server], certificates: Certificates, clock: Clock) -> Server:
    if not servers or not servers[-1].is_running:
        servers.append(Server(certificates))
        servers[-1].renew(clock)
        servers[-1].start()
    servers[-1].renew(clock)
    return servers[-1]


@pytest.fixture(scope="session")
def provider(certificates: Certificates) -> Iterator[Provider]:
    if reason := lacking():
        pytest.skip(reason)
    with Provider(Directory(), certificates.server_cert, certificates.server_key) as running:
        yield running


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[Chromium]:
    if find_chromium() is None:
        pytest.skip("Chromium is not installed: Debian has it in chromium")
    browser = Chromium(tmp_path_factory.mktemp("chromium"), certificates.server_cert)
    yield browser
    browser.close()


@pytest.fixture(params=["simulator", "oidc-provider"])
def judge(request: pytest.FixtureRequest, certificates: Certificates) -> Judge:
    if request.param == "simulator":
        return Simulated(request.getfixturevalue("server"))
    return Independent(request.getfixturevalue("provider"), str(certificates.ca_file))
