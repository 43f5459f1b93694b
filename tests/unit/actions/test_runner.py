"""The road of a press: refused, predicted, undone, sent, failed, settled, unconfirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx2
import pytest

from console.actions import ACTIONS
from console.actions.runner import Notice, NoticeKind, Record, Runner, Waiting
from console.domain.calls import CallState, Direction, Situation
from console.domain.errors import CallGone, OutcomeUnknown, Refused, Taken
from console.domain.events import CallClaimed, CallTold, RosterChanged
from console.domain.ids import CallId, ParticipantId, UserId
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.text import Text
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity as Whose
from console.store.store import Store

CALL = CallId("c0000001")
LENA = Operator(UserId("lena"), "Lena Ortiz")
ANNA = Identity(IdentityKind.USER, "anna", "Anna Berg")
CALLER = Identity(IdentityKind.PHONE, "+442079460018")


class Rig:
    """A runner over a real client; the far end is the one place that is made up."""

    def __init__(
        self,
        answer: Callable[[httpx2.Request], httpx2.Response],
        *,
        undo: float = 0.0,
        root: str = "https://relay.invalid/v1.0",
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.requests: list[httpx2.Request] = []
        self.notices: list[Notice] = []
        self.records: list[Record] = []
        self.waiting: list[tuple[Waiting, ...]] = []
        self.time = 0.0
        self.unlinked: Text | None = None

        def respond(request: httpx2.Request) -> httpx2.Response:
            self.requests.append(request)
            return answer(request)

        async def token() -> str:
            return "t"

        door = Door(root, token)
        http = httpx2.AsyncClient(transport=transport or httpx2.MockTransport(respond))
        self.store = Store()
        self.runner = Runner(
            self.store,
            GraphClient(http, {Whose.BOT: door, Whose.OPERATOR: door}),
            now=lambda: self.time,
            unlinked=lambda: self.unlinked,
            audit=self.records.append,
            undo_seconds=undo,
        )
        self.runner.listen(self.notices.append)
        self.runner.listen_undo(self.waiting.append)
        self.runner.identify(LENA, frozenset({"Operator"}))

    def ring(self) -> None:
        ringing = CallTold(
            call=CALL, key="1", at=0.0, state=CallState.INCOMING, direction=Direction.INCOMING, source=CALLER
        )
        self.store.apply([ringing])

    def establish(self) -> None:
        me = Identity(IdentityKind.USER, LENA.id)
        people = [Participant(ParticipantId("p1"), CALLER, sequence=1)]
        people.append(Participant(ParticipantId("p2"), me, sequence=1))
        self.store.apply(
            [
                CallTold(call=CALL, key="2", at=1.0, state=CallState.ESTABLISHED),
                RosterChanged(call=CALL, key="3", at=1.0, participants=tuple(people)),
            ]
        )

    def end(self, key: str = "9") -> None:
        self.store.apply([CallTold(call=CALL, key=key, at=2.0, deleted=True)])

    @property
    def situation(self) -> Situation:
        return self.store.view.calls[CALL].situation

    def stages(self) -> list[str]:
        return [r.stage for r in self.records]


def accepted(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(202)


async def test_a_press_is_predicted_sent_and_settled_by_the_notification() -> None:
    rig = Rig(accepted)
    rig.ring()
    await rig.runner.run(ACTIONS["call.answer"], CALL)
    assert (
        rig.situation is Situation.CONNECTING and rig.store.truth.calls[CALL].situation is Situation.RINGING
    )
    assert rig.requests[0].url.path == f"/v1.0/communications/calls/{CALL}/answer"
    rig.establish()
    assert rig.situation is Situation.TALKING
    assert rig.stages() == ["sent", "accepted", "settled"]
    assert rig.notices[-1].kind is NoticeKind.DONE


async def test_a_refused_press_sends_nothing_and_says_why() -> None:
    rig = Rig(accepted)
    with pytest.raises(Refused, match="not here"):
        await rig.runner.run(ACTIONS["call.answer"], CALL)
    rig.ring()
    rig.unlinked = Text("The relay is not connected.")
    assert rig.runner.refusal(ACTIONS["call.answer"], CALL) == Text("The relay is not connected.")
    assert rig.runner.refusal(ACTIONS["meeting.schedule"]) is None
    rig.unlinked = None
    rig.runner.identify(LENA, frozenset())
    assert rig.runner.refusal(ACTIONS["call.answer"], CALL) == Text("This needs the Operator role.")
    rig.runner.identify(None, frozenset())
    assert rig.runner.refusal(ACTIONS["call.answer"], CALL) == Text("Nobody is signed in.")
    assert rig.requests == []


async def test_the_loser_is_told_who_won_and_the_view_falls_back() -> None:
    error = {
        "error": {"code": "taken", "message": "", "innerError": {"by": "Kofi Mensah", "request-id": "r1"}}
    }
    rig = Rig(lambda request: httpx2.Response(409, json=error))
    rig.ring()
    with pytest.raises(Taken) as caught:
        await rig.runner.run(ACTIONS["call.answer"], CALL)
    assert caught.value.by == "Kofi Mensah" and caught.value.request_id == "r1"
    assert rig.situation is Situation.RINGING and rig.store.view is rig.store.truth
    await rig.runner.start(ACTIONS["call.answer"], CALL)
    assert str(rig.notices[-1].text) == "Answer failed. Kofi Mensah has taken this call."


async def test_undo_takes_a_reject_back_before_anything_is_sent() -> None:
    rig = Rig(accepted, undo=30.0)
    rig.ring()
    task = rig.runner.start(ACTIONS["call.reject"], CALL)
    while not rig.waiting:
        await asyncio.sleep(0)
    assert rig.situation is Situation.ENDED
    assert rig.waiting[-1][0].until == 12.5, "never past the time that the call has left"
    assert rig.runner.undo()
    assert await task is None
    assert rig.situation is Situation.RINGING and rig.requests == [] and rig.waiting[-1] == ()
    assert rig.notices[-1].kind is NoticeKind.UNDONE and not rig.runner.undo()


async def test_without_undo_a_reject_is_sent_at_once() -> None:
    rig = Rig(accepted)
    rig.ring()
    await rig.runner.run(ACTIONS["call.reject"], CALL)
    rig.end()
    assert len(rig.requests) == 1 and rig.stages() == ["sent", "accepted", "settled"]


async def test_a_failed_transfer_fails_with_a_sentence_and_the_caller_is_back() -> None:
    from console.domain.results import Result

    rig = Rig(accepted)
    rig.ring()
    rig.establish()
    await rig.runner.run(ACTIONS["call.transfer"], CALL, ANNA)
    assert rig.situation is Situation.TRANSFERRING
    assert b'"participantId":"p1"' in rig.requests[0].content, "a group call names who is handed over"
    rig.store.apply([CallTold(call=CALL, key="t", at=3.0, state=CallState.TRANSFERRING)])
    assert rig.situation is Situation.TRANSFERRING
    back = CallTold(call=CALL, key="b", at=4.0, state=CallState.ESTABLISHED, result=Result(500, 7000))
    rig.store.apply([back])
    assert rig.situation is Situation.TALKING
    assert str(rig.notices[-1].text) == "Anna Berg was not reached. The caller is back with you."


async def test_what_is_never_confirmed_is_said_and_the_call_is_read_again() -> None:
    rig = Rig(lambda request: httpx2.Response(202 if request.method == "POST" else 200, json={}))
    rig.ring()
    await rig.runner.run(ACTIONS["call.answer"], CALL)
    rig.time = 100.0
    rig.runner.tick()
    assert rig.notices[-1].kind is NoticeKind.UNCONFIRMED and rig.situation is Situation.RINGING
    while len(rig.requests) < 2:
        await asyncio.sleep(0)
    assert rig.requests[1].method == "GET"
    await rig.runner.close()


async def test_an_unknown_outcome_keeps_the_intent_and_reads_the_call() -> None:
    def lose(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            raise httpx2.ReadTimeout("gone")
        return httpx2.Response(200, json={})

    rig = Rig(lose)
    rig.ring()
    with pytest.raises(OutcomeUnknown):
        await rig.runner.run(ACTIONS["call.answer"], CALL)
    assert rig.situation is Situation.CONNECTING
    while len(rig.requests) < 2:
        await asyncio.sleep(0)
    assert [r.method for r in rig.requests] == ["POST", "GET"]
    await rig.runner.close()


async def test_what_support_asks_for_is_in_the_notice_and_the_audit() -> None:
    rig = Rig(lambda request: httpx2.Response(500, headers={"request-id": "graphs-own"}))
    rig.ring()
    await rig.runner.start(ACTIONS["call.answer"], CALL)
    assert rig.notices[-1].kind is NoticeKind.FAILED and rig.notices[-1].request_id == "graphs-own"
    assert rig.records[-1].detail == "service-failed request=graphs-own"


async def test_a_call_that_ended_meanwhile_is_a_normal_answer() -> None:
    rig = Rig(lambda request: httpx2.Response(404, json={"error": {"code": "itemNotFound"}}))
    rig.ring()
    with pytest.raises(CallGone):
        await rig.runner.run(ACTIONS["call.answer"], CALL)


async def test_a_call_another_operator_has_is_refused_for_an_operator_not_for_a_supervisor() -> None:
    rig = Rig(accepted)
    rig.ring()
    rig.establish()
    kofi = Operator(UserId("kofi"), "Kofi Mensah")
    rig.store.apply([CallClaimed(call=CALL, key="k", at=1.0, operator=kofi, until=99.0)])
    assert str(rig.runner.refusal(ACTIONS["call.hangUp"], CALL)) == "Kofi Mensah has this call."
    rig.runner.identify(LENA, frozenset({"Operator", "Supervisor"}))
    assert rig.runner.refusal(ACTIONS["call.hangUp"], CALL) is None
    line = rig.store.view.calls[CALL].line
    rig.runner.identify(LENA, frozenset({"Operator", "Supervisor"}), frozenset({line.id if line else ""}))
    assert str(rig.runner.refusal(ACTIONS["call.hangUp"], CALL)) == "Kofi Mensah has this call."


async def test_the_audit_trail_holds_ids_only() -> None:
    rig = Rig(accepted)
    rig.ring()
    await rig.runner.run(ACTIONS["call.redirect"], CALL, ANNA)
    assert "Anna" not in repr(rig.records) and "+44" not in repr(rig.records)
