"""Which calls may reach phones: the matrix of supported ways (REFERENCE §9.2)."""

from __future__ import annotations

from console.simulator import assumptions, errors
from console.simulator.calls import Call
from console.simulator.identities import Party

TOKEN = "#microsoft.graph.tokenMeetingInfo"  # noqa: S105 - the name of a type


def require_number(call: Call, targets: tuple[Party, ...]) -> None:
    """Raises 400 when `targets` hold a phone that the bot cannot reach from `call`.

    A resource account with a number can, and so can a bot that has joined a meeting otherwise than by token.
    """
    if not any(target.kind == "phone" for target in targets):
        return
    by_token = call.is_meeting and (call.meeting_info or {}).get("@odata.type") == TOKEN
    from_meeting = call.is_meeting and assumptions.PHONES_FROM_MEETINGS.value
    if by_token or not (call.bot.kind == "applicationInstance" or from_meeting):
        raise errors.bad_request("A phone number needs an application instance with a number.")
