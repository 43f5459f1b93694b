"""The real relay with a recorder on both sides of it: nothing changes for it, and it is all written."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from console.simulator.app import Running
from console.simulator.recording.command import recording
from console.simulator.recording.comparing import compare, own_exchanges
from console.simulator.recording.exchanges import read
from tests.relay.stand import ANNA, LENA, Between, Start, until


def recorder(simulation: Running, folder: Path) -> Between:
    @contextlib.asynccontextmanager
    async def between(relay: str, graph_root: str) -> AsyncIterator[tuple[str, str]]:
        ca_file = simulation.certificates.ca_file
        async with recording(folder, to=simulation.base_url, relay=relay, ca_file=ca_file) as running:
            assert running.tap is not None
            yield running.tap, running.graph_root

    return between


async def test_a_call_through_the_recorder(start: Start, simulation: Running, tmp_path: Path) -> None:
    folder = tmp_path / "recorded"
    desk = await start(between=recorder(simulation, folder))
    call = await desk.answered(LENA)
    desk.behave(ANNA, "picks-up", 1.0)
    caller = desk.call(call).caller_participant
    assert caller is not None
    target = {"identity": {"user": {"id": ANNA}}}
    await desk.client(LENA).post(f"/{call}/transfer", {"transferTarget": target})
    await until(lambda: desk.call(call).ended, what="transferred")
    kept = {file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.http")}
    assert {
        "calls/answer",
        "participants/invite",
        "calls/transfer.group",
        "notifications/call.incoming",
    } <= kept
    transfer = folder / "calls/transfer.group.http"
    await until(lambda: read(transfer.read_text()).told[-1].body["value"][0]["changeType"] == "deleted")
    for file in folder.rglob("*.http"):
        text = file.read_text()
        for private in (call, "+12065550188", "Lena", LENA, desk.settings.public_url, "Bearer"):
            assert private not in text, (file.name, private)
    own = own_exchanges()
    assert own is not None
    found = compare(folder, own)
    assert (found.lonely, found.news) == ((), ()), "\n".join(found.report())
