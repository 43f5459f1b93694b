"""A press that is cut off because the console closes, over a real socket."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from console.actions import ACTIONS
from tests.sockets.rough import Manner, rough
from tests.unit.actions.test_runner import CALL, Rig, accepted


@pytest.mark.parametrize(("manner", "stage"), [(Manner.STALL, "unknown"), (None, "failed")])
async def test_the_audit_says_whether_it_may_have_happened(manner: Manner | None, stage: str) -> None:
    async with rough(*([manner] if manner else [])) as graph, httpx2.AsyncHTTPTransport() as transport:
        rig = Rig(accepted, root=f"http://127.0.0.1:{graph.port}", transport=transport)
        rig.ring()
        press = rig.runner.start(ACTIONS["call.answer"], CALL)
        await asyncio.sleep(0)
        while manner and not graph.done:
            await asyncio.sleep(0)
        await rig.runner.close()
        assert press.cancelled() and len(graph.done) == (manner is not None)
        assert (rig.records[-1].stage, rig.records[-1].detail) == (stage, "cancelled")
