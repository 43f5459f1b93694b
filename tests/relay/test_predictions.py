"""Every action against the real relay and the simulator: what it predicted is what became of it.

The prediction is laid over the picture the moment an operator presses. When the press is settled, the truth
has to be what was predicted. Where an action cannot know how it will end, it predicts the way there: then
the truth has to pass through it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from console.actions import ACTIONS
from console.domain.calls import Call
from console.domain.ids import CallId
from console.domain.meetings import Meeting, MeetingRequest
from console.domain.people import Identity, IdentityKind
from console.relay.settings import Rescue
from tests.relay.pressing import NOT_PREDICTED, SHOWN, UNCHANGED, Deskside, press, shown
from tests.relay.stand import ANNA, INES, LENA, Desk, Start, until

ANNAS = Identity(IdentityKind.USER, ANNA, "Anna Berg")

Args = tuple[Any, ...]


@dataclass(frozen=True)
class Scene:
    """A relay with calls, and Lena's console beside it."""

    desk: Desk
    console: Deskside

    async def act(self, action: str, *args: Any) -> None:
        """Something that happened before."""
        await press(self.console, ACTIONS[action], *args)
        self.console.settled.clear()
        await self.console.same(self.desk)

    # -- what there is to press on -------------------------------------------------------------------

    async def ringing(self) -> Args:
        id = await self.desk.rings()
        await self.console.same(self.desk)
        return (CallId(id),)

    async def waiting(self) -> Args:
        """Ines answered, but her Teams declined: the caller waits and is nobody's."""
        self.desk.behave(INES, "declines", 1.0)
        (id,) = await self.ringing()
        await self.desk.client(INES).answer(id)
        await until(lambda: self.desk.call(id).claim, what="answered")
        await until(lambda: self.desk.call(id).claim is None, what="given up")
        await self.console.same(self.desk)
        return (id,)

    async def talking(self) -> Args:
        id = await self.desk.answered(LENA)
        await self.console.same(self.desk)
        return (CallId(id),)

    async def held(self) -> Args:
        args = await self.talking()
        await self.act("call.hold", *args)
        return args

    async def parked(self) -> Args:
        args = await self.talking()
        await self.act("call.park", *args, "Looks for Anna")
        return args

    async def with_anna(self) -> Args:
        """Lena and the caller talk with Anna."""
        (id,) = await self.talking()
        self.desk.behave(ANNA, "picks-up", 1.0)
        await self.act("participant.invite", id, ANNAS)
        return (id,)

    async def asking_anna(self) -> Args:
        """Anna's phone rings; her place in the call is known."""
        (id,) = await self.talking()
        self.desk.behave(ANNA, "away")
        await self.desk.client(LENA).invite(id, ANNA)
        await until(lambda: self.desk.call(id).pending, what="asked")
        await self.console.same(self.desk)
        return (id, self.desk.call(id).pending[0].participant)

    def place(self, id: CallId, user: str) -> Any:
        return next(p.id for p in self.desk.call(id).people if p.identity.id == user)


_ENDS = "whether the colleague is reached nobody knows: it shows that the caller is on the way"
_ON_THE_WAY = {"situation": _ENDS, "live": _ENDS}
_JOINS = "it shows that the operator's own Teams rings until it has joined"


@dataclass(frozen=True)
class Case:
    """`arrange` gives the arguments. `passes`: what the truth only passes through, each with the reason.

    `presses` is who presses, `relay` are settings of the relay.
    """

    action: str
    arrange: Callable[[Scene], Awaitable[Args]]
    passes: dict[str, str] = field(default_factory=dict)
    label: str = ""
    presses: str = LENA
    relay: dict[str, Any] = field(default_factory=dict)


async def _redirect(scene: Scene) -> Args:
    scene.desk.behave(ANNA, "picks-up", 1.0)
    return (*await scene.ringing(), ANNAS)


async def _transfer(scene: Scene) -> Args:
    scene.desk.behave(ANNA, "picks-up", 1.0)
    return (*await scene.talking(), ANNAS)


async def _transfer_waiting(scene: Scene) -> Args:
    scene.desk.behave(ANNA, "picks-up", 1.0)
    return (*await scene.waiting(), ANNAS)


async def _park(scene: Scene) -> Args:
    return (*await scene.talking(), "Looks for Anna")


async def _park_alone(scene: Scene) -> Args:
    """A caller whom the relay answered for nobody, in a call of two."""
    (id,) = await scene.ringing()
    await until(lambda: scene.desk.call(id).established_at, what="answered for nobody")
    await scene.console.same(scene.desk)
    return (id, "Calls back at noon")


async def _park_held(scene: Scene) -> Args:
    return (*await scene.held(), "Looks for Anna")


async def _invite(scene: Scene) -> Args:
    scene.desk.behave(ANNA, "picks-up", 1.0)
    return (*await scene.talking(), ANNAS)


async def _remove(scene: Scene) -> Args:
    (id,) = await scene.with_anna()
    return (id, scene.place(id, ANNA))


async def _mute(scene: Scene) -> Args:
    (id,) = await scene.with_anna()
    return (id, scene.place(id, ANNA))


_ANSWERING = {"situation": _JOINS, "pending": _JOINS, "people": _JOINS}
CASES = (
    Case("call.answer", Scene.ringing, _ANSWERING, "a ringing call"),
    Case("call.answer", Scene.waiting, _ANSWERING, "a caller who waits"),
    Case("call.answer", Scene.parked, _ANSWERING, "a parked caller"),
    Case("call.reject", Scene.ringing),
    Case("call.redirect", _redirect, _ON_THE_WAY),
    Case("call.hangUp", Scene.talking),
    Case("call.hold", Scene.talking),
    Case("call.resume", Scene.held),
    Case("call.transfer", _transfer, _ON_THE_WAY, "out of a group call"),
    Case("call.transfer", _transfer_waiting, _ON_THE_WAY, "a caller who waits"),
    Case("call.park", _park, label="somebody who talks"),
    Case("call.park", _park_held, label="somebody on hold"),
    Case("call.park", _park, label="another's caller", presses=INES),
    Case("call.park", _park_alone, label="a rescued caller", relay={"rescue": Rescue.AT_ONCE}),
    Case("participant.mute", _mute),
    Case("participant.remove", _remove, label="somebody"),
    Case("participant.remove", Scene.asking_anna, label="an invitation"),
    Case("participant.invite", _invite, {"pending": "who was asked joins", "people": "who was asked joins"}),
)
WITHOUT_PREDICTION = {
    "person.call": "a call that Graph has not named cannot be shown; it comes with its first notification",
    "meeting.schedule": "a meeting is in nobody's picture of calls; Graph's answer is the whole of it",
}


@asynccontextmanager
async def opened(desk: Desk, user: str) -> AsyncIterator[Deskside]:
    console = Deskside(desk, user)
    try:
        await console.live()
        yield console
    finally:
        await console.close()


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.action} {c.label}".strip())
async def test_a_prediction_comes_true(start: Start, case: Case) -> None:
    desk, action = await start(**case.relay), ACTIONS[case.action]
    async with opened(desk, LENA) as lena, opened(desk, case.presses) as console:
        args = await case.arrange(Scene(desk, lena))
        await console.same(desk)
        pressed = await press(console, action, *args)
        assert not pressed.verdict.failed, str(pressed.verdict.failed)
        id = args[0]
        predicted, settled = shown(pressed.predicted, id), shown(pressed.settled, id)
        assert predicted != shown(pressed.before, id), "the press shows at once"
        staying = [name for name in predicted if name not in case.passes]
        assert {n: predicted[n] for n in staying} == {n: settled[n] for n in staying}
        for name, reason in case.passes.items():
            moments = [shown(truth, id)[name] for truth in [pressed.before, *pressed.told]]
            assert predicted[name] in moments, (name, reason, moments)
        assert shown(pressed.laid_over(action, pressed.settled, *args), id) == settled, (
            "no flicker at the end"
        )
        for truth in pressed.told[:-1]:
            view = shown(pressed.laid_over(action, truth, *args), id)
            here = [who for who, *_ in view["people"]]
            both = here + view["pending"]
            assert len(set(both)) == len(both), "nobody is shown twice on the way"


async def test_calling_somebody_shows_when_it_is_told(start: Start) -> None:
    desk = await start()
    async with opened(desk, LENA) as console:
        desk.behave(ANNA, "picks-up", 1.0)
        before = console.store.view
        task = console.runner.start(ACTIONS["person.call"], ANNAS)
        await until(lambda: task.done(), what="asked")
        assert ACTIONS["person.call"].predict(None, before, ANNAS) is before
        id = await task
        await until(lambda: desk.is_in(LENA, id), what="Anna and Lena talk")
        await console.same(desk)
        assert {p.identity.id for p in console.store.view.calls[id].people} == {ANNA, LENA}


async def test_scheduling_a_meeting_is_answered_by_graph(start: Start) -> None:
    desk = await start()
    async with opened(desk, LENA) as console:
        before, now = console.store.view, datetime.now(UTC).replace(microsecond=0)
        request = MeetingRequest("Caller conference", now, now + timedelta(hours=1))
        meeting = await console.runner.start(ACTIONS["meeting.schedule"], request)
        assert isinstance(meeting, Meeting)
        assert console.store.view is before
        kept = desk.simulation.simulator.meetings.find(LENA, meeting.id)
        assert (kept.resource["subject"], kept.join_url) == ("Caller conference", meeting.join_url)


def test_every_action_is_pressed() -> None:
    assert ACTIONS.keys() == {case.action for case in CASES} | WITHOUT_PREDICTION.keys()
    for id in WITHOUT_PREDICTION:
        assert ACTIONS[id].judge is None


def test_every_field_of_a_call_is_compared_or_left_out_with_a_reason() -> None:
    fields = set(Call.__struct_fields__)
    assert fields == {*UNCHANGED, *NOT_PREDICTED}
    assert not set(UNCHANGED) & SHOWN.keys()
