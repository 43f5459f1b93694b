"""People between JSON and values: identities, directory entries, presences."""

from __future__ import annotations

from typing import Any

from console.domain.ids import UserId, plain_id
from console.domain.people import Identity, IdentityKind, Person, Presence
from console.wire.values import items, member, text

UNSEEN = Identity(IdentityKind.UNKNOWN, "")

# `encrypted` last: it stands in only when nothing readable is there.
_LAST = (IdentityKind.ENCRYPTED, IdentityKind.UNKNOWN)
KINDS = (*(kind for kind in IdentityKind if kind not in _LAST), IdentityKind.ENCRYPTED)
_BY_KEY = {kind.value.casefold(): kind for kind in KINDS}


def read_identity(identity_set: object) -> Identity:
    """Return who an `identitySet` means. One key is normally non-null (REFERENCE §4.4)."""
    named = {k.casefold(): v for k, v in identity_set.items() if v} if isinstance(identity_set, dict) else {}
    for key, kind in _BY_KEY.items():
        found = named.get(key)
        if isinstance(found, dict):
            raw = text(member(found, "id"))
            id = raw if kind in (IdentityKind.PHONE, IdentityKind.ENCRYPTED) else plain_id(raw)
            name = text(member(found, "displayName")) or None
            return Identity(kind, id, name, text(member(found, "tenantId")) or None)
    return UNSEEN


def write_identity(identity: Identity) -> dict[str, Any]:
    """Return `identity` as Graph's identitySet, with the types that Graph's own examples carry."""
    inner: dict[str, Any] = {"@odata.type": "#microsoft.graph.identity", "id": identity.id}
    if identity.name:
        inner["displayName"] = identity.name
    if identity.tenant_id:
        inner["tenantId"] = identity.tenant_id
    return {"@odata.type": "#microsoft.graph.identitySet", identity.kind.value: inner}


def read_person(user: object) -> Person | None:
    """Return a Graph `user` as a Person, or None without an id."""
    id = text(member(user, "id"))
    if not id:
        return None
    business = member(user, "businessPhones")
    phones = [text(p) for p in business] if isinstance(business, list) else []
    mobile = text(member(user, "mobilePhone"))
    return Person(
        id=UserId(plain_id(id)),
        name=text(member(user, "displayName")) or text(member(user, "userPrincipalName")),
        mail=text(member(user, "mail")) or text(member(user, "userPrincipalName")),
        job_title=text(member(user, "jobTitle")),
        department=text(member(user, "department")),
        office=text(member(user, "officeLocation")),
        phones=tuple(p for p in [*phones, mobile] if p),
    )


def read_persons(page: object) -> tuple[Person, ...]:
    """Return the persons of a `value` page, in its order."""
    return tuple(p for p in map(read_person, items(member(page, "value"))) if p)


def read_relevant(page: object) -> tuple[Person, ...]:
    """Return the users of a page of Graph `person`s, whose mail and phones are lists with their kinds."""
    return tuple(
        Person(
            id=UserId(plain_id(text(member(p, "id")))),
            name=text(member(p, "displayName")),
            mail=next(
                (text(member(m, "address")) for m in items(member(p, "scoredEmailAddresses"))),
                text(member(p, "userPrincipalName")),
            ),
            job_title=text(member(p, "jobTitle")),
            department=text(member(p, "department")),
            office=text(member(p, "officeLocation")),
            phones=tuple(n for n in (text(member(h, "number")) for h in items(member(p, "phones"))) if n),
        )
        for p in items(member(page, "value"))
        if text(member(p, "id"))
    )


def read_presences(page: object) -> tuple[Presence, ...]:
    """Return the presences of a `value` page."""
    return tuple(
        Presence(
            user=UserId(plain_id(text(member(p, "id")))),
            availability=text(member(p, "availability")) or "PresenceUnknown",
            activity=text(member(p, "activity")) or "PresenceUnknown",
            sequence=text(member(p, "sequenceNumber")),
        )
        for p in items(member(page, "value"))
        if text(member(p, "id"))
    )
