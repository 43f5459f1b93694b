"""The gate: believed is only what has the right form, algorithm, header, key, signature and claims."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from jwt.algorithms import RSAAlgorithm

from console.relay.clock import Clock
from console.relay.keys import Key, KeySet, UnknownKey
from console.wire.strict import Malformed, parse

Claims = Mapping[str, Any]

LONGEST = 8192
LONGEST_LIFE = 86_400 + 7200
"""Seconds between `iat` and `exp` beyond which a token is not one of Microsoft's."""
REMEMBERED = 2048
BELIEVED = 600.0
"""Seconds for which a checked token is not checked again: a withdrawn key stops counting after this."""

TENANT = "{tenantid}"
"""Stands for the tenant's id in the names of issuers, as Entra writes it in its documents."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
_FORBIDDEN_HEADERS = frozenset({"crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc", "epk"})
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)


class Denied(Exception):
    """The token is not accepted. `forbidden`: it is genuine, but not for this door."""

    def __init__(self, reason: str, *, forbidden: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.forbidden = forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one kind of token must say (SECURITY §5 and §6, rows 3 and 4). `leeway` is seconds.

    In `issuers`, which may hold `{tenantid}`, one authority may have several names: a key of one of them
    counts for all when `one_authority`. `publishers` are the applications one of which must have got it.
    """

    name: str
    issuers: frozenset[str]
    audience: str
    tenants: frozenset[str]
    leeway: float = 60.0
    one_authority: bool = False
    publishers: frozenset[str] | None = None
    consoles: frozenset[str] | None = None
    scope: str | None = None
    roles: frozenset[str] | None = None
    version: str | None = None
    denied: frozenset[str] = frozenset()


OPERATOR_SCOPE = "access_as_operator"
OPERATOR_ROLES = frozenset({"Operator", "Supervisor"})


class Gate:
    """Checks tokens of one profile. `now` is the computer's clock: tokens are dated by it."""

    def __init__(self, profile: Profile, keys: KeySet, now: Clock) -> None:
        self.profile = profile
        self.keys = keys
        self._now = now
        self._known: OrderedDict[bytes, tuple[Claims, float]] = OrderedDict()

    def judge_by(self, profile: Profile) -> None:
        """Check by `profile` from now on; nobody who was believed before is believed still."""
        self.profile = profile
        self._known.clear()

    async def check(self, token: str) -> Claims:
        """Return the claims of `token`. Raises Denied, or KeysUnavailable when nobody can be checked."""
        known = self.known(token)
        if known is not None:
            return known
        claims = await self._examine(token)
        self._known[_name(token)] = claims, min(float(claims["exp"]), self._now() + BELIEVED)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return claims

    def known(self, token: str) -> Claims | None:
        """Return the claims of a token that was checked a short while ago, else None."""
        name = _name(token)
        known = self._known.get(name)
        if known is None or self._now() >= known[1]:
            return None
        self._known.move_to_end(name)
        return known[0]

    async def _examine(self, token: str) -> Claims:
        if len(token) > LONGEST:
            _deny("too long")
        parts = token.split(".")
        if len(parts) != 3:
            _deny("not three parts")
        header, claims = _object(parts[0]), _object(parts[1])
        if header.get("alg") != "RS256":
            _deny("algorithm")
        kind = header.get("typ", "JWT")
        if not isinstance(kind, str) or kind.lower() not in ("jwt", "at+jwt"):
            _deny("type")
        if _FORBIDDEN_HEADERS & header.keys():
            _deny("header parameter")
        try:
            key = await self.keys.key(header.get("kid"))
        except UnknownKey:
            _deny("unknown key")
        if not _RS256.verify(f"{parts[0]}.{parts[1]}".encode(), key.public, _bytes(parts[2])):
            _deny("signature")
        self._judge(claims, key)
        return claims

    def _judge(self, claims: Claims, key: Key) -> None:
        profile, now = self.profile, self._now()
        issued, starts, ends = (_time(claims, name) for name in ("iat", "nbf", "exp"))
        if now >= ends + profile.leeway:
            _deny("expired")
        if now < starts - profile.leeway or now < issued - profile.leeway:
            _deny("not valid yet")
        if ends - issued > LONGEST_LIFE:
            _deny("lifetime")
        if claims.get("aud") != profile.audience or not profile.audience:
            _deny("audience")
        issuer, tenant = claims.get("iss"), claims.get("tid")
        if not isinstance(tenant, str) or not _GUID.fullmatch(tenant):
            _deny("tenant")
        issuers = {known.replace(TENANT, tenant) for known in profile.issuers}
        if not isinstance(issuer, str) or issuer not in issuers:
            _deny("issuer")
        if tenant.lower() not in profile.tenants:
            _deny("tenant", forbidden=True)
        signers = issuers if profile.one_authority else {issuer}
        if key.issuer and key.issuer.replace(TENANT, tenant) not in signers:
            _deny("key of another issuer")
        if profile.version is not None and claims.get("ver") != profile.version:
            _deny("version")
        if profile.publishers is not None:
            self._judge_publisher(claims, profile.publishers)
        if profile.consoles is not None:
            self._judge_operator(claims, profile.consoles)

    def _judge_publisher(self, claims: Claims, publishers: frozenset[str]) -> None:
        # Tokens of version 1 name the application `appid`, those of version 2 `azp` (REFERENCE §6.4).
        named = [claims[name] for name in ("appid", "azp") if name in claims]
        if not named or not all(isinstance(id, str) and id.lower() in publishers for id in named):
            _deny("publisher", forbidden=True)

    def _judge_operator(self, claims: Claims, consoles: frozenset[str]) -> None:
        profile, client = self.profile, claims.get("azp")
        if not isinstance(client, str) or client.lower() not in consoles:
            _deny("application", forbidden=True)
        scope = claims.get("scp")
        if claims.get("idtyp") == "app" or not isinstance(scope, str) or profile.scope not in scope.split():
            _deny("scope", forbidden=True)
        roles = claims.get("roles")
        if not isinstance(roles, list) or not profile.roles or not profile.roles & set(map(str, roles)):
            _deny("role", forbidden=True)
        person = claims.get("oid")
        if not isinstance(person, str) or not person or person.lower() in profile.denied:
            _deny("person", forbidden=True)


def bearer(header: str | None) -> str:
    """Return the token of an Authorization header. Raises Denied."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token or " " in token:
        _deny("no bearer token")
    return token


def _name(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def _deny(reason: str, *, forbidden: bool = False) -> NoReturn:
    raise Denied(reason, forbidden=forbidden)


def _bytes(segment: str) -> bytes:
    if not _SEGMENT.fullmatch(segment) or len(segment) % 4 == 1:
        _deny("not base64url")
    raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        _deny("not base64url")  # bits to spare would let one token be written in several ways
    return raw


def _object(segment: str) -> dict[str, Any]:
    try:
        value = parse(_bytes(segment))
    except Malformed:
        _deny("not JSON")
    if not isinstance(value, dict):
        _deny("not an object")
    return value


def _time(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _deny(f"no {name}")
    try:
        seconds = float(value)
    except OverflowError:
        _deny(f"no {name}")
    return seconds if math.isfinite(seconds) else _deny(f"no {name}")
