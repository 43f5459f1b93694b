"""What the bot proves itself with: a certificate, a signer elsewhere, another issuer's word, or a secret.

In this order of preference (SECURITY §9.11): what Azure itself vouches for, a certificate whose key may stay
in a vault or a token of hardware, and a secret only where somebody has allowed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .assertion import make_assertion
from .errors import IdentityUnavailable, Misconfigured

if TYPE_CHECKING:
    from cryptography import x509

    from .http import HttpAdapter

EXCHANGE = "api://AzureADTokenExchange"
"""Whom a token of another issuer must be meant for, so that Entra takes it in exchange."""

Sign = Callable[[bytes], bytes]
"""Signs bytes with RSASSA-PSS, SHA-256 and a salt of 32 bytes, and returns the signature."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files. They are read again whenever the credential was refused, so a renewed one is picked up."""

    key_file: Path
    certificate_file: Path
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Pfx:
    """One PKCS #12 file with the key and its certificate; read again as PEM files are."""

    file: Path
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SignedElsewhere:
    """A certificate here, its key in a vault or in hardware: `sign` asks for a signature and may block."""

    certificate_file: Path
    sign: Sign


@dataclass(frozen=True, slots=True)
class TokenFile:
    """A token of another issuer that Entra trusts for this bot (workload identity), renewed by others."""

    file: Path


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The identity of the Azure machine we run on: one of several by `client_id`, or the machine's own."""

    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Secret:
    value: str = field(repr=False)


Credential = Certificate | Pfx | SignedElsewhere | TokenFile | ManagedIdentity | Secret


class Endpoint(Protocol):
    """Whom an assertion is for and from; `now` is seconds since the epoch."""

    @property
    def client_id(self) -> str: ...

    @property
    def token_endpoint(self) -> str: ...

    @property
    def now(self) -> Callable[[], float]: ...


def read_credential(credential: Credential, endpoint: Endpoint, http: HttpAdapter) -> str | dict[str, Any]:
    """What MSAL wants as `client_credential`: a text is a secret, a dict a key or a way to make assertions.

    MSAL would find a damaged key only when it signs, so it is looked at here.

    Raises:
        Misconfigured: a file cannot be read, is damaged, or key and certificate do not belong together.
    """
    match credential:
        case Secret(value):
            return value
        case Certificate():
            key, certificate = _read(credential.key_file), _read(credential.certificate_file)
            _check_pair(key, certificate, credential.passphrase)
            parts = {"private_key": key.decode(), "public_certificate": certificate.decode()}
            return parts | ({"passphrase": credential.passphrase} if credential.passphrase else {})
        case Pfx():
            key, certificate = _open_pfx(credential)
            return {"private_key": key.decode(), "public_certificate": certificate.decode()}
        case SignedElsewhere(file, sign):
            public = load_certificate(file)
            return {
                "client_assertion": lambda: make_assertion(
                    public, sign, endpoint.client_id, endpoint.token_endpoint, endpoint.now()
                )
            }
        case TokenFile(file):
            _read(file)  # a missing file is said now
            return {"client_assertion": lambda: _read(file).decode().strip()}
        case ManagedIdentity(client_id):
            return {"client_assertion": lambda: _from_machine(client_id, http)}


def ends_at(credential: Credential) -> float | None:
    """Return the UTC seconds at which the certificate ends; None for what has no end that can be seen here.

    Raises:
        Misconfigured: a file cannot be read or is damaged.
    """
    from cryptography import x509

    match credential:
        case Certificate():
            ends = load_certificate(credential.certificate_file).not_valid_after_utc
        case SignedElsewhere(file, _):
            ends = load_certificate(file).not_valid_after_utc
        case Pfx():
            ends = x509.load_pem_x509_certificate(_open_pfx(credential)[1]).not_valid_after_utc
        case _:
            return None
    return ends.timestamp()


def load_certificate(file: Path) -> x509.Certificate:
    """Return the certificate in a PEM file. Raises Misconfigured."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(_read(file))
    except ValueError as error:
        raise Misconfigured(
            f"The bot's certificate {file.name} is damaged.", "It must be a PEM file."
        ) from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"The bot's credential {file.name} cannot be read.", "Check the path and who may read it."
        ) from error


def _open_pfx(credential: Pfx) -> tuple[bytes, bytes]:
    """The key and the certificate as PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    word = credential.passphrase.encode() if credential.passphrase else None
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(_read(credential.file), word)
    except ValueError as error:
        raise Misconfigured(
            f"{credential.file.name} is damaged, or its passphrase is wrong.", "Check both."
        ) from error
    if key is None or certificate is None:
        raise Misconfigured(f"{credential.file.name} holds no key with its certificate.")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    return (
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain),
        certificate.public_bytes(pem),
    )


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


def _from_machine(client_id: str, http: HttpAdapter) -> str:
    """Ask the machine we run on who it is, in a form that Entra takes in exchange."""
    import msal

    identity = (
        msal.UserAssignedManagedIdentity(client_id=client_id)
        if client_id
        else msal.SystemAssignedManagedIdentity()
    )
    client = msal.ManagedIdentityClient(identity, http_client=http)
    answer = client.acquire_token_for_client(resource=EXCHANGE)
    token = answer.get("access_token")
    if not isinstance(token, str):
        # The endpoint's own words may hold addresses and ids: they are not for operators.
        raise IdentityUnavailable("The managed identity of this machine gives no token.", 15.0)
    return token
