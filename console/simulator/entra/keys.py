"""The authority's signing key: made on first use, published as a key set, used for every token."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import jwt

from .errors import InvalidToken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


REMEMBERED = 1000
"""So many tokens need not have their signature checked again."""


def base64url(data: bytes) -> str:
    """Unpadded base64url, as JOSE wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class SigningKey:
    """One RSA key. Generation takes about 100 ms, so it waits until a token is needed."""

    def __init__(self) -> None:
        self._private: RSAPrivateKey | None = None
        self._checked: dict[str, dict[str, Any]] = {}
        """The claims of tokens whose signature was found good: programs send the same one for an hour."""

    @property
    def private(self) -> RSAPrivateKey:
        if self._private is None:
            from cryptography.hazmat.primitives.asymmetric import rsa

            self._private = rsa.generate_private_key(65537, 2048)
        return self._private

    @property
    def id(self) -> str:
        """A thumbprint of the public key, used as `kid` and `x5t`."""
        numbers = self.private.public_key().public_numbers()
        return base64url(hashlib.sha256(f"{numbers.n}:{numbers.e}".encode()).digest()[:20])

    def document(self, issuer: str) -> dict[str, object]:
        """The JWKS that lets anybody check our tokens."""
        numbers = self.private.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "kid": self.id, "x5t": self.id, "alg": "RS256", "issuer": issuer}
        return {"keys": [{**key, "n": _number(numbers.n), "e": _number(numbers.e)}]}

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.id, "x5t": self.id})

    def check(self, token: str) -> dict[str, Any]:
        """The claims of a token we signed. Times and audience are the caller's business.

        Raises:
            InvalidToken: the signature, the algorithm or the shape is wrong.
        """
        if token in self._checked:
            return dict(self._checked[token])
        options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
        try:
            claims = jwt.decode(token, self.private.public_key(), algorithms=["RS256"], options=options)
        except jwt.InvalidTokenError as error:
            raise InvalidToken(str(error)) from error
        if len(self._checked) >= REMEMBERED:
            self._checked.clear()
        self._checked[token] = claims
        return dict(claims)
