"""People: identities as calls carry them, and persons as the directory knows them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from console.domain.ids import UserId
from console.domain.text import Text


class IdentityKind(StrEnum):
    """The keys of Graph's communicationsIdentitySet (REFERENCE §4.4)."""

    USER = "user"
    GUEST = "guest"
    APPLICATION = "application"
    APPLICATION_INSTANCE = "applicationInstance"
    PHONE = "phone"
    ENCRYPTED = "encrypted"
    ON_PREMISES = "onPremises"
    ACS_USER = "azureCommunicationServicesUser"
    DEVICE = "device"
    UNKNOWN = "unknown"


_MACHINES = frozenset({IdentityKind.APPLICATION, IdentityKind.APPLICATION_INSTANCE, IdentityKind.DEVICE})


class Identity(Struct, frozen=True):
    """Who is at one end of a call. `id` is a user id, or E.164 for a phone; `name` is often missing."""

    kind: IdentityKind
    id: str
    name: str | None = None
    tenant_id: str | None = None

    @property
    def human(self) -> bool:
        return self.kind not in _MACHINES

    @property
    def known(self) -> str:
        """The name or the number, an empty string when neither is known."""
        return self.name or (self.id if self.kind is IdentityKind.PHONE else "")

    @property
    def label(self) -> Text | str:
        """What to call this end on screen: the name, the number, or that it is hidden."""
        if self.known:
            return self.known
        if self.kind is IdentityKind.ENCRYPTED or not self.id:
            return Text("Caller hidden")
        return Text("Unknown caller")

    def same(self, other: Identity) -> bool:
        """True when both mean the same person or line, whatever name each was given."""
        return self.kind is other.kind and self.id == other.id


class Operator(Struct, frozen=True):
    """A signed-in operator, as the relay knows them from their token."""

    id: UserId
    name: str


class Presence(Struct, frozen=True):
    """A person's presence. Values are Graph's own strings, compared without case (REFERENCE §6.1)."""

    user: UserId
    availability: str
    activity: str
    sequence: str = ""


class Person(Struct, frozen=True):
    """A directory entry (Graph `user`)."""

    id: UserId
    name: str
    mail: str = ""
    job_title: str = ""
    department: str = ""
    office: str = ""
    phones: tuple[str, ...] = ()

    @property
    def identity(self) -> Identity:
        return Identity(IdentityKind.USER, self.id, self.name)
