"""Two identity providers with one face: our simulator, which knows Entra, and one that others wrote.

What holds for both does not rest on a belief of ours about OAuth.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import httpx2
import jwt

from console.auth import MemoryStores, Registration
from console.auth.operators import Account
from console.simulator.directory import CONSOLE_APP_ID, GRAPH_RESOURCE_ID, RELAY_APP_ID
from console.simulator.entra import Fault
from tests.auth.independent import GRAPH, RELAY_SCOPE, Provider


class Judge(Protocol):
    """An identity provider over TLS, and what a test needs of it."""

    name: str
    ca_file: str

    @property
    def registration(self) -> Registration: ...

    def context(self) -> ssl.SSLContext: ...

    def live(self, seconds: int) -> None:
        """Let new access tokens live for so long."""

    def spoil(self, *faults: Fault) -> None:
        """Let the next visits of the token endpoint go wrong, and no others."""

    def refreshes(self) -> int:
        """How often a refresh token was taken."""

    def challenged(self) -> list[dict[str, Any]]:
        """The claims that were asked for at the token endpoint."""

    def answers(self, upn: str) -> Mapping[str, str]:
        """What is typed and pressed on its pages."""

    def revoke(self, account: Account, stores: MemoryStores) -> None:
        """End the session of `account`."""

    def verify(self, token: str) -> dict[str, Any]:
        """The claims of a good access token."""


def _registration(authority: str) -> Registration:
    graph = (f"{GRAPH}/User.Read", f"{GRAPH}/Presence.Read.All")
    return Registration(authority, CONSOLE_APP_ID, (RELAY_SCOPE,), graph)


class Simulated:
    """Our own: it forgives a refresh token that is used twice, as Entra does."""

    name = "simulator"

    def __init__(self, server: Any) -> None:
        self._server = server
        self.ca_file = server.ca_file
        server.authority.devices.interval = 0

    @property
    def registration(self) -> Registration:
        return _registration(self._server.tenant_url)

    def context(self) -> ssl.SSLContext:
        context: ssl.SSLContext = self._server.context()
        return context

    def live(self, seconds: int) -> None:
        self._server.authority.access_token_lifetime = seconds

    def spoil(self, *faults: Fault) -> None:
        self._server.authority.faults.clear()
        self._server.authority.faults.add(*faults)

    def refreshes(self) -> int:
        count: int = self._server.authority.refreshes()
        return count

    def challenged(self) -> list[dict[str, Any]]:
        return [json.loads(exchange.claims or "{}") for exchange in self._server.authority.sessions.exchanges]

    def answers(self, upn: str) -> Mapping[str, str]:
        return {"user": upn}

    def revoke(self, account: Account, stores: MemoryStores) -> None:
        self._server.authority.revoke(account.upn)

    def verify(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = self._server.authority.verify(token)
        return claims


class Independent:
    """The other one: it ends the whole session when a refresh token is used twice."""

    name = "oidc-provider"

    def __init__(self, provider: Provider, ca_file: str) -> None:
        provider.reset()
        self._provider = provider
        self.ca_file = ca_file

    @property
    def registration(self) -> Registration:
        return _registration(self._provider.authority)

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)

    def live(self, seconds: int) -> None:
        self._provider.order(lifetime=seconds)

    def spoil(self, *faults: Fault) -> None:
        self._provider.spoil(faults)

    def refreshes(self) -> int:
        return sum(event.get("grant") == "refresh_token" for event in self._provider.events)

    def challenged(self) -> list[dict[str, Any]]:
        return [json.loads(event["claims"] or "{}") for event in self._provider.events if "grant" in event]

    def answers(self, upn: str) -> Mapping[str, str]:
        return {"login": upn, "password": "anything"}

    def revoke(self, account: Account, stores: MemoryStores) -> None:
        """As RFC 7009 has it: with the refresh token itself, which is taken out of the store."""
        cache = json.loads(stores.of(account.key).load() or "{}")
        tokens = [entry["secret"] for entry in cache["RefreshToken"].values()]
        with httpx2.Client(verify=self.context(), trust_env=False) as client:
            for token in tokens:
                form = {"client_id": CONSOLE_APP_ID, "token": token, "token_type_hint": "refresh_token"}
                url = f"{self._provider.authority}/v2.0/token/revocation"
                assert client.post(url, data=form).status_code == 200

    def verify(self, token: str) -> dict[str, Any]:
        with httpx2.Client(verify=self.context(), trust_env=False) as client:
            keys = client.get(f"{self._provider.authority}/v2.0/jwks").json()["keys"]
        key = jwt.PyJWK(next(k for k in keys if k["use"] == "sig"))
        audience: Sequence[str] = [RELAY_APP_ID, GRAPH_RESOURCE_ID]
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=audience)
        return claims

    @property
    def session_ended(self) -> bool:
        """True when the provider saw a refresh token twice and ended everything."""
        return any(event.get("revoked") for event in self._provider.events)
