"""Graph's routes on calls (REFERENCE §1)."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.api.creating import read_request
from console.simulator.api.doors import INITIATE, JOIN, finder
from console.simulator.calls import CallState
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json, Party
from console.simulator.meetings import Meetings
from console.simulator.numbers import require_number

REDIRECT_MAXIMUM = 25


def call_routes(
    gate: Gate, exchange: Exchange, meetings: Meetings, registered: Callable[[], str | None]
) -> list[Route]:
    """Create, read, answer, reject, redirect, transfer, keep alive and hang up.

    `registered` is where the bot is told of calls for which it named no other address.
    """
    board = exchange.board
    find = finder(board)

    async def create(ask: Ask) -> Reply:
        request = read_request(ask, meetings, exchange)
        call = exchange.outgoing.create(request)
        context = f"{ask.root}/$metadata#app/calls/$entity"
        location = f"{ask.root}/communications/calls/{call.id}"
        return Reply(201, {"@odata.context": context, **call.resource()}, {"Location": location})

    async def get(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        context = f"{ask.root}/$metadata#communications/calls/$entity"
        # The schema does not let it be null, and a call that was not answered yet has no address of its own.
        callback = call.callback_uri or registered() or ""
        return Reply(200, {"@odata.context": context, **call.resource(), "callbackUri": callback})

    async def delete(ask: Ask) -> Reply:
        exchange.outgoing.hang_up(find(ask, INITIATE))
        return Reply(204)

    async def answer(ask: Ask) -> Reply:
        call = find(ask, ())
        if call.is_group:
            # A user who calls the bot one-to-one needs no further permission (§1.1).
            ask.principal.require_app(JOIN)
        exchange.incoming.answer(
            call,
            fields.callback_uri(ask.body),
            delta=fields.wants(ask.body, "isDeltaRosterEnabled"),
            sharing=fields.wants(ask.body, "isContentSharingNotificationEnabled"),
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
        call = find(ask, INITIATE)
        if call.state is CallState.INCOMING:
            raise errors.wrong_state("The call is incoming: there is nothing to keep alive yet.")
        board.keep_alive(call)
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


def read_transferee(body: Json) -> Party | str | None:
    """`transferee`: its participant id when given, else its identity (REFERENCE §1.6)."""
    entry = body.get("transferee")
    if entry is None:
        return None
    if isinstance(entry, dict) and isinstance(entry.get("participantId"), str):
        return str(entry["participantId"])
    return fields.party(entry, "transferee")
