"""What the relay asks must prove itself: another authority, name or time, and old TLS, are no Microsoft."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from console.domain.errors import Unreachable
from console.domain.ids import CallId
from console.graph import calls
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.relay.keys import KeySet, KeysUnavailable
from console.relay.outside import connection, fetcher
from console.relay.settings import Settings
from tests.relay.forging import OPERATOR

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HERE, ELSEWHERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("graph.example")


@dataclass(frozen=True)
class Authority:
    """Signs certificates; `file` is what trusts it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def issue(
        self,
        folder: Path,
        name: x509.GeneralName = HERE,
        start: datetime = NOW - DAY,
        end: datetime = NOW + DAY,
    ) -> Path:
        """Return a PEM file with a server's certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _draft(self.certificate.subject, key.public_key(), start, end, "server")
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return _written(folder / f"server-{id(key)}.pem", certificate, key)


def authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    draft = _draft(name, key.public_key(), NOW - DAY, NOW + DAY, "Test authority")
    basic = x509.BasicConstraints(ca=True, path_length=None)
    return Authority(key, draft.add_extension(basic, critical=True).sign(key, hashes.SHA256()))


def _draft(
    issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime, name: str
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _written(
    file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey | None = None
) -> Path:
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    if key is not None:
        form = serialization.PrivateFormat.PKCS8
        pem += key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    file.write_bytes(pem)
    return file


@dataclass
class Server:
    """Who answers in Microsoft's place, and what was asked of them."""

    url: str
    asked: list[bytes]


@contextlib.asynccontextmanager
async def serving(certificate: Path, *, old: bool = False, plain: bool = False) -> AsyncIterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if old:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    asked: list[bytes] = []
    body = json.dumps(OPERATOR.keys).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = await (reader.read(5) if plain else reader.readuntil(b"\r\n\r\n"))
            if head.startswith(b"GET"):
                asked.append(head)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=None if plain else context)
    yield Server(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked)
    server.close()


CASES = {
    "good": "",
    "another authority": "certificate verify failed",
    "another name": "mismatch|not valid for",
    "expired": "expired",
    "not valid yet": "not yet valid",
    "TLS 1.1": "version|protocol|eof|connecterror",
    "no TLS": "wrong version|record|protocol",
}


@contextlib.asynccontextmanager
async def impostor(case: str, folder: Path, ours: Authority) -> AsyncIterator[Server]:
    signer = authority() if case == "another authority" else ours
    name = ELSEWHERE if case == "another name" else HERE
    start, end = NOW - 2 * DAY, NOW + DAY
    if case == "expired":
        end = NOW - DAY
    if case == "not valid yet":
        start = NOW + DAY / 2
    file = signer.issue(folder, name, start, end)
    async with serving(file, old=case == "TLS 1.1", plain=case == "no TLS") as server:
        yield server


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
@pytest.mark.parametrize("case", CASES)
async def test_neither_keys_nor_graph_are_asked_of_an_impostor(case: str, tmp_path: Path) -> None:
    ours = authority()
    settings = Settings(ca_file=str(_written(tmp_path / "ca.pem", ours.certificate)))
    http = connection(settings)

    async def token() -> str:
        return "secret"

    async with impostor(case, tmp_path, ours) as server:
        keys = KeySet(f"{server.url}/keys", fetcher(http), lambda: 0.0)
        profile = replace(settings.profile, graph_root=f"{server.url}/v1.0")
        graph = GraphClient(http, {Identity.BOT: Door(profile.graph_root, token)})
        if case == "good":
            assert await keys.key("good")
            assert await calls.get(graph, CallId("c"))
            assert len(server.asked) == 2
        else:
            with pytest.raises(KeysUnavailable) as unavailable:
                await keys.key("good")
            assert server.url in str(unavailable.value)
            assert _says(CASES[case], str(unavailable.value)), str(unavailable.value)
            with pytest.raises(Unreachable) as unreachable:
                await calls.get(graph, CallId("c"))
            assert str(unreachable.value).startswith("No connection")
            assert not server.asked, "nothing was said to it, a token least of all"
    await http.close()


def _says(words: str, sentence: str) -> bool:
    return any(word in sentence.casefold() for word in words.split("|"))
