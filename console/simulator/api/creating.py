"""Reads the body of POST /communications/calls: its shape decides the permission (REFERENCE §1.2)."""

from __future__ import annotations

from console.simulator import errors, fields
from console.simulator.api.doors import GROUP, GUEST, MEETING
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask
from console.simulator.identities import Json, Party
from console.simulator.meetings import Meetings
from console.simulator.outgoing import Request


def read_request(ask: Ask, meetings: Meetings, exchange: Exchange) -> Request:
    """Checks the body of create and the permission its shape needs (REFERENCE §1.2)."""
    body = ask.body
    targets = fields.parties(body, "targets")
    meeting = body.get("meetingInfo")
    if meeting is not None:
        ask.principal.require_app(_joining(body))
    elif len(targets) > 1:
        ask.principal.require_app(GROUP)
    else:
        ask.principal.require_app(("Calls.Initiate.All",))
    callback = fields.callback_uri(body, required=True)
    media = fields.media_config(body)
    if media["@odata.type"].endswith("appHostedMediaConfig"):
        ask.principal.require_app(("Calls.AccessMedia.All",))
    chat = body.get("chatInfo")
    if meeting is not None:
        chat = meetings.chat_of(meeting, chat)
        if body.get("tenantId") is None:
            raise errors.forbidden("7505", "Request authorization tenant mismatch.")
    elif not 1 <= len(targets) <= 5:
        raise errors.bad_request("targets must hold 1 to 5 entries.")
    source = read_source(body, ask, exchange)
    if any(target.kind == "phone" for target in targets) and (
        source is None or source.kind != "applicationInstance" or body.get("tenantId") is None
    ):
        raise errors.bad_request("A call to a phone number needs source.applicationInstance and tenantId.")
    ask.principal.require_tenant(body.get("tenantId") or exchange.board.directory.tenant_id)
    assert callback is not None  # noqa: S101 - required above
    return Request(
        callback_uri=callback,
        targets=targets,
        source=source,
        modalities=fields.modalities(body, "requestedModalities"),
        media_config=media,
        delta=fields.wants(body, "isDeltaRosterEnabled"),
        sharing=fields.wants(body, "isContentSharingNotificationEnabled"),
        subject=fields.text(body, "subject"),
        chat_info=chat if isinstance(chat, dict) else None,
        meeting_info=meeting if isinstance(meeting, dict) else None,
        scenario_id=ask.headers.get("scenario-id"),
    )


def _joining(body: Json) -> tuple[str, ...]:
    """A guest's name needs a permission of its own (REFERENCE §1.2)."""
    match body.get("source"):
        case {"identity": {"guest": dict()}}:
            return GUEST
    return MEETING


def read_source(body: Json, ask: Ask, exchange: Exchange) -> Party | None:
    """The bot's own face: nothing, itself, or one of its lines; anything else is error 7507."""
    if body.get("source") is None:
        return None
    source = fields.party(body["source"], "source")
    directory = exchange.board.directory
    lines = {line.id: line for line in directory.lines}
    if source.kind == "applicationInstance" and source.id in lines:
        return Party(source.kind, source.id, lines[source.id].display_name, directory.tenant_id)
    if source.kind == "guest" or (source.kind == "application" and source.id == ask.principal.app_id):
        return source
    raise errors.GraphError(400, "7507", "Call source identity invalid.")
