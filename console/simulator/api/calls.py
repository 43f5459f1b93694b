"""Graph's routes on calls (REFERENCE §1)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.calls import Call
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json, Party
from console.simulator.meetings import Meetings
from console.simulator.operations import Operation
from console.simulator.outgoing import Request

INITIATE = ("Calls.Initiate.All", "Calls.AccessMedia.All")
GROUP = ("Calls.InitiateGroupCall.All",)
JOIN = ("Calls.JoinGroupCall.All", "Calls.JoinGroupCallAsGuest.All")
REDIRECT_MAXIMUM = 25


def call_routes(gate: Gate, exchange: Exchange, meetings: Meetings) -> list[Route]:
    """Create, read, answer, reject, redirect, transfer, keep alive and hang up."""
    board = exchange.board

    def find(ask: Ask, roles: tuple[str, ...]) -> Call:
        ask.principal.require_app(roles)
        return board.find(ask.path["call_id"])

    async def create(ask: Ask) -> Reply:
        request = read_request(ask, meetings, exchange)
        call = exchange.outgoing.create(request)
        context = f"{ask.root}/$metadata#app/calls/$entity"
        location = f"{ask.root}/communications/calls/{call.id}"
        return Reply(201, {"@odata.context": context, **call.resource()}, {"Location": location})

    async def get(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        return Reply(
            200, {"@odata.context": f"{ask.root}/$metadata#communications/calls/$entity", **call.resource()}
        )

    async def delete(ask: Ask) -> Reply:
        exchange.outgoing.hang_up(find(ask, INITIATE))
        return Reply(204)

    async def answer(ask: Ask) -> Reply:
        # A user who calls the bot one-to-one needs no further permission (§1.1).
        call = find(ask, ())
        exchange.incoming.answer(
            call,
            fields.callback_uri(ask.body),
            delta=fields.wants_delta(ask.body),
            modalities=fields.modalities(ask.body, "acceptedModalities", required=True),
            media_config=fields.media_config(ask.body),
        )
        return Reply(202)

    async def reject(ask: Ask) -> Reply:
        call = find(ask, ())
        reason = (fields.text(ask.body, "reason") or "none").casefold()
        if reason not in ("none", "busy", "forbidden"):
            raise errors.bad_request("reason must be none, busy or forbidden.")
        exchange.incoming.reject(call, reason, fields.callback_uri(ask.body))
        return Reply(202)

    async def redirect(ask: Ask) -> Reply:
        call = find(ask, ("Calls.Initiate.All",))
        targets = fields.parties(ask.body, "targets")
        if not 1 <= len(targets) <= REDIRECT_MAXIMUM:
            raise errors.bad_request(f"targets must hold 1 to {REDIRECT_MAXIMUM} entries.")
        timeout = ask.body.get("timeout", 55 if len(targets) == 1 else 60)
        if not isinstance(timeout, int) or isinstance(timeout, bool) or not 15 <= timeout <= 90:
            raise errors.bad_request("timeout must be 15 to 90 seconds.")
        require_number(call, targets)
        callback = fields.callback_uri(ask.body)
        exchange.incoming.redirect(call, tuple(board.party(t) for t in targets), timeout, callback)
        return Reply(202)

    async def transfer(ask: Ask) -> Reply:
        call = find(ask, ("Calls.Initiate.All",))
        entry = ask.body.get("transferTarget")
        target = fields.party(entry, "transferTarget")
        require_number(call, (target,))
        replaces = fields.text(entry, "replacesCallId") if isinstance(entry, dict) else None
        exchange.transfers.transfer(call, target, replaces or None, read_transferee(ask.body))
        return Reply(202)

    async def keep_alive(ask: Ask) -> Reply:
        board.keep_alive(find(ask, INITIATE))
        return Reply(200)

    one = "/communications/calls/{call_id}"
    return [
        gate.route("POST", "/communications/calls", "calls.create", create),
        gate.route("GET", one, "calls.get", get),
        gate.route("DELETE", one, "calls.delete", delete),
        gate.route("POST", f"{one}/answer", "calls.answer", answer),
        gate.route("POST", f"{one}/reject", "calls.reject", reject),
        gate.route("POST", f"{one}/redirect", "calls.redirect", redirect),
        gate.route("POST", f"{one}/transfer", "calls.transfer", transfer),
        gate.route("POST", f"{one}/keepAlive", "calls.keepAlive", keep_alive),
    ]


def started(ask: Ask, call: Call, operation: Operation, status: int) -> Reply:
    """The answer to an action that made an operation: its body and where it can be read."""
    location = f"{ask.root}/communications/calls/{call.id}/operations/{operation.id}"
    context = f"{ask.root}/$metadata#{operation.type_name}"
    return Reply(status, {"@odata.context": context, **operation.resource()}, {"Location": location})


def require_number(call: Call, targets: tuple[Party, ...]) -> None:
    """Phones can be reached only through a resource account that has a number (REFERENCE §9.2)."""
    if any(target.kind == "phone" for target in targets) and call.bot.kind != "applicationInstance":
        raise errors.bad_request("A phone number needs an application instance with a number.")


def read_transferee(body: Json) -> Party | str | None:
    """`transferee`: its participant id when given, else its identity (REFERENCE §1.6)."""
    entry = body.get("transferee")
    if entry is None:
        return None
    if isinstance(entry, dict) and isinstance(entry.get("participantId"), str):
        return str(entry["participantId"])
    return fields.party(entry, "transferee")


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
    if body.get("tenantId") not in (None, exchange.board.directory.tenant_id):
        raise errors.forbidden("7505", "Request authorization tenant mismatch.")
    assert callback is not None  # noqa: S101 - required above
    return Request(
        callback_uri=callback,
        targets=targets,
        source=source,
        modalities=fields.modalities(body, "requestedModalities"),
        media_config=media,
        delta=fields.wants_delta(body),
        subject=fields.text(body, "subject"),
        chat_info=chat if isinstance(chat, dict) else None,
        meeting_info=meeting if isinstance(meeting, dict) else None,
        scenario_id=ask.headers.get("scenario-id"),
    )


def _joining(body: Json) -> tuple[str, ...]:
    """A guest's name needs a permission of its own (REFERENCE §1.2)."""
    match body.get("source"):
        case {"identity": {"guest": dict()}}:
            return ("Calls.JoinGroupCallAsGuest.All",)
    return ("Calls.JoinGroupCall.All", "Calls.JoinGroupCalls.Chat")


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
