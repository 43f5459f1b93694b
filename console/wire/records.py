"""Call records from JSON (REFERENCE §6.3)."""

from __future__ import annotations

from console.domain.people import Identity, IdentityKind
from console.domain.records import CallRecord, RecordKind, Session
from console.wire.people import read_identity
from console.wire.times import read_time
from console.wire.values import choice, items, member, text, whole


def read_record(resource: object) -> CallRecord:
    """Return a `callRecord`; the newer *_v2 properties are preferred where they are there."""
    join = member(resource, "joinWebUrl")
    new, old = items(member(resource, "participants_v2")), items(member(resource, "participants"))
    return CallRecord(
        id=text(member(resource, "id")),
        version=whole(member(resource, "version")),
        kind=choice(RecordKind, member(resource, "type")) or RecordKind.UNKNOWN,
        start=read_time(member(resource, "startDateTime")),
        end=read_time(member(resource, "endDateTime")),
        organizer=_who(member(resource, "organizer_v2"), member(resource, "organizer")),
        participants=tuple(_who(p, None) for p in new) or tuple(read_identity(p) for p in old),
        sessions=tuple(read_session(s) for s in items(member(resource, "sessions"))),
        join_url=join if isinstance(join, str) and join.startswith("https://") else "",
    )


def read_session(resource: object) -> Session:
    """Return a `session` of a record."""
    failure = member(resource, "failureInfo")
    return Session(
        id=text(member(resource, "id")),
        caller=_endpoint(member(resource, "caller")),
        callee=_endpoint(member(resource, "callee")),
        start=read_time(member(resource, "startDateTime")),
        end=read_time(member(resource, "endDateTime")),
        failed_at=text(member(failure, "stage")),
        reason=text(member(failure, "reason")),
    )


def _who(new: object, old: object) -> Identity:
    found = read_identity(member(new, "identity"))
    return read_identity(old) if found.kind is IdentityKind.UNKNOWN else found


def _endpoint(value: object) -> Identity:
    return _who({"identity": member(value, "associatedIdentity")}, member(value, "identity"))
