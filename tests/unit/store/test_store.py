"""Truth always wins: intents settle, fail, are forgotten or expire, and never stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from console.domain.calls import CallState
from console.domain.events import CallTold
from console.domain.ids import CallId, IntentId
from console.domain.world import World
from console.store.clock import RelayClock
from console.store.intents import Intent, Verdict
from console.store.store import Store

CALL = CallId("c1")


def told(key: str, state: CallState, call: CallId = CALL) -> CallTold:
    return CallTold(call=call, key=key, at=1.0, state=state)


def hang_up(id: str = "i1", expires: float = 10.0) -> Intent:
    def predict(world: World) -> World:
        call = world.calls.get(CALL)
        return world if call is None else world.with_call(replace(call, subject="hanging up"))

    def judge(truth: World) -> Verdict | None:
        call = truth.calls.get(CALL)
        return Verdict() if call is None or call.ended else None

    return Intent(
        id=IntentId(id),
        action="call.hangUp",
        call=CALL,
        doing="…",
        expires=expires,
        predict=predict,
        judge=judge,
    )


def ringing() -> Store:
    store = Store()
    store.apply([told("1", CallState.ESTABLISHED)])
    return store


def test_an_intent_shows_at_once_and_leaves_when_the_world_agrees() -> None:
    store, settled = ringing(), []
    store.on_settled(lambda intent, verdict: settled.append((intent.id, verdict)))
    store.expect(hang_up())
    assert store.view.calls[CALL].subject == "hanging up" and store.truth.calls[CALL].subject == ""
    assert [i.id for i in store.pending(CALL)] == ["i1"]
    store.apply([told("2", CallState.TERMINATED)])
    assert settled == [("i1", Verdict())] and store.view is store.truth and not store.pending(CALL)


def test_other_news_keeps_the_prediction() -> None:
    store = ringing()
    store.expect(hang_up())
    store.apply([told("9", CallState.ESTABLISHED, CallId("other"))])
    assert store.view.calls[CALL].subject == "hanging up"


def test_forgetting_falls_back_to_the_truth() -> None:
    store = ringing()
    store.expect(hang_up())
    assert store.forget(IntentId("i1")) and not store.forget(IntentId("i1"))
    assert store.view is store.truth


def test_listeners_hear_once_for_many_events_and_nothing_for_repeats() -> None:
    store, heard = Store(), []
    stop = store.listen(lambda before, after: heard.append(len(after.calls)))
    store.apply([told(str(i), CallState.INCOMING, CallId(f"c{i}")) for i in range(50)])
    store.apply([told("1", CallState.INCOMING, CallId("c1"))])
    assert heard == [50]
    stop()
    store.apply([told("x", CallState.INCOMING, CallId("x"))])
    assert heard == [50]


@given(st.lists(st.sampled_from(["press", "news", "end", "wait"]), max_size=30))
def test_no_intent_outlives_its_time_whatever_happens(steps: list[str]) -> None:
    store, now = ringing(), 0.0
    pressed, over = 0, []
    store.on_settled(lambda intent, verdict: over.append(intent.id))
    for number, step in enumerate(steps):
        match step:
            case "press":
                pressed += 1
                store.expect(hang_up(f"i{number}", now + 3.0))
            case "news":
                store.apply([told(f"n{number}", CallState.ESTABLISHED)])
            case "end":
                store.apply([told(f"e{number}", CallState.TERMINATED)])
            case "wait":
                now += 1.0
                over += [i.id for i in store.expire(now)]
        assert all(i.expires > now for i in store.pending(CALL))
    store.apply([told("last", CallState.ESTABLISHED)])
    over += [i.id for i in store.expire(now + 3.0)]
    assert len(over) == len(set(over)) == pressed
    assert store.view is store.truth and not store.pending(CALL)


def test_the_desks_own_clock_does_not_matter() -> None:
    ticks = iter([100.0, 100.0, 105.0])
    clock = RelayClock(monotonic=lambda: next(ticks), utc=lambda: 9_999.0)
    clock.adjust(50.0)
    assert clock.now() == 55.0
