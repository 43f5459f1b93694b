"""Graph's routes on sounds, the bot's own microphone, and a call's operations (REFERENCE §1.8 to §1.12)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.api.doors import INITIATE, finder, started
from console.simulator.calls import Tone
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json
from console.simulator.media import STOP_TONES

MEDIA = ("Calls.AccessMedia.All",)
RECORD_LENGTHS = (
    "initialSilenceTimeoutInSeconds",
    "maxSilenceTimeoutInSeconds",
    "maxRecordDurationInSeconds",
)
ONE_CALL = "/communications/calls/{call_id}"


def operation_routes(gate: Gate, exchange: Exchange) -> list[Route]:
    """Play, record, tones, cancel, mute and unmute the bot, read an operation."""

    find = finder(exchange.board)

    async def play(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        prompts = ask.body.get("prompts")
        if not isinstance(prompts, list) or not all(_is_prompt(prompt) for prompt in prompts):
            raise errors.bad_request("prompts must be a list of mediaPrompt.")
        operation = exchange.media.play(call, len(prompts), fields.client_context(ask.body))
        return started(ask, call, operation, 200)

    async def record(ask: Ask) -> Reply:
        call = find(ask, MEDIA)
        prompts = ask.body.get("prompts") or []
        if not isinstance(prompts, list) or len(prompts) > 1 or not all(_is_prompt(p) for p in prompts):
            raise errors.bad_request("prompts must hold at most 1 entry.")
        lengths = {name: _seconds(ask.body, name) for name in RECORD_LENGTHS}
        operation = exchange.media.record(
            call,
            len(prompts),
            lengths["maxRecordDurationInSeconds"],
            ask.body.get("bargeInAllowed") is True,
            _stop_tones(ask.body),
            fields.client_context(ask.body),
        )
        return started(ask, call, operation, 200)

    async def subscribe(ask: Ask) -> Reply:
        call = find(ask, MEDIA)
        return started(ask, call, exchange.tones.subscribe(call, fields.client_context(ask.body)), 200)

    async def send_tones(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        tones, delay = ask.body.get("tones"), ask.body.get("delayBetweenTonesMs", 300)
        operation = exchange.tones.send(call, tones, delay, fields.client_context(ask.body))
        return started(ask, call, operation, 200)

    async def cancel(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        return started(ask, call, exchange.media.cancel(call, fields.client_context(ask.body)), 200)

    async def mute(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        context = fields.client_context(ask.body)
        return started(ask, call, exchange.conference.mute_bot(call, True, context), 200)

    async def unmute(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        context = fields.client_context(ask.body)
        return started(ask, call, exchange.conference.mute_bot(call, False, context), 200)

    async def get(ask: Ask) -> Reply:
        operation = find(ask, INITIATE).operations.get(ask.path["operation_id"])
        if operation is None:
            raise errors.not_found("The operation")
        context = f"{ask.root}/$metadata#{operation.type_name}"
        return Reply(200, {"@odata.context": context, **operation.resource()})

    return [
        gate.route("POST", f"{ONE_CALL}/playPrompt", "calls.playPrompt", play),
        gate.route("POST", f"{ONE_CALL}/cancelMediaProcessing", "calls.cancelMediaProcessing", cancel),
        gate.route("POST", f"{ONE_CALL}/recordResponse", "calls.recordResponse", record),
        gate.route("POST", f"{ONE_CALL}/subscribeToTone", "calls.subscribeToTone", subscribe),
        # The docs' example has the longer form, the table the shorter one (§1.10).
        gate.route("POST", f"{ONE_CALL}/sendDtmfTones", "calls.sendDtmfTones", send_tones),
        gate.route("POST", f"{ONE_CALL}/microsoft.graph.sendDtmfTones", "calls.sendDtmfTones", send_tones),
        gate.route("POST", f"{ONE_CALL}/mute", "calls.mute", mute),
        gate.route("POST", f"{ONE_CALL}/unmute", "calls.unmute", unmute),
        gate.route("GET", f"{ONE_CALL}/operations/{{operation_id}}", "operations.get", get),
    ]


def _is_prompt(prompt: object) -> bool:
    match prompt:
        case {"mediaInfo": {"uri": str()}}:
            return True
    return False


def _stop_tones(body: Json) -> frozenset[Tone]:
    """`stopTones`: keys as people write them (§1.9)."""
    value = body.get("stopTones") or []
    if not isinstance(value, list) or any(key not in STOP_TONES for key in value):
        raise errors.bad_request(f"stopTones must be a list of {', '.join(STOP_TONES)}.")
    return frozenset(STOP_TONES[key] for key in value)


def _seconds(body: Json, name: str) -> int:
    """One of the lengths of recordResponse: 1 to 120 seconds, 5 when absent (§1.9)."""
    value = body.get(name, 5)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 120:
        raise errors.bad_request(f"{name} must be 1 to 120 seconds.")
    return value
