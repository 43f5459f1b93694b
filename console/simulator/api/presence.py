"""Graph's routes on presence: read one or many, and the five writes (REFERENCE §6.1)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.api.users import named
from console.simulator.directory import Directory, User
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json
from console.simulator.presence import Presences
from console.simulator.times import read_duration

MAXIMUM = 650
READ = ("Presence.Read.All", "Presence.ReadWrite.All")
WRITE_OWN = ("Presence.ReadWrite",)
WRITE_ANY = ("Presence.ReadWrite.All",)
SESSION_PAIRS = {
    ("Available", "Available"),
    ("Busy", "InACall"),
    ("Busy", "InAConferenceCall"),
    ("Away", "Away"),
    ("DoNotDisturb", "Presenting"),
}
WISH_PAIRS = {
    ("Available", "Available"),
    ("Busy", "Busy"),
    ("DoNotDisturb", "DoNotDisturb"),
    ("BeRightBack", "BeRightBack"),
    ("Away", "Away"),
    ("Offline", "OffWork"),
}
MINUTE, DAY = 60.0, 86_400.0


def presence_routes(gate: Gate, directory: Directory, presences: Presences) -> list[Route]:
    """Reading, and writing for oneself or, with the application permission, for anybody."""

    def writable(ask: Ask) -> User:
        ask.principal.require_any(WRITE_OWN, WRITE_ANY)
        user = named(directory, ask.path["user_id"])
        if not ask.principal.app_only and user.id != ask.principal.user_id:
            raise errors.forbidden("Forbidden", "A user may change only their own presence.")
        return user

    async def mine(ask: Ask) -> Reply:
        user = named(directory, ask.principal.require_user(("Presence.Read", *WRITE_OWN, *READ)))
        return Reply(200, presences.of(user))

    async def one(ask: Ask) -> Reply:
        ask.principal.require_any(READ, READ)
        return Reply(200, presences.of(named(directory, ask.path["user_id"])))

    async def many(ask: Ask) -> Reply:
        ask.principal.require_any(READ, READ)
        ids = ask.body.get("ids")
        if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
            raise errors.bad_request("ids must be a list of user ids.")
        if not 1 <= len(ids) <= MAXIMUM:
            raise errors.bad_request(f"ids must hold 1 to {MAXIMUM} entries.")
        known = [user for user in (directory.user(id) for id in ids) if user is not None]
        context = f"{ask.root}/$metadata#Collection(microsoft.graph.presence)"
        return Reply(200, {"@odata.context": context, "value": [presences.of(user) for user in known]})

    async def set_presence(ask: Ask) -> Reply:
        user, session = writable(ask), _session_id(ask.body)
        availability, activity = _pair(ask.body, SESSION_PAIRS)
        seconds = read_duration(ask.body, "expirationDuration", 5 * MINUTE)
        if not 5 * MINUTE <= seconds <= 240 * MINUTE:
            raise errors.bad_request("expirationDuration must be PT5M to PT4H.")
        presences.set_session(user, session, availability, activity, seconds)
        return Reply(200)

    async def clear_presence(ask: Ask) -> Reply:
        presences.clear_session(writable(ask), _session_id(ask.body))
        return Reply(200)

    async def prefer(ask: Ask) -> Reply:
        user = writable(ask)
        availability, activity = _pair(ask.body, WISH_PAIRS)
        usual = DAY if availability in ("DoNotDisturb", "Busy") else 7 * DAY
        seconds = read_duration(ask.body, "expirationDuration", usual)
        presences.wish(user, availability, activity, seconds)
        return Reply(200)

    async def clear_preferred(ask: Ask) -> Reply:
        presences.clear_wish(writable(ask))
        return Reply(200)

    async def say(ask: Ask) -> Reply:
        presences.say(writable(ask), _status_message(ask.body))
        return Reply(200)

    own = "/users/{user_id}/presence"
    return [
        gate.route("GET", "/me/presence", "presence.me", mine),
        gate.route("GET", own, "presence.get", one),
        gate.route("GET", "/communications/presences/{user_id}", "presence.get", one),
        gate.route("POST", "/communications/getPresencesByUserId", "presence.many", many),
        gate.route("POST", f"{own}/setPresence", "presence.set", set_presence),
        gate.route("POST", f"{own}/clearPresence", "presence.clear", clear_presence),
        gate.route("POST", f"{own}/setUserPreferredPresence", "presence.prefer", prefer),
        gate.route("POST", f"{own}/clearUserPreferredPresence", "presence.clearPreferred", clear_preferred),
        gate.route("POST", f"{own}/setStatusMessage", "presence.say", say),
    ]


def _session_id(body: Json) -> str:
    value = fields.text(body, "sessionId")
    if not value:
        raise errors.bad_request("sessionId is required.")
    return value


def _pair(body: Json, allowed: set[tuple[str, str]]) -> tuple[str, str]:
    """Availability and activity, of the pairs that may be set."""
    pair = (fields.text(body, "availability") or "", fields.text(body, "activity") or "")
    if pair not in allowed:
        raise errors.bad_request("This availability and activity cannot be set together.")
    return pair


def _status_message(body: Json) -> Json | None:
    """The `presenceStatusMessage`; an empty text takes it away."""
    match body.get("statusMessage"):
        case {"message": {"content": str(content), **message}, **rest}:
            if not content:
                return None
            kind = message.get("contentType", "text")
            shown: Json = {"message": {"content": content, "contentType": kind}}
            if rest.get("expiryDateTime") is not None:
                shown["expiryDateTime"] = rest["expiryDateTime"]
            return shown
    raise errors.bad_request("statusMessage needs a message with content.")
