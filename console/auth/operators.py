"""Who is signed in, and how signing in stands: the values the rest of the console sees."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.text import Text


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person. `roles` come from an unchecked ID token: show them, never decide by them."""

    name: str
    upn: str
    oid: str
    tenant_id: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedOut:
    pass


@dataclass(frozen=True, slots=True)
class SigningIn:
    pass


@dataclass(frozen=True, slots=True)
class SignedIn:
    account: Account


@dataclass(frozen=True, slots=True)
class NeedsOperator:
    """Only a new sign-in helps. `reason` is a sentence; `account` is who was signed in."""

    reason: Text
    account: Account | None


@dataclass(frozen=True, slots=True)
class Offline:
    """The sign-in service does not answer. `until` (seconds since the epoch) is how long the tokens in
    hand last, or None if there is none."""

    until: float | None
    account: Account


AccountState = SignedOut | SigningIn | SignedIn | NeedsOperator | Offline


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What to show for signing in on another device; `expires` is seconds since the epoch."""

    user_code: str
    page: str
    expires: float


def read_account(claims: Mapping[str, Any]) -> Account:
    """The person an ID token describes."""
    upn = str(claims.get("preferred_username") or "")
    roles = claims.get("roles")
    return Account(
        name=str(claims.get("name") or upn),
        upn=upn,
        oid=str(claims.get("oid") or claims.get("sub") or ""),
        tenant_id=str(claims.get("tid") or ""),
        roles=tuple(str(role) for role in roles) if isinstance(roles, list) else (),
    )


def read_claims(id_token: str) -> dict[str, Any]:
    """The claims of an ID token from our own cache, unchecked; empty if it cannot be read."""
    try:
        body = id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
