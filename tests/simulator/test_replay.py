"""A scene replays to the byte: what is asked and what is told, whatever the network does meanwhile."""

import asyncio
import json
import random

import httpx2
import pytest

from console.simulator.app import Simulator
from console.simulator.scenes import names
from tests.simulator.conftest import MEDIA, Tokens

APP = {
    "Authorization": "Bearer app:Calls.Initiate.All,Calls.InitiateGroupCall.All,Calls.JoinGroupCall.All",
}


class Script:
    """An operator who decides by dice, but only from what the bot was told."""

    def __init__(self, simulator, root, hook, http, seed):
        self.simulator, self.root, self.hook, self.http = simulator, root, hook, http
        self.dice = random.Random(seed)  # noqa: S311 - repeatable
        self.read = 0
        self.people = {}
        self.asking = []

    async def work(self, steps):
        for _ in range(steps):
            await self.simulator.clock.advance(2)
            if self.dice.random() < 0.05:
                await self.send("/communications/calls", self.creation())
            for call in self.calls():
                if self.dice.random() < 0.5:
                    await self.act(call)
        self.simulator.clock.stop()
        await asyncio.gather(*self.asking, return_exceptions=True)

    def calls(self):
        """The calls that new notifications are about; people in them are remembered."""
        items, self.read = self.hook.items[self.read :], len(self.hook.items)
        found = {}
        for item in items:
            call, _, rest = (
                item["resourceUrl"].strip("/").removeprefix("communications/calls/").partition("/")
            )
            found[call] = True
            if rest == "participants":
                self.people[call] = [who["id"] for who in item["resourceData"].get("participants", [])]
        return list(found)

    async def act(self, call):
        user = self.user()
        member = self.dice.choice(self.people.get(call) or ["nobody"])
        verb, body = self.dice.choice(
            (
                ("answer", self.answer()),
                ("answer", self.answer()),
                ("reject", {"reason": "busy"}),
                ("redirect", {"targets": [user], "timeout": 20}),
                ("participants/invite", {"participants": [user]}),
                (f"participants/{member}/startHoldMusic", {}),
                (f"participants/{member}/mute", {}),
                ("transfer", {"transferTarget": user, "transferee": user | {"participantId": member}}),
                ("keepAlive", None),
            )
        )
        await self.send(f"/communications/calls/{call}/{verb}", body)

    async def send(self, path, body):
        known = len(self.simulator.requests.since(0))
        self.asking.append(asyncio.create_task(self.http.post(self.root + path, json=body, headers=APP)))
        # Some answers never come: what counts is that the request was taken.
        async with asyncio.timeout(10):
            while len(self.simulator.requests.since(0)) == known:
                await asyncio.sleep(0.001)

    def user(self):
        return {"identity": {"user": {"id": f"0d000000-0000-4000-8000-{self.dice.choice((1, 11, 14)):012d}"}}}

    def answer(self):
        options = {"@odata.type": "#microsoft.graph.incomingCallOptions", "isDeltaRosterEnabled": True}
        return {
            "callbackUri": f"{self.hook.url}/calls",
            "acceptedModalities": ["audio"],
            "mediaConfig": MEDIA,
            "callOptions": options,
        }

    def creation(self):
        options = {"@odata.type": "#microsoft.graph.outgoingCallOptions", "isDeltaRosterEnabled": True}
        return {
            "@odata.type": "#microsoft.graph.call",
            "callbackUri": f"{self.hook.url}/calls",
            "requestedModalities": ["audio"],
            "mediaConfig": MEDIA,
            "callOptions": options,
            "targets": [self.user()],
        }


async def run(scene, state, hook, *, seed, pause=0.0):
    """Both ledgers, and what was posted, as bytes."""
    hook.posts.clear()
    hook.pause = pause
    simulator = Simulator(
        state, speed=0, seed=seed, webhook=hook.url, verifier=Tokens(), wall=lambda: 1_790_000_000.0
    )
    async with simulator.serve() as running, httpx2.AsyncClient(trust_env=False) as http:
        simulator.stage.play(scene)
        await Script(simulator, running.graph_url, hook, http, seed).work(150)
    posts = [(path, headers["x-microsoft-skype-message-id"], body) for path, headers, body in hook.posts]
    asked, told = simulator.requests.since(0), simulator.notifications.since(0)
    assert len(asked) > 5
    assert len(told) > 20
    return json.dumps(asked), json.dumps(told), json.dumps(posts)


@pytest.mark.parametrize("scene", [name for name in names() if name != "busy-day"])
async def test_a_scene_replays_to_the_byte(scene, state, hook):
    hook.speaks_legacy = False
    first = await run(scene, state, hook, seed=4)
    assert await run(scene, state, hook, seed=4, pause=0.004) == first


async def test_another_seed_is_another_day(state, hook):
    hook.speaks_legacy = False
    first = await run("bad-line", state, hook, seed=4)
    assert await run("bad-line", state, hook, seed=5) != first
