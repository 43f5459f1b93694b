"""Subscriptions to changes of presence and call records, and what they cause to be sent (REFERENCE §6.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from console.simulator import assumptions, errors
from console.simulator.calls import Call
from console.simulator.clock import Clock, Timer
from console.simulator.directory import User
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.postman import Postman
from console.simulator.presence import Presences
from console.simulator.records import Change, Records, parties_of
from console.simulator.sealing import seal
from console.simulator.times import written

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched. `users` None means everybody."""

    kind: str
    users: frozenset[str] | None
    changes: frozenset[str]

    @property
    def longest(self) -> float:
        """How long such a subscription may live, in seconds."""
        return (60 if self.kind == "presence" else 4230) * MINUTE


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of one application. `owner` is the signed-in user, or the application itself."""

    id: str
    topic: Topic
    resource: str
    change_type: str
    url: str
    lifecycle_url: str | None
    client_state: str | None
    app_id: str
    owner: str
    expires: float
    certificate: str | None = None
    certificate_id: str | None = None
    """With a certificate, notifications carry sealed data."""

    def shown(self) -> Json:
        """The `subscription`; Graph does not show the clientState again (SIM)."""
        return {
            "@odata.type": "#microsoft.graph.subscription",
            "id": self.id,
            "resource": self.resource,
            "changeType": self.change_type,
            "notificationUrl": self.url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "clientState": self.client_state,
            "expirationDateTime": written(self.expires),
            "applicationId": self.app_id,
            "creatorId": self.owner,
            "includeResourceData": self.certificate is not None,
            "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": None,
            "encryptionCertificateId": self.certificate_id,
            "notificationQueryOptions": None,
            "notificationUrlAppId": None,
        }


class Subscriptions:
    """All subscriptions of the tenant, and the clock that ends them."""

    def __init__(
        self, clock: Clock, ids: Ids, tenant_id: str, postman: Postman, presences: Presences,
        records: Records, voucher: Callable[[str], str],
    ) -> None:  # fmt: skip
        """`voucher` gives the token with which Graph proves itself to an application."""
        self._clock = clock
        self._ids = ids
        self._tenant_id = tenant_id
        self._postman = postman
        self._presences = presences
        self._voucher = voucher
        self._all: dict[str, Subscription] = {}
        self._timers: dict[str, list[Timer]] = {}
        postman.on_dropped = self._missed
        presences.watch(self._presence_changed)
        records.watch(self._record_changed)

    async def create(self, wanted: Subscription) -> Subscription:
        """Checks both addresses with the handshake, then begins. Raises 400 and 409."""
        self._require_alone(wanted)
        for url in filter(None, (wanted.url, wanted.lifecycle_url)):
            if not await self._postman.validate(url):
                raise errors.GraphError(
                    *assumptions.HANDSHAKE_FAILED.value, "Subscription validation request failed."
                )
        self._require_alone(wanted)
        subscription = replace(wanted, id=self._ids.new())
        self._keep(subscription)
        return subscription

    def find(self, id: str, app_id: str, owner: str) -> Subscription:
        """A subscription that lives, for whoever made it. Raises 404."""
        found = self._all.get(id.casefold())
        if found is None or (found.app_id, found.owner) != (app_id, owner):
            raise errors.GraphError(404, "ResourceNotFound", "The object was not found.")
        return found

    def owned(self, app_id: str, owner: str) -> list[Subscription]:
        return [s for s in self._all.values() if (s.app_id, s.owner) == (app_id, owner)]

    def renew(self, subscription: Subscription, expires: float) -> Subscription:
        """Lets it live until `expires`; this counts as reauthorising."""
        renewed = replace(subscription, expires=expires)
        self._keep(renewed)
        return renewed

    def reauthorize(self, subscription: Subscription) -> None:
        """Says that the permission still holds; the end stays where it was."""
        self._keep(subscription, warn=False)

    def delete(self, subscription: Subscription) -> None:
        self._forget(subscription.id)

    def _keep(self, subscription: Subscription, *, warn: bool = True) -> None:
        self._forget(subscription.id)
        self._all[subscription.id] = subscription
        left = subscription.expires - self._clock.now()
        timers = [self._clock.later(left, lambda: self._expire(subscription))]
        lead = left * assumptions.REAUTHORIZE_SHARE.value
        if warn and subscription.lifecycle_url is not None:
            timers.append(
                self._clock.later(lead, lambda: self._lifecycle(subscription, "reauthorizationRequired"))
            )
        self._timers[subscription.id] = timers

    def _forget(self, id: str) -> None:
        self._all.pop(id, None)
        for timer in self._timers.pop(id, []):
            timer.cancel()

    def _expire(self, subscription: Subscription) -> None:
        self._forget(subscription.id)
        if subscription.lifecycle_url is not None:
            self._lifecycle(subscription, "subscriptionRemoved")

    def _missed(self, id: str) -> None:
        """A change could not be delivered: whoever gets the lifecycle is told to ask again."""
        if (subscription := self._all.get(id)) is not None:
            self._lifecycle(subscription, "missed")

    def _require_alone(self, wanted: Subscription) -> None:
        """One presence subscription per user per application (§6.4)."""
        if wanted.topic.kind != "presence" or wanted.topic.users is None:
            return
        for other in self._all.values():
            same = other.app_id == wanted.app_id and other.topic.kind == "presence"
            if same and other.topic.users and other.topic.users & wanted.topic.users:
                raise errors.GraphError(
                    *assumptions.SECOND_SUBSCRIPTION.value, "A presence subscription for that user exists."
                )

    def _presence_changed(self, user: User) -> None:
        data = {
            "@odata.type": "#microsoft.graph.presence",
            "@odata.id": f"users/{user.id}/presence",
            "id": user.id,
        }
        for subscription in self._all.values():
            if subscription.topic.kind == "presence" and user.id in (subscription.topic.users or ()):
                path = f"communications/presences/{user.id}"
                self._notify(subscription, "updated", path, data, self._presences.of(user))

    def _record_changed(self, call: Call, change: Change) -> None:
        path = f"communications/callRecords/{call.chain_id}"
        data = {
            "@odata.type": "#microsoft.graph.callRecords.callRecord",
            "@odata.id": path,
            "id": call.chain_id,
        }
        for subscription in self._all.values():
            topic = subscription.topic
            if topic.kind != "callRecords" or change not in topic.changes:
                continue
            if topic.users is None or any(party.id in topic.users for party in parties_of(call)):
                self._notify(subscription, change, path, data)

    def _notify(
        self, subscription: Subscription, change: str, resource: str, data: Json, whole: Json | None = None
    ) -> None:
        item = {**self._head(subscription), "changeType": change, "resource": resource, "resourceData": data}
        body: Json = {"value": [item | {"id": self._ids.new()}]}
        if whole is not None and subscription.certificate and subscription.certificate_id:
            sealed = seal(whole, subscription.certificate, subscription.certificate_id)
            body["value"][0]["encryptedContent"] = sealed
            body["validationTokens"] = [self._voucher(subscription.app_id)]
        self._postman.post(subscription.id, subscription.url, body)

    def _lifecycle(self, subscription: Subscription, event: str) -> None:
        if subscription.lifecycle_url is not None:
            item = {**self._head(subscription), "lifecycleEvent": event}
            self._postman.post(subscription.id, subscription.lifecycle_url, {"value": [item]})

    def _head(self, subscription: Subscription) -> Json:
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": written(subscription.expires),
            "tenantId": self._tenant_id,
            "clientState": subscription.client_state,
        }
