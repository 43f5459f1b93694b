"""Content that somebody shows in a call."""

from __future__ import annotations

import pytest

from console.domain.errors import NotFound
from console.domain.ids import CallId
from console.graph import sharing
from tests.graph.stand import LENA, Stand


async def showing(stand: Stand) -> tuple[CallId, str]:
    """A group call in which Lena shows her screen, and the session of it."""
    id = await stand.group(LENA)
    call = stand.exchange.board.calls[id]
    stand.exchange.routing.share(call, call.roster[stand.participant(id, LENA)], True)
    await stand.pass_time()
    return id, next(iter(call.sharings))


@pytest.mark.exchange("contentSharingSessions/list", "sharing.list")
async def test_listed(stand: Stand) -> None:
    call, session = await showing(stand)
    assert await sharing.listed(stand.graph, call) == (session,)


@pytest.mark.exchange("contentSharingSessions/get", "sharing.get")
async def test_get(stand: Stand) -> None:
    call, session = await showing(stand)
    assert await sharing.get(stand.graph, call, session) == session


@pytest.mark.exchange("contentSharingSessions/get.404.itemNotFound", "sharing.get")
async def test_a_session_that_is_over(stand: Stand) -> None:
    call, session = await showing(stand)
    shown = stand.exchange.board.calls[call]
    stand.exchange.routing.share(shown, shown.roster[stand.participant(call, LENA)], False)
    with pytest.raises(NotFound):
        await sharing.get(stand.graph, call, session)
