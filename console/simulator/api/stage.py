"""The control routes that make people act: calls placed, phones put down, behaviours, scenes."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.routing import Route

from console.simulator.api.control import Refused, control_route, seconds
from console.simulator.callers import Temper
from console.simulator.calls import Call
from console.simulator.cast import company_of, forwarder_of, read_caller, read_line
from console.simulator.clock import Clock
from console.simulator.exchange import Exchange
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.people import read_behaviour
from console.simulator.scenes import Stage, names
from console.simulator.truth import call_truth


def stage_routes(exchange: Exchange, stage: Stage, clock: Clock, ids: Ids) -> list[Route]:
    """What people do. `ids` are for callers without a name in the directory."""
    board, callers = exchange.board, exchange.callers

    def find(request: Request) -> Call:
        return board.find(str(request.path_params["call_id"]))

    def person(request: Request) -> str:
        """A user's id, also when the path has their sign-in name; a phone number as it is."""
        name = str(request.path_params["user_id"])
        user = board.directory.user(name)
        return user.id if user else name

    async def place(_request: Request, body: Json) -> Json:
        directory = board.directory
        caller = read_caller(body.get("caller"), directory, ids)
        temper = Temper(seconds(body.get("patience"), "patience"), seconds(body.get("talk"), "talk"))
        company = company_of(body.get("with"), directory)
        waits = body.get("lobby") is True
        if waits and not company:
            raise Refused("only a group call has a lobby")
        forwarded = forwarder_of(body.get("forwardedFrom"), directory)
        call = callers.place(caller, read_line(body.get("line"), directory), temper, company, forwarded)
        if waits:
            exchange.lobby.hold(call, call.people[0])
        return {"id": call.id}

    async def hang_up(request: Request, _body: Json) -> None:
        callers.hang_up(find(request))

    async def all_calls(_request: Request, _body: Json) -> list[Json]:
        return [call_truth(call) for call in board.calls.values()]

    async def one_call(request: Request, _body: Json) -> Json:
        call = board.calls.get(str(request.path_params["call_id"]))
        if call is None:
            raise Refused("no such call", 404)
        return call_truth(call)

    async def unmute(request: Request, _body: Json) -> None:
        call = find(request)
        member = exchange.conference.member(call, str(request.path_params["participant_id"]))
        exchange.conference.unmute_themselves(call, member)

    async def share(request: Request, body: Json) -> None:
        call = find(request)
        member = exchange.conference.member(call, str(request.path_params["participant_id"]))
        exchange.routing.share(call, member, body.get("on", True) is True)

    async def join(request: Request, body: Json) -> Json:
        call = find(request)
        caller = read_caller(body.get("caller"), board.directory, ids)
        return {"participantId": exchange.lobby.arrive(call, caller, waits=body.get("lobby") is True).id}

    async def admit(request: Request, _body: Json) -> None:
        call = find(request)
        member = exchange.conference.member(call, str(request.path_params["participant_id"]))
        exchange.lobby.admit(call, member)

    async def put_lobby(_request: Request, body: Json) -> Json:
        exchange.lobby.holds_bots = body.get("holdsBots") is True
        return {"holdsBots": exchange.lobby.holds_bots}

    async def press(request: Request, body: Json) -> None:
        exchange.tones.press(find(request), body.get("tone"))

    async def behave(request: Request, body: Json) -> None:
        behaviour = read_behaviour(body, 1.0)
        exchange.people.behave(person(request), behaviour)

    async def people(_request: Request, _body: Json) -> list[Json]:
        shown = []
        for user in board.directory.users:
            behaviour = exchange.people.behaviour(user.id)
            manner, delay = (behaviour.manner, behaviour.delay) if behaviour else ("unreachable", 0.0)
            shown.append({"id": user.id, "name": user.display_name, "behaviour": manner, "delay": delay})
        return shown

    async def leave(request: Request, body: Json) -> None:
        call_id = body.get("callId")
        if not isinstance(call_id, str):
            raise Refused("callId is missing")
        callers.leave(board.find(call_id), person(request))

    async def play(_request: Request, body: Json) -> Json:
        if "speed" in body:
            clock.set_speed(seconds(body["speed"], "speed") or 0.0)
        name = body.get("name")
        if name is None:
            stage.stop()
        elif name in names():
            stage.play(str(name))
        else:
            raise Refused(f"no such scene; there are: {', '.join(names())}")
        return {"name": stage.playing, "speed": clock.speed}

    async def scenes(_request: Request, _body: Json) -> Json:
        return {"playing": stage.playing, "names": list(names())}

    routes: list[tuple[str, str, Callable[..., object]]] = [
        ("POST", "/calls", place),
        ("GET", "/calls", all_calls),
        ("GET", "/calls/{call_id}", one_call),
        ("POST", "/calls/{call_id}/hangup", hang_up),
        ("POST", "/calls/{call_id}/participants/{participant_id}/unmute", unmute),
        ("POST", "/calls/{call_id}/participants/{participant_id}/share", share),
        ("POST", "/calls/{call_id}/tones", press),
        ("POST", "/calls/{call_id}/join", join),
        ("POST", "/calls/{call_id}/participants/{participant_id}/admit", admit),
        ("PUT", "/lobby", put_lobby),
        ("GET", "/people", people),
        ("PUT", "/people/{user_id}", behave),
        ("POST", "/people/{user_id}/leave", leave),
        ("GET", "/scene", scenes),
        ("PUT", "/scene", play),
    ]
    return [control_route(method, path, handler) for method, path, handler in routes]  # type: ignore[arg-type]
