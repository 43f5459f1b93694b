"""What the routes on a call share: who may use them, how a call is found, what an operation answers."""

from __future__ import annotations

from collections.abc import Callable

from console.simulator.calls import Call
from console.simulator.gate import Ask, Reply
from console.simulator.operations import Operation
from console.simulator.switchboard import Switchboard

INITIATE = ("Calls.Initiate.All", "Calls.AccessMedia.All")
GROUP = ("Calls.InitiateGroupCall.All",)
GUEST = ("Calls.JoinGroupCallAsGuest.All",)
JOIN = ("Calls.JoinGroupCall.All", *GUEST)
MEETING = ("Calls.JoinGroupCall.All", "Calls.JoinGroupCalls.Chat")
"""To come into a meeting as oneself; the second is granted for one meeting's chat only (§1.1)."""


def finder(board: Switchboard) -> Callable[[Ask, tuple[str, ...]], Call]:
    """A function that gives the call of a request, for an application of its tenant with one of the roles.

    It raises 403 for any user (§0.1), for other applications (7504) and other tenants (7505), and 404 for a
    call that is unknown or over.
    """

    def find(ask: Ask, roles: tuple[str, ...]) -> Call:
        ask.principal.require_app(roles)
        call = board.find(ask.path["call_id"])
        ask.principal.require_tenant(call.tenant_id)
        return call

    return find


def started(ask: Ask, call: Call, operation: Operation, status: int) -> Reply:
    """The answer to an action that made an operation: its body and where it can be read."""
    location = f"{ask.root}/communications/calls/{call.id}/operations/{operation.id}"
    context = f"{ask.root}/$metadata#{operation.type_name}"
    return Reply(status, {"@odata.context": context, **operation.resource()}, {"Location": location})
