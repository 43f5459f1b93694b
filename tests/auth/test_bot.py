"""The bot's credential against the simulated authority."""

from __future__ import annotations

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from console.auth import AuthError, BotCredential, BotRegistration, Certificate, Secret
from console.auth.errors import CredentialRefused, IdentityUnavailable, Misconfigured
from console.simulator.directory import BOT_APP_ID, GRAPH_RESOURCE_ID
from console.simulator.entra import Fault
from tests.auth.clocks import Clock

Make = Callable[..., BotCredential]


@pytest.fixture
def mine() -> Clock:
    return Clock()


@pytest.fixture
async def make(server: Any, certificates: Any, mine: Clock) -> AsyncIterator[Make]:
    made: list[BotCredential] = []

    def build(credential: Certificate | Secret | None = None, **more: Any) -> BotCredential:
        registration = BotRegistration(
            more.pop("authority", server.tenant_url), BOT_APP_ID, f"{server.base_url}/.default"
        )
        chosen = credential or Certificate(certificates.bot_key, certificates.bot_cert)
        made.append(BotCredential(registration, chosen, context=server.context, now=mine, **more))
        return made[-1]

    yield build
    for bot in made:
        await bot.close()


def visits(server: Any) -> int:
    return len(server.authority.sessions.exchanges)


async def test_fifty_callers_one_request(server: Any, make: Make, mine: Clock) -> None:
    server.authority.access_token_lifetime = 200
    bot = make()
    tokens = await asyncio.gather(*(bot.token() for _ in range(50)))
    claims = server.authority.verify(tokens[0], GRAPH_RESOURCE_ID)
    assert claims["idtyp"] == "app" and "Calls.JoinGroupCall.All" in claims["roles"]
    assert len(set(tokens)) == 1 and visits(server) == 1
    mine.offset = 201
    assert len(set(await asyncio.gather(*(bot.token() for _ in range(50))))) == 1
    assert visits(server) == 2
    held = await bot.token()
    assert await bot.renew(held) not in (*tokens, held)


async def test_a_good_token_outlives_a_bad_service(server: Any, make: Make, mine: Clock) -> None:
    server.authority.access_token_lifetime = 280
    reports: list[object] = []
    bot = make(report=reports.append)
    good = await bot.token()
    server.authority.faults.add(Fault(503, headers={"Retry-After": "7"}))
    mine.offset = 150
    assert await bot.token() == good
    assert reports[0] is None and isinstance(reports[1], IdentityUnavailable) and reports[1].retry_after == 7
    server.stop()
    mine.offset = 281
    with pytest.raises(IdentityUnavailable):
        await bot.token()


async def test_wrong_certificate_is_refused_and_a_replaced_one_is_read(
    make: Make, certificates: Any, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "bot.key", tmp_path / "bot.pem"
    shutil.copy(certificates.stranger_key, key)
    shutil.copy(certificates.stranger_cert, certificate)
    bot = make(Certificate(key, certificate))
    with pytest.raises(CredentialRefused, match="AADSTS700027"):
        await bot.token()
    shutil.copy(certificates.bot_key, key)
    shutil.copy(certificates.bot_cert, certificate)
    assert await bot.token()


async def test_a_secret_only_when_allowed(server: Any, make: Make) -> None:
    server.authority.grants.bot_secret = "for a trial"
    with pytest.raises(Misconfigured):
        make(Secret("for a trial"))
    token = await make(Secret("for a trial"), allow_secret=True).token()
    assert server.authority.verify(token)["azpacr"] == "1"
    with pytest.raises(CredentialRefused):
        await make(Secret("wrong"), allow_secret=True).token()
    assert "trial" not in repr(Secret("for a trial"))


async def test_bad_settings_are_said(make: Make, server: Any, certificates: Any, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no tenant"):
        make(authority=f"{server.base_url}/common")
    with pytest.raises(Misconfigured, match="cannot be read"):
        await make(Certificate(tmp_path / "none", tmp_path / "none")).token()
    damaged = tmp_path / "damaged"
    damaged.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    with pytest.raises(Misconfigured):
        await make(Certificate(certificates.bot_key, damaged)).token()
    with pytest.raises(Misconfigured):
        await make(Certificate(damaged, certificates.bot_cert)).token()
    with pytest.raises(Misconfigured, match="belong"):
        await make(Certificate(certificates.bot_key, certificates.stranger_cert)).token()
    with pytest.raises(Misconfigured, match="tenant"):
        await make(authority=f"{server.base_url}/other").token()


async def test_keep_fresh_renews_without_a_caller(server: Any, make: Make) -> None:
    bot = make()
    task = asyncio.create_task(bot.keep_fresh())
    async with asyncio.timeout(5):
        while not visits(server):
            await asyncio.sleep(0.005)
    await bot.token()
    assert visits(server) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_after_the_end_everything_is_refused_and_nothing_is_left_behind(make: Make) -> None:
    """A renewal that began after the worker had ended was an exception which nobody fetched."""
    bot = make()
    await bot.token()
    keeping = asyncio.create_task(bot.keep_fresh())
    await asyncio.sleep(0)
    await bot.close()
    for ask in (bot.token(), bot.renew("a token"), bot.ends_at()):
        with pytest.raises(AuthError, match="ending"):
            await ask
    await keeping
    await bot.close()
    gc.collect()  # the complaint of a task comes when it is thrown away; a logged error fails the test
