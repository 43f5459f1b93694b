"""Whole consoles in the clouds that lack something: the government's desk works, 21Vianet's finds people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions import ACTIONS
from console.app.line import Line
from console.demo.programs import DidNotStart, Programs
from console.demo.stage import Stage
from console.domain.budget import Use
from console.domain.calls import Situation
from console.domain.clouds import Cloud
from console.domain.errors import NotAllowed, Refused
from console.domain.ids import CallId, UserId
from console.domain.meetings import MeetingRequest
from console.domain.people import Identity, IdentityKind
from console.graph import calls, people
from console.settings.tally import Tally
from console.ui.budget import slowed_words
from tests.programs.conftest import LENA, signed_in, until

ANNA = Identity(IdentityKind.USER, "0d000000-0000-4000-8000-000000000011", "Anna Berg")


@pytest.fixture(scope="module", params=[Cloud.GCC_HIGH, Cloud.DOD])
def government(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Programs]:
    """Callers are answered at once, so that one can be handed over before anybody talks to them."""
    running = Programs(
        tmp_path_factory.mktemp("government"),
        cloud=request.param,
        relay_settings={"heartbeat": 1.0, "rescue": "answer-at-once"},
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def stage(government: Programs) -> AsyncIterator[Stage]:
    found = Stage(government.simulation["base_url"], government.simulation["ca_file"])
    await found.webhook(government.webhook)
    await found.direct(ANNA.id, "picks-up", 0.2)
    yield found
    await found.close()


@pytest.fixture
async def desk(government: Programs, tmp_path: Path) -> AsyncIterator[Line]:
    tally = Tally(tmp_path, lambda: datetime(2026, 11, 24, tzinfo=UTC).timestamp())
    async with signed_in(government, LENA, tally) as line:
        await until(lambda: line.feed.state.live)
        yield line


async def waiting(stage: Stage, desk: Line, phone: str) -> CallId:
    call = CallId(await stage.place("Ravi Menon", phone))
    await until(lambda: situation(desk, call) is Situation.WAITING, what="answered for nobody")
    return call


def situation(desk: Line, call: CallId) -> Situation | None:
    found = desk.store.truth.calls.get(call)
    return found.situation if found else None


async def test_a_government_desk_answers_holds_and_sees_who_is_there(stage: Stage, desk: Line) -> None:
    call = await waiting(stage, desk, "+12065550141")
    await desk.runner.run(ACTIONS["call.answer"], call)
    await until(lambda: situation(desk, call) is Situation.TALKING, what="talking")
    await desk.runner.run(ACTIONS["call.hold"], call)
    await until(lambda: situation(desk, call) is Situation.ON_HOLD, what="on hold")
    await desk.runner.run(ACTIONS["call.resume"], call)
    await until(lambda: situation(desk, call) is Situation.TALKING, what="back")
    await desk.runner.run(ACTIONS["participant.invite"], call, ANNA)
    await until(lambda: "Anna" in names(desk, call), seconds=3.0, what="Anna is seen")
    truth = next(c for c in await stage.calls() if c["id"] == call)
    assert truth["deltaRoster"] is False, "this cloud does not know it"
    assert len(desk.store.truth.calls[call].people) == 3

    with pytest.raises(Refused, match="A group call cannot be transferred in this cloud"):
        await desk.runner.run(ACTIONS["call.transfer"], call, ANNA)
    assert not [r for r in await stage.requests() if r["path"].endswith(f"{call}/transfer")]
    await stage.hang_up(call)


def names(desk: Line, call: CallId) -> set[str]:
    return {p.identity.label.split()[0] for p in desk.store.truth.calls[call].people}


async def test_a_government_desk_hands_a_caller_over_person_to_person(stage: Stage, desk: Line) -> None:
    call = await waiting(stage, desk, "+12065550142")
    await desk.runner.run(ACTIONS["call.transfer"], call, ANNA)
    await until(lambda: situation(desk, call) is Situation.ENDED, what="handed over")
    result = desk.store.truth.calls[call].result
    assert result is not None and str(result.sentence) == "Transferred."


async def test_both_counts_reach_the_console_and_meetings_outlive_it(
    government: Programs, stage: Stage, desk: Line, tmp_path: Path
) -> None:
    def used(uses: tuple[Use, ...], limit: str) -> int:
        return next((u.used for u in uses if u.limit == limit), 0)

    call = await waiting(stage, desk, "+12065550143")
    await people.search(desk.graph, "anna")
    assert used(desk.usage.own, "calls") == 0, "the console asks Microsoft for no call"
    assert used(desk.usage.own, "everything") > 0
    await until(lambda: used(desk.usage.relay, "calls") > 0, what="the relay's beat tells its count")

    await stage.faults(throttle=1, retryAfter=1, operation="calls.get")
    await calls.get(desk.graph, call)
    slowed = "Microsoft asked the relay to slow down once in the last 10 minutes."
    await until(lambda: slowed in slowed_words(desk.usage), what="so is that Microsoft asked to slow down")

    start = datetime(2026, 11, 25, 9, tzinfo=UTC)
    request = MeetingRequest("Handover", start, start + timedelta(minutes=30))
    await desk.runner.run(ACTIONS["meeting.schedule"], request)
    assert desk.usage.meetings == 1
    again = Tally(tmp_path, lambda: start.timestamp())
    async with signed_in(government, LENA, again) as restarted:
        assert restarted.usage.meetings == 1
    async with signed_in(government, "kofi@contoso.example", again) as other:
        assert other.usage.meetings == 0


# -- 21Vianet ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def china(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("china"), cloud=Cloud.CHINA)
    running.start()
    yield running
    running.stop()


async def test_in_china_colleagues_are_found_and_nothing_else_is_tried(china: Programs) -> None:
    async with signed_in(china, LENA) as line:
        assert line.runner.me is not None and line.runner.me.name == "Lena Ortiz"
        found = await people.search(line.graph, "anna")
        assert [p.name for p in found] == ["Anna Berg"]
        with pytest.raises(NotAllowed, match=r"Presence does not exist in this cloud \(21Vianet\)"):
            await people.presences(line.graph, [UserId(found[0].id)])
        refusal = line.runner.refusal(ACTIONS["call.answer"], CallId("a-call-of-nobody"))
        assert str(refusal) == "Calls do not exist in this cloud (21Vianet)."
        stage = Stage(china.simulation["base_url"], china.simulation["ca_file"])
        asked = {r["path"] for r in await stage.requests()}
        await stage.close()
        assert asked == {"/v1.0/users"}, "no request that this cloud does not know"


def test_in_china_a_relay_does_not_start(china: Programs) -> None:
    with pytest.raises(DidNotStart) as failed:
        china.start_relay()
    assert "Calls do not exist in this cloud (21Vianet)." in str(failed.value)
