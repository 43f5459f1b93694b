"""Who hears whom in a group call."""

from __future__ import annotations

import dataclasses

import pytest

from console.domain.errors import NotFound
from console.domain.ids import CallId
from console.domain.routing import AudioGroup, RoutingMode
from console.graph import routing
from tests.graph.stand import ANNA, LENA, ME, Stand


async def whispering(stand: Stand) -> tuple[CallId, AudioGroup]:
    """A group call, and the wish that Lena hears Anna alone."""
    call = await stand.group(LENA, ANNA)
    anna, lena = stand.participant(call, ANNA), stand.participant(call, LENA)
    return call, AudioGroup(RoutingMode.ONE_TO_ONE, (anna,), (lena,))


def groups(stand: Stand, call: CallId) -> dict[str, tuple[str, ...]]:
    """Who hears in each group, in truth."""
    return {g["id"]: tuple(g["receivers"]) for g in stand.exchange.board.calls[call].routing_groups.values()}


@pytest.mark.exchange("audioRoutingGroups/create", "routing.create")
async def test_create(stand: Stand) -> None:
    call, wanted = await whispering(stand)
    made = await routing.create(stand.graph, call, wanted, intent=ME)
    assert dataclasses.replace(made, id="") == wanted
    assert groups(stand, call) == {made.id: wanted.receivers}


@pytest.mark.exchange("audioRoutingGroups/list", "routing.list", "routing.create")
async def test_listed(stand: Stand) -> None:
    call, wanted = await whispering(stand)
    made = await routing.create(stand.graph, call, wanted, intent=ME)
    assert await routing.listed(stand.graph, call) == (made,)


@pytest.mark.exchange("audioRoutingGroups/get", "routing.get", "routing.create")
async def test_get(stand: Stand) -> None:
    call, wanted = await whispering(stand)
    made = await routing.create(stand.graph, call, wanted, intent=ME)
    assert await routing.get(stand.graph, call, made.id) == made


@pytest.mark.exchange("audioRoutingGroups/update", "routing.change", "routing.create")
async def test_change(stand: Stand) -> None:
    call, wanted = await whispering(stand)
    made = await routing.create(stand.graph, call, wanted, intent=ME)
    other = dataclasses.replace(made, sources=made.receivers, receivers=made.sources)
    assert await routing.change(stand.graph, call, other, intent=ME) == other
    assert groups(stand, call) == {made.id: other.receivers}


@pytest.mark.exchange("audioRoutingGroups/delete", "routing.delete", "routing.create")
async def test_delete(stand: Stand) -> None:
    call, wanted = await whispering(stand)
    made = await routing.create(stand.graph, call, wanted, intent=ME)
    await routing.delete(stand.graph, call, made.id, intent=ME)
    assert groups(stand, call) == {}


@pytest.mark.exchange("audioRoutingGroups/get.404.itemNotFound", "routing.get")
async def test_a_group_that_is_not_there(stand: Stand) -> None:
    call, _ = await whispering(stand)
    with pytest.raises(NotFound):
        await routing.get(stand.graph, call, "9a6d30ea-1111-4222-8333-000000000009")
