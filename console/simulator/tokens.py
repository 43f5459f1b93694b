"""What Graph needs to know about a bearer token; who checks tokens is decided where the parts are joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from console.simulator import assumptions, errors
from console.simulator.directory import GRAPH_RESOURCE_ID

AUDIENCES = (GRAPH_RESOURCE_ID, "https://graph.microsoft.com")


class TokenRefused(Exception):
    """The token is not one of ours, or not valid now. `claims` (base64) are what the next one must have."""

    def __init__(self, reason: str, claims: str = "") -> None:
        super().__init__(reason)
        self.claims = claims


class TokenVerifier(Protocol):
    """Checks signature and times of a token and gives its claims. Raises TokenRefused."""

    def verify(self, token: str) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Principal:
    """Who sends a request: an application by itself, or a user through one."""

    app_only: bool
    user_id: str | None
    app_id: str
    tenant_id: str
    roles: frozenset[str]
    scopes: frozenset[str]

    def require_app(self, roles: tuple[str, ...]) -> None:
        """Refuses delegated tokens, and app tokens with none of `roles`; no roles means any app token."""
        if not self.app_only:
            raise errors.GraphError(
                *assumptions.DELEGATED.value, "Delegated permissions are not supported for this operation."
            )
        if roles and self.roles.isdisjoint(roles):
            raise errors.GraphError(
                *assumptions.MISSING_ROLE.value,
                f"Insufficient enterprise tenant permissions, one of these is needed: {', '.join(roles)}.",
            )

    def require_tenant(self, tenant_id: str) -> None:
        """Refuses an application whose token is for another tenant than the call's (§7.3)."""
        if self.tenant_id.casefold() != tenant_id.casefold():
            raise errors.forbidden("7505", "Request authorization tenant mismatch.")

    def require_user(self, scopes: tuple[str, ...]) -> str:
        """The signed-in user's id. Refuses app tokens and users without one of `scopes`."""
        if self.app_only or self.user_id is None:
            raise errors.bad_request("/me request is only valid with delegated authentication flow.")
        self.require_any(scopes, ())
        return self.user_id

    def require_any(self, scopes: tuple[str, ...], roles: tuple[str, ...]) -> None:
        """Lets pass a user with one of `scopes`, or an application with one of `roles`."""
        held, wanted = (self.roles, roles) if self.app_only else (self.scopes, scopes)
        if held.isdisjoint(wanted):
            raise errors.forbidden(
                "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
            )


def read_principal(verifier: TokenVerifier, authorization: str | None) -> Principal:
    """The sender named by an Authorization header. Raises 401."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.casefold() != "bearer" or not token:
        raise errors.unauthenticated("Access token is empty.")
    try:
        claims = verifier.verify(token.strip())
    except TokenRefused as refused:
        reason = str(refused) or "Access token validation failure."
        raise errors.unauthenticated(reason, refused.claims) from refused
    if claims.get("aud") not in AUDIENCES:
        raise errors.unauthenticated("Access token validation failure. Invalid audience.")
    scopes = frozenset(str(claims.get("scp") or "").split())
    roles = claims.get("roles") or []
    app_only = claims.get("idtyp") == "app" or not scopes
    return Principal(
        app_only=app_only,
        user_id=None if app_only else claims.get("oid"),
        app_id=str(claims.get("appid") or claims.get("azp") or ""),
        tenant_id=str(claims.get("tid") or ""),
        roles=frozenset(roles),
        scopes=scopes,
    )
