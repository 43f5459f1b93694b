"""Data that Microsoft seals for us in a notification, and the keys that open it (REFERENCE §6.4).

Every subscription names the certificate it wants its data sealed for. A new one is made now and then; the
one before stays until no subscription can name it any more.
"""

from __future__ import annotations

import base64
import hmac
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.x509.oid import NameOID

from console.relay.clock import Clock
from console.wire.strict import Malformed, parse
from console.wire.values import member

ROTATED = timedelta(days=90)
KEPT = ROTATED + timedelta(days=4)
"""Longer than any subscription lives after it was made with the certificate (4,230 minutes)."""
LARGEST = 262_144
_OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)  # noqa: S303 - Microsoft's choice


class CannotOpen(Exception):
    """The data was not sealed for us, or changed on its way. The sentence holds nothing of it."""


class Keyring:
    """Certificates with their keys, in PEM files of `folder`, which is ours alone. `now` is UTC seconds."""

    def __init__(self, folder: Path, now: Clock) -> None:
        self._folder = folder
        self._now = now
        self._keys: dict[str, rsa.RSAPrivateKey] = {}
        self._certificates: dict[str, x509.Certificate] = {}
        if folder.is_dir():
            for file in sorted(folder.glob("*.pem")):
                self._take(file)

    def current(self) -> tuple[str, str]:
        """Return the newest certificate (base64 of DER) and its id; a new one when that is getting old."""
        now = datetime.fromtimestamp(self._now(), UTC)
        for id, certificate in list(self._certificates.items()):
            if now - certificate.not_valid_before_utc >= KEPT:
                (self._folder / f"{id}.pem").unlink(missing_ok=True)
                del self._certificates[id], self._keys[id]
        newest = max(
            self._certificates, key=lambda id: self._certificates[id].not_valid_before_utc, default=None
        )
        if newest is None or now - self._certificates[newest].not_valid_before_utc >= ROTATED:
            newest = self._make(now)
        der = self._certificates[newest].public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der).decode("ascii"), newest

    def open(self, sealed: object) -> Any:
        """Return the JSON value in an `encryptedContent`. Raises CannotOpen."""
        id = member(sealed, "encryptionCertificateId")
        key = self._keys.get(id) if isinstance(id, str) else None
        if key is None:
            raise CannotOpen("It is sealed for a certificate that we do not have.")
        data = _bytes(sealed, "data")
        try:
            secret = key.decrypt(_bytes(sealed, "dataKey"), _OAEP)
        except ValueError:
            raise CannotOpen("Its key is not for us.") from None
        if len(secret) != 32:
            raise CannotOpen("Its key has the wrong length.")
        # Before anything is made of the data: a padding that fails would tell a forger something.
        if not hmac.compare_digest(hmac.digest(secret, data, "sha256"), _bytes(sealed, "dataSignature")):
            raise CannotOpen("It was changed on its way.")
        try:
            cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
            padder = PKCS7(128).unpadder()
            plain = padder.update(cipher.update(data) + cipher.finalize()) + padder.finalize()
            return parse(plain)
        except Malformed:
            raise CannotOpen("There is no JSON in it.") from None
        except ValueError:
            raise CannotOpen("It is not whole.") from None

    def _make(self, now: datetime) -> str:
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "operator-relay change notifications")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + 2 * KEPT)
            .sign(key, hashes.SHA256())
        )
        id = certificate.fingerprint(hashes.SHA256()).hex()[:32]
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file, temporary = self._folder / f"{id}.pem", self._folder / f"{id}.new"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            stream.write(certificate.public_bytes(serialization.Encoding.PEM))
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(file)
        self._take(file)
        return id

    def _take(self, file: Path) -> None:
        content = file.read_bytes()
        key = serialization.load_pem_private_key(content, None)
        if isinstance(key, rsa.RSAPrivateKey):
            self._keys[file.stem] = key
            self._certificates[file.stem] = x509.load_pem_x509_certificate(content)


def _bytes(sealed: object, name: str) -> bytes:
    value = member(sealed, name)
    if not isinstance(value, str) or len(value) > LARGEST:
        raise CannotOpen(f"It has no {name}.")
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise CannotOpen(f"Its {name} is not base64.") from None
