"""Subscriptions between JSON and values (REFERENCE §6.4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from console.domain.subscriptions import Subscription, Watch
from console.wire.times import read_time, write_time
from console.wire.values import items, member, text


def write_watch(watch: Watch) -> dict[str, Any]:
    """Return the body of `POST /subscriptions`."""
    body: dict[str, Any] = {
        "changeType": ",".join(watch.changes),
        "notificationUrl": watch.url,
        "resource": watch.resource,
        "expirationDateTime": write_time(watch.until),
        "clientState": watch.secret,
        "latestSupportedTlsVersion": "v1_2",
    }
    if watch.lifecycle_url:
        body["lifecycleNotificationUrl"] = watch.lifecycle_url
    if watch.certificate:
        body["includeResourceData"] = True
        body["encryptionCertificate"] = watch.certificate
        body["encryptionCertificateId"] = watch.certificate_id
    return body


def write_renewal(until: datetime) -> dict[str, Any]:
    """Return the body that lets a subscription live until `until`."""
    return {"expirationDateTime": write_time(until)}


def read_subscription(resource: object) -> Subscription:
    """Return a `subscription`."""
    return Subscription(
        id=text(member(resource, "id")),
        resource=text(member(resource, "resource")),
        until=read_time(member(resource, "expirationDateTime")),
        url=text(member(resource, "notificationUrl")),
    )


def read_subscriptions(page: object) -> tuple[Subscription, ...]:
    """Return the subscriptions of a `value` page."""
    return tuple(read_subscription(s) for s in items(member(page, "value")))
