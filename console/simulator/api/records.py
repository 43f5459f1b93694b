"""Graph's routes on call records, for applications only (REFERENCE §6.3)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from starlette.routing import Route

from console.simulator import errors
from console.simulator.calls import Call
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json
from console.simulator.records import (
    Records,
    participants_of,
    parties_of,
    record_of,
    sessions_of,
    wide_identity,
)
from console.simulator.times import read_moment

READ = ("CallRecords.Read.All",)
PAGE = 60
EXPANSIONS = ("sessions", "sessions($expand=segments)", "participants_v2", "organizer_v2")
_TIME = re.compile(r"^startDateTime (lt|le|gt|ge) (\S+)$")
_PERSON = re.compile(r"^participants_v2/any\((\w+):\s*\1/id eq '([^']*)'\)$")
_PAGE_SIZE = re.compile(r"odata\.maxpagesize=(\d+)")


def record_routes(gate: Gate, records: Records) -> list[Route]:
    """List, get, sessions."""

    def find(ask: Ask) -> Call:
        ask.principal.require_any((), READ)
        call = records.find(ask.path["record_id"])
        if call is None:
            raise errors.not_found("The call record")
        return call

    async def many(ask: Ask) -> Reply:
        ask.principal.require_any((), READ)
        if "$expand" in ask.query:
            raise errors.bad_request("A list of call records cannot be expanded.")
        found = [call for call in records.all() if _matches(call, ask.query.get("$filter"))]
        size = _PAGE_SIZE.search(ask.headers.get("prefer", ""))
        page = max(1, min(int(size[1]), PAGE)) if size else PAGE
        token = ask.query.get("$skiptoken", "0")
        start = int(token) if token.isdecimal() else 0
        body: Json = {"@odata.context": f"{ask.root}/$metadata#communications/callRecords"}
        if len(found) > start + page:
            query = "".join(f"{k}={v}&" for k, v in ask.query.items() if k != "$skiptoken")
            body["@odata.nextLink"] = (
                f"{ask.root}/communications/callRecords?{query}$skiptoken={start + page}"
            )
        shown = found[start : start + page]
        return Reply(200, {**body, "value": [record_of(call, records.version(call)) for call in shown]})

    async def one(ask: Ask) -> Reply:
        call = find(ask)
        body: Json = {
            "@odata.context": f"{ask.root}/$metadata#communications/callRecords/$entity",
            **record_of(call, records.version(call)),
        }
        for wanted in filter(None, ask.query.get("$expand", "").replace(" ", "").split(",")):
            if wanted not in EXPANSIONS:
                raise errors.bad_request(f"callRecord cannot expand {wanted}.")
            if wanted.startswith("sessions"):
                body["sessions"] = sessions_of(call, segments="segments" in wanted)
            elif wanted == "participants_v2":
                body["participants_v2"] = participants_of(call)
            else:
                party = parties_of(call)[0]
                body["organizer_v2"] = {"id": party.id, "identity": wide_identity(party)}
        return Reply(200, body)

    async def sessions(ask: Ask) -> Reply:
        call = find(ask)
        context = f"{ask.root}/$metadata#communications/callRecords('{call.chain_id}')/sessions"
        segments = ask.query.get("$expand", "") == "segments"
        return Reply(200, {"@odata.context": context, "value": sessions_of(call, segments=segments)})

    path = "/communications/callRecords"
    return [
        gate.route("GET", path, "callRecords.list", many),
        gate.route("GET", f"{path}/{{record_id}}", "callRecords.get", one),
        gate.route("GET", f"{path}/{{record_id}}/sessions", "callRecords.sessions", sessions),
    ]


def _matches(call: Call, where: str | None) -> bool:
    """`$filter`: start times and one participant, joined by `and`. Raises 400 for anything else."""
    compare: dict[str, Callable[[float, float], bool]] = {
        "lt": operator.lt,
        "le": operator.le,
        "gt": operator.gt,
        "ge": operator.ge,
    }
    for clause in where.split(" and ") if where else []:
        if (time := _TIME.match(clause.strip())) is not None:
            if not compare[time[1]](int(call.started_at), read_moment(time[2], "startDateTime")):
                return False
        elif (person := _PERSON.match(clause.strip())) is not None:
            if all(party.id.casefold() != person[2].casefold() for party in parties_of(call)):
                return False
        else:
            raise errors.bad_request("$filter takes startDateTime and participants_v2/id only.")
    return True
