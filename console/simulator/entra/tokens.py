"""The claims of Entra's tokens (version 2.0) for people and for the bot."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.simulator.directory import GRAPH_RESOURCE_ID, Directory, User

from .errors import InvalidToken
from .evaluation import NOTHING, Wanted
from .keys import SigningKey, base64url
from .resources import CALLING_ROLES, Grant

CLOCK_SKEW = 5.0
"""Seconds of disagreement between clocks that we forgive."""

CHANGE_TRACKING_APP_ID = "0bf30f3b-4a52-48df-9a82-234910c4a086"
"""Who sends change notifications: Microsoft's own application id."""


@dataclass(slots=True)
class TokenMint:
    """Makes and checks tokens. `lifetime` is seconds; `refresh_in` (seconds) asks for an early refresh."""

    directory: Directory
    base_url: Callable[[], str]
    now: Callable[[], float]
    key: SigningKey
    lifetime: float = 3600.0
    refresh_in: int | None = None

    @property
    def issuer(self) -> str:
        return f"{self.base_url()}/{self.directory.tenant_id}/v2.0"

    def for_user(
        self, user: User, grant: Grant, client_id: str, wanted: Wanted = NOTHING
    ) -> dict[str, object]:
        """The token response for a delegated grant, without ID token and refresh token."""
        claims = self._claims(grant.audience, client_id) | {
            "oid": user.id,
            "sub": _pairwise(user.id, grant.audience),
            "name": user.display_name,
            "preferred_username": user.user_principal_name,
            "azpacr": "0",
            "scp": " ".join(sorted(grant.permissions)),
        }
        if grant.audience == self.directory.relay_app_id and user.roles:
            claims["roles"] = list(user.roles)
        return self._response(wanted.into(claims)) | {"scope": f"{grant.scope} openid profile".strip()}

    @property
    def bot_object_id(self) -> str:
        """The object id of the bot's service principal."""
        return _guid(f"service principal {self.directory.bot_app_id}")

    def for_bot(self, authenticated_by: str, wanted: Wanted = NOTHING) -> dict[str, object]:
        """The token response for the bot. `authenticated_by` is `azpacr`: 1 a secret, 2 a certificate."""
        bot, service_principal = self.directory.bot_app_id, self.bot_object_id
        claims = self._claims(GRAPH_RESOURCE_ID, bot) | {
            "appid": bot,
            "app_displayname": self.directory.bot_display_name,
            "oid": service_principal,
            "sub": service_principal,
            "idtyp": "app",
            "azpacr": authenticated_by,
            "roles": list(CALLING_ROLES),
        }
        return self._response(wanted.into(claims))

    def voucher(self, app_id: str) -> str:
        """The token by which change notifications prove that they come from Graph (REFERENCE §6.4)."""
        claims = self._claims(app_id, CHANGE_TRACKING_APP_ID)
        claims |= {
            "iss": f"https://sts.windows.net/{self.directory.tenant_id}/",
            "appid": CHANGE_TRACKING_APP_ID,
            "ver": "1.0",
        }
        return self.key.sign(claims)

    def identity(self, user: User, client_id: str, nonce: str | None) -> str:
        """An ID token. Its roles assume the console's registration repeats the relay's: display only."""
        claims = self._claims(client_id, client_id) | {
            "oid": user.id,
            "sub": _pairwise(user.id, client_id),
            "name": user.display_name,
            "preferred_username": user.user_principal_name,
        }
        if user.roles:
            claims["roles"] = list(user.roles)
        return self.key.sign(claims | ({"nonce": nonce} if nonce else {}))

    def client_info(self, user: User) -> str:
        document = json.dumps({"uid": user.id, "utid": self.directory.tenant_id})
        return base64url(document.encode())

    def verify(self, token: str, audience: str | None = None) -> dict[str, Any]:
        """The claims of a live token of ours.

        Raises:
            InvalidToken: forged, from another issuer, expired, not yet valid, or for another audience.
        """
        claims = self.key.check(token)
        now = self.now()
        if claims.get("iss") != self.issuer:
            raise InvalidToken("The issuer is not this authority.")
        if not claims.get("nbf", 0) - CLOCK_SKEW <= now < claims.get("exp", 0):
            raise InvalidToken("The token has expired or is not valid yet.")
        if audience is not None and claims.get("aud") != audience:
            raise InvalidToken("The token is meant for another audience.")
        return claims

    def _claims(self, audience: str, client_id: str) -> dict[str, Any]:
        now = int(self.now())
        return {
            "iss": self.issuer,
            "aud": audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(self.lifetime),
            "tid": self.directory.tenant_id,
            "azp": client_id,
            "uti": secrets.token_urlsafe(16),
            "ver": "2.0",
        }

    def _response(self, claims: dict[str, Any]) -> dict[str, object]:
        answer: dict[str, object] = {
            "token_type": "Bearer",
            "expires_in": int(self.lifetime),
            "ext_expires_in": int(self.lifetime),
            "access_token": self.key.sign(claims),
        }
        return answer if self.refresh_in is None else answer | {"refresh_in": self.refresh_in}


def _pairwise(user_id: str, audience: str) -> str:
    return (
        base64.urlsafe_b64encode(hashlib.sha256(f"{user_id}|{audience}".encode()).digest())
        .decode()
        .rstrip("=")
    )


def _guid(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
