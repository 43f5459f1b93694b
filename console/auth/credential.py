"""What the bot proves itself with, and reading it from files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files. They are read again whenever the credential was refused, so a renewed one is picked up."""

    key_file: Path
    certificate_file: Path
    passphrase: str | None = None

    def __repr__(self) -> str:
        return f"Certificate({self.certificate_file.name})"


@dataclass(frozen=True, slots=True)
class Secret:
    value: str

    def __repr__(self) -> str:
        return "Secret(…)"


def read_credential(credential: Certificate | Secret) -> str | dict[str, str]:
    """What MSAL wants as `client_credential`: a text is a secret, a dict a key with its certificate.

    MSAL would find a damaged key only when it signs, so it is looked at here.

    Raises:
        Misconfigured: a file cannot be read, is damaged, or the two do not belong together.
    """
    if isinstance(credential, Secret):
        return credential.value
    try:
        key = credential.key_file.read_bytes()
        certificate = credential.certificate_file.read_bytes()
    except OSError as error:
        raise Misconfigured("The bot's key or certificate cannot be read.", "Check both paths.") from error
    _check_pair(key, certificate, credential.passphrase)
    parts = {"private_key": key.decode(), "public_certificate": certificate.decode()}
    return parts | ({"passphrase": credential.passphrase} if credential.passphrase else {})


def _check_pair(key: bytes, certificate: bytes, passphrase: str | None) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key, passphrase.encode() if passphrase else None)
        public = x509.load_pem_x509_certificate(certificate).public_key()
    except (ValueError, TypeError) as error:  # TypeError: a passphrase is missing or not wanted
        raise Misconfigured(
            "The bot's key or certificate is damaged, or its passphrase is wrong.", "Check both files."
        ) from error
    if private.public_key() != public:
        raise Misconfigured("The bot's key does not belong to its certificate.", "Check both paths.")
