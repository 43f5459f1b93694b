"""Renewing ahead of need: when it asks, when it leaves the operator alone, and when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from console.auth.errors import AuthError, ConsentNeeded, Ended, IdentityUnavailable, OperatorNeeded
from console.auth.keeper import TokenKeeper
from console.auth.token import Token


class Service:
    """An identity provider in a test's hands: what it answers next, and how often it was asked."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.asked = 0
        self.answer: Token | AuthError = Token("first", 5000.0, 4000.0)
        self.reports: list[AuthError | None] = []
        self.gate = asyncio.Event()
        self.gate.set()

    def now(self) -> float:
        return self.time

    async def fetch(self) -> Token:
        self.asked += 1
        await self.gate.wait()
        if isinstance(self.answer, AuthError):
            raise self.answer
        return self.answer

    def keeper(self, **more: float) -> TokenKeeper:
        return TokenKeeper(self.fetch, self.now, lambda error, _: self.reports.append(error), **more)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def service() -> Service:
    return Service()


async def test_it_is_there_before_anybody_asks(service: Service) -> None:
    keeper = service.keeper()
    task = asyncio.create_task(keeper.keep_fresh())
    await settle()
    assert service.asked == 1 and await keeper.token() == "first" and service.asked == 1
    keeper.close()
    await task  # it ends by itself


@pytest.mark.parametrize(
    "refused", [OperatorNeeded("Your session has ended."), ConsentNeeded("A permission.")]
)
async def test_what_only_the_operator_can_change_is_asked_for_once(
    service: Service, refused: AuthError
) -> None:
    service.answer = refused
    keeper = service.keeper()
    task = asyncio.create_task(keeper.keep_fresh())
    await settle()
    service.time += 3600  # the pause is long over
    await settle()
    assert service.asked == 1 and service.reports == [refused]
    keeper.put(Token("from the sign-in", 9000.0, 4000.0))  # due already
    service.answer = Token("second", 9000.0, 8000.0)
    await settle()
    assert service.asked == 2 and await keeper.token() == "second"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_door_that_was_just_shut_is_not_rung_at_again(service: Service) -> None:
    service.answer = OperatorNeeded("Your session has ended.")
    keeper = service.keeper()
    for _ in range(50):
        with pytest.raises(OperatorNeeded):
            await keeper.token()
    assert service.asked == 1
    service.time += 31
    with pytest.raises(OperatorNeeded):
        await keeper.token()
    assert service.asked == 2
    keeper.resume()
    service.answer = Token("again", 9000.0, 8000.0)
    assert await keeper.token() == "again"


async def test_a_service_that_is_away_is_asked_again_by_who_needs_a_token(service: Service) -> None:
    service.answer = IdentityUnavailable("The sign-in service cannot be reached.", 15.0)
    keeper = service.keeper()
    with pytest.raises(IdentityUnavailable):
        await keeper.token()
    service.answer = Token("back", 9000.0, 8000.0)
    assert await keeper.token() == "back"


@pytest.mark.parametrize("ask", [lambda k: k.token(), lambda k: k.renew("old")], ids=["token", "renew"])
async def test_fifty_ask_once(service: Service, ask: Callable[[TokenKeeper], object]) -> None:
    keeper = service.keeper()
    service.gate.clear()
    asking = [asyncio.ensure_future(ask(keeper)) for _ in range(50)]  # type: ignore[call-overload]
    await settle()
    service.gate.set()
    assert await asyncio.gather(*asking) == ["first"] * 50 and service.asked == 1


async def test_after_the_end_it_asks_nobody(service: Service) -> None:
    keeper = service.keeper()
    service.gate.clear()
    waiting = asyncio.ensure_future(keeper.token())
    await settle()
    keeper.close()
    with pytest.raises(AuthError):
        await waiting
    for ask in (keeper.token(), keeper.renew("x")):
        with pytest.raises(Ended):
            await ask
    assert service.asked == 1
