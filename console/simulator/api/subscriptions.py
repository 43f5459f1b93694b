"""Graph's routes on change-notification subscriptions (REFERENCE §6.4)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.clock import Clock
from console.simulator.clouds import Cloud
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json
from console.simulator.sealing import read_certificate
from console.simulator.subscriptions import MINUTE, Subscription, Subscriptions, Topic
from console.simulator.times import read_moment

STATE_MAXIMUM = 128
SHORTEST = 45 * MINUTE
USERS_MAXIMUM = 650
RECORDS = ("CallRecords.Read.All",)
PRESENCE = ("Presence.Read.All",)
_ONE = re.compile(r"^communications/presences/([^/?]+)$", re.IGNORECASE)
_MANY = re.compile(r"^communications/presences\?\$filter=id in \((.+)\)$", re.IGNORECASE)
_RECORDS = re.compile(
    r"^communications/callRecords"
    r"(?:\?\$filter=participants/any\((\w+):\s*\1/id (?:eq '([^']+)'|in \((.+)\))\))?$",
    re.IGNORECASE,
)


def subscription_routes(gate: Gate, subscriptions: Subscriptions, clock: Clock, cloud: Cloud) -> list[Route]:
    """Create, list, read, renew, reauthorize and delete."""

    def find(ask: Ask) -> Subscription:
        return subscriptions.find(ask.path["subscription_id"], ask.principal.app_id, _owner(ask))

    async def create(ask: Ask) -> Reply:
        wanted = _read(ask, clock.now())
        if wanted.topic.kind not in cloud.topics:
            raise errors.bad_request("This cloud has no subscriptions for the resource.")
        made = await subscriptions.create(wanted)
        context = f"{ask.root}/$metadata#subscriptions/$entity"
        return Reply(201, {"@odata.context": context, **made.shown()})

    async def list_all(ask: Ask) -> Reply:
        mine = subscriptions.owned(ask.principal.app_id, _owner(ask))
        context = f"{ask.root}/$metadata#subscriptions"
        return Reply(200, {"@odata.context": context, "value": [one.shown() for one in mine]})

    async def get(ask: Ask) -> Reply:
        context = f"{ask.root}/$metadata#subscriptions/$entity"
        return Reply(200, {"@odata.context": context, **find(ask).shown()})

    async def renew(ask: Ask) -> Reply:
        subscription = find(ask)
        if "lifecycleNotificationUrl" in ask.body:
            raise errors.bad_request("lifecycleNotificationUrl cannot be changed.")
        expires = _expiry(ask.body, subscription.topic, clock.now())
        _require_lifecycle(subscription.lifecycle_url, expires, clock.now())
        context = f"{ask.root}/$metadata#subscriptions/$entity"
        return Reply(200, {"@odata.context": context, **subscriptions.renew(subscription, expires).shown()})

    async def reauthorize(ask: Ask) -> Reply:
        subscriptions.reauthorize(find(ask))
        return Reply(204)

    async def delete(ask: Ask) -> Reply:
        subscriptions.delete(find(ask))
        return Reply(204)

    one = "/subscriptions/{subscription_id}"
    return [
        gate.route("POST", "/subscriptions", "subscriptions.create", create),
        gate.route("GET", "/subscriptions", "subscriptions.list", list_all),
        gate.route("GET", one, "subscriptions.get", get),
        gate.route("PATCH", one, "subscriptions.update", renew),
        gate.route("POST", f"{one}/reauthorize", "subscriptions.reauthorize", reauthorize),
        gate.route("DELETE", one, "subscriptions.delete", delete),
    ]


def _owner(ask: Ask) -> str:
    return ask.principal.user_id or ask.principal.app_id


def _read(ask: Ask, now: float) -> Subscription:
    """Checks a body and the permission its resource needs. Raises 400 and 403."""
    body = ask.body
    resource, change_type = fields.text(body, "resource") or "", fields.text(body, "changeType") or ""
    topic = read_topic(resource, change_type)
    if topic.kind == "presence":
        ask.principal.require_any(PRESENCE, ())
    else:
        ask.principal.require_any((), RECORDS)
    state = fields.text(body, "clientState")
    if state is not None and len(state) > STATE_MAXIMUM:
        raise errors.bad_request(f"clientState is longer than {STATE_MAXIMUM} characters.")
    url, lifecycle = _address(body, "notificationUrl"), _address(body, "lifecycleNotificationUrl")
    if url is None:
        raise errors.bad_request("notificationUrl is required.")
    if lifecycle is not None and urlsplit(lifecycle).hostname != urlsplit(url).hostname:
        raise errors.bad_request("notificationUrl and lifecycleNotificationUrl must have the same host.")
    expires = _expiry(body, topic, now)
    _require_lifecycle(lifecycle, expires, now)
    return Subscription(
        "", topic, resource, change_type, url, lifecycle, state, ask.principal.app_id, _owner(ask), expires,
        *_certificate(body, topic),
    )  # fmt: skip


def _certificate(body: Json, topic: Topic) -> tuple[str, str] | tuple[None, None]:
    """The certificate that `includeResourceData` needs, and its name. Raises 400."""
    if not body.get("includeResourceData"):
        return None, None
    if topic.kind != "presence":
        raise errors.bad_request("Resource data is not included for call records.")
    encoded, name = fields.text(body, "encryptionCertificate"), fields.text(body, "encryptionCertificateId")
    if not encoded or not name:
        raise errors.bad_request("encryptionCertificate and encryptionCertificateId are required.")
    read_certificate(encoded)
    return encoded, name


def read_topic(resource: str, change_type: str) -> Topic:
    """What a subscription watches. Raises 400 for what cannot be watched, or not for that change."""
    changes = frozenset(part.strip() for part in change_type.split(","))
    path = resource.strip().lstrip("/")
    if (found := _ONE.match(path)) is not None:
        topic = Topic("presence", frozenset({found[1]}), changes)
    elif (found := _MANY.match(path)) is not None:
        topic = Topic("presence", _quoted(found[1]), changes)
    elif (found := _RECORDS.match(path)) is not None:
        users = frozenset({found[2]}) if found[2] else _quoted(found[3]) if found[3] else None
        topic = Topic("callRecords", users, changes)
    else:
        raise errors.bad_request("resource is nothing that can be subscribed to here.")
    if not changes <= ({"updated"} if topic.kind == "presence" else {"created", "updated"}):
        raise errors.bad_request("changeType does not fit the resource.")
    if topic.users is not None and not 1 <= len(topic.users) <= USERS_MAXIMUM:
        raise errors.bad_request(f"The filter must name 1 to {USERS_MAXIMUM} users.")
    return topic


def _quoted(names: str) -> frozenset[str]:
    return frozenset(re.findall(r"'([^']+)'", names))


def _address(body: Json, name: str) -> str | None:
    value = fields.text(body, name)
    if value is not None and not fields.is_callback(value):
        raise errors.bad_request(f"{name} must be an absolute https address.")
    return value


def _expiry(body: Json, topic: Topic, now: float) -> float:
    """`expirationDateTime`: raised to 45 minutes ahead, refused beyond the topic's longest life."""
    if not body.get("expirationDateTime"):
        raise errors.bad_request("expirationDateTime is required.")
    expires = read_moment(body["expirationDateTime"], "expirationDateTime")
    if expires <= now or expires > now + topic.longest:
        raise errors.bad_request("expirationDateTime is past, or too far ahead for this resource.")
    return max(expires, now + SHORTEST)


def _require_lifecycle(lifecycle: str | None, expires: float, now: float) -> None:
    if lifecycle is None and expires - now > 60 * MINUTE:
        raise errors.bad_request("lifecycleNotificationUrl is required for more than one hour.")
