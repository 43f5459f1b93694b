"""What the authority remembers: codes, refresh tokens, device requests, revocations and past requests."""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from console.simulator.directory import User

from .errors import Refusal

CODE_LIFETIME = 60.0
DEVICE_LIFETIME = 900.0
REFRESH_LIFETIME = 90 * 86400.0
USER_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
"""No vowels and no lookalikes, so a code is easy to type and spells nothing."""


@dataclass(frozen=True, slots=True)
class Code:
    user: User
    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    expires: float


@dataclass(frozen=True, slots=True)
class Refresh:
    user: User
    client_id: str
    generation: int
    expires: float


@dataclass(slots=True)
class Device:
    client_id: str
    scope: str
    user_code: str
    expires: float
    user: User | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One visit to the token endpoint, kept for demonstrations and tests; it holds no secret.

    `claims` is what was wanted of the token, as JSON.
    """

    grant_type: str
    client_id: str
    scope: str
    status: int
    claims: str = ""


@dataclass(slots=True)
class Sessions:
    now: Callable[[], float]
    codes: dict[str, Code] = field(default_factory=dict)
    refreshes: dict[str, Refresh] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=1000))
    _generation: Counter[str] = field(default_factory=Counter)

    def open_code(self, code: Code) -> str:
        key = f"0.{secrets.token_urlsafe(48)}"
        self.codes[key] = code
        return key

    def redeem_code(self, key: str) -> Code:
        """The code, once only.

        Raises:
            Refusal: unknown, used before, or older than a minute.
        """
        code = self.codes.pop(key, None)
        if code is None:
            raise Refusal("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
        if code.expires < self.now():
            raise Refusal("invalid_grant", 70008, "The provided authorization code has expired.")
        return code

    def open_refresh(self, user: User, client_id: str) -> str:
        key = f"1.{secrets.token_urlsafe(64)}"
        expires = self.now() + REFRESH_LIFETIME
        self.refreshes[key] = Refresh(user, client_id, self._generation[user.id], expires)
        return key

    def use_refresh(self, key: str, client_id: str) -> User:
        """The user a refresh token stands for. Like Entra, using one does not spend it.

        Raises:
            Refusal: unknown, of another client, expired, revoked, or of a blocked user.
        """
        refresh = self.refreshes.get(key)
        if refresh is None or refresh.client_id != client_id:
            raise Refusal("invalid_grant", 9002313, "The refresh token is malformed.", suberror="bad_token")
        if refresh.generation != self._generation[refresh.user.id]:
            text = "The provided grant has expired due to it being revoked; a fresh auth token is needed."
            raise Refusal("invalid_grant", 50173, text, suberror="bad_token")
        if refresh.expires < self.now():
            text = "The refresh token has expired due to inactivity."
            raise Refusal("invalid_grant", 700082, text, suberror="token_expired")
        self.admit(refresh.user)
        return refresh.user

    def admit(self, user: User) -> None:
        """Let a user through.

        Raises:
            Refusal: an administrator blocked this account.
        """
        if user.id in self.blocked:
            raise Refusal("invalid_grant", 50057, "The user account is disabled.")

    def revoke(self, user: User) -> None:
        """End every session of a user: refresh tokens issued before now no longer work."""
        self._generation[user.id] += 1

    def open_device(self, client_id: str, scope: str) -> tuple[str, Device]:
        letters = "".join(secrets.choice(USER_CODE_LETTERS) for _ in range(9))
        key = secrets.token_urlsafe(48)
        self.devices[key] = Device(client_id, scope, letters, self.now() + DEVICE_LIFETIME)
        return key, self.devices[key]

    def find_device(self, user_code: str) -> Device | None:
        """The waiting request a person typed the code of, if it is still open."""
        typed = user_code.strip().replace("-", "").upper()
        live = (d for d in self.devices.values() if d.expires > self.now() and d.user is None)
        return next((d for d in live if d.user_code == typed), None)
