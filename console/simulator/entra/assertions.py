"""Checking that a caller holds the bot's private key: the signed client assertion of RFC 7523."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from .errors import Refusal
from .keys import base64url

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = 24 * 3600.0
EXCHANGE = "api://AzureADTokenExchange"


def check_assertion(
    assertion: str, certificate_pem: bytes, client_id: str, audience: str, now: float
) -> None:
    """Accept an assertion signed (PS256 or RS256) with the certificate's key for this endpoint.

    `now` is in seconds. One assertion may be used again until it expires: MSAL does so.

    Raises:
        Refusal: another key, thumbprint, client or endpoint, or out of date.
    """
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    public = certificate.public_key()
    if not isinstance(public, RSAPublicKey):
        raise _refused("The registered certificate does not hold an RSA key.")
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp", "jti"]}
    try:
        header = jwt.get_unverified_header(assertion)
        claims = jwt.decode(
            assertion,
            public,
            algorithms=["PS256", "RS256"],
            audience=audience,
            issuer=client_id,
            subject=client_id,
            options=options,
        )
    except jwt.InvalidTokenError as error:
        raise _refused(f"Client assertion failed validation: {error}.") from error
    if not _names(header, certificate):
        raise _refused("The certificate with the given thumbprint is not registered.")
    if not now < float(claims["exp"]) < now + LONGEST_LIFE:
        raise Refusal(
            "invalid_client", 700024, "Client assertion is not within its valid time range.", status=401
        )


@dataclass(frozen=True, slots=True)
class Federation:
    """A federated credential of the bot: tokens of this issuer, about this subject, are taken for its own."""

    issuer: str
    subject: str
    public_key_pem: bytes


def check_federated(assertion: str, trusted: Federation) -> None:
    """Accept a token that `trusted` describes and that is meant for the exchange.

    Raises:
        Refusal: another issuer, subject or audience, a wrong signature, or out of date.
    """
    try:
        jwt.decode(
            assertion,
            trusted.public_key_pem,
            algorithms=["RS256"],
            audience=EXCHANGE,
            issuer=trusted.issuer,
            subject=trusted.subject,
            options={"require": ["exp"]},
        )
    except jwt.InvalidTokenError as error:
        text = f"No matching federated identity record found for presented assertion: {error}."
        raise Refusal("invalid_client", 700213, text, status=401) from error


def issuer_of(assertion: str) -> str:
    """The issuer that an assertion names, before anything of it is believed."""
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    return str(claims.get("iss", ""))


def _names(header: dict[str, Any], certificate: x509.Certificate) -> bool:
    der = certificate.public_bytes(Encoding.DER)
    sha1 = hashlib.sha1(der, usedforsecurity=False).digest()
    expected = {"x5t#S256": base64url(hashlib.sha256(der).digest()), "x5t": base64url(sha1)}
    given = {name: str(header[name]).rstrip("=") for name in expected if name in header}
    return bool(given) and all(expected[name] == value for name, value in given.items())


def _refused(text: str) -> Refusal:
    return Refusal("invalid_client", 700027, text, status=401)
