"""The console's feed against the real relay: tokens that end and relays that go leave no gap."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from console.app.line import connection
from console.domain.ids import CallId
from console.feed.link import LinkState
from console.settings.options import Options
from console.wire.envelope import Greeting
from tests.checks.fronts import front, paper
from tests.relay.stand import LENA, Desk, Start, until
from tests.relay.storm import Console
from tests.sockets.test_proxy import Network, proxied


class ShortLived(Console):
    """A console whose tokens last two seconds, and which remembers every state of its lamp."""

    def __init__(self, desk: Desk) -> None:
        self.lamp: list[str] = []
        self.streams = 0
        super().__init__(desk, LENA)

    def token(self, desk: Desk, user: str) -> str:
        return desk.token(user, exp=int(time.time()) + 2)

    def greeted(self, hello: Greeting) -> None:
        self.streams += 1

    def link(self, state: LinkState) -> None:
        super().link(state)
        self.lamp.append(state.kind)


async def test_a_token_that_ends_is_followed_by_the_next_without_a_gap(start: Start) -> None:
    desk = await start()
    console = ShortLived(desk)
    try:
        await until(lambda: console.link_state and console.link_state.live, what="live")
        placed = []
        for _ in range(12):
            placed.append(CallId(desk.ring()))
            await asyncio.sleep(0.3)
        await until(lambda: all(c in console.store.truth.calls for c in placed), what="every call is known")
        await until(lambda: console.store.truth == desk.world, what="the same picture")
        assert console.streams >= 2, "the first token ended on the way"
        assert console.resyncs == 1, "one snapshot at the start, then always on from the last place"
        assert set(console.lamp) == {"live"}, "no operator needs to know that a token was renewed"
    finally:
        await console.close()


async def test_a_laptop_that_is_carried_from_the_office_home(start: Start, tmp_path: Path) -> None:
    """The proxy is gone and another one is named: the stream goes on by that, where it stopped."""
    desk = await start()
    shown = paper(tmp_path, "Contoso Root")
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(shown.ca)
    async with front(desk.url, shown) as relay, proxied() as office, proxied() as home:
        network = Network(office)
        connected = connection(Options(relay=relay, ca_file=str(ca_file)), network.way)
        console = Console(desk, LENA, connected, relay)
        try:
            await until(lambda: console.link_state and console.link_state.live, what="live in the office")
            assert office.asked and not home.asked
            network.proxy = home
            await office.leave()
            missed = CallId(desk.ring())
            await until(lambda: home.asked, what="by the other proxy")
            await until(lambda: missed in console.store.truth.calls, what="what was missed is there")
            await until(lambda: console.link_state and console.link_state.live, what="live at home")
            assert console.resyncs == 1, "it went on where it stopped"
        finally:
            await console.close()
            await connected.close()
