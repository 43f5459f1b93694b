"""The statement by which the bot shows that it has its key, signed by whoever holds that key (RFC 7523)."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .errors import CredentialRefused

if TYPE_CHECKING:
    from cryptography import x509

LIFE = 600.0
"""Seconds for which an assertion counts; it is used at once."""
PATIENCE = 10.0
"""Seconds for a signature: a caller may be waiting behind it."""


def make_assertion(
    certificate: x509.Certificate, sign: Callable[[bytes], bytes], client_id: str, endpoint: str, now: float
) -> str:
    """Return a signed assertion for the token `endpoint`. `now` is seconds since the epoch.

    Raises:
        CredentialRefused: nothing was signed.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    thumbprint = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": _base64url(thumbprint)}
    claims = {
        "aud": endpoint,
        "iss": client_id,
        "sub": client_id,
        "jti": str(uuid.uuid4()),
        "nbf": int(now) - 60,
        "exp": int(now + LIFE),
    }
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    signature = sign(signed.encode())
    if not signature:
        raise CredentialRefused("The bot's key has signed nothing.", "Check the signer in the settings.")
    return f"{signed}.{_base64url(signature)}"


def signed_by_command(command: Sequence[str]) -> Callable[[bytes], bytes]:
    """Return a signer that hands the bytes to a program's standard input and takes the signature it prints.

    The signature may be printed as it is or as base64 on one line. The signer raises CredentialRefused.
    """

    def sign(data: bytes) -> bytes:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603 - from the administrator's settings
        except (OSError, subprocess.SubprocessError) as error:
            raise CredentialRefused(
                "The program that signs for the bot has failed.", "Run it by hand to see why."
            ) from error
        try:
            return base64.b64decode(done.stdout.strip(), validate=True)
        except ValueError:
            return done.stdout

    return sign


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
