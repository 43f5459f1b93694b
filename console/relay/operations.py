"""The Graph-shaped routes for operators: what the table offers them, bodies rebuilt, never forwarded."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.domain.errors import Refused
from console.domain.ids import CallId, IntentId, ParticipantId, plain_id
from console.graph.catalogue import CATALOGUE
from console.graph.client import GraphClient
from console.graph.operations import Operation
from console.relay import bodies
from console.relay.answers import BadRequest
from console.relay.audit.entries import Deed
from console.relay.audit.journal import Journal
from console.relay.desk import Desk
from console.relay.doorkeeper import Principal
from console.relay.edge import Edge
from console.relay.edge import Endpoint as Guarded
from console.wire.people import write_identity

VERSION = "/v1.0"
REMEMBERED = 2000
"""Answers kept, so that an intent sent twice is done once."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ask:
    """One checked request: who, about what, and the body as bytes."""

    who: Principal
    intent: IntentId
    ids: Mapping[str, str]
    body: bytes

    @property
    def call(self) -> CallId:
        return CallId(bodies.read_id(self.ids["call"]))

    @property
    def participant(self) -> ParticipantId:
        return ParticipantId(bodies.read_id(self.ids["participant"]))


@dataclass(frozen=True, slots=True)
class Said:
    """What to answer beside the table's status: kept as a value, because a repeated intent gets it again."""

    content: Any = None
    location: str = ""


Handler = Callable[[Ask], Awaitable[Said]]
Endpoint = Callable[[Request], Awaitable[Response]]


class IdConvertor(Convertor[str]):
    """Takes only what can be an id into a path, so that `invite` is never taken for a participant."""

    regex = bodies.ID.pattern

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("id", IdConvertor())


class Operations:
    """Carries operators' requests to the desk; an intent that comes twice is carried out once."""

    def __init__(
        self, desk: Desk, graph: GraphClient, edge: Edge, journal: Journal, new_id: Callable[[], IntentId]
    ) -> None:
        self._desk = desk
        self._journal = journal
        self._graph = graph
        self._edge = edge
        self._new_id = new_id
        self._done: OrderedDict[tuple[str, str, str, str], tuple[bytes, asyncio.Task[Said]]] = OrderedDict()

    def routes(self) -> list[Route]:
        """Return one route for each operation that the table offers to operators, where the table has it."""
        handlers = self._handlers()
        by_path: dict[str, dict[str, Endpoint]] = {}
        for operation in CATALOGUE.values():
            if operation.offered:
                path = operation.path.replace("}", ":id}")
                endpoint = self._edge.guard(self._endpoint(operation, handlers[operation.name]))
                by_path.setdefault(path, {})[operation.method] = endpoint
        return [_route(path, methods) for path, methods in by_path.items()]

    def _handlers(self) -> dict[str, Handler]:
        return {
            "call.create": self._create,
            "call.get": self._get,
            "call.answer": self._answer,
            "call.reject": self._reject,
            "call.redirect": self._redirect,
            "call.transfer": self._transfer,
            "call.hangUp": self._hang_up,
            "call.playPrompt": self._play,
            "call.park": self._park,
            "participant.list": self._list,
            "participant.get": self._one,
            "participant.invite": self._invite,
            "participant.mute": self._mute,
            "participant.remove": self._remove,
            "participant.hold": self._hold,
            "participant.resume": self._resume,
        }

    def _endpoint(self, operation: Operation, handler: Handler) -> Guarded:
        async def endpoint(request: Request, who: Principal, body: bytes) -> Response:
            given = bodies.read_intent(request.headers.get("client-request-id"))
            ask = Ask(who, given or self._new_id(), request.path_params, body)
            if operation.reads:
                said = await handler(ask)
            else:
                said = await self._once(operation.name, handler, ask)
            about = {"operator": who.operator.id, "intent": str(ask.intent), **_about(request)}
            log.info("%s", operation.name, extra=about)
            headers: dict[str, str] = {"client-request-id": ask.intent}
            if said.location:
                headers["Location"] = said.location
            status = operation.success[0]
            if said.content is None:
                return Response(status_code=status, headers=headers)
            return JSONResponse(said.content, status, headers)

        return endpoint

    async def _once(self, name: str, handler: Handler, ask: Ask) -> Said:
        """A second request with the same intent waits for the first and gets its answer."""
        known = (ask.who.operator.id, ask.intent, name, repr(sorted(ask.ids.items())))
        told = hashlib.sha256(ask.body).digest()
        said, task = self._done.get(known, (told, None))
        if said != told:
            raise Refused("The relay was asked for something else with the same client-request-id.")
        if task is None:
            task = asyncio.ensure_future(self._journal.carry_out(_deed(name, ask), lambda: handler(ask)))
            self._done[known] = told, task
            task.add_done_callback(lambda done: self._settle(known, done))
            while len(self._done) > REMEMBERED:
                self._done.popitem(last=False)
        return await asyncio.shield(task)

    def _settle(self, known: tuple[str, str, str, str], task: asyncio.Task[Said]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._done.pop(known, None)  # a failure may be tried again

    async def _create(self, ask: Ask) -> Said:
        body = bodies.read(ask.body, bodies.Create)
        source = body.source.identity.read() if body.source else None
        call = await self._desk.create(ask.who, [t.identity.read() for t in body.targets], source, ask.intent)
        shown = {
            "@odata.type": "#microsoft.graph.call",
            "id": call,
            "state": "establishing",
            "direction": "outgoing",
        }
        return Said(shown, f"{VERSION}/communications/calls/{call}")

    async def _get(self, ask: Ask) -> Said:
        resource = await self._desk.look(ask.call)
        hidden = ("callbackUri", "mediaConfig")  # the sealed address is nobody's business
        return Said({k: v for k, v in resource.items() if k not in hidden} if resource else {})

    async def _answer(self, ask: Ask) -> Said:
        bodies.read(ask.body, bodies.Nothing)
        await self._desk.answer(ask.who, ask.call, ask.intent)
        return Said()

    async def _reject(self, ask: Ask) -> Said:
        reason = bodies.read(ask.body, bodies.Reject).reason
        await self._desk.reject(ask.who, ask.call, reason, ask.intent)
        return Said()

    async def _redirect(self, ask: Ask) -> Said:
        body = bodies.read(ask.body, bodies.Redirect)
        targets = [t.identity.read() for t in body.targets]
        await self._desk.redirect(ask.who, ask.call, targets, int(body.timeout), ask.intent)
        return Said()

    async def _transfer(self, ask: Ask) -> Said:
        body = bodies.read(ask.body, bodies.Transfer)
        await self._desk.transfer(ask.who, ask.call, body, ask.intent)
        return Said()

    async def _hang_up(self, ask: Ask) -> Said:
        await self._desk.hang_up(ask.who, ask.call, ask.intent)
        return Said()

    async def _play(self, ask: Ask) -> Said:
        names = [p.name for p in bodies.read(ask.body, bodies.PlayPrompt).prompts]
        try:
            operation = await self._desk.play(ask.who, ask.call, names, ask.intent)
        except KeyError as error:
            raise BadRequest(f"There is no prompt named {error.args[0]}.") from None
        return Said(_operation("playPrompt", operation, "running", ask))

    async def _park(self, ask: Ask) -> Said:
        reason = bodies.read(ask.body, bodies.Park).reason
        await self._desk.park(ask.who, ask.call, reason, ask.intent)
        return Said()

    async def _list(self, ask: Ask) -> Said:
        return Said({"value": await self._desk.roster(ask.call)})

    async def _one(self, ask: Ask) -> Said:
        reply = await self._graph.send("participant.get", call=ask.call, participant=ask.participant)
        return Said(reply.body)

    async def _invite(self, ask: Ask) -> Said:
        targets = [t.identity.read() for t in bodies.read(ask.body, bodies.Invite).participants]
        invited = await self._desk.invite(ask.who, ask.call, targets, ask.intent)
        shown = _operation("inviteParticipants", invited[0][0], "running", ask)
        shown["participants"] = [
            {"identity": write_identity(target), "participantId": participant}
            for target, (_, participant) in zip(targets, invited, strict=False)
        ]
        return Said(shown)

    async def _mute(self, ask: Ask) -> Said:
        await self._desk.mute(ask.who, ask.call, ask.participant, ask.intent)
        return Said(_operation("muteParticipant", ask.intent, "completed", ask))

    async def _remove(self, ask: Ask) -> Said:
        await self._desk.remove(ask.who, ask.call, ask.participant, ask.intent)
        return Said()

    async def _hold(self, ask: Ask) -> Said:
        await self._desk.hold(ask.who, ask.call, ask.participant, ask.intent)
        return Said(_operation("startHoldMusic", ask.intent, "running", ask))

    async def _resume(self, ask: Ask) -> Said:
        await self._desk.resume(ask.who, ask.call, ask.participant, ask.intent)
        return Said(_operation("stopHoldMusic", ask.intent, "completed", ask))


def _route(path: str, methods: Mapping[str, Endpoint]) -> Route:
    """One route for all that can be done at a path, so that a wrong method is told the right ones."""

    async def endpoint(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return Route(VERSION + path, endpoint, methods=list(methods))


def _deed(name: str, ask: Ask) -> Deed:
    """What the audit says of a request. Its ids may still be wrong: then the attempt is what is written."""
    others = [ask.ids["participant"][:64]] if "participant" in ask.ids else []
    call = CallId(plain_id(ask.ids["call"][:64])) if "call" in ask.ids else None
    return Deed(name, ask.who, call, ask.intent, [*others, *bodies.named_in(ask.body)])


def _operation(kind: str, id: str, status: str, ask: Ask) -> dict[str, Any]:
    return {
        "@odata.type": f"#microsoft.graph.{kind}Operation",
        "id": id,
        "status": status,
        "clientContext": ask.intent,
    }


def _about(request: Request) -> dict[str, str]:
    call = request.path_params.get("call")
    return {"call": str(call)} if call else {}
