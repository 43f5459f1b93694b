"""The bodies that consoles may send: typed, bounded, and only the parts that an operator decides."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from console.domain.ids import CallId, IntentId, ParticipantId, plain_id
from console.domain.people import Identity, IdentityKind
from console.relay.answers import BadRequest
from console.wire.strict import Malformed, parse
from console.wire.values import member, text

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PHONE = re.compile(r"\+[1-9][0-9]{3,14}")
_ACS = re.compile(r"[0-9]+:[A-Za-z0-9_:.-]{1,200}")

IDENTITY_FORMS = {
    "user": _GUID,
    "phone": _PHONE,
    "applicationInstance": _GUID,
    "azureCommunicationServicesUser": _ACS,
}
"""What an id looks like, by the name of the identity."""

Short = Annotated[str, Meta(max_length=256)]


class IdentityBody(msgspec.Struct):
    id: Short
    displayName: Short | None = None  # noqa: N815 - Graph's own name


class IdentitySet(msgspec.Struct):
    """Whom an operator may ask in: people of the tenant, numbers, lines and callers from the web."""

    user: IdentityBody | None = None
    phone: IdentityBody | None = None
    applicationInstance: IdentityBody | None = None  # noqa: N815 - Graph's own name
    azureCommunicationServicesUser: IdentityBody | None = None  # noqa: N815 - Graph's own name

    def read(self) -> Identity:
        """Return who is meant. Raises BadRequest unless it is exactly one, with an id of the right form."""
        kinds = {
            "user": (IdentityKind.USER, self.user),
            "phone": (IdentityKind.PHONE, self.phone),
            "applicationInstance": (IdentityKind.APPLICATION_INSTANCE, self.applicationInstance),
            "azureCommunicationServicesUser": (IdentityKind.ACS_USER, self.azureCommunicationServicesUser),
        }
        named = [(kind, body, IDENTITY_FORMS[name]) for name, (kind, body) in kinds.items() if body]
        if len(named) != 1:
            raise BadRequest("An identity must name one user, phone or line.")
        kind, body, form = named[0]
        if not form.fullmatch(body.id):
            raise BadRequest(f"The id of the {kind.value} has the wrong form.")
        id = plain_id(body.id) if form is _GUID else body.id
        return Identity(kind, id, text(body.displayName) or None)


class Target(msgspec.Struct):
    identity: IdentitySet
    replacesCallId: Short | None = None  # noqa: N815 - Graph's own name

    @property
    def replaces(self) -> CallId | None:
        return None if self.replacesCallId is None else CallId(read_id(self.replacesCallId))


class Nothing(msgspec.Struct):
    """A body whose every part is the relay's own to decide."""


class Reject(msgspec.Struct):
    reason: Literal["none", "busy", "forbidden"] = "none"


class Redirect(msgspec.Struct):
    targets: Annotated[list[Target], Meta(min_length=1, max_length=25)]
    timeout: Annotated[float, Meta(ge=15, le=90, multiple_of=1)] = 30.0  # JSON knows no other numbers


class Transferee(msgspec.Struct):
    participantId: Short | None = None  # noqa: N815 - Graph's own name


class Transfer(msgspec.Struct):
    transferTarget: Target  # noqa: N815 - Graph's own name
    transferee: Transferee | None = None

    @property
    def leaving(self) -> ParticipantId | None:
        named = self.transferee.participantId if self.transferee else None
        return None if named is None else ParticipantId(read_id(named))


class Invite(msgspec.Struct):
    participants: Annotated[list[Target], Meta(min_length=1, max_length=5)]


class MediaInfo(msgspec.Struct):
    uri: Annotated[str, Meta(max_length=2048)]


class Prompt(msgspec.Struct):
    mediaInfo: MediaInfo  # noqa: N815 - Graph's own name

    @property
    def name(self) -> str:
        """The prompt's name. The address itself is never used: Graph is sent only to ours."""
        return PurePosixPath(self.mediaInfo.uri.partition("?")[0]).stem


class PlayPrompt(msgspec.Struct):
    prompts: Annotated[list[Prompt], Meta(min_length=1, max_length=20)]


class Park(msgspec.Struct):
    reason: Annotated[str, Meta(max_length=200)] = ""


class Source(msgspec.Struct):
    identity: IdentitySet


class Create(msgspec.Struct):
    targets: Annotated[list[Target], Meta(min_length=1, max_length=5)]
    source: Source | None = None


TAKES: dict[str, type[msgspec.Struct]] = {
    "call.create": Create,
    "call.answer": Nothing,
    "call.reject": Reject,
    "call.redirect": Redirect,
    "call.transfer": Transfer,
    "call.playPrompt": PlayPrompt,
    "call.park": Park,
    "participant.invite": Invite,
}
"""The operations that read a body, and what they take it for."""
ANSWERED_202 = frozenset({"participant.hold", "participant.resume"})
"""Operations whose 202 has a body, the operation object (REFERENCE §2.3)."""

Body = TypeVar("Body")


def read(body: bytes, kind: type[Body]) -> Body:
    """Return `body` as a `kind`; what it has no place for is left out. Raises BadRequest."""
    try:
        return msgspec.convert(parse(body or b"{}"), kind)
    except (Malformed, msgspec.ValidationError) as error:
        raise BadRequest(f"The body is not what this operation takes: {error}") from error


def named_in(body: bytes) -> list[str]:
    """Return the ids of those whom the body of any operation names as identities; none if it is not JSON."""
    try:
        value = parse(body or b"{}")
    except Malformed:
        return []
    found: list[str] = []
    waiting = [value]
    while waiting:
        match waiting.pop():
            case {"identity": dict(named), **rest}:
                found += [text(member(i, "id"))[:256] for i in named.values()]
                waiting += rest.values()
            case dict(other):
                waiting += other.values()
            case list(several):
                waiting += several
    return [id for id in found if id][:25]


def read_id(raw: str) -> str:
    """Return an id of a path or body in our spelling. Raises BadRequest."""
    if not ID.fullmatch(raw):
        raise BadRequest("An id has 8 to 64 letters, digits and hyphens.")
    return plain_id(raw)


def read_intent(raw: str | None) -> IntentId | None:
    """Return the operator's intent from `client-request-id`, None without one. Raises BadRequest."""
    if raw is None:
        return None
    if not _GUID.fullmatch(raw):
        raise BadRequest("client-request-id must be a GUID.")
    return IntentId(raw.lower())
