"""The simulator's own certificate authority, its server certificate, and the bot's credential."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are. All are readable by their owner only."""

    ca_file: Path
    server_certificate: Path
    server_key: Path
    bot_certificate: Path
    bot_key: Path
    signing_key: Path
    """Signs notifications; never leaves the simulator."""


def make_certificates(folder: Path, wall: Callable[[], float]) -> Certificates:
    """The certificates in `folder`; new ones when there are none, or when they end within 45 days."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificates(
        ca_file=folder / "ca.pem",
        server_certificate=folder / "server.pem",
        server_key=folder / "server.key",
        bot_certificate=folder / "bot.pem",
        bot_key=folder / "bot.key",
        signing_key=folder / "signing.key",
    )
    now = datetime.fromtimestamp(wall(), UTC)
    if not _are_good(files, now):
        _write_server(files, now - timedelta(minutes=5))
        _write_bot(files, now - timedelta(minutes=5))
        _write(files.signing_key, _key_pem(_key()))
    return files


def _are_good(files: Certificates, now: datetime) -> bool:
    """Whether a former run left certificates that are valid now and 45 days from now."""
    if not all(getattr(files, name).exists() for name in files.__dataclass_fields__):
        return False
    server = x509.load_pem_x509_certificate(files.server_certificate.read_bytes())
    return server.not_valid_before_utc <= now < server.not_valid_after_utc - timedelta(days=45)


def _write_server(files: Certificates, start: datetime) -> None:
    """An authority that signs one certificate and is forgotten: its key is never written."""
    ca_key, server_key = _key(), _key()
    ca_name = _name("Graph simulator authority")
    ca = (
        _draft(ca_name, ca_name, ca_key.public_key(), start)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    server = (
        _draft(_name("localhost"), ca_name, server_key.public_key(), start)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(files.ca_file, _pem(ca))
    _write(files.server_certificate, _pem(server))
    _write(files.server_key, _key_pem(server_key))


def _write_bot(files: Certificates, start: datetime) -> None:
    key, name = _key(), _name("Graph simulator bot")
    _write(
        files.bot_certificate, _pem(_draft(name, name, key.public_key(), start).sign(key, hashes.SHA256()))
    )
    _write(files.bot_key, _key_pem(key))


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _draft(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, start: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=not authority,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
