"""Which application signs in where: the settings that a registration in Entra consists of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode, urlsplit

Resource = Literal["relay", "graph"]

CAPABILITIES = ["CP1"]
"""We understand claims challenges; without this the service never sends one (SECURITY §2.1)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The console's public client. `authority` is `https://{host}/{tenant}`; scopes are full names.

    A console that has no relay, in a cloud without calls, has no `relay_scopes` either.
    """

    authority: str
    client_id: str
    relay_scopes: tuple[str, ...]
    graph_scopes: tuple[str, ...]

    @property
    def first(self) -> Resource:
        """The resource for which a sign-in brings the first token."""
        return "relay" if self.relay_scopes else "graph"

    def scopes(self, resource: Resource) -> list[str]:
        return list(self.relay_scopes if resource == "relay" else self.graph_scopes)

    def everything(self, resource: Resource) -> str:
        """The scope that stands for whatever has been consented to for `resource`."""
        return next(iter(self.scopes(resource)), "").rpartition("/")[0] + "/.default"

    def consent_page(self, permissions: Iterable[str]) -> str:
        """The address at which an administrator grants `permissions` (full names) to everybody.

        Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
        """
        asked = {
            "client_id": self.client_id,
            "scope": " ".join(permissions),
            "redirect_uri": "http://localhost",
        }
        return f"{self.authority.rstrip('/')}/v2.0/adminconsent?{urlencode(asked)}"

    @property
    def logout_page(self) -> str:
        """The address that ends the session of the browser which opens it."""
        return f"{self.authority.rstrip('/')}/oauth2/v2.0/logout"


@dataclass(frozen=True, slots=True)
class BotRegistration:
    """The bot's confidential client. `scope` is Graph's root of the cloud and `.default`."""

    authority: str
    client_id: str
    scope: str


def discovery_of(authority: str) -> bool | None:
    """MSAL's `instance_discovery`: its default for Microsoft's hosts, off for hosts Microsoft does not know.

    For an unknown host MSAL would ask login.microsoftonline.com about it and refuse to go on.
    """
    from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

    host = (urlsplit(authority).hostname or "").casefold()
    return None if host in WELL_KNOWN_AUTHORITY_HOSTS else False
