"""What may stand before a relay: a door with another certificate, a hotel's page, one that holds back."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.sockets.test_proxy import pump

PEM = serialization.Encoding.PEM


@dataclass(frozen=True)
class Paper:
    """A certificate for a server, and the authority that signed it."""

    ca: bytes
    context: ssl.SSLContext


def paper(
    folder: Path,
    issuer: str,
    names: Sequence[str] = ("localhost",),
    *,
    begins: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=90),
) -> Paper:
    """Make a certificate for `names` from the authority `issuer`; times are counted from now."""
    now = datetime.now(UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    draft = x509.CertificateBuilder().serial_number(x509.random_serial_number())
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    ski = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        draft.subject_name(authority)
        .issuer_name(authority)
        .public_key(ca_key.public_key())
        .not_valid_before(now - timedelta(days=365))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(constraints, critical=True)
        .add_extension(usage, critical=True)
        .add_extension(ski, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    server = (
        draft.subject_name(own)
        .issuer_name(authority)
        .public_key(key.public_key())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        .add_extension(aki, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    chain, private = folder / "front.pem", folder / "front.key"
    chain.write_bytes(server.public_bytes(PEM))
    no_password = serialization.NoEncryption()
    private.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, no_password))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, private)
    return Paper(ca.public_bytes(PEM), context)


@contextlib.asynccontextmanager
async def front(relay: str, shown: Paper) -> AsyncIterator[str]:
    """A door with `shown` before the relay; gives its address."""
    parts = urlsplit(relay)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
        finally:
            far_writer.close()

    async with _listening(serve, shown.context) as port:
        yield f"https://localhost:{port}"


@contextlib.asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """A server that says the same to everybody; gives its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        writer.close()

    async with _listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def holding_back(relay: str) -> AsyncIterator[str]:
    """A door that lets answers through but keeps the stream to itself after its head; gives its address."""
    parts = urlsplit(relay)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(parts.hostname, parts.port)
        with (
            contextlib.closing(far_writer),
            contextlib.suppress(asyncio.IncompleteReadError, ConnectionError),
        ):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if b"/stream" in head.splitlines()[0]:
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                    await reader.read()
                    break
                far_writer.write(head)
                answer = await far_reader.readuntil(b"\r\n\r\n")
                lines = dict(line.lower().split(b": ", 1) for line in answer.strip().split(b"\r\n")[1:])
                writer.write(answer + await far_reader.readexactly(int(lines[b"content-length"])))

    async with _listening(serve) as port:
        yield f"http://127.0.0.1:{port}"


@contextlib.asynccontextmanager
async def _listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with contextlib.suppress(asyncio.CancelledError):  # the test is over
                await serve(reader, writer)
        finally:
            if not writer.is_closing():  # Python 3.11.2 cannot abort what is closed already
                writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(kept, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
    left = tuple(tasks)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
