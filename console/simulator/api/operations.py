"""Graph's routes on sounds, the bot's own microphone, and a call's operations (REFERENCE §1.8 to §1.12)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.api.calls import INITIATE, started
from console.simulator.calls import Call
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply

ONE_CALL = "/communications/calls/{call_id}"


def operation_routes(gate: Gate, exchange: Exchange) -> list[Route]:
    """Play, cancel, mute and unmute the bot, read an operation."""

    def find(ask: Ask) -> Call:
        ask.principal.require_app(INITIATE)
        return exchange.board.find(ask.path["call_id"])

    async def play(ask: Ask) -> Reply:
        call = find(ask)
        prompts = ask.body.get("prompts")
        if not isinstance(prompts, list) or not all(_is_prompt(prompt) for prompt in prompts):
            raise errors.bad_request("prompts must be a list of mediaPrompt.")
        operation = exchange.media.play(call, len(prompts), fields.client_context(ask.body))
        return started(ask, call, operation, 200)

    async def cancel(ask: Ask) -> Reply:
        call = find(ask)
        return started(ask, call, exchange.media.cancel(call, fields.client_context(ask.body)), 200)

    async def mute(ask: Ask) -> Reply:
        call = find(ask)
        context = fields.client_context(ask.body)
        return started(ask, call, exchange.conference.mute_bot(call, True, context), 200)

    async def unmute(ask: Ask) -> Reply:
        call = find(ask)
        context = fields.client_context(ask.body)
        return started(ask, call, exchange.conference.mute_bot(call, False, context), 200)

    async def get(ask: Ask) -> Reply:
        operation = find(ask).operations.get(ask.path["operation_id"])
        if operation is None:
            raise errors.not_found("The operation")
        context = f"{ask.root}/$metadata#{operation.type_name}"
        return Reply(200, {"@odata.context": context, **operation.resource()})

    return [
        gate.route("POST", f"{ONE_CALL}/playPrompt", "calls.playPrompt", play),
        gate.route("POST", f"{ONE_CALL}/cancelMediaProcessing", "calls.cancelMediaProcessing", cancel),
        gate.route("POST", f"{ONE_CALL}/mute", "calls.mute", mute),
        gate.route("POST", f"{ONE_CALL}/unmute", "calls.unmute", unmute),
        gate.route("GET", f"{ONE_CALL}/operations/{{operation_id}}", "operations.get", get),
    ]


def _is_prompt(prompt: object) -> bool:
    match prompt:
        case {"mediaInfo": {"uri": str()}}:
            return True
    return False
