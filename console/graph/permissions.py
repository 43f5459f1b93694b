"""Microsoft Graph's permissions that an operation can need, as an administrator finds them in Entra ID."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.graph.operations import Identity


class Kind(StrEnum):
    """How a permission is held: on behalf of who signs in, by the application, or for one chat only."""

    DELEGATED = "delegated"
    APPLICATION = "application"
    RESOURCE = "resource-specific"


@dataclass(frozen=True, slots=True)
class Permission:
    """`id` is the GUID that manifests and scripts use; empty where no source is sure of it.

    `by_admin`: an administrator must consent. Otherwise an operator may, unless the tenant forbids it.
    """

    name: str
    kind: Kind
    id: str
    by_admin: bool


def _delegated(name: str, id: str, *, by_admin: bool = False) -> Permission:
    return Permission(name, Kind.DELEGATED, id, by_admin)


def _application(name: str, id: str) -> Permission:
    return Permission(name, Kind.APPLICATION, id, by_admin=True)


# REFERENCE §9.1. The ids of Calendars are Microsoft's too, from the permissions reference; it is not clear
# which one ProfilePhoto.Read.All has.
_ALL = (
    _application("Calls.Initiate.All", "284383ee-7f6e-4e40-a2a8-e85dcb029101"),
    _application("Calls.InitiateGroupCall.All", "4c277553-8a09-487b-8023-29ee378d8324"),
    _application("Calls.JoinGroupCall.All", "f6b49018-60ab-4f81-83bd-22caeabfed2d"),
    _application("Calls.JoinGroupCallAsGuest.All", "fd7ccf6b-3d28-418b-9701-cd10f5cd2fd4"),
    _application("Calls.AccessMedia.All", "a7a681dc-756e-4909-b988-f160edc6655f"),
    Permission("Calls.JoinGroupCalls.Chat", Kind.RESOURCE, "", by_admin=False),
    _application("CallRecords.Read.All", "45bbb07e-7321-4fd7-a8f6-3ff27e6a81c8"),
    _delegated("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    _delegated("User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277"),
    _delegated("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", by_admin=True),
    _delegated("People.Read", "ba47897c-39ec-4d83-8086-ee8256fa737d"),
    _delegated("ProfilePhoto.Read.All", ""),
    _delegated("Presence.Read", "76bc735e-aecd-4a1d-8b4c-2b915deabb79"),
    _delegated("Presence.Read.All", "9c7a330d-35b3-4aa1-963d-cb2b9f927841"),
    _delegated("Presence.ReadWrite", "8d3c54a7-cf58-4773-bf81-c0cd6ad522bb"),
    _delegated("OnlineMeetings.Read", "9be106e1-f4e3-4df5-bdff-e4bc531cbe43"),
    _delegated("OnlineMeetings.ReadWrite", "a65f2972-a4f8-4f5e-afd7-69ccb046d5dc"),
    _delegated("OnlineMeetingArtifact.Read.All", "110e5abb-a10c-4b59-8b55-9b4daa4ef743"),
    _delegated("Calendars.ReadBasic", "662d75ba-a364-42ad-adee-f5f880ea4878"),
    _delegated("Calendars.Read", "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42"),
    _delegated("Calendars.ReadWrite", "1ec239c2-d7c9-4623-a91a-a9775856bb36"),
)
_BY_NAME = {(p.name, p.kind is Kind.DELEGATED): p for p in _ALL}


def permission(name: str, whose: Identity) -> Permission:
    """Return the permission called `name` that a token of `whose` can carry. Raises KeyError."""
    return _BY_NAME[name, whose is Identity.OPERATOR]
