"""The order, the repetition and the delay of notifications never change the picture."""

from __future__ import annotations

from functools import reduce as fold

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.calls import CallState, Direction, Happening, Situation
from console.domain.events import (
    CallClaimed,
    CallRead,
    CallTold,
    ClaimReleased,
    Event,
    HandedOn,
    InvitationSent,
    InvitationWithdrawn,
    NotUnderstood,
    OperationEnded,
    PromptStarted,
    RecordAnnounced,
    RecordRead,
    RosterChanged,
    RosterRead,
)
from console.domain.ids import CallId, OperationId, ParticipantId, UserId
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.records import Talk
from console.domain.reduce import fold as into
from console.domain.reduce import reduce
from console.domain.results import Result
from console.domain.world import ENDED_KEPT, Draft, World

CALL = CallId("c1")
CALLER = Identity(IdentityKind.PHONE, "+442079460018")
LENA = Identity(IdentityKind.USER, "lena", "Lena Ortiz")
BOT = Identity(IdentityKind.APPLICATION, "bot", "Front Desk")


def told(key: str, at: float, state: CallState | None = None, **more: object) -> CallTold:
    return CallTold(call=CALL, key=key, at=at, state=state, **more)  # type: ignore[arg-type]


def roster(key: str, at: float, *people: Participant) -> RosterChanged:
    return RosterChanged(call=CALL, key=key, at=at, participants=people)


def person(id: str, identity: Identity, sequence: int, **more: bool) -> Participant:
    return Participant(ParticipantId(id), identity, sequence=sequence, **more)


STORY: tuple[Event, ...] = (
    told("1", 1.0, CallState.INCOMING, direction=Direction.INCOMING, source=CALLER, targets=(BOT,)),
    told("2", 2.0, CallState.ESTABLISHING),
    told("3", 3.0, CallState.ESTABLISHED),
    told("3b", 3.1, CallState.ESTABLISHED),
    roster("4", 4.0, person("p1", CALLER, 1), person("p0", BOT, 1)),
    OperationEnded(
        call=CALL, key="5", at=5.0, operation=OperationId("o1"), kind="inviteparticipants", invited=(LENA,)
    ),
    roster("6", 5.5, person("p2", LENA, 2)),
    roster("7", 6.0, person("p2", LENA, 3, muted=True)),
    told("8", 7.0, CallState.TRANSFERRING),
    told("9", 8.0, CallState.TRANSFER_ACCEPTED),
    told("10", 9.0, CallState.ESTABLISHED, result=Result(500, 7000, "failed")),
    told("11", 10.0, CallState.TRANSFERRING),
    roster("12", 10.5, person("p1", CALLER, 4, on_hold=True)),
    told("13", 11.0, CallState.TRANSFER_ACCEPTED),
    told("14", 12.0, CallState.TERMINATED, deleted=True, result=Result(0, 7015)),
    roster("15", 12.1, person("p1", CALLER, 5, left=True)),
    RecordAnnounced(call=CALL, key="16", at=80.0),
    RecordAnnounced(call=CALL, key="17", at=900.0),
)


def picture(events: list[Event] | tuple[Event, ...]) -> World:
    return fold(reduce, events, World())


@given(st.integers(1, len(STORY)).flatmap(lambda n: st.permutations(STORY[:n])), st.data())
def test_any_interleaving_of_repeats_and_delays_gives_the_same_picture(
    events: list[Event], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=10))
    shuffled = data.draw(st.permutations(events + repeats))
    assert picture(shuffled) == picture(sorted(events, key=lambda e: e.at))


@given(st.integers(0, len(STORY)))
def test_the_relay_and_a_console_that_joins_late_fold_to_the_same_picture(cut: int) -> None:
    assert fold(reduce, STORY[cut:], picture(STORY[:cut])) == picture(STORY)


@given(st.permutations(STORY), st.integers(0, len(STORY)))
def test_many_facts_in_one_draft_are_what_they_are_one_by_one(events: list[Event], cut: int) -> None:
    before = picture(events[:cut])
    kept, draft, last = dict(before.calls), Draft(before), before.calls.get(CALL)
    for event in events[cut:]:
        known, after = into(draft, event)
        assert known == last
        last = after
    world = draft.finished()
    assert world == picture(events) and world.calls.get(CALL) == last
    assert before.calls == kept, "a world is never changed"


def test_a_draft_without_news_is_the_world_that_it_was() -> None:
    world = picture(STORY)
    draft = Draft(world)
    for event in STORY:
        into(draft, event)
    assert draft.finished() is world


def test_a_call_is_answered_once_in_its_story() -> None:
    happened = [m.what for m in picture(STORY).calls[CALL].history]
    assert happened.count(Happening.ANSWERED) == 1 and happened.count(Happening.TRANSFER_STARTED) == 2


def call_after(count: int) -> object:
    return picture(STORY[:count]).calls[CALL].situation


def test_the_words_for_a_call_follow_its_facts() -> None:
    words = {1: Situation.RINGING, 2: Situation.CONNECTING, 3: Situation.WAITING, 7: Situation.TALKING}
    words |= {9: Situation.TRANSFERRING, 11: Situation.TALKING, 15: Situation.ENDED}
    assert {n: call_after(n) for n in words} == words


def test_a_caller_on_hold_is_on_hold() -> None:
    world = picture((*STORY[:7], roster("h", 6.0, person("p1", CALLER, 9, on_hold=True))))
    assert world.calls[CALL].situation is Situation.ON_HOLD


def test_a_failed_transfer_gives_the_call_back_with_its_reason() -> None:
    call = picture(STORY[:11]).calls[CALL]
    assert call.state is CallState.ESTABLISHED
    assert call.returned is not None and call.returned.result == Result(500, 7000)
    assert call.waiting_since == 1.0


def test_a_late_state_never_revives_an_ended_call() -> None:
    world = picture((*STORY, told("late", 20.0, CallState.ESTABLISHED)))
    assert world.calls[CALL].ended and world.live() == ()


def test_a_rejected_call_ends_although_its_notification_has_no_state() -> None:
    world = picture((STORY[0], told("x", 2.0, deleted=True)))
    assert world.calls[CALL].ended


def test_a_call_that_graph_no_longer_knows_ends_once() -> None:
    gone = CallRead(call=CALL, key="r", at=30.0, told=None)
    call = picture((*STORY[:3], gone)).calls[CALL]
    assert call.ended and call.ended_at == 30.0
    again = picture((*STORY, gone)).calls[CALL]
    assert again.ended_at == 12.0


def test_reading_a_call_repairs_a_state_that_was_missed() -> None:
    read = CallRead(call=CALL, key="r", at=9.5, told=told("r", 9.5, CallState.ESTABLISHED))
    assert picture((*STORY[:10], read)).calls[CALL].situation is Situation.TALKING


def test_a_whole_roster_replaces_and_older_changes_do_not_undo_it() -> None:
    read = RosterRead(
        call=CALL, key="r", at=6.5, participants=(person("p1", CALLER, 0), person("p0", BOT, 0))
    )
    call = picture((*STORY[:7], read)).calls[CALL]
    assert [p.id for p in call.people] == ["p1"]
    late = roster("late", 6.6, person("p2", LENA, 2))
    assert [p.id for p in picture((*STORY[:7], read, late)).calls[CALL].people] == ["p1"]


def test_an_invitation_is_pending_until_it_is_answered_or_withdrawn() -> None:
    sent = InvitationSent(
        call=CALL,
        key="i",
        at=4.5,
        operation=OperationId("o1"),
        identity=LENA,
        participant=ParticipantId("p9"),
    )
    asked = picture((*STORY[:5], sent))
    assert [i.identity for i in asked.calls[CALL].pending] == [LENA]
    assert not picture((*STORY[:5], sent, STORY[5])).calls[CALL].pending
    assert not picture((*STORY[:6], sent)).calls[CALL].pending, "the answer may overtake the relay's note"
    withdrawn = InvitationWithdrawn(call=CALL, key="w", at=5.0, participant=ParticipantId("p9"))
    assert not reduce(asked, withdrawn).calls[CALL].pending


def test_a_failed_invitation_says_why() -> None:
    sent = InvitationSent(call=CALL, key="i", at=4.5, operation=OperationId("o1"), identity=LENA)
    failed = OperationEnded(
        call=CALL,
        key="f",
        at=9.0,
        operation=OperationId("o1"),
        kind="inviteparticipants",
        failed=True,
        result=Result(408, 10057),
        invited=(LENA,),
    )
    call = picture((*STORY[:5], sent, failed)).calls[CALL]
    assert call.invitations[OperationId("o1")].failed == Result(408, 10057)
    assert call.history[-1].what is Happening.NOT_JOINED and call.history[-1].result == Result(408, 10057)


def test_the_story_says_to_whom_a_caller_was_sent() -> None:
    lena = Operator(UserId("lena"), "Lena Ortiz")
    sent = HandedOn(call=CALL, key="h", at=9.0, operator=lena, targets=(LENA, CALLER))
    moment = reduce(picture(STORY[:3]), sent).calls[CALL].history[-1]
    assert (moment.what, moment.who) == (Happening.HANDED_ON, "Lena Ortiz")
    assert moment.detail == "Lena Ortiz, +442079460018"


ANNA = Identity(IdentityKind.USER, "anna", "Anna Berg")


def record(key: str, at: float, version: int, *talks: Talk) -> RecordRead:
    return RecordRead(call=CALL, key=key, at=at, version=version, talks=talks)


def test_the_record_tells_who_talked_on_without_us() -> None:
    ended = next(e for e in STORY if e.key == "14").at
    talks = (Talk(CALLER, 1.0, 200.0), Talk(LENA, 5.0, ended + 1), Talk(ANNA, 11.0, 200.0))
    call = picture((*STORY, record("r", 901.0, 1, *talks))).calls[CALL]
    assert call.onward == (Talk(ANNA, 11.0, 200.0),), "the caller is no news, and Lena left when we did"
    assert not picture((*STORY[:8], record("r", 901.0, 1, *talks))).calls[CALL].onward, "we are still in it"


def test_a_record_is_unread_until_it_was_asked_for_after_it_was_announced() -> None:
    told = STORY[:-1]
    assert picture(told).calls[CALL].unread and not picture(told[:-1]).calls[CALL].unread
    read = (*told, record("r1", 81.0, 1, Talk(ANNA, 11.0, 100.0)))
    assert not picture(read).calls[CALL].unread
    again = (*read, STORY[-1])
    assert picture(again).calls[CALL].unread and picture(again).calls[CALL].talks
    newer = (*again, record("r2", 901.0, 2, Talk(ANNA, 11.0, 200.0)), record("late", 82.0, 1))
    call = picture(newer).calls[CALL]
    assert not call.unread and call.talks[0].end == 200.0, "the older version came later"


def test_a_claim_is_in_the_relays_order() -> None:
    lena, kofi = Operator(UserId("lena"), "Lena Ortiz"), Operator(UserId("kofi"), "Kofi Mensah")
    claims = [
        CallClaimed(call=CALL, key=f"k{i}", at=1.0, operator=o, until=9.0) for i, o in enumerate((lena, kofi))
    ]
    claim = picture((STORY[0], *claims)).calls[CALL].claim
    assert claim is not None and claim.operator == kofi


def test_a_release_ends_the_claim_it_names_and_no_later_one() -> None:
    lena = Operator(UserId("lena"), "Lena Ortiz")

    def claimed(key: str) -> CallClaimed:
        return CallClaimed(call=CALL, key=key, at=1.0, operator=lena, until=9.0)

    late = ClaimReleased(call=CALL, key="r", at=2.0, operator=lena, claim="k1")
    call = picture((STORY[0], claimed("k1"), claimed("k2"), late)).calls[CALL]
    assert call.claim is not None and call.claim.key == "k2" and call.claims == 2
    assert picture((STORY[0], claimed("k1"), late)).calls[CALL].claim is None


def test_what_was_played_is_remembered() -> None:
    prompts = [
        PromptStarted(call=CALL, key=f"p{i}", at=float(i), operation=OperationId(f"o{i}"), name=name)
        for i, name in enumerate(("welcome", "hold"))
    ]
    call = picture((*STORY[:3], *prompts)).calls[CALL]
    assert call.played == {"welcome", "hold"} and call.prompt and call.prompt.operation == "o1"


def test_what_is_not_understood_is_counted() -> None:
    events = [NotUnderstood(key=str(i), at=0.0, what="call state dancing") for i in range(3)]
    assert picture(events).unknown == {"call state dancing": 3}


def test_ended_calls_are_kept_up_to_a_limit_and_live_ones_always() -> None:
    world = picture(STORY[:1])
    for i in range(ENDED_KEPT + 50):
        id = CallId(f"e{i}")
        world = reduce(world, replace(told(f"e{i}", float(i), deleted=True), call=id))
        assert [id for _, id in world.ended] == [c.id for c in world.calls.values() if c.ended]
    assert len(world.calls) == ENDED_KEPT + 1 and CALL in world.calls
    assert CallId("e0") not in world.calls and CallId(f"e{ENDED_KEPT + 49}") in world.calls
