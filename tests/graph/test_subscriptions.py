"""Change notifications asked for: of presence in the operator's name, of call records in the bot's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from console.domain.errors import NotFound, ServiceFailed
from console.domain.ids import UserId
from console.domain.subscriptions import CALL_RECORDS, Watch, presences_of
from console.graph import subscriptions
from console.graph.operations import Identity as Whose
from tests.graph.stand import ANNA, LENA, ME, NOW, Stand

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def watch(stand: Stand, whose: Whose) -> Watch:
    """Lena's and Anna's presence for an hour, or all call records for a day."""
    url, later = f"{stand.hook.url}/changes", f"{stand.hook.url}/lifecycle"
    if whose is Whose.OPERATOR:
        users = presences_of([UserId(LENA.id), UserId(ANNA.id)])
        return Watch(resource=users, changes=("updated",), url=url, until=NOW + HOUR, secret="s3cr3t")
    return Watch(
        resource=CALL_RECORDS,
        changes=("created", "updated"),
        url=url,
        lifecycle_url=later,
        until=NOW + DAY,
        secret="s3cr3t",
    )


async def made(stand: Stand, whose: Whose) -> str:
    return (await subscriptions.create(stand.graph, whose, watch(stand, whose), intent=ME)).id


@pytest.mark.exchange("subscriptions/create.presence", "presenceWatch.create")
async def test_create_for_presence(stand: Stand) -> None:
    wanted = watch(stand, Whose.OPERATOR)
    granted = await subscriptions.create(stand.graph, Whose.OPERATOR, wanted, intent=ME)
    assert (granted.resource, granted.until) == (wanted.resource, wanted.until)
    assert stand.hook.handshakes == 1
    await stand.group(LENA)
    (item,) = [item for path, _, body in stand.hook.posts if "changes" in path for item in body["value"]]
    assert (item["subscriptionId"], item["clientState"]) == (granted.id, "s3cr3t")
    assert item["resourceData"]["id"] == LENA.id


@pytest.mark.exchange("subscriptions/create.records", "recordWatch.create")
async def test_create_for_records(stand: Stand) -> None:
    granted = await made(stand, Whose.BOT)
    assert stand.hook.handshakes == 2
    call = await stand.answered()
    stand.exchange.callers.hang_up(stand.exchange.board.find(call))
    await stand.pass_time(61)
    (item,) = [item for path, _, body in stand.hook.posts if "changes" in path for item in body["value"]]
    assert (item["subscriptionId"], item["changeType"]) == (granted, "created")
    assert item["resourceData"]["id"] == stand.truth(call)["chainId"]


@pytest.mark.exchange("subscriptions/create.presence.400.InvalidRequest", "presenceWatch.create")
async def test_create_without_an_answer_to_the_handshake(stand: Stand) -> None:
    stand.hook.gives_token_back = False
    with pytest.raises(ServiceFailed):
        await made(stand, Whose.OPERATOR)


def both(verb: str, row: str) -> Any:
    """Run a test with each identity, and keep the exchange of each."""
    return pytest.mark.parametrize(
        "whose",
        [
            pytest.param(
                whose,
                marks=pytest.mark.exchange(f"subscriptions/{verb}.{what}", f"{noun}.{row}", f"{noun}.create"),
                id=what,
            )
            for whose, noun, what in (
                (Whose.OPERATOR, "presenceWatch", "presence"),
                (Whose.BOT, "recordWatch", "records"),
            )
        ],
    )


@both("list", "list")
async def test_listed(stand: Stand, whose: Whose) -> None:
    granted = await made(stand, whose)
    assert [s.id for s in await subscriptions.listed(stand.graph, whose)] == [granted]


@both("get", "get")
async def test_get(stand: Stand, whose: Whose) -> None:
    granted = await made(stand, whose)
    found = await subscriptions.get(stand.graph, whose, granted)
    assert (found.id, found.resource) == (granted, watch(stand, whose).resource)


@both("update", "renew")
async def test_renew(stand: Stand, whose: Whose) -> None:
    granted = await made(stand, whose)
    await stand.pass_time(1800)
    until = NOW + timedelta(minutes=85)
    assert (await subscriptions.renew(stand.graph, whose, granted, until, intent=ME)).until == until


@both("reauthorize", "reauthorize")
async def test_reauthorize(stand: Stand, whose: Whose) -> None:
    granted = await made(stand, whose)
    before = await subscriptions.get(stand.graph, whose, granted)
    await subscriptions.reauthorize(stand.graph, whose, granted, intent=ME)
    assert await subscriptions.get(stand.graph, whose, granted) == before


@both("delete", "delete")
async def test_delete(stand: Stand, whose: Whose) -> None:
    granted = await made(stand, whose)
    await subscriptions.delete(stand.graph, whose, granted, intent=ME)
    with pytest.raises(NotFound):
        await subscriptions.get(stand.graph, whose, granted)
