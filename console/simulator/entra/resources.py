"""Which API a requested scope belongs to, and what the simulated tenant has consented to there."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator.directory import GRAPH_RESOURCE_ID

from .errors import Refusal

OIDC_SCOPES = frozenset({"openid", "profile", "offline_access", "email"})
GRAPH_ROOTS = (
    "https://graph.microsoft.com/",
    "https://graph.microsoft.us/",
    "https://dod-graph.microsoft.us/",
    "https://microsoftgraph.chinacloudapi.cn/",
)
"""Microsoft Graph's names in each cloud: tokens are asked for with them wherever requests go."""
CALLING_ROLES = (
    "Calls.Initiate.All",
    "Calls.InitiateGroupCall.All",
    "Calls.JoinGroupCall.All",
    "Calls.AccessMedia.All",
    "CallRecords.Read.All",
)
"""What the bot's application holds on Graph; singular spellings are the current ones."""

RELAY_SCOPES = frozenset({"access_as_operator"})
GRAPH_SCOPES = frozenset(
    {
        "User.Read",
        "User.ReadBasic.All",
        "User.Read.All",
        "People.Read",
        "ProfilePhoto.Read.All",
        "Presence.Read",
        "Presence.Read.All",
        "Presence.ReadWrite",
        "Calendars.ReadBasic",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "OnlineMeetings.Read",
        "OnlineMeetings.ReadWrite",
        "OnlineMeetingArtifact.Read.All",
    }
)
BY_ADMINISTRATOR = frozenset({"User.Read.All"})
"""What nobody can consent to for themselves."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One resource and what is granted on it. `scope` is how the client spelled it: MSAL caches by that.

    `asked` are the permissions that were named.
    """

    audience: str
    permissions: frozenset[str]
    scope: str
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resources:
    """The two APIs of the tenant. `consented` may be narrowed by a test of incremental consent."""

    relay_app_id: str
    base_url: str
    consented: frozenset[str]

    def grants(self, scope: str) -> tuple[Grant, ...]:
        """One grant for each resource named in a space-separated scope, in the order of first mention.

        Raises:
            Refusal: a scope names no API we know, or one nobody consented to.
        """
        wanted: dict[str, list[tuple[str, str]]] = {}
        for spelled in scope.split():
            if spelled.casefold() not in OIDC_SCOPES:
                audience, permission = self._resolve(spelled)
                wanted.setdefault(audience, []).append((spelled, permission))
        return tuple(self._grant(audience, pairs) for audience, pairs in wanted.items())

    def grant(self, scope: str) -> Grant:
        """The single resource of a token request; Graph's profile when only OpenID scopes were named.

        Raises:
            Refusal: as `grants`, or more than one resource was named.
        """
        found = self.grants(scope) or self.grants("User.Read")
        if len(found) > 1:
            raise Refusal(
                "invalid_request", 28000, "The scope parameter is not valid: it names more than one resource."
            )
        return found[0]

    def _resolve(self, spelled: str) -> tuple[str, str]:
        relay_roots = (f"api://{self.relay_app_id}/", f"{self.relay_app_id}/")
        graph_roots = (*GRAPH_ROOTS, f"{self.base_url}/", f"{GRAPH_RESOURCE_ID}/")
        for audience, roots in ((self.relay_app_id, relay_roots), (GRAPH_RESOURCE_ID, graph_roots)):
            for root in roots:
                if spelled.startswith(root) and len(spelled) > len(root):
                    return audience, spelled[len(root) :].lstrip("/")
        if "/" in spelled:
            raise Refusal(
                "invalid_resource",
                500011,
                f"The resource principal of {spelled} was not found in the tenant.",
            )
        return GRAPH_RESOURCE_ID, spelled

    def _grant(self, audience: str, pairs: list[tuple[str, str]]) -> Grant:
        offered = RELAY_SCOPES if audience == self.relay_app_id else GRAPH_SCOPES
        granted = offered & self.consented
        for spelled, permission in pairs:
            if permission == ".default":
                continue
            if permission not in offered:
                raise Refusal("invalid_scope", 70011, f"The scope {spelled} is not valid.")
            if permission not in granted:
                raise Refusal(
                    "invalid_grant",
                    65001,
                    "The user or administrator has not consented to use the application.",
                    suberror="consent_required",
                )
        if not granted:
            raise Refusal(
                "invalid_grant",
                65001,
                "Nothing of this resource was consented to.",
                suberror="consent_required",
            )
        asked = tuple(permission for _, permission in pairs if permission != ".default")
        # For `.default` Entra names what it stands for, and repeats it.
        roots = [
            spelled.removesuffix(".default") for spelled, permission in pairs if permission == ".default"
        ]
        named = [f"{root}{name}" for root in roots for name in sorted(granted)]
        return Grant(audience, granted, " ".join([*named, *(spelled for spelled, _ in pairs)]), asked)
