"""Who is signed in, and how signing in stands: the values the rest of the console sees."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.text import Text

from .mends import SIGN_IN_AGAIN, Mend

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9-]")
PHISHING = Text(
    "Only go on if you started this sign-in yourself, just now. Nobody from support will ever ask you for "
    "this code: whoever has it signs in as you."
)


@dataclass(frozen=True, slots=True)
class Account:
    """The signed-in person. `roles` come from an unchecked ID token: show them, never decide by them."""

    name: str
    upn: str
    oid: str
    tenant_id: str
    roles: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells accounts apart on this computer; letters, digits, dots and dashes only."""
        return ".".join(_NOT_IN_A_NAME.sub("-", part) for part in (self.tenant_id, self.oid))


@dataclass(frozen=True, slots=True)
class Remembered:
    """An account that has signed in on this computer; `used` is when it was last (UTC seconds)."""

    account: Account
    used: float


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
    """Only the operator can go on. `reason` is a sentence, `mend` the one button beside it, `account` who
    was signed in. Calls go on for as long as the tokens in hand are good."""

    reason: Text
    account: Account | None
    mend: Mend = SIGN_IN_AGAIN


@dataclass(frozen=True, slots=True)
class Offline:
    """The sign-in service does not answer. `until` (seconds since the epoch) is how long the tokens in
    hand last, or None if there is none."""

    until: float | None
    account: Account


AccountState = SignedOut | SigningIn | SignedIn | NeedsOperator | Offline


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What to show for signing in on another device; `expires` is seconds since the epoch.

    `warning` has to be read before the code is: it is how people are tricked (RFC 8628 §5.4).
    """

    user_code: str
    page: str
    expires: float
    warning: Text = PHISHING


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
