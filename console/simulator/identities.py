"""Who can be in a call, and how Graph writes that down (REFERENCE §4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Json = dict[str, Any]

Kind = Literal[
    "user", "phone", "guest", "encrypted", "application", "applicationInstance", "onPremises",
    "azureCommunicationServicesUser",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who calls or is called. `tenant_id` is known for Teams users and resource accounts."""

    kind: Kind
    id: str
    display_name: str | None = None
    tenant_id: str | None = None

    @property
    def is_person(self) -> bool:
        return self.kind not in ("application", "applicationInstance")

    def same_as(self, other: Party) -> bool:
        return self.kind == other.kind and self.id.casefold() == other.id.casefold()

    def identity_set(self) -> Json:
        """The `identitySet` of a participant: exactly one key, the names Graph uses on the wire."""
        identity: Json = {"@odata.type": "#microsoft.graph.identity", "id": self.id}
        if self.display_name is not None:
            identity["displayName"] = self.display_name
        if self.tenant_id is not None:
            identity["tenantId"] = self.tenant_id
        if self.kind == "user":
            identity["identityProvider"] = "AAD"
        return {"@odata.type": "#microsoft.graph.identitySet", self.kind: identity}


def read_party(identity_set: object) -> Party | None:
    """The party an `identitySet` from a request names, or None when it names nobody we know how to reach."""
    if not isinstance(identity_set, dict):
        return None
    for kind in KINDS:
        match identity_set.get(kind):
            case {"id": str(id), **rest} if id:
                name, tenant = rest.get("displayName"), rest.get("tenantId")
                return Party(
                    kind,
                    id,
                    name if isinstance(name, str) else None,
                    tenant if isinstance(tenant, str) else None,
                )
    return None
