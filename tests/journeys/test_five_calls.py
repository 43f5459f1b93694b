"""Five calls by keyboard alone: answer, transfer, a transfer that fails, a group call, a rejection."""

from __future__ import annotations

from console.demo.stage import Stage
from console.domain.calls import Situation
from console.domain.ids import CallId
from tests.journeys.conftest import Operator

ANNA, MEI, JONAS = (f"0d000000-0000-4000-8000-{n:012d}" for n in (11, 13, 14))


async def ring(operator: Operator, stage: Stage, name: str, phone: str) -> CallId:
    call = CallId(await stage.place(name, phone, patience=120.0))
    await operator.until(lambda: call in operator.line.store.view.calls, f"{name} rings")
    return call


async def answer(operator: Operator, stage: Stage, name: str, phone: str) -> CallId:
    call = await ring(operator, stage, name, phone)
    await operator.key("F2")
    await talking(operator, call)
    return call


async def talking(operator: Operator, call: CallId) -> None:
    await operator.until(lambda: situation(operator, call) is Situation.TALKING, "talking")


async def over(operator: Operator, call: CallId) -> None:
    await operator.until(lambda: operator.line.store.truth.calls[call].ended, "over", 40.0)


def situation(operator: Operator, call: CallId) -> Situation:
    return operator.line.store.truth.calls[call].situation


async def find(operator: Operator, words: str) -> None:
    """Type a name; the people search takes the letters wherever the keyboard was."""
    await operator.write(words)
    selection = operator.desktop.parts.selection
    await operator.until(
        lambda: selection.person and words in selection.person.name.casefold(), f"{words} is found"
    )


async def test_five_calls_by_keyboard_alone(operator: Operator, stage: Stage) -> None:
    # 1: answer and hang up
    first = await answer(operator, stage, "Amelia Ward", "+442079460018")
    operator.picture("answered")
    await operator.key("F4")
    await over(operator, first)

    # 2: transfer to a colleague who is searched for
    await stage.direct(JONAS, "picks-up", 0.5)
    second = await answer(operator, stage, "Ravi Menon", "+442079460042")
    await operator.key("F6")
    await find(operator, "jonas")
    await operator.key("Return")
    await over(operator, second)
    result = operator.line.store.truth.calls[second].result
    assert result is not None and str(result.sentence) == "Transferred."

    # 3: a transfer that fails comes back with its reason
    await stage.direct(MEI, "declines", 0.5)
    third = await answer(operator, stage, "李明 Li Ming", "+8613800000018")
    await operator.key("F6")
    await find(operator, "mei")
    await operator.key("Return")
    await operator.until(lambda: operator.line.store.truth.calls[third].returned, "the caller is back", 40.0)
    operator.picture("came-back")
    await talking(operator, third)
    await operator.key("F4")
    await over(operator, third)

    # 4: a group call with an invitation and a mute
    await stage.direct(ANNA, "picks-up", 0.5)
    fourth = await answer(operator, stage, "Sofia Marchetti", "+442079460052")
    await find(operator, "anna")
    await operator.key("ctrl+Return")

    def joined() -> bool:
        return any(p.identity.id == ANNA for p in operator.line.store.truth.calls[fourth].people)

    await operator.until(joined, "Anna joined", 30.0)
    await operator.focus("roster")
    await operator.key("Home")
    for _ in range(6):
        chosen = operator.desktop.parts.selection.participant
        found = operator.line.store.truth.calls[fourth].participants.get(chosen) if chosen else None
        if found and found.identity.id == ANNA:
            break
        await operator.key("Down")
    await operator.key("m")

    def muted() -> bool:
        return any(p.muted for p in operator.line.store.truth.calls[fourth].people if p.identity.id == ANNA)

    await operator.until(muted, "Anna is muted")
    operator.picture("group-call")
    await operator.key("F4")
    await over(operator, fourth)

    # 5: a rejection, chosen in the list of calls
    fifth = await ring(operator, stage, "Free Cruise Offers", "+14255550199")
    await operator.focus("calls", "Escape", 3)
    for _ in range(4):
        if operator.desktop.parts.selection.call == fifth:
            break
        await operator.key("Home")
    await operator.key("F4")
    await over(operator, fifth)

    truth = {c["id"]: c for c in await stage.calls()}
    assert set(truth) == {first, second, third, fourth, fifth}, "nobody was lost and nobody was invented"
    answered = [r for r in await stage.requests() if r["path"].endswith("/answer")]
    rejected = [r for r in await stage.requests() if r["path"].endswith("/reject")]
    assert len(answered) == 4 and len(rejected) == 1
