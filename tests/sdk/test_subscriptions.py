"""Microsoft's SDK on being told of changes: of presence by a user, of call records by the bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.api_error import APIError
from msgraph.generated.models.subscription import Subscription

WHO = pytest.mark.parametrize("who", ["lena", "bot"])
RESOURCES = {"lena": "/communications/presences/{}", "bot": "/communications/callRecords"}


@pytest.fixture
def client(request, who):
    """The SDK signed in as `who`."""
    return request.getfixturevalue(who)


def later(desk, **life) -> datetime:
    return datetime.fromtimestamp(desk.simulator.clock.now(), UTC) + timedelta(**life)


async def made(desk, client, who) -> Subscription:
    return await client.subscriptions.post(
        Subscription(
            change_type="updated",
            notification_url=f"{desk.hook.url}/changes",
            lifecycle_notification_url=f"{desk.hook.url}/lifecycle",
            resource=RESOURCES[who].format(desk.users[1].id),
            expiration_date_time=later(desk, minutes=50),
            client_state="s3cr3t",
        )
    )


@WHO
async def test_subscriptions_create(desk, client, who):
    subscription = await made(desk, client, who)
    assert isinstance(subscription, Subscription)
    assert subscription.resource == RESOURCES[who].format(desk.users[1].id)
    assert subscription.expiration_date_time == later(desk, minutes=50)
    assert desk.hook.handshakes == 2


@WHO
async def test_subscriptions_list(desk, client, who):
    subscription = await made(desk, client, who)
    assert [one.id for one in (await client.subscriptions.get()).value] == [subscription.id]


@WHO
async def test_subscriptions_get(desk, client, who):
    subscription = await made(desk, client, who)
    again = await client.subscriptions.by_subscription_id(subscription.id).get()
    assert (again.id, again.change_type) == (subscription.id, "updated")


@WHO
async def test_subscriptions_update(desk, client, who):
    subscription = await made(desk, client, who)
    until = later(desk, minutes=59)
    builder = client.subscriptions.by_subscription_id(subscription.id)
    renewed = await builder.patch(Subscription(expiration_date_time=until))
    assert (renewed.id, renewed.expiration_date_time) == (subscription.id, until)


@WHO
async def test_subscriptions_reauthorize(desk, client, who):
    subscription = await made(desk, client, who)
    await client.subscriptions.by_subscription_id(subscription.id).reauthorize.post()


@WHO
async def test_subscriptions_delete(desk, client, who):
    builder = client.subscriptions.by_subscription_id((await made(desk, client, who)).id)
    await builder.delete()
    with pytest.raises(APIError) as gone:
        await builder.get()
    assert gone.value.response_status_code == 404
