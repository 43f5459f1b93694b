"""The key that signs notifications, the token they carry, and the documents a relay checks it with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.simulator.faults import TokenFault
from console.simulator.identities import Json

ISSUER = "https://api.botframework.com"
LIFETIME = 65 * 60
"""Seconds; the docs' example token lives 65 minutes (REFERENCE §3.2)."""
OPENID_PATH = "/botframework/v1/.well-known/OpenIdConfiguration"
KEYS_PATH = "/botframework/v1/.well-known/keys"
REUSE_SECONDS = 300.0


class Signer:
    """Signs RS256 tokens for one bot and one tenant. `wall` is real time, as the relay's is."""

    def __init__(self, bot_app_id: str, tenant_id: str, key_pem: bytes, wall: Callable[[], float]) -> None:
        self._bot_app_id = bot_app_id
        self._tenant_id = tenant_id
        self._wall = wall
        self._key = read_key(key_pem)
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self._key_id = hashlib.sha256(public).hexdigest()[:32]
        self._cached: dict[TokenFault, tuple[float, str]] = {}

    def token(self, fault: TokenFault = "none") -> str:
        """A bearer token for a notification; each kind is reused for five minutes."""
        now = self._wall()
        made, token = self._cached.get(fault, (0.0, ""))
        if token and now - made < REUSE_SECONDS:
            return token
        claims: dict[str, Any] = {
            "aud": self._bot_app_id,
            "iss": ISSUER,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + LIFETIME,
            "tid": self._tenant_id,
        }
        key = self._key
        match fault:
            case "audience":
                claims["aud"] = "00000000-0000-4000-8000-0000000000ff"
            case "issuer":
                claims["iss"] = "https://issuer.invalid"
            case "expired":
                claims |= {"iat": int(now) - 9000, "nbf": int(now) - 9000, "exp": int(now) - 5000}
            case "tenant":
                del claims["tid"]
            case "signature":
                key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            case "none":
                pass
        token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": self._key_id, "x5t": self._key_id})
        self._cached[fault] = now, token
        return token

    def keys(self) -> Json:
        """The JWKS."""
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        key |= {
            "kid": self._key_id,
            "x5t": self._key_id,
            "use": "sig",
            "alg": "RS256",
            "endorsements": ["msteams"],
        }
        return {"keys": [key]}

    def routes(self, base_url: Callable[[], str]) -> list[Route]:
        """The OpenID configuration and the keys."""

        async def configuration(_request: Request) -> Response:
            return JSONResponse(
                {
                    "issuer": ISSUER,
                    "jwks_uri": base_url() + KEYS_PATH,
                    "id_token_signing_alg_values_supported": ["RS256"],
                    "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                }
            )

        async def keys(_request: Request) -> Response:
            return JSONResponse(self.keys())

        return [Route(OPENID_PATH, configuration), Route(KEYS_PATH, keys)]


def read_key(pem: bytes) -> rsa.RSAPrivateKey:
    """The RSA key in `pem`. Raises ValueError for anything else."""
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the signing key must be an RSA key")
    return key
