"""Notifications of calls exactly as Graph documents them (REFERENCE §3.3, §3.4), read straight into types.

Nearly all are so, and this takes a third of the time of `notifications.py`, which reads every variant. What
has a member more, or one that is spelt or typed otherwise, is left to that. Both say the same of what both
read.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from console.domain.calls import CallState, Direction
from console.domain.events import CallTold
from console.domain.ids import CallId, ParticipantId, plain_id
from console.domain.people import Identity, IdentityKind
from console.domain.results import Result
from console.wire.calls import REPEATED_BY_MEDIA
from console.wire.people import KINDS, UNSEEN
from console.wire.values import text

_Text = str | None | UnsetType
_Number = Annotated[int, Meta(ge=0, le=999_999_999)]
_URL = re.compile(r"/communications/calls/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Open(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    type: str | UnsetType = field(default=UNSET, name="@odata.type")


class _Named(_Open, frozen=True, kw_only=True):
    id: str
    display_name: _Text = UNSET
    tenant_id: _Text = UNSET
    identity_provider: _Text = UNSET


_One = _Named | None | UnsetType


class _Who(_Open, frozen=True):
    """`identitySet`. In the order of IdentityKind, in which they count; `encrypted` is the last resort."""

    user: _One = UNSET
    guest: _One = UNSET
    application: _One = UNSET
    application_instance: _One = UNSET
    phone: _One = UNSET
    on_premises: _One = UNSET
    azure_communication_services_user: _One = UNSET
    device: _One = UNSET
    encrypted: _One = UNSET


class _Party(_Open, frozen=True):
    """`participantInfo` and `invitationParticipantInfo`."""

    id: _Text = UNSET
    identity: _Who | UnsetType | None = UNSET
    endpoint_type: _Text = UNSET
    region: _Text = UNSET
    language_id: _Text = UNSET
    country_code: _Text = UNSET
    participant_id: _Text = UNSET
    replaces_call_id: _Text = UNSET
    hidden: bool | UnsetType | None = UNSET
    remove_from_default_audio_routing_group: bool | UnsetType | None = UNSET
    endpoint_id: _Text = UNSET  # this and the next two are only seen, not documented (REFERENCE §3.4)
    client_version: _Text = UNSET
    replacement_link: _Text = UNSET


class _Route(_Open, frozen=True):
    routing_type: _Text = UNSET
    original: _Who | UnsetType | None = UNSET
    final: _Who | UnsetType | None = UNSET


class _Context(_Open, frozen=True):
    source_participant_id: _Text = UNSET
    observed_participant_id: _Text = UNSET
    on_behalf_of: _Who | UnsetType | None = UNSET
    transferor: _Who | UnsetType | None = UNSET


class _Chat(_Open, frozen=True):
    thread_id: _Text = UNSET
    message_id: _Text = UNSET
    reply_chain_message_id: _Text = UNSET


class _Info(_Open, frozen=True):
    code: _Number | UnsetType = UNSET
    subcode: _Number | UnsetType = UNSET
    message: _Text = UNSET


class _Call(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    type: Literal["#microsoft.graph.call"] = field(name="@odata.type")
    link: _Text = field(default=UNSET, name="@odata.id")
    etag: _Text = field(default=UNSET, name="@odata.etag")
    id: _Text = UNSET
    state: CallState | UnsetType = UNSET
    direction: Direction | UnsetType = UNSET
    source: _Party | UnsetType | None = UNSET
    targets: list[_Party] | UnsetType = UNSET
    call_routes: list[_Route] | UnsetType = UNSET
    incoming_context: _Context | UnsetType | None = UNSET
    subject: _Text = UNSET
    tenant_id: _Text = UNSET
    call_chain_id: _Text = UNSET
    my_participant_id: _Text = UNSET
    callback_uri: _Text = UNSET
    requested_modalities: list[str] | UnsetType = UNSET
    media_state: dict[str, str] | UnsetType = UNSET
    chat_info: _Chat | UnsetType | None = UNSET
    termination_reason: _Text = UNSET
    result_info: _Info | UnsetType | None = UNSET


class DocumentedItem(_Open, frozen=True, kw_only=True):
    """An Item of a notification."""

    change_type: Literal["created", "updated", "deleted"]
    resource_url: str
    resource: _Text = UNSET
    callback_uri: _Text = UNSET
    resource_data: _Call

    @property
    def about(self) -> tuple[str, ...]:
        """As Item's."""
        data = self.resource_data
        return self.resource_url, self.change_type, data.type, data.state or ""

    @property
    def begins(self) -> bool:
        """As Item's."""
        return self.change_type == "created"

    @property
    def tenant(self) -> str:
        """As Item's."""
        return text(self.resource_data.tenant_id or "")

    def facts(self, *, key: str, at: float) -> tuple[CallTold]:
        """As Item's."""
        data = self.resource_data
        mine, source, result = text(data.my_participant_id or ""), data.source, data.result_info
        repeats = data.media_state is not UNSET and data.state in REPEATED_BY_MEDIA
        told = CallTold(
            call=CallId(self.resource_url[_PREFIX:]),
            key=key,
            at=at,
            state=None if repeats else data.state or None,
            deleted=self.change_type == "deleted",
            direction=data.direction or None,
            source=_identity(source.identity) if source else None,
            targets=tuple([_identity(target.identity) for target in data.targets or ()]),
            forwarded_from=_identity(data.call_routes[0].original) if data.call_routes else None,
            subject=text(data.subject or ""),
            tenant_id=text(data.tenant_id or ""),
            chain_id=text(data.call_chain_id or ""),
            my_participant=ParticipantId(plain_id(mine)) if mine else None,
            result=Result(result.code or 0, result.subcode or 0, text(result.message)) if result else None,
        )
        return (told,)


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["#microsoft.graph.commsNotifications"] = field(name="@odata.type")
    value: list[DocumentedItem]


_PREFIX = len("/communications/calls/")
_KINDS = tuple(zip(KINDS, _Who.__struct_fields__[1:], strict=True))
_DECODER = msgspec.json.Decoder(_Envelope)
_ENCODER = msgspec.json.Encoder()


def read_documented(body: bytes) -> list[DocumentedItem] | None:
    """Return the items of a notification POST, or None when it must be read with care."""
    if b"\\" in body:
        return None
    try:
        envelope = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    # Without escapes every string has two quotation marks. A member that stood twice is gone, with its name.
    if _ENCODER.encode(envelope).count(b'"') != body.count(b'"'):
        return None
    return envelope.value if all(_URL.fullmatch(item.resource_url) for item in envelope.value) else None


def _identity(who: _Who | UnsetType | None) -> Identity:
    if who:
        for kind, name in _KINDS:
            named = getattr(who, name)
            if named:
                raw = text(named.id)
                id = raw if kind in (IdentityKind.PHONE, IdentityKind.ENCRYPTED) else plain_id(raw)
                return Identity(
                    kind, id, text(named.display_name or "") or None, text(named.tenant_id or "") or None
                )
    return UNSEEN
